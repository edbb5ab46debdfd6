"""Drafts of mappings: what is seen is right, what is not certain is asked, and an answered draft harmonises."""

from pathlib import Path

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.catalogue.mappings import open_mapping
from lontar.catalogue.yaml_text import load_yaml_text
from lontar.cli.drafting import draft_for
from lontar.harmonise.draft import draft_mapping
from lontar.harmonise.drafting.dating import dated
from lontar.harmonise.drafting.judging import Judge, separators
from lontar.harmonise.drafting.layout import find_table
from lontar.harmonise.drafting.looking import LookRequest, look
from lontar.harmonise.reading.landing import SourceFile
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import CatalogueProblem, SourceProblem
from tests.factories import family_files, read_output
from tests.house.places import CATALOGUE

ENTRIES = """\
Border Police of Amberland;;;;
Entries detected, 2025;;;;
Nationality;Month;Men;Women;Total
Afghanistan;enero;110;38;148
Congo;enero;12;9;21
Stateless;enero;6;..;6
Otherwise;enero;7;<5;9
Syria;enero;1.204;610;1.814
Total;enero;1.339;660;1.998
Note: <5 is 1 to 4.;;;;
"""


def draft(
    folder: Path, text: str, name: str = "entries_2025.csv", indicator: str | None = "irregular_entries"
) -> str:
    (folder / name).write_text(text, "utf-8")
    return draft_for(open_catalogue(CATALOGUE), (folder / name, name), "XA", indicator, None)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draft(tmp_path_factory.mktemp("draft"), ENTRIES)


@pytest.mark.parametrize(
    "lines",
    [
        '  delimiter: ";"\ntable:\n  title_rows: 2\n  header_rows: 1\n',
        '    - {starts_with: "Note:", reason: footnote}  # ?\n',
        '  - {from: title, row: 2, pattern: "*, {year}"}\n',
        "  - column: Nationality\n    is: citizenship  # 67% of its texts are certain\n    names: [names]\n    # crosswalk: nationality",
        '  - column: Men\n    is: figure\n    dimensions: {sex: "M"}\n',
        "    is: total  # it is the sum of these in 75% of the rows\n    of: [Men, Women]\n",
        'period:\n  from: "{Month} {year}"\n  formats: ["{month_name} {year}"]\n  languages: [es]\n',
        '  thousands: "."  # ?',
        '    "<5": {low: 0, high: 4}  # ?',
        '#   "..": ?\n',
        "  - where: {Nationality: [Total]}  # ?",
        "# Congo,?,,   can mean CD or CG\n# Otherwise,?,,   looks like no name that is known\n",
    ],
)
def test_what_is_seen_is_proposed_and_what_is_not_certain_is_asked(drafted: str, lines: str) -> None:
    assert lines in drafted


def test_a_draft_is_no_mapping_until_it_is_answered(drafted: str, tmp_path: Path) -> None:
    (tmp_path / "entries.yml").write_text(drafted, "utf-8")
    with pytest.raises(CatalogueProblem, match="a question that the draft left open"):
        open_checked_mapping(open_catalogue(CATALOGUE), str(tmp_path / "entries.yml"))


def test_an_answered_draft_harmonises_its_file(drafted: str, tmp_path: Path) -> None:
    answered = drafted.replace('"?"', "answered").replace(
        "# crosswalk: nationality", "crosswalk: nationality"
    )
    answered = answered.replace("low: 0", "low: 1").replace(
        "  intervals:", '  absences: {"..": not_collected}\n  intervals:'
    )
    (tmp_path / "entries.yml").write_text(answered, "utf-8")
    (tmp_path / "nationality.csv").write_text(
        "from,to,match,note\nCongo,CD|CG,broader,One line for both.\nOtherwise,_O,partial,All others.\n",
        "utf-8",
    )
    (tmp_path / "entries_2025.csv").write_text(ENTRIES, "utf-8")
    bundle = open_checked_mapping(open_catalogue(CATALOGUE), str(tmp_path / "entries.yml"))
    harmonise_files([(tmp_path / "entries_2025.csv", "entries_2025.csv")], bundle, tmp_path / "out")
    made = read_output(tmp_path / "out")
    assert made.account["all"]["balanced"]
    assert [p["code"] for p in made.problems] == ["HAR-071"]  # the last row: 1339 and 660 are 1999
    assert (
        sum(row["value"] or 0 for row in made.observations["irregular_entries"])
        == 110 + 38 + 12 + 9 + 6 + 7 + 1204 + 610
    )


@pytest.mark.parametrize(
    "mapping",
    [
        "au/boat_arrivals",
        "it/accoglienza",
        "it/nazionalita",
        "it/nazionalita_joined",
        "it/sbarchi",
        "unodc/glotip",
    ],
)
def test_drafts_of_the_examples_see_what_their_mappings_say(mapping: str, tmp_path: Path) -> None:
    """The mappings were written by people who read these files."""
    bundle = open_mapping(open_catalogue(CATALOGUE), mapping)
    written, path = bundle.mapping, family_files(mapping)[0]
    seen = look(LookRequest(file=SourceFile.at(path, path.name), out=str(tmp_path)))
    layout = find_table(seen.rows[:2000])
    columns = Judge({}, open_catalogue(CATALOGUE).codelist("month")).columns(layout)
    assert (seen.shape.format, seen.shape.encoding, seen.shape.delimiter) == (
        written.file.format, written.file.encoding, written.file.delimiter
    )  # fmt: skip
    assert (len(layout.titles), layout.header_rows) == (written.table.title_rows, written.table.header_rows)
    headers = {
        header
        for column in written.columns
        if column.says in ("figure", "total")
        for header in column.headers()
    }
    positions = [written.table.header.index(header) for header in headers if header in written.table.header]
    expected = {layout.headers[at] for at in positions} or headers
    assert {one.header for one in columns if one.role in ("figure", "total")} == expected
    periods = {one.dated.format for one in columns if one.role == "period" and one.dated}
    assert periods <= {*written.period.formats, *(written.vintage.formats if written.vintage else ())}


@pytest.mark.parametrize(
    ("texts", "form", "language"),
    [
        (["2024-01", "2024-02"], "{year}-{month}", "en"),
        (["2024-01-31", "2024-02-01"], "{year}-{month}-{day}", "en"),
        (["31/01/2024", "01/02/2024"], "{day}/{month}/{year}", "en"),
        (["1/31/2024", "2/1/2024"], "{month}/{day}/{year}", "en"),
        (["Januar 2024", "März 2024"], "{month_name} {year}", "de"),
        (["2024-Q1", "2024-Q2"], "{period}", "en"),
        (["Oct-23", "Nov-23"], "{month_name}-{short_year}", "en"),
    ],
)
def test_periods_are_recognised(texts: list[str], form: str, language: str) -> None:
    read = dated(texts, open_catalogue(CATALOGUE).codelist("month"))
    assert read is not None
    assert (read.format, read.language, read.others) == (form, language, ())


def test_days_that_could_be_months_are_doubted() -> None:
    months = open_catalogue(CATALOGUE).codelist("month")
    read = dated(["01/02/2024", "03/04/2024"], months)
    assert read is not None
    assert (read.format, read.others) == ("{day}/{month}/{year}", ("{month}/{day}/{year}",))
    assert dated(["Yuma", "Tucson"], months) is None
    assert dated([], months) is None
    odd = dated([*(f"2024-{month:02}" for month in range(1, 13)), "2024-13"], months)
    assert odd is not None
    assert odd.odd == ("2024-13",)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["1.204", "38"], (".", "")),
        (["1,204", "38"], (",", "")),
        (["1.204,5", "38"], (".", ",")),
        (["1,204.50", "38"], (",", ".")),
        (["1 204", "38"], (" ", "")),
        (["12,5", "38"], ("", ",")),
        (["12", "38"], ("", "")),
    ],
)
def test_separators_are_recognised(texts: list[str], told: tuple[str, str]) -> None:
    assert separators(texts) == told


def test_headers_that_are_periods_and_codes(tmp_path: Path) -> None:
    text = "Nationality,Men 2023,x\nAfghanistan,1,2\nSyria,3,4\n"
    assert '"?"' in draft(tmp_path, text, "table.csv").partition("period:")[2]
    wide = draft(tmp_path, "Nationality,2023,2024\nAfghanistan,1,2\nSyria,3,4\n", "wide.csv")
    assert 'period:\n  from: "{header}"\n  formats: ["{year}"]\n' in wide
    months = draft(tmp_path, "Nationality,enero,febrero\nAfghanistan,1,2\nSyria,3,4\n", "wide_2024.csv")
    assert 'names: ["wide_{year}.csv"]' in months
    assert 'from: "{header} {year}"\n  formats: ["{month_name} {year}"]\n  languages: [es]\n' in months


@pytest.mark.parametrize("text", ['he said "no": #1', "true", "NO", "- x", "a: b", "Ñandú (2)", "%", "'s"])
def test_texts_of_the_file_are_yaml_as_they_stand(text: str, tmp_path: Path) -> None:
    header = text.replace('"', '""')
    made = draft(tmp_path, f'Month,"{header}"\n2024-01,5\n2024-02,6\n', "odd.csv")
    columns = load_yaml_text(made)["columns"]  # type: ignore[index, call-overload]
    assert [one["column"] for one in columns if one["is"] == "figure"] == [text]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "HAR-003"), (b"%PDF-1.4", "HAR-007"), (b"a\0b\n1,2", "HAR-007"), (b"PK\x03\x04", "HAR-007")],
)
def test_what_is_no_table_is_told(data: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    catalogue = open_catalogue(CATALOGUE)
    with pytest.raises(SourceProblem, match=code):
        draft_mapping(
            tmp_path / "a.csv", "a.csv", reporter="XA", area="XA", indicator=None, dimensions={},
            months=catalogue.codelist("month"),
        )  # fmt: skip


def test_a_reporter_or_indicator_that_does_not_exist_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ENTRIES, "utf-8")
    for reporter, indicator in (("ZZ", None), ("XA", "nothing")):
        with pytest.raises(CatalogueProblem, match="CAT-006"):
            draft_for(open_catalogue(CATALOGUE), (tmp_path / "a.csv", "a.csv"), reporter, indicator, None)
