"""A file that tells a State who of its own people sought asylum is refused whole, and nothing of it stays."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.own_people import KeptOut, OwnPeople, refuse_own_people
from lontar.harmonise.run import harmonise_files
from lontar.model.mapping import MappingBundle
from tests.harmonise.in_process import reading_here
from tests.house.places import CATALOGUE

MAPPING = """\
id: xa/claims
title: Claims by nationality and month
source: {publisher: Ministry of Xa, title: Claims, licence: CC BY 4.0}
reporter: XA
source_kind: official
area: US
indicator: asylum_applications
unit: persons
stage: new
columns:
  - {column: Nationality, is: citizenship, names: [short]}
  - {column: Residence, is: habitual_residence, names: [short], blank: _T}
  - {column: Month, is: used}
  - {column: Persons, is: figure}
period: {from: "{Month}", formats: ["{year}-{month}"]}
"""
KEPT_OUT = KeptOut(frozenset({"asylum_applications"}), frozenset({"BD", "NAT", "034"}))


@pytest.fixture
def bundle(tmp_path: Path) -> MappingBundle:
    path = tmp_path / "mapping.yml"
    path.write_text(MAPPING, "utf-8")
    return open_mapping(open_catalogue(CATALOGUE), str(path))


def sent(folder: Path, *rows: str) -> Path:
    path = folder / "claims.csv"
    path.write_text("\n".join(["Nationality,Residence,Month,Persons", *rows, ""]), "utf-8")
    return path


def test_the_answer_names_places_and_how_many_there_are(bundle: MappingBundle, tmp_path: Path) -> None:
    source = sent(tmp_path, "India,,2025-01,4", "Bangladesh,,2025-01,5", "India,Bangladesh,2025-02,7")
    with reading_here(), pytest.raises(OwnPeople) as caught:
        harmonise_files([(source, "claims.csv")], bundle, tmp_path / "made" / "out", kept_out=KEPT_OUT)
    told = str(caught.value)
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "[HAR-086] claims.csv, row 3, column 4",
        "[HAR-086] claims.csv, row 4, column 4",
    ]
    assert "there are 2." in told
    assert caught.value.count == 2
    assert caught.value.hashes == (hashlib.sha256(source.read_bytes()).hexdigest(),)
    assert "Bangladesh" not in told


def test_nothing_remains(bundle: MappingBundle, tmp_path: Path) -> None:
    source = sent(tmp_path, "Bangladesh,,2025-01,5")
    made = tmp_path / "made"
    with reading_here(), pytest.raises(OwnPeople):
        harmonise_files([(source, "claims.csv")], bundle, made / "out", kept_out=KEPT_OUT)
    assert list(made.iterdir()) == []


def test_an_earlier_output_is_left_as_it_was(bundle: MappingBundle, tmp_path: Path) -> None:
    out = tmp_path / "made" / "out"
    with reading_here():
        harmonise_files([(sent(tmp_path, "India,,2025-01,4"), "claims.csv")], bundle, out, kept_out=KEPT_OUT)
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        with pytest.raises(OwnPeople):
            source = sent(tmp_path, "Bangladesh,,2025-01,5")
            harmonise_files([(source, "claims.csv")], bundle, out, replace=True, kept_out=KEPT_OUT)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert list(out.parent.iterdir()) == [out]


def test_many_places_are_counted_and_not_all_named(bundle: MappingBundle, tmp_path: Path) -> None:
    rows = [f"Bangladesh,,{2000 + month // 12}-{month % 12 + 1:02d},5" for month in range(30)]
    with reading_here(), pytest.raises(OwnPeople) as caught:
        harmonise_files([(sent(tmp_path, *rows), "claims.csv")], bundle, tmp_path / "out", kept_out=KEPT_OUT)
    assert caught.value.count == 30
    assert len(str(caught.value).splitlines()) == 20


def test_other_people_and_other_indicators_pass(bundle: MappingBundle, tmp_path: Path) -> None:
    rows = ("India,,2025-01,4", "Bangladesh,,2025-01,5")
    with reading_here():
        harmonise_files([(sent(tmp_path, rows[0]), "claims.csv")], bundle, tmp_path / "a", kept_out=KEPT_OUT)
        others = KeptOut(frozenset({"refugees"}), KEPT_OUT.codes)
        harmonise_files([(sent(tmp_path, *rows), "claims.csv")], bundle, tmp_path / "b", kept_out=others)
        harmonise_files([(sent(tmp_path, *rows), "claims.csv")], bundle, tmp_path / "c")
    assert all((tmp_path / name / "account.json").is_file() for name in "abc")


def test_one_of_several_codes_is_enough(tmp_path: Path) -> None:
    places = {
        "source_file": ["a.csv"] * 3,
        "source_sheet": [None] * 3,
        "source_row": [2, 3, 4],
        "source_column": [5] * 3,
    }
    listed = pa.array([None, ["IN", "BD"], ["IN", "PK"]], pa.list_(pa.string()))
    table = pa.table({**places, "citizenship": ["IN", "_X", "_X"], "citizenship_list": listed})
    pq.write_table(table, tmp_path / "asylum_applications.parquet")
    with pytest.raises(OwnPeople) as caught:
        refuse_own_people(tmp_path, KEPT_OUT, ("0",))
    assert caught.value.count == 1
    assert caught.value.place == "a.csv, row 3, column 5"
