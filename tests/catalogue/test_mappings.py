"""Each fault of a mapping or its crosswalk is told with its line and in plain words; the mapping that is right passes."""

from pathlib import Path

import pytest
import yaml

from lontar.catalogue.mapping_checks import check_mappings, open_checked_mapping
from lontar.catalogue.mappings import mapping_path, open_mapping, read_crosswalk
from lontar.model.errors import CatalogueProblem
from tests.catalogue.small_mapping import (
    CORRECTIONS,
    CROSSWALK,
    MAPPING_FILES,
    NAME,
    file_called,
    mapping_catalogue,
    with_change,
)

BROKEN: list[list[str]] = yaml.safe_load(
    (Path(__file__).parent / "broken_mappings.yml").read_text(encoding="utf-8")
)


def test_the_mapping_is_right(tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    assert catalogue.check() == []
    assert check_mappings(catalogue) == []
    assert open_checked_mapping(catalogue, "no/landings").mapping.title == "Landings"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place", "said"),
    BROKEN,
    ids=[f"{at}-{broken[3] or 'right'}" for at, broken in enumerate(BROKEN, start=1)],
)
def test_a_fault_is_told_where_it_stands(
    file: str, old: str, new: str, code: str, place: str, said: str, tmp_path: Path
) -> None:
    problems = check_mappings(mapping_catalogue(tmp_path, with_change(file_called(file), old, new)))
    if not code:
        assert problems == []
        return
    assert [problem.code for problem in problems] == [code], [str(problem) for problem in problems]
    assert problems[0].place.endswith(place)
    assert said in f"{problems[0].message} {problems[0].remedy}"
    assert problems[0].remedy


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    changed = {
        **with_change(NAME, "area: NO", "area: XQ"),
        **with_change(CROSSWALK, "child,Y0T17", "child,Y0T18"),
    }
    catalogue = mapping_catalogue(tmp_path, changed)
    with pytest.raises(CatalogueProblem) as refusal:
        open_checked_mapping(catalogue, "no/landings")
    told = [refusal.value, *refusal.value.others]
    assert [problem.place for problem in told] == [f"{NAME}, line 6", f"{CROSSWALK}, line 2"]
    assert str(refusal.value).count("\n") == 1


def test_each_target_of_a_crosswalk_needs_a_code(tmp_path: Path) -> None:
    changed = with_change(NAME, "    is: age\n", "    is: [age, stage]\n") | {
        CROSSWALK: "from,age,stage\nchild,Y0T17,_Z\n0-4,Y0T4,\n"
    }
    (problem,) = check_mappings(mapping_catalogue(tmp_path, changed))
    assert (problem.place, problem.message) == (f"{CROSSWALK}, line 3", "'0-4' has no code for stage.")


def test_a_field_of_which_a_figure_has_one_takes_one_code(tmp_path: Path) -> None:
    mapping = MAPPING_FILES[NAME].replace("source_kind: official\n", "")
    mapping = mapping.replace(
        "  - {column: Year,", "  - {column: Who, is: source_kind, crosswalk: who}\n  - {column: Year,"
    )
    changed = {
        NAME: mapping,
        "codelists/source_kind.csv": MAPPING_FILES["codelists/source_kind.csv"] + "survey,Survey,,,\n",
        "mappings/no/who.csv": "from,to,match,note\npolice,official,,\nboth,official|survey,broader,Nobody knows.\n",
    }
    (told,) = check_mappings(mapping_catalogue(tmp_path, changed))
    found = "'both' stands for several codes of source_kind, of which a figure has one and no more."
    assert (told.code, told.place, told.message) == ("CAT-040", "mappings/no/who.csv, line 3", found)
    assert told.remedy.startswith("Give the one code that holds of every figure of such rows")


def test_a_line_may_stand_for_several_codes_where_it_says_so(tmp_path: Path) -> None:
    text = MAPPING_FILES[CROSSWALK] + "young,Y0T17|Y0T4,broader,One or the other.,\n"
    assert check_mappings(mapping_catalogue(tmp_path, {CROSSWALK: text})) == []
    text = MAPPING_FILES[CROSSWALK] + "young,Y0T17|Y0T5,partial,One or the other.,\n"
    (problem,) = check_mappings(mapping_catalogue(tmp_path / "other", {CROSSWALK: text}))
    assert (problem.place, problem.message) == (f"{CROSSWALK}, line 6", "'Y0T5' is no code of age.")


def test_a_crosswalk_that_is_no_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    (catalogue.root / CROSSWALK).write_bytes("from,to\nchild,Y0T17\nbébé,Y0T4\n".encode("latin-1"))
    (problem,) = check_mappings(catalogue)
    assert (problem.code, problem.place) == ("CAT-002", f"{CROSSWALK}, line 3")


def test_a_note_is_kept_to_the_last_sign_and_counts_its_lines(tmp_path: Path) -> None:
    text = '\ufefffrom,to,match,note\na,Y0T17,partial,"one\u2028two\x85three\nfour, \'five\' ""six"""\n b  c ,Y0T4,,\n'
    catalogue = mapping_catalogue(tmp_path, {CROSSWALK: text})
    lines = read_crosswalk(catalogue.root / CROSSWALK, catalogue.root).lines
    assert lines[0].note == "one\u2028two\x85three\nfour, 'five' \"six\""
    assert [(line.source, line.to, line.match, line.line) for line in lines] == [
        ("a", {"to": "Y0T17"}, "partial", 3),
        ("b c", {"to": "Y0T4"}, "exact", 4),
    ]


def test_the_version_changes_with_all_that_the_mapping_says(tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    versions = [open_mapping(catalogue, "no/landings").version]
    for name in ("mappings/no/landings.yml", CROSSWALK, "corrections/no/landings.yml"):
        path = catalogue.root / name
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        versions.append(open_mapping(catalogue, "no/landings").version)
    (catalogue.root / "corrections/no/landings.yml").unlink()
    versions.append(open_mapping(catalogue, "no/landings").version)
    assert len(set(versions)) == len(versions)
    assert {len(version) for version in versions} == {16}
    assert open_mapping(catalogue, "no/landings").version == versions[-1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("../../beside", "CAT-006"),
        ("no/../../../beside", "CAT-006"),
        ("no/arrivals", "CAT-006"),
        ("none.yml", "CAT-001"),
    ],
)
def test_no_mapping_lies_beside_the_catalogue(asked: str, code: str, tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    (tmp_path / "beside.yml").write_text(MAPPING_FILES[NAME], "utf-8")
    with pytest.raises(CatalogueProblem) as refusal:
        mapping_path(catalogue, asked)
    assert refusal.value.code == code
    assert asked in str(refusal.value)
    assert mapping_path(catalogue, "no/landings") == catalogue.root / NAME
    assert mapping_path(catalogue, str(tmp_path / "beside.yml")) == tmp_path / "beside.yml"


def test_yaml_that_is_nested_without_end_is_told(tmp_path: Path) -> None:
    deep = "[" * 20_000 + "]" * 20_000
    (problem,) = check_mappings(
        mapping_catalogue(tmp_path, with_change(NAME, "title: Landings", f"title: {deep}"))
    )
    assert problem.code == "CAT-003"
    assert "landings.yml" in problem.place


def test_a_code_list_that_is_no_utf8_is_told_with_its_row(tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    path = catalogue.root / "codelists" / "reference_area.csv"
    path.write_bytes(path.read_bytes() + "CI,Côte d'Ivoire,,,\n".encode("latin-1"))
    found = [(problem.code, problem.place) for problem in catalogue.check()]
    assert set(found) == {("CAT-002", "catalogue/codelists/reference_area.csv, row 3")}


@pytest.mark.parametrize("asked", ["../x", "../indicators/landings", "landings.yml", ""])
def test_an_id_is_no_path(asked: str, tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    (catalogue.root / "x.yml").write_text(
        (catalogue.root / "indicators" / "landings.yml").read_text("utf-8"), "utf-8"
    )
    with pytest.raises(CatalogueProblem, match="CAT-006"):
        catalogue.indicator(asked)


def test_a_participant_of_the_demonstration_is_an_area_of_its_own(tmp_path: Path) -> None:
    """Its figures are about nothing in the world, so that they can stand under no real area."""
    files = {
        "participants/xa.yml": (
            "id: XA\nlabels:\n  en: Amberland\nkind: State\nstanding: member\nfictional: true\nverified: true\nsource:\n  - title: A list\n"
        ),
        "reporters/xa.yml": "id: XA\nlabels:\n  en: Amberland\nkind: State\nparticipant: XA\n",
    }
    fictional = with_change(NAME, "area: NO", "area: XA")
    assert check_mappings(mapping_catalogue(tmp_path, {**files, **fictional})) == []
    real = {"participants/xa.yml": files["participants/xa.yml"].replace("fictional: true\n", "")}
    (problem,) = check_mappings(mapping_catalogue(tmp_path / "real", {**files, **fictional, **real}))
    assert "there is no area 'XA'" in problem.message


def test_corrections_may_lie_beside_a_mapping_that_is_tried(tmp_path: Path) -> None:
    catalogue = mapping_catalogue(tmp_path)
    (tmp_path / "ages.csv").write_text(MAPPING_FILES[CROSSWALK], "utf-8")
    tried, beside = tmp_path / "landings.yml", tmp_path / "landings.corrections.yml"
    tried.write_text(MAPPING_FILES[NAME], "utf-8")
    assert [one.id for one in open_mapping(catalogue, str(tried)).corrections] == ["typing"]
    beside.write_text(MAPPING_FILES[CORRECTIONS].replace("id: typing", "id: letter"), "utf-8")
    assert [one.id for one in open_mapping(catalogue, str(tried)).corrections] == ["letter"]
    beside.write_text(beside.read_text("utf-8").replace("column: Persons", "column: People"), "utf-8")
    with pytest.raises(CatalogueProblem) as refusal:
        open_checked_mapping(catalogue, str(tried))
    assert refusal.value.place == "landings.corrections.yml"
