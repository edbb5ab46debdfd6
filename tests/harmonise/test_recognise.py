"""Files of which nobody said what they are: which mappings fit, by name and by shape, and quickly."""

import gzip
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import mapping_ids, open_mapping
from lontar.harmonise import recognise
from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.reading.launch import too_long
from lontar.harmonise.recognise import Recognised, recognise_files
from lontar.model.mapping import FileShape, MappingBundle, TableShape
from tests.factories import FAMILIES, family_files
from tests.harmonise.cases import write_workbook
from tests.harmonise.many_cases import MONTH, PERSONS, PLACE, case
from tests.harmonise.test_many_generated import bundle_of
from tests.house.places import CATALOGUE

TEXT = "Place,Month,Persons\nYuma,2024-01,5\n"


@pytest.fixture(scope="module")
def known() -> list[MappingBundle]:
    catalogue = open_catalogue(CATALOGUE)
    return [open_mapping(catalogue, name) for name in mapping_ids(catalogue)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> MappingBundle:
    return bundle_of(case([PLACE, MONTH, PERSONS], {}), tmp_path_factory.mktemp("mapping"))


def of(bundle: MappingBundle, **says: Any) -> MappingBundle:
    return structs.replace(bundle, mapping=structs.replace(bundle.mapping, **says))


def recognised(text: str, *bundles: MappingBundle, folder: Path, name: str = "a.csv") -> list[Recognised]:
    path = folder / "sent"
    path.write_text(text, "utf-8")
    return recognise_files([(path, name)], bundles)


ALIKE = {
    "gb/small_boats_daily": {"gb/small_boats_daily", "gb/small_boats_weekly"},
    "iom/missing_migrants": {"iom/missing_migrants", "iom/missing_migrants_incidents"},
    "iom/missing_migrants_export": {"iom/missing_migrants_export", "iom/missing_migrants_export_incidents"},
}
"""Several mappings of one file."""


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - {"unodc/glotip"}))
def test_every_family_is_recognised_first(name: str, known: list[MappingBundle]) -> None:
    first, *others = recognise_files([(path, path.name) for path in family_files(name)[:2]], known)
    several = next((names for names in ALIKE.values() if name in names), {name})
    assert {first.mapping, *(r.mapping for r in others[: len(several) - 1])} == several
    assert first.by_name
    assert first.headers_found == first.headers_expected > 0


def test_nothing_fits(known: list[MappingBundle], tmp_path: Path) -> None:
    for text in ("", "a,b\n1,2\n", "%PDF-1.4", "\0\1\2", "<html><table></table></html>", '"'):
        assert recognised(text, *known, folder=tmp_path) == []
    assert recognise_files([(tmp_path / "none.csv", "none.csv"), (tmp_path, "folder")], known) == []
    assert recognise_files([], known) == []
    assert recognised(TEXT, folder=tmp_path) == []


def test_by_shape_alone(plain: MappingBundle, tmp_path: Path) -> None:
    (one,) = recognised("Persons,Month,Place,Other\n", plain, folder=tmp_path)
    assert (one.mapping, one.files, one.by_name, one.headers_found, one.headers_expected) == (
        "xa/case",
        ("a.csv",),
        False,
        3,
        3,
    )
    assert one.why == "All 3 columns stand where the mapping expects them."
    assert one.facts == {}


def test_most_of_the_columns_are_enough_and_half_of_them_are_not(
    plain: MappingBundle, tmp_path: Path
) -> None:
    (one,) = recognised("Place,Month,People\n", plain, folder=tmp_path)
    assert (one.headers_found, one.why) == (2, "2 of 3 columns stand where the mapping expects them.")
    assert recognised("Place,Months,People\n", plain, folder=tmp_path) == []


def test_the_place_of_the_header_counts(plain: MappingBundle, tmp_path: Path) -> None:
    titled = of(plain, table=TableShape(title_rows=2))
    assert recognised(TEXT, titled, folder=tmp_path) == []
    (one,) = recognised(f"A title\n\n{TEXT}", titled, folder=tmp_path)
    assert one.headers_found == 3


def test_by_name_with_what_it_tells(plain: MappingBundle, tmp_path: Path) -> None:
    named = of(plain, id="xa/named", file=FileShape(names=("entries_{fiscal_year}.csv",)))
    first, second = recognised(TEXT, plain, named, folder=tmp_path, name="entries_2025.csv")
    assert (first.mapping, first.by_name, first.facts) == (
        "xa/named",
        True,
        {"entries_2025.csv": {"fiscal_year": "2025"}},
    )
    assert first.why == "The name of the file fits, and all 3 columns stand where the mapping expects them."
    assert (second.mapping, second.by_name) == ("xa/case", False)
    (alone,) = recognised("%PDF", plain, named, folder=tmp_path, name="entries_2025.csv")
    assert (alone.mapping, alone.headers_found) == ("xa/named", 0)
    assert alone.why == "The name of the file fits, but 0 of 3 columns stand where the mapping expects them."


def test_a_table_without_a_header_is_known_by_its_name_alone(plain: MappingBundle, tmp_path: Path) -> None:
    bare = TableShape(header_rows=0, header=("Place", "Month", "Persons"))
    assert recognised(TEXT, of(plain, table=bare), folder=tmp_path) == []
    named = of(plain, table=bare, file=FileShape(names=("e_*.csv",)))
    (one,) = recognised(TEXT, named, folder=tmp_path, name="e_1.csv")
    assert one.headers_found == 3


def test_how_it_is_written_counts(plain: MappingBundle, tmp_path: Path) -> None:
    with_semicolons = of(plain, id="xa/semicolons", file=FileShape(delimiter=";", encoding="utf-16"))
    (tmp_path / "b").write_text(TEXT.replace(",", ";"), "utf-16")
    (one,) = recognise_files([(tmp_path / "b", "b.csv")], [plain, with_semicolons])
    assert one.mapping == "xa/semicolons"


def test_several_files(plain: MappingBundle, tmp_path: Path) -> None:
    other = of(plain, id="xa/other", table=TableShape(title_rows=1))
    texts = (TEXT, f"A title\n{TEXT}", TEXT.replace("Place", "Plaza"))
    files = []
    for number, text in enumerate(texts):
        (tmp_path / str(number)).write_text(text)
        files.append((tmp_path / str(number), f"{number}.csv"))
    first, second = recognise_files(files, [other, plain])
    assert (first.mapping, first.files, first.headers_found) == ("xa/case", ("0.csv", "2.csv"), 2)
    assert first.why == "2 of 3 columns stand where the mapping expects them in 2 of 3 files."
    assert (second.mapping, second.files) == ("xa/other", ("1.csv",))


def test_packed_files_workbooks_and_records(plain: MappingBundle, tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT.encode()))
    (one,) = recognise_files([(tmp_path / "a.gz", "a.csv.gz")], [plain])
    assert one.headers_found == 3
    rows: list[list[Any]] = [line.split(",") for line in TEXT.splitlines()]
    write_workbook(tmp_path / "b", {"First": rows, "Second": [["x"]]})
    books = [
        of(plain, id=f"xa/{name.lower()}", file=FileShape(format="xlsx", sheet=name))
        for name in ("Second", "First")
    ]
    (one,) = recognise_files([(tmp_path / "b", "b.xlsx")], [*books, plain])
    assert (one.mapping, one.sheet) == ("xa/first", "First")
    (tmp_path / "c").write_text('{"Place": "Yuma", "Month": "2024-01", "Persons": 5}\n')
    (one,) = recognise_files(
        [(tmp_path / "c", "c.jsonl")], [of(plain, file=FileShape(format="jsonl")), *books]
    )
    assert one.headers_found == 3


def test_a_large_file_takes_no_longer(plain: MappingBundle, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("Place,Month,Persons\n" + "Yuma,2024-01,5\n" * 7_000_000)
    begun = time.perf_counter()
    (one,) = recognise_files([(path, "large.csv")], [plain])
    assert time.perf_counter() - begun < 5, "a machine may be busy; it takes a quarter of a second"
    assert one.headers_found == 3


def test_bombs_are_known_by_name_alone(plain: MappingBundle, tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(gzip.compress(b"0" * (2**28 + 1), 1))
    named = of(plain, file=FileShape(names=("e_*",)))
    (one,) = recognise_files([(tmp_path / "bomb", "e_1.csv.gz")], [named])
    assert (one.by_name, one.headers_found) == (True, 0)
    wide = ",".join(["Place"] * 200_000) + "\n" + '"' * 100_000
    assert recognised(wide, plain, folder=tmp_path) == []


def test_a_file_that_ends_the_child_is_known_by_name_alone(
    plain: MappingBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> bytes:
        raise too_long(Limits(seconds=1), "e_1.csv")

    monkeypatch.setattr(recognise, "ask_child", ended)
    named = of(plain, id="xa/named", file=FileShape(names=("e_*",)))
    (one,) = recognised(TEXT, plain, named, folder=tmp_path, name="e_1.csv")
    assert (one.mapping, one.headers_found) == ("xa/named", 0)
