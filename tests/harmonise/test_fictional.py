"""What the fictional participants send: clean files that lose nothing, and faulty ones with mistakes on purpose."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import fitting_mappings, mapping_ids, open_mapping
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import SourceProblem
from tests.factories import Harmonised, read_output
from tests.harmonise.in_process import reading_here
from tests.house.places import CATALOGUE, EXAMPLES

FOLDER = EXAMPLES / "fictional"
OPEN = open_catalogue(CATALOGUE)
MAPPINGS = [one for one in mapping_ids(OPEN) if one.split("/")[0] in {"xa", "xb", "xc", "xd", "xe", "xf"}]
FAULTY = {
    "xa/readmisiones_2026-T1.csv": "3 HAR-041",  # misspelt States, and a way of return
    "xa/readmisiones_2026-T2.csv": "HAR-016",  # the file of a year before
    "xb/masuk_ilegal_2025-T4.csv": "1 HAR-071",  # a total that its parts do not make
    "xb/masuk_ilegal_2026-T1.csv": "5 HAR-041, 1 HAR-071",  # misspelt; one of the posts, so that its total lacks a part
    "xb/masuk_ilegal_2026-T2.csv": "1 HAR-060",  # the letter O in a figure
    "xb/masuk_ilegal_2026-T3.csv": "HAR-014",  # the file of another State
    "xb/masuk_ilegal_2026-T3 (salinan).csv": "",  # a copy: nothing is wrong with it but that the file was sent already
    "xb/penolakan_2026-T1.csv": "1 HAR-040, 1 HAR-111",  # markup for a reason, a formula for a citizenship
    "xb/penyelundupan_2026-T1.xlsx": "1 HAR-111",  # a formula in a cell of text
    "xc/coralia_sea_arrivals_2026-Q1.csv": "",  # ten times what it should be: only earlier files can tell
    "xc/coralia_sea_arrivals_2026-Q2.csv": "6 HAR-070",  # a row twice: three figures in each
    "xc/coralia_sea_arrivals_2026-Q3.csv": "3 HAR-072",  # a month that was still to come: three figures
    "xf/farisle_2025.csv": "1 HAR-041",
}
"""A faulty file -> how many problems of which codes; a code alone where it cannot be opened as the table described."""


def files_of(folder: str) -> list[Path]:
    return sorted(path for path in FOLDER.glob(folder) if path.is_file() and path.name != "SOURCE.yml")


def mapping_of(path: Path) -> str:
    """The only mapping that knows the name of a file."""
    (found,) = fitting_mappings(OPEN, path.relative_to(FOLDER).parts[0], path.name)
    return found


@cache
def families() -> dict[str, list[Path]]:
    """The clean files of each mapping."""
    found = defaultdict(list)
    for path in files_of("x?/*"):
        found[mapping_of(path)].append(path)
    return dict(found)


def harmonised(mapping: str, files: Iterable[Path], out: Path) -> Harmonised:
    with reading_here():
        harmonise_files([(path, path.name) for path in files], open_mapping(OPEN, mapping), out)
    return read_output(out)


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Harmonised]:
    """Mapping -> what its clean files become, harmonised once."""

    @cache
    def run(mapping: str) -> Harmonised:
        return harmonised(mapping, families()[mapping], tmp_path_factory.mktemp("clean") / "out")

    return run


def added(rows: Iterable[dict[str, object]], **wanted: str) -> float:
    """The sum of the figures that have these codes, by a period that begins so."""
    year = wanted.pop("period", "")
    chosen = [row for row in rows if all(row[name] == code for name, code in wanted.items())]
    assert chosen
    return sum(float(str(row["value"])) for row in chosen if str(row["period"]).startswith(year))


def test_every_file_is_known_by_its_name_and_every_mapping_has_files() -> None:
    assert families().keys() == set(MAPPINGS)
    assert {"xf/yearly"} == {one for one in MAPPINGS if one.startswith("xf/")}


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_clean_file_is_harmonised_whole(mapping: str, family: Callable[[str], Harmonised]) -> None:
    told = family(mapping)
    assert told.problems == []
    assert told.account["all"]["balanced"]
    assert told.account["all"]["cells"]["refused"] == 0
    assert all(file["cells"]["observed"] for file in told.account["files"])
    rows = [row for rows in told.observations.values() for row in rows]
    assert {row["reporter"] for row in rows} == {mapping[:2].upper()}
    assert all(row["area"] in OPEN.codelist("areas_fictional").codes for row in rows)


def test_the_faulty_files_are_those_of_the_table() -> None:
    assert {
        path.relative_to(FOLDER).as_posix().replace("faulty/", "") for path in files_of("x?/faulty/*")
    } == set(FAULTY)


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_has_the_problems_that_were_put_in(name: str, tmp_path: Path) -> None:
    path = FOLDER / name.replace("/", "/faulty/")
    if FAULTY[name].startswith("HAR"):
        with pytest.raises(SourceProblem) as refusal:
            harmonised(mapping_of(path), [path], tmp_path / "out")
        assert refusal.value.code == FAULTY[name]
        return
    told = harmonised(mapping_of(path), [path], tmp_path / "out")
    counted = Counter(problem["code"] for problem in told.problems)
    assert ", ".join(f"{number} {code}" for code, number in sorted(counted.items())) == FAULTY[name]
    assert told.account["all"]["balanced"]
    for problem in told.problems:
        assert problem["code"] != "HAR-041" or "Closest: '" in problem["message"] + problem["remedy"]


def test_a_file_that_was_sent_already_is_known_under_another_name(tmp_path: Path) -> None:
    copy = FOLDER / "xb" / "faulty" / "masuk_ilegal_2026-T3 (salinan).csv"
    told = harmonised("xb/masuk_ilegal", [FOLDER / "xb" / "masuk_ilegal_2026-T3.csv", copy], tmp_path / "out")
    assert {(problem["code"], problem["file"]) for problem in told.problems} == {("HAR-018", copy.name)}


def test_a_figure_that_jumps_is_ten_times_the_right_one(
    family: Callable[[str], Harmonised], tmp_path: Path
) -> None:
    path = FOLDER / "xc" / "faulty" / "coralia_sea_arrivals_2026-Q1.csv"
    wrong = harmonised("xc/sea_arrivals", [path], tmp_path / "out").observations["sea_arrivals"]
    right = family("xc/sea_arrivals").observations["sea_arrivals"]
    known = {(row["period"], row["departure"], row["rescued"]): row["value"] for row in right}
    ratios = [row["value"] / known[row["period"], row["departure"], row["rescued"]] for row in wrong]
    assert sorted(ratios)[-2:] == [1, 10]


# The story that the figures tell together.


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_both_ends_of_the_strait_tell_of_the_same_people_and_do_not_agree(
    year: str, family: Callable[[str], Harmonised]
) -> None:
    left = family("xa/salidas_por_mar").observations["sea_arrivals"]
    came = family("xc/sea_arrivals").observations["sea_arrivals"]
    told_by_xa = added(left, period=year, area="XC", departure="XA")
    told_by_xc = added(came, period=year, area="XC", departure="XA", rescued="_T")
    assert 0.5 < told_by_xa / told_by_xc < 0.75
    met, sent = (
        family("xa/readmisiones").observations["returns"],
        family("xc/returns").observations["returns"],
    )
    for stage in ("voluntary", "obliged", "forced"):
        back = added(met, period=year, area="XC", stage=stage)
        assert 0.7 < back / added(sent, period=year, destination="XA", stage=stage) < 0.95


def test_nationalities_since_january_add_up_to_the_people_of_each_month(
    family: Callable[[str], Harmonised],
) -> None:
    by_nationality, by_departure = Counter[str](), Counter[str]()
    for row in family("xc/arrivals_by_nationality").observations["sea_arrivals"]:
        by_nationality[row["period"]] += row["value"]
    for row in family("xc/sea_arrivals").observations["sea_arrivals"]:
        by_departure[row["period"]] += row["value"] if row["rescued"] == "_T" else 0
    assert by_nationality == by_departure
    assert len(by_departure) == 33


def test_the_first_quarter_of_2026_is_a_surge_where_people_pass_through(
    family: Callable[[str], Harmonised],
) -> None:
    entries = Counter[str]()
    for row in family("xb/masuk_ilegal").observations["irregular_entries"]:
        entries[f"{row['period'][:4]}-{(int(row['period'][5:]) + 2) // 3}"] += row["value"] or row["low"]
    before = [entries[one] for one in sorted(entries) if one < "2026-1"]
    assert entries["2026-1"] > 1.5 * max(before)


def test_what_is_peculiar_to_each(family: Callable[[str], Harmonised]) -> None:
    sea = [row for row in family("xd/zaderzhaniya").observations["irregular_entries"] if row["mode"] == "sea"]
    assert {(row["value"], row["absence"]) for row in sea} == {(None, "not_applicable")}
    assert len(sea) == 33
    persons = family("xe/personnes_enregistrees").observations
    assert {row["unit"] for row in persons["transits"]} == {"persons"}
    assert {row["frequency"] for row in family("xe/passeurs").observations["smugglers"]} == {"A"}
    assert family("xe/passeurs").observations["smugglers"][0]["period"] == "2024-07-01/P1Y"
    assert all(row["value"] < 20 for rows in family("xf/yearly").observations.values() for row in rows)
    smallest = OPEN.thresholds("2026-09-30").smallest_shown
    small = [
        row for row in family("xc/asylum").observations["asylum_applications"] if 0 < row["value"] < smallest
    ]
    assert Counter(row["period"] for row in small) == dict.fromkeys({row["period"] for row in small}, 1)
    assert len(small) == 11
