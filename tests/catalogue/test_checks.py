"""Each check fails on a catalogue in which that one thing is broken, says where, and is silent on the one that is right."""

from pathlib import Path

import pytest

from tests.catalogue.small import FILES, small_catalogue, with_change

LANDINGS, AGE, QUESTIONS = "indicators/landings.yml", "codelists/age.csv", "method_sheets/questions.yml"
SHEET, THRESHOLDS = "method_sheets/no/landings.yml", "thresholds/thresholds.yml"
ROUNDING_DAY = "'2026-01-01'\n    reason: Why rounding."

BROKEN = [
    # file to change, passage, what it becomes; code, place and a word of the message
    (LANDINGS, "id: landings", "id: arrivals", "CAT-020", "landings.yml, line 1", "called 'landings'"),
    (LANDINGS, "topic: arrivals", "topic: arivals", "CAT-031", "landings.yml, line 2", "topic 'arivals'"),
    (LANDINGS, "[persons]", "[people]", "CAT-031", "landings.yml, line 5", "'people'"),
    (LANDINGS, "units: [persons]", "units: []", "CAT-033", "landings.yml, line 5", "no unit"),
    (LANDINGS, "units: [persons]", "unit_list: money", "CAT-031", "landings.yml, line 1", "'money'"),
    (LANDINGS, "[_Z]", "[_Z, seen]", "CAT-031", "landings.yml, line 6", "'seen'"),
    (LANDINGS, "  age: age", "  age: ages", "CAT-031", "landings.yml, line 8", "code list 'ages'"),
    (LANDINGS, "definition: People who land.", "definition: ''", "CAT-033", "landings.yml, line 4", "definition is empty"),
    (LANDINGS, "source:\n  - title: A treaty", "source: []", "CAT-032", "landings.yml, line 11", "no source"),
    (LANDINGS, "'2026-01-01'", "'2026-02-30'", "CAT-025", "landings.yml, line 13", "'2026-02-30' is no date"),
    (LANDINGS, "'2026-01-01'", "'2026-01-01'\nvalid_to: '2025'", "CAT-026", "landings.yml, line 14", "before it begins"),
    (LANDINGS, "asylum_link: mixed", "asylum_link: maybe", "CAT-004", "landings.yml, line 9", "maybe"),
    (LANDINGS, "title: Landings", "titel: Landings", "CAT-004", "landings.yml, line", "titel"),
    (LANDINGS, "title: Landings", "title: Landings\ntitle: Landings", "CAT-003", "landings.yml, line 4", "a second time"),
    ("topics/arrivals.yml", "id: arrivals", "id: landing", "CAT-038", "arrivals.yml, line 1", "no indicator"),
    ("codelists/age.yml", "id: age", "id: ages", "CAT-020", "age.yml, line 1", "called 'age'"),
    ("codelists/age.yml", "owner: o", "owner: ''", "CAT-033", "age.yml, line 3", "owner is empty"),
    ("codelists/age.yml", "[stage]", "[stages]", "CAT-031", "age.yml, line 7", "code list 'stages'"),
    (AGE, "0 to 4,Y0T17", ",Y0T17", "CAT-021", "age.csv, row 3", "English label"),
    (AGE, "0 to 4,Y0T17", "0 to 4,Y0T18", "CAT-022", "age.csv, row 3", "'Y0T18'"),
    (AGE, "0 to 17,,1990", "0 to 17,Y0T4,1990", "CAT-023", "age.csv, row 2", "circle"),
    (AGE, "Y0T4,0 to 4", "Y0T17,0 to 4", "CAT-024", "age.csv, row 3", "there twice"),
    (AGE, "Y0T4,0 to 4", "_Z,0 to 4", "CAT-024", "age.csv, row 3", "also in the list stage"),
    (AGE, "1990-01-01,2000", "1 January,2000", "CAT-025", "age.csv, row 3", "'1 January'"),
    (AGE, "1990-01-01,2000", "2000-01-01,1990", "CAT-026", "age.csv, row 3", "before it begins"),
    (AGE, "2000,0,4", "2000,4,0", "CAT-030", "age.csv, row 3", "ends before"),
    (AGE, "2000,0,4", "2000,0,18", "CAT-030", "age.csv, row 3", "within its parent"),
    (AGE, "2000,0,4", "2000,0,4,9", "CAT-011", "age.csv, row 3", "8 cells where the header has 7"),
    (AGE, "label_en", "label", "CAT-010", "age.csv, row 1", "label_en"),
    ("codelists/age_names.csv", "child,Y0T17", "child,Y0T18", "CAT-028", "age_names.csv, row 2", "'Y0T18'"),
    ("codelists/age_names.csv", "alternative", "nickname", "CAT-029", "age_names.csv, row 2", "'nickname'"),
    ("codelists/age_names.csv", "name,code", "text,code", "CAT-010", "age_names.csv, row 1", "name,code,kind,language"),
    ("participants/no.yml", "id: NO", "id: SE", "CAT-020", "no.yml, line 1", "'SE'"),
    ("participants/no.yml", "area: NO", "area: XQ", "CAT-031", "no.yml, line 6", "'XQ'"),
    ("participants/no.yml", "area: NO", "area: NO\nstate: XQ", "CAT-031", "no.yml, line 7", "'XQ'"),
    ("participants/no.yml", "kind: State", "kind: territory", "CAT-033", "no.yml, line 4", "of which State"),
    ("participants/no.yml", "en: Norway", "fr: Norvège", "CAT-021", "no.yml, line 2", "English label"),
    ("participants/no.yml", "title: A list", "title: ''", "CAT-032", "no.yml, line 8", "no title"),
    ("reporters/no.yml", "participant: NO", "participant: SE", "CAT-031", "no.yml, line 5", "participant 'SE'"),
    ("reporters/no.yml", "id: NO", "id: false", "CAT-004", "no.yml, line 1", "id: true or false stands where text should"),
    (QUESTIONS, ", unknown: Not known", "", "CAT-035", "questions.yml, line 4", "by unknown"),
    (SHEET, "reporter: NO", "reporter: SE", "CAT-031", "landings.yml, line 1", "reporter 'SE'"),
    (SHEET, "reporter: NO", "reporter: SE", "CAT-020", "landings.yml, line 1", "sheet is of SE"),
    (SHEET, "indicator: landings", "indicator: boats", "CAT-031", "landings.yml, line 2", "indicator 'boats'"),
    (SHEET, "counted:", "count:", "CAT-034", "landings.yml, line 6", "'counted' is not answered"),
    (SHEET, "counted:", "count:", "CAT-031", "landings.yml, line 7", "question 'count'"),
    (SHEET, "[event]", "[person]", "CAT-035", "landings.yml, line 7", "'person'"),
    (SHEET, "[event]", "[event, unknown]", "CAT-037", "landings.yml, line 7", "one answer"),
    (THRESHOLDS, "id: rounding", "id: smallest_shown", "CAT-033", "thresholds.yml, line 1", "'rounding' has no value"),
    (THRESHOLDS, "id: rounding", "id: roundings", "CAT-004", "thresholds.yml, line", "roundings"),
    (THRESHOLDS, "value: 5", "value: 0", "CAT-004", "thresholds.yml, line 38", "rounding is 0"),
    (THRESHOLDS, "value: 70", "value: 100", "CAT-004", "thresholds.yml, line 24", "largest_share is 100"),
    (THRESHOLDS, "value: 11", "value: 100", "CAT-004", "thresholds.yml, line 31", "prior_percent is 100"),
    (THRESHOLDS, "value: 11", "value: '11'", "CAT-004", "thresholds.yml, line 31", "value"),
    (THRESHOLDS, "reason: Why rounding.", "reason: ''", "CAT-033", "thresholds.yml, line 41", "reason of 'rounding' is empty"),
    (THRESHOLDS, "title: Book of rounding", "title: ''", "CAT-032", "thresholds.yml, line 42", "no source of 'rounding'"),
    (THRESHOLDS, ROUNDING_DAY, ROUNDING_DAY.replace("-01", ""), "CAT-025", "thresholds.yml, line 40", "'2026' is no day"),
    (THRESHOLDS, ROUNDING_DAY, ROUNDING_DAY.replace("01-01", "02-30"), "CAT-025", "thresholds.yml, line 40", "no day"),
]  # fmt: skip


def test_the_small_catalogue_is_right(tmp_path: Path) -> None:
    assert small_catalogue(tmp_path).check() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "place", "said"),
    BROKEN,
    ids=[f"{b[3]}-{b[0]}-{at}" for at, b in enumerate(BROKEN)],
)
def test_a_broken_catalogue_is_told_where(
    tmp_path: Path, name: str, old: str, new: str, code: str, place: str, said: str
) -> None:
    problems = small_catalogue(tmp_path, with_change(name, old, new)).check()
    found = [
        problem
        for problem in problems
        if problem.code == code and place in problem.place and said in problem.message
    ]
    assert len(found) == 1, [str(problem) for problem in problems]
    assert found[0].place.startswith("catalogue/")
    assert found[0].remedy


def test_a_question_asked_twice(tmp_path: Path) -> None:
    twice = FILES[QUESTIONS] + FILES[QUESTIONS].removeprefix("questions:\n")
    assert [problem.code for problem in small_catalogue(tmp_path, {QUESTIONS: twice}).check()] == [
        "CAT-024",
        "CAT-024",
    ]


def test_two_values_from_one_day(tmp_path: Path) -> None:
    twice = FILES[THRESHOLDS] + FILES[THRESHOLDS].removeprefix("thresholds:\n")
    problems = small_catalogue(tmp_path, {THRESHOLDS: twice}).check()
    assert {problem.code for problem in problems} == {"CAT-024"}
    assert len(problems) == 12


def test_a_later_value_is_a_second_entry(tmp_path: Path) -> None:
    later = FILES[THRESHOLDS].removeprefix("thresholds:\n").replace("2026-01-01", "2027-01-01")
    assert small_catalogue(tmp_path, {THRESHOLDS: FILES[THRESHOLDS] + later}).check() == []


def test_no_catalogue_goes_without_thresholds(tmp_path: Path) -> None:
    catalogue = small_catalogue(tmp_path)
    (catalogue.root / THRESHOLDS).unlink()
    assert [(problem.code, problem.place) for problem in catalogue.check()] == [
        ("CAT-001", f"catalogue/{THRESHOLDS}")
    ]


def test_a_table_without_its_head(tmp_path: Path) -> None:
    problems = small_catalogue(tmp_path, {"codelists/lost.csv": FILES[AGE]}).check()
    assert [(problem.code, problem.place) for problem in problems] == [
        ("CAT-036", "catalogue/codelists/lost.csv, row 1")
    ]


def test_lists_that_include_each_other(tmp_path: Path) -> None:
    changed = with_change("codelists/stage.yml", "version: '1'", "version: '1'\nincludes: [age]")
    problems = small_catalogue(tmp_path, changed).check()
    assert {problem.code for problem in problems} == {"CAT-012"}
    assert {problem.place for problem in problems} == {
        "catalogue/codelists/age.yml",
        "catalogue/codelists/stage.yml",
    }


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    changed = {
        **with_change(LANDINGS, "[persons]", "[people]"),
        **with_change(AGE, "0 to 4,Y0T17", ",Y0T18"),
        **with_change("reporters/no.yml", "participant: NO", "participant: SE"),
    }
    codes = sorted(problem.code for problem in small_catalogue(tmp_path, changed).check())
    assert codes == ["CAT-021", "CAT-022", "CAT-031", "CAT-031"]
