"""What a workbook shows besides its values: each cell ends as a figure, a problem with its place, or a named reason."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.harmonise.reading import layout, workbook
from lontar.harmonise.reading.sheets import ods, thinning, xlsx_parts, xlsx_sheet
from lontar.harmonise.reading.sheets.shown import Merged, Run, Shown, Style, column_name, styled, text_of_runs
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import SourceProblem
from lontar.model.mapping.layout import FileShape, TableShape
from tests.factories import Harmonised
from tests.harmonise import made_workbooks as made
from tests.harmonise.cases import USUAL, Case, catalogue, harmonise_these, told
from tests.harmonise.made_workbooks import number, ods_number, ods_table, ods_text, table, text

OLD = Path(__file__).parent / "old_workbooks"
TOLD = ("code", "severity", "sheet", "row", "column", "value", "message")


def harmonised(path: Path, mapping: dict[str, Any] | None = None, **shape: Any) -> Harmonised:
    """What becomes of a workbook of years, places and persons under the usual mapping, or one that says more."""
    file = {"format": path.suffix[1:], "sheet": "Data"} | shape
    case = Case(case="", mapping=made.MAPPING | (mapping or {}) | {"file": file})
    return harmonise_these([(path, path.name)], case, path.parent)


def problems(made_of: Harmonised) -> list[list[str]]:
    return [[problem[name] for name in TOLD] for problem in made_of.problems]


def values(made_of: Harmonised) -> list[list[str]]:
    return told(made_of.observations, ["source_row", "value"])


def sheet_of(path: Path, **shape: Any) -> workbook.Sheet:
    return workbook.open_sheet(
        path, FileShape(**({"format": path.suffix[1:], "sheet": "Data"} | shape)), 10**8
    )


NO_FIGURE = {
    "error": ("HAR-110", "#REF!", "'#REF!' is an error of the spreadsheet"),
    "formula": ("HAR-111", "'=A2+1", "'=A2+1' is a formula, and its value is not in the file"),
    "mark": ("HAR-113", "1 234²", "the figure in '1 234²' has a mark that the mapping does not know: '²'"),
    "letter": (
        "HAR-113",
        "12^(a)",
        "the figure in '12^(a)' has a mark that the mapping does not know: '^(a)'",
    ),
    "below": ("HAR-113", "12₂", "the figure in '12₂' has a mark that the mapping does not know: '₂'"),
    "share": ("HAR-112", "12.3%", "'12.3%' is a share, not a count"),
    "struck": ("HAR-114", "~~7~~", "what stands between ~~ in '~~7~~' is struck out in the sheet"),
    "half struck": ("HAR-114", "~~12~~15", "what stands between ~~ in '~~12~~15' is struck out in the sheet"),
    "day": ("HAR-115", "1900-02-12", "'1900-02-12' is a day or a time, not a figure"),
}
"""What a sheet can show in place of a figure, and what is said of it."""
XLSX = {
    "error": '<c r="C2" t="e"><v>#REF!</v></c>',
    "formula": '<c r="C2"><f>A2+1</f></c>',
    "mark": '<c r="C2" t="s"><v>0</v></c>',
    "letter": '<c r="C2" t="inlineStr"><is><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>a</t></r></is></c>',
    "below": '<c r="C2" t="s"><v>1</v></c>',
    "share": number("C2", 0.123, ' s="2"'),
    "struck": number("C2", 7, ' s="4"'),
    "half struck": '<c r="C2" t="s"><v>2</v></c>',
    "day": number("C2", 43, ' s="7"'),
}
STRINGS = (
    '<si><r><t xml:space="preserve">1 234</t></r><r><rPr><b/><vertAlign val="superscript"/></rPr><t>2</t></r>'
    "<rPh sb='0' eb='1'><t>x</t></rPh></si>"
    '<si><r><t>12</t></r><r><rPr><vertAlign val="subscript"/></rPr><t>2</t></r></si>'
    "<si><r><rPr><strike/></rPr><t>12</t></r><r><rPr><strike val='0'/></rPr><t>15</t></r></si>"
    "<si><r><t>2</t></r><r><rPr><b/></rPr><t>0</t></r></si>"
)  # fmt: skip
ODS = {
    "error": (
        '<table:table-cell table:formula="of:=[.Z1]" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    ),
    "formula": '<table:table-cell table:formula="of:=A2+1"/>',
    "mark": ods_text('1 234<text:span text:style-name="up">2</text:span>'),
    "letter": ods_text('12<text:span text:style-name="up">a</text:span>'),
    "below": ods_text('12<text:span text:style-name="down">2</text:span>'),
    "share": '<table:table-cell office:value-type="percentage" office:value="0.123"><text:p>12%</text:p></table:table-cell>',
    "struck": ods_number(7, 'table:style-name="child"'),
    "half struck": ods_text('<text:span text:style-name="gone">12</text:span>15'),
    "day": '<table:table-cell office:value-type="date" office:date-value="1900-02-12"><text:p>12/2</text:p></table:table-cell>',
}  # fmt: skip


@pytest.mark.parametrize("what", NO_FIGURE)
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_a_sheet_shows_in_place_of_a_figure_is_refused_with_its_place(
    what: str, kind: str, tmp_path: Path
) -> None:
    if kind == "xlsx":
        path = made.xlsx(tmp_path / "a.xlsx", table(XLSX[what], number("C3", 5)), strings=STRINGS)
    else:
        path = made.ods(tmp_path / "a.ods", ods_table(ODS[what], ods_number(5)))
    code, value, message = NO_FIGURE[what]
    done = harmonised(path)
    assert problems(done) == [[code, "refused", "Data", "2", "3", value, message]]
    assert values(done) == [["3", "5"]]
    cells = done.account["all"]["cells"]
    assert done.account["all"]["balanced"]
    assert (cells["found"], cells["observed"], cells["refused"]) == (9, 1, 1)


def test_an_old_workbook_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "shown.xls"
    path.write_bytes((OLD / "shown.xls").read_bytes())
    columns = [*made.MAPPING["columns"], {"column": "Note", "is": "ignore", "reason": "not ours"}]
    done = harmonised(path, {"columns": columns, "table": {"merged": ["Place"]}})
    read = "though not empty: it was read"
    assert [[p["code"], p["severity"], p["row"], p["column"], p["value"], p["message"]] for p in done.problems] == [
        ["HAR-101", "warning", "1", "4", "", f"column D is hidden in the sheet, {read}"],
        ["HAR-110", "refused", "2", "3", "#N/A", "'#N/A' is an error of the spreadsheet"],
        ["HAR-113", "refused", "3", "3", "1234²", "the figure in '1234²' has a mark that the mapping does not know: '²'"],
        ["HAR-112", "refused", "4", "3", "12.3%", "'12.3%' is a share, not a count"],
        ["HAR-114", "refused", "5", "3", "~~7~~", "what stands between ~~ in '~~7~~' is struck out in the sheet"],
        ["HAR-114", "refused", "6", "3", "~~12~~15", "what stands between ~~ in '~~12~~15' is struck out in the sheet"],
        ["HAR-100", "warning", "7", "", "", f"row 7 is hidden in the sheet, {read}"],
        ["HAR-115", "refused", "8", "3", "1900-02-12", "'1900-02-12' is a day or a time, not a figure"],
    ]  # fmt: skip
    assert told(done.observations, ["event", "value"]) == [
        ["P6", "6"],
        ["P8", "8"],
        ["P9", "9"],
        ["P9", "10"],
    ]


def test_what_a_mapping_knows_of_such_texts_holds(tmp_path: Path) -> None:
    cells = [
        '<c r="C2" t="e"><v>#N/A</v></c>', '<c r="C3" t="s"><v>0</v></c>', number("C4", 0.5, ' s="1"'),
        '<c r="C5" t="inlineStr"><is><r><t>9</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>p</t></r></is></c>',
        '<c r="C6"><f>A2</f><v>6</v></c>', '<c r="C7" t="s"><v>3</v></c>', number("C8", 8, ' s="3"'), number("C9", 9, ' s="6"'),
    ]  # fmt: skip
    path = made.xlsx(tmp_path / "a.xlsx", table(*cells), strings=STRINGS)
    figures = {
        "thousands": " ", "absences": {"#N/A": "not_collected"}, "marks": ["²", "%"], "flags": {"^(p)": "provisional"},
    }  # fmt: skip
    done = harmonised(path, {"figures": figures})
    assert done.problems == []
    assert told(done.observations, ["source_row", "value", "absence", "status", "source_value"]) == [
        ["2", "", "not_collected", "final", "#N/A"], ["3", "1234", "", "final", "1 234²"], ["4", "50", "", "final", "50%"],
        ["5", "9", "", "provisional", "9^(p)"], ["6", "6", "", "final", "6"], ["7", "20", "", "final", "20"],
        ["8", "8", "", "final", "8"], ["9", "9", "", "final", "9"],
    ]  # fmt: skip


def test_a_text_that_a_sheet_could_not_compute_is_no_code(tmp_path: Path) -> None:
    row = f'<row r="2">{number("A2", 2024)}<c r="B2" t="e"><v>#NAME?</v></c>{number("C2", 5)}</row>'
    done = harmonised(made.xlsx(tmp_path / "a.xlsx", table() + row))
    assert problems(done) == [
        ["HAR-110", "refused", "Data", "2", "2", "#NAME?", "'#NAME?' is an error of the spreadsheet"]
    ]
    assert not any(done.observations.values())


def test_a_computed_empty_text_is_empty(tmp_path: Path) -> None:
    cells = ['<c r="C2" t="str"><f>IF(A2,"","")</f><v></v></c>', '<c r="C3"><f>B2</f><v></v></c>']
    done = harmonised(
        made.xlsx(tmp_path / "a.xlsx", table(*cells)), {"figures": {"absences": {"": "unknown"}}}
    )
    assert [(p["code"], p["row"]) for p in done.problems] == [("HAR-111", "3")]
    assert told(done.observations, ["source_row", "absence"]) == [["2", "unknown"]]


CELL, NOTE = "<table:table-cell", "<office:annotation><text:p>no<text:tab/>te</text:p></office:annotation>"


def test_line_breaks_and_notes_glue_nothing_in_an_open_document(tmp_path: Path) -> None:
    cells = [
        ods_text("12<text:line-break/>34"), ods_text("5<text:tab/>6"), ods_text("1<text:s/>234"),
        f'{CELL} office:value-type="float" office:value="12">{NOTE}<text:p>12</text:p></table:table-cell>',
        f'{CELL} office:value-type="string">{NOTE}<text:p>7</text:p><text:p>8</text:p></table:table-cell>',
        ods_text('3<text:span text:style-name="level">4</text:span>'),
    ]  # fmt: skip
    sheet = sheet_of(made.ods(tmp_path / "a.ods", ods_table(*cells)))
    assert [row[2] for row in sheet.rows[1:]] == ["12\n34", "5\t6", "1 234", "12", "7\n8", "34"]


def test_a_named_style_of_an_open_document_counts_too(tmp_path: Path) -> None:
    styles = '<style:style style:name="Raised" style:family="text"><style:text-properties style:text-position="33% 60%"/></style:style>'
    cell = ods_text('12<text:span text:style-name="Raised">3)</text:span>')
    assert sheet_of(made.ods(tmp_path / "a.ods", ods_table(cell), named_styles=styles)).rows[1][2] == "12³⁾"


def test_rows_and_columns_of_an_open_document_hand_down_their_style(tmp_path: Path) -> None:
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:default-cell-style-name="struck"/>'
    rows = ods_table(ods_number(5), ods_number(6, 'table:style-name="plain"'))
    path = made.ods(tmp_path / "a.ods", rows, columns=columns)
    assert [row[2] for row in sheet_of(path).rows] == ["~~Persons~~", "~~5~~", "6"]


# Hidden.

HIDDEN_COLUMN = '<cols><col min="2" max="2" width="9" hidden="1"/></cols>'


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    rows = table(*(number(f"C{n}", n) for n in range(2, 8)), hidden=(3, 4, 6))
    done = harmonised(made.xlsx(tmp_path / "a.xlsx", rows))
    assert problems(done) == [
        ["HAR-100", "warning", "Data", "3", "", "", "rows 3 to 4 are hidden in the sheet, though not empty: they were read"],
        ["HAR-100", "warning", "Data", "6", "", "", "row 6 is hidden in the sheet, though not empty: it was read"],
    ]  # fmt: skip
    assert [row for row, _ in values(done)] == ["2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_hidden_rows_are_passed_over_where_the_mapping_says_so(kind: str, tmp_path: Path) -> None:
    if kind == "xlsx":
        path = made.xlsx(
            tmp_path / "a.xlsx", table(*(number(f"C{n}", n) for n in range(2, 6)), hidden=(3, 4))
        )
    else:
        path = made.ods(tmp_path / "a.ods", ods_table(*map(ods_number, range(2, 6)), hidden=(3, 4)))
    done = harmonised(path, hidden="ignore")
    assert (done.problems, values(done)) == ([], [["2", "2"], ["5", "5"]])
    assert done.account["all"]["balanced"]
    assert done.account["all"]["cells"] == {
        "found": 15, "observed": 2, "code_or_label": 7, "ignored": {"hidden in the sheet": 6}, "refused": 0,
    }  # fmt: skip
    assert done.account["all"]["rows"] == {
        "found": 5,
        "observed": 2,
        "code_or_label": 1,
        "ignored": 2,
        "refused": 0,
    }


def test_a_hidden_column_is_told_or_passed_over(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", table(number("C2", 5)), before=HIDDEN_COLUMN)
    assert problems(harmonised(path)) == [
        [
            "HAR-101",
            "warning",
            "Data",
            "1",
            "2",
            "",
            "column B is hidden in the sheet, though not empty: it was read",
        ]
    ]
    columns = [made.MAPPING["columns"][0], made.MAPPING["columns"][2]]
    (tmp_path / "again").mkdir()
    path = path.rename(tmp_path / "again" / "a.xlsx")
    done = harmonised(
        path, {"columns": columns, "indicator": "irregular_entries", "area": "ID"}, hidden="ignore"
    )
    assert (done.problems, values(done)) == ([], [["2", "5"]])
    assert done.account["all"]["cells"]["ignored"] == {"hidden in the sheet": 2}
    assert done.account["all"]["balanced"]


@pytest.mark.parametrize(
    ("rows", "more", "sentence"),
    [
        (table(number("C2", 5), hidden=(2,)), {},
         "[HAR-100] a.xlsx, row 2: row 2 is hidden in the sheet, though not empty: the mapping refuses such files."),
        (table(number("C2", 5)), {"before": HIDDEN_COLUMN},
         "[HAR-101] a.xlsx, row 1, column 2: column B is hidden in the sheet, though not empty: the mapping refuses such files."),
        (table(number("C2", 5)), {"state": 'state="veryHidden"'},
         "[HAR-102] a.xlsx: the sheet is hidden in the workbook: the mapping refuses such files."),
    ],
    ids=["row", "column", "sheet"],
)  # fmt: skip
def test_a_file_with_something_hidden_is_refused_where_the_mapping_says_so(
    rows: str, more: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", rows, **more)  # type: ignore[arg-type]
    with pytest.raises(SourceProblem) as refusal:
        harmonised(path, hidden="refuse")
    assert str(refusal.value).startswith(sentence)


def test_what_is_hidden_and_empty_is_nobody_s_business(tmp_path: Path) -> None:
    rows = table(number("C2", 5)) + '<row r="3" hidden="1"></row><row r="9" ht="0"/>'
    before = '<cols><col min="4" max="16384" hidden="1"/></cols>'
    assert harmonised(made.xlsx(tmp_path / "a.xlsx", rows, before=before), hidden="refuse").problems == []


def test_hidden_rows_above_the_data_are_no_rows_of_data(tmp_path: Path) -> None:
    rows = f'<row r="1" hidden="1">{text("A1", "A title")}</row>'
    rows += f'<row r="2">{text("A2", "Year")}{text("B2", "Place")}{text("C2", "Persons")}</row>'
    rows += f'<row r="3">{number("A3", 2024)}{text("B3", "P")}{number("C3", 5)}</row>'
    done = harmonised(made.xlsx(tmp_path / "a.xlsx", rows), {"table": {"title_rows": 1}}, hidden="refuse")
    assert (done.problems, values(done)) == ([], [["3", "5"]])


def test_a_hidden_sheet_is_told_and_is_no_choice_where_hidden_ones_are_ignored(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", table(number("C2", 5)), state='state="hidden"')
    assert problems(harmonised(path)) == [
        ["HAR-102", "warning", "Data", "", "", "", "the sheet is hidden in the workbook: it was read"]
    ]
    path = made.xlsx(tmp_path / "b.xlsx", table(number("C2", 5)))
    assert sheet_of(path, sheet=None, hidden="ignore").name == "Data"
    with pytest.raises(Unreadable, match="no_sheet"):
        sheet_of(path, sheet=None)


def test_a_hidden_sheet_of_an_open_document_is_told(tmp_path: Path) -> None:
    path = made.ods(tmp_path / "a.ods", ods_table(ods_number(5)), more='table:style-name="unseen"')
    assert [p["code"] for p in harmonised(path).problems] == ["HAR-102"]


# Merged.


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_merged_label_holds_for_each_row_that_it_spans(kind: str, tmp_path: Path) -> None:
    if kind == "xlsx":
        rows = "".join(
            f'<row r="{n}">{number(f"A{n}", 2020 + n)}{text(f"B{n}", "P") if n == 2 else ""}{number(f"C{n}", n)}</row>'
            for n in range(2, 5)
        )
        after = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
        path = made.xlsx(tmp_path / "a.xlsx", table() + rows, after=after)
    else:
        cells = [
            ods_text("P", 'table:number-rows-spanned="2"'),
            "<table:covered-table-cell/>",
            "<table:table-cell/>",
        ]
        rows = "".join(
            f"<table:table-row>{ods_number(2020 + n)}{cell}{ods_number(n)}</table:table-row>"
            for n, cell in enumerate(cells, 2)
        )
        path = made.ods(tmp_path / "a.ods", ods_table() + rows)
    columns = [
        made.MAPPING["columns"][0],
        made.MAPPING["columns"][1] | {"blank": "none"},
        made.MAPPING["columns"][2],
    ]
    done = harmonised(path, {"columns": columns, "table": {"merged": ["Place"]}})
    assert done.problems == []
    assert told(done.observations, ["event", "value"]) == [["P", "2"], ["P", "3"], ["none", "4"]]
    assert done.account["all"]["balanced"]
    (tmp_path / "again").mkdir()
    done = harmonised(path.rename(tmp_path / "again" / path.name), {"columns": columns})
    message = "B2:B3 is merged; what is merged stands in the first cell only, the others are read as empty"
    assert problems(done) == [["HAR-103", "warning", "Data", "2", "2", "", message]]
    assert told(done.observations, ["event", "value"]) == [["P", "2"], ["none", "3"], ["none", "4"]]


def test_a_merged_figure_is_told_and_stays_one(tmp_path: Path) -> None:
    cells = [number("C2", 5), "", number("C4", 6), "", number("C6", 1)]
    after = '<mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="C4:C5"/></mergeCells>'
    done = harmonised(
        made.xlsx(tmp_path / "a.xlsx", table(*cells), after=after), {"figures": {"absences": {"": "nothing"}}}
    )
    message = "C2:C3 and 1 more below are merged; what is merged stands in the first cell only, the others are read as empty"
    assert problems(done) == [["HAR-103", "warning", "Data", "2", "3", "", message]]
    assert values(done) == [["2", "5"], ["4", "6"], ["6", "1"]]


def test_a_merged_header_holds_over_its_range_and_no_further(tmp_path: Path) -> None:
    top = f'<row r="1">{text("B1", "By sex")}</row>'
    second = (
        f'<row r="2">{text("A2", "Year")}{text("B2", "Men")}{text("C2", "Women")}{text("D2", "Boats")}</row>'
    )
    data = f'<row r="3">{number("A3", 2024)}{number("B3", 1)}{number("C3", 2)}{number("D3", 3)}</row>'
    after = '<mergeCells><mergeCell ref="B1:C1"/></mergeCells>'
    for folder, merges, headers in (
        ("merged", after, ["Year", "By sex / Men", "By sex / Women", "Boats"]),
        ("loose", "", ["Year", "By sex / Men", "By sex / Women", "By sex / Boats"]),
    ):
        (tmp_path / folder).mkdir()
        path = made.xlsx(tmp_path / folder / "a.xlsx", top + second + data, after=merges)
        columns = [{"column": "Year", "is": "used"}] + [{"column": h, "is": "figure"} for h in headers[1:]]
        done = harmonised(
            path, {"columns": columns, "indicator": "irregular_entries", "table": {"header_rows": 2}}
        )
        assert [p["code"] for p in done.problems] == [
            "HAR-070"
        ] * 3  # three figures of one key: the headers were found


def test_a_header_merged_into_the_data_is_no_label(tmp_path: Path) -> None:
    row = f'<row r="2">{number("A2", 2024)}{number("C2", 5)}</row>'
    path = made.xlsx(
        tmp_path / "a.xlsx", table() + row, after='<mergeCells><mergeCell ref="B1:B2"/></mergeCells>'
    )
    columns = [
        made.MAPPING["columns"][0],
        made.MAPPING["columns"][1] | {"blank": "none"},
        made.MAPPING["columns"][2],
    ]
    done = harmonised(path, {"columns": columns, "table": {"merged": ["Place"]}})
    assert (done.problems, told(done.observations, ["event", "value"])) == ([], [["none", "5"]])


def test_each_header_row_is_filled_by_its_own_merges() -> None:
    records = [["", "All", "", "", ""], ["", "Men", "", "Women", ""], ["Year", "a", "b", "a", "b"]]
    merged = [Merged(1, 1, 2, 5), Merged(2, 2, 2, 3), Merged(2, 2, 4, 5)]
    heading = layout.read_heading(records, TableShape(header_rows=3), (), merged=merged)
    assert [column.levels for column in heading.columns] == [
        ("", "", "Year"), ("All", "Men", "a"), ("All", "Men", "b"), ("All", "Women", "a"), ("All", "Women", "b"),
    ]  # fmt: skip


# Days.


@pytest.mark.parametrize("name", ["a.xlsx", "since_1904.xls"])
def test_days_that_count_from_1904_are_the_days_shown(name: str, tmp_path: Path) -> None:
    day = number("A2", 44561, ' s="7"')
    row = f'<row r="2">{day}{text("B2", "P1")}{number("C2", 5)}</row>'
    path = tmp_path / name
    if name == "a.xlsx":
        made.xlsx(path, table() + row, book='<workbookPr date1904="1"/>')
    else:
        path.write_bytes((OLD / name).read_bytes())
    done = harmonised(path, {"period": {"from": "{Year}", "formats": ["{year}-{month}-{day}"]}})
    assert told(done.observations, ["period", "value"]) == [["2026-01-01", "5"]]


def test_a_serial_day_of_1904_is_refused(tmp_path: Path) -> None:
    row = f'<row r="2">{number("A2", 44561)}{text("B2", "P1")}{number("C2", 5)}</row>'
    path = made.xlsx(tmp_path / "a.xlsx", table() + row, book='<workbookPr date1904="true"/>')
    with pytest.raises(SourceProblem) as refusal:
        harmonised(path, {"period": {"from": "{Year}", "formats": ["{serial}"]}})
    assert str(refusal.value).startswith(
        "[HAR-104] a.xlsx, sheet 'Data': the workbook counts its days from 1904"
    )


# The file itself.


@pytest.mark.parametrize(
    ("part", "data", "detail"),
    [
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>',
         "its XML has a document type, which no workbook needs"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>", None),
        ("xl/styles.xml", b"<styleSheet><fonts></styleSheet>", None),
        ("xl/worksheets/sheet1.xml", b'<worksheet><sheetData><row r="1"><c r="ZZZ1" t="e"><v>#N/A</v></c></row></sheetData></worksheet>',
         "a cell lies where no sheet has any"),
    ],
)  # fmt: skip
def test_a_damaged_part_is_told(part: str, data: bytes, detail: str | None, tmp_path: Path) -> None:
    path = made.replaced(made.xlsx(tmp_path / "a.xlsx", table(number("C2", 5))), part, data)
    with pytest.raises(Unreadable, match="wrong_format") as refusal:
        sheet_of(path)
    assert detail is None or refusal.value.problem.details["detail"] == detail


def test_a_part_in_another_width_of_signs_is_read_alike(tmp_path: Path) -> None:
    rows = table('<c r="C2" t="s"><v>0</v></c>', '<c r="C3" t="e"><v>#N/A</v></c>')
    path = made.xlsx(tmp_path / "a.xlsx", rows, strings=STRINGS)
    wide = made.sheet(rows).replace("UTF-8", "UTF-16").encode("utf-16")
    narrow = read_xlsx_shown(path)
    assert narrow.texts == {(2, 3): "1 234²", (3, 3): "#N/A"}
    assert read_xlsx_shown(made.replaced(path, "xl/worksheets/sheet1.xml", wide)) == narrow


def read_xlsx_shown(path: Path) -> Shown:
    with zipfile.ZipFile(path) as archive:
        return xlsx_sheet.read_shown(xlsx_parts.Parts(archive), "Data")


def test_cells_without_names_stand_where_they_are_counted(tmp_path: Path) -> None:
    rows = '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c><v>1</v></c><c r="D2"><v>2</v></c><c t="e"><v>#REF!</v></c></row>'
    path = made.xlsx(tmp_path / "a.xlsx", rows)
    assert read_xlsx_shown(path).texts == {(1, 2): "#N/A", (2, 5): "#REF!"}
    assert sheet_of(path).rows == [["1", "#N/A", "", "", ""], ["1", "", "", "2", "#REF!"]]


def test_raised_marks_of_openpyxl_are_found(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    sheet["A1"] = CellRichText("1 234", TextBlock(InlineFont(vertAlign="superscript"), "1)"))
    sheet["A2"] = 0.5
    sheet["A2"].number_format = "0.00%"
    sheet["A3"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    assert [row[0] for row in sheet_of(tmp_path / "a.xlsx").rows] == ["1 234¹⁾", "50%", "=1+1"]


# Thinning: what is left to parse says the same as the whole.

CELLS = st.sampled_from(
    [
        '<c r="{0}"/>', '<c r="{0}" s="3"><v>5</v></c>', '<c r="{0}" s="1"><v>0.5</v></c>', '<c r="{0}" t="e" s="2"><v>#N/A</v></c>',
        '<c r="{0}" t="s"><v>0</v></c>', '<c r="{0}" t="s"><v>3</v></c>', '<c r="{0}" s="04" t="n"><v>1</v></c>',
        '<c r="{0}"><f>A1</f></c>', '<c r="{0}"><f t="shared" si="0"/><v>3</v></c>', '<c r="{0}"><f>A1</f><v>2</v></c>',
        '<c r="{0}" t="str"><f>A1</f><v></v></c>', '<c r="{0}" t="inlineStr"><is><t>a &lt; b</t></is></c>',
        '<c r="{0}" t="inlineStr"><is><r><rPr><strike/></rPr><t>x</t></r><r><t>y</t></r></is></c>',
        "<c r='{0}' t='b'><v>1</v></c>", '<x:c xmlns:x="urn:x" r="{0}" t="e"><x:v>#REF!</x:v></x:c>',
        '<c r="{0}" t="inlineStr"><is><t><![CDATA[<c r="A9"/>]]></t></is></c>', '<!-- <c r="{0}"/> -->',
    ]
)  # fmt: skip


@given(
    rows=st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=6),
    step=st.sampled_from([1, 7, 50, 1 << 20]),
)
def test_thinning_takes_nothing_away(
    rows: list[list[str]], step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told_rows = "".join(
        f'<row r="{n}">'
        + "".join(cell.format(f"{column_name(c)}{n}") for c, cell in enumerate(cells, 1))
        + "</row>"
        for n, cells in enumerate(rows, 1)
    )
    path = made.xlsx(tmp_path_factory.mktemp("thin") / "a.xlsx", told_rows, strings=STRINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx_parts, "_CHUNK", step)
        thin = read_xlsx_shown(path)
        patch.setattr(xlsx_sheet, "thinned", lambda chunks, *_: chunks)
        assert read_xlsx_shown(path) == thin


ODS_CELLS = st.sampled_from(
    [
        "<table:table-cell/>", ods_number(5), ods_text("a"), ods_number(7, 'table:style-name="child"'), *ODS.values(),
        ods_text("b", 'table:number-columns-repeated="2"'), ods_text("c", 'table:number-rows-spanned="2"'),
        ods_number(5, 'table:formula="of:=1"'), "<table:table-cell><text:p>#N/A</text:p></table:table-cell>",
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="0"><text:p>Err:502</text:p></table:table-cell>',
        "<table:covered-table-cell/>", ods_text("<![CDATA[<table:table-row><table:table-cell/></table:table-row>]]>"),
    ]
)  # fmt: skip
ROW_FORMS = st.sampled_from(
    [
        "", ' table:style-name="r"', ' table:visibility="filter"', ' table:number-rows-repeated="3"',
        ' table:default-cell-style-name="struck"',
    ]
)  # fmt: skip


@given(
    rows=st.lists(st.tuples(ROW_FORMS, st.lists(ODS_CELLS, min_size=1, max_size=5)), min_size=1, max_size=5),
    step=st.sampled_from([1, 50, 1 << 20]), has_styles=st.booleans(),
)  # fmt: skip
def test_thinning_takes_nothing_away_from_an_open_document(
    rows: list[tuple[str, list[str]]], step: int, has_styles: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told_rows = "".join(f"<table:table-row{form}>{''.join(cells)}</table:table-row>" for form, cells in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "ODS_STYLES", made.ODS_STYLES if has_styles else "")
        patch.setattr(ods, "_CHUNK", step)
        path = made.ods(tmp_path_factory.mktemp("thin") / "a.ods", told_rows)
        thin = read_ods_shown(path)
        patch.setattr(ods, "thinned", lambda chunks, *_: chunks)
        assert read_ods_shown(path) == thin


def read_ods_shown(path: Path) -> Shown:
    with zipfile.ZipFile(path) as archive:
        return ods.read_shown(archive, "Data", 50, 50)


def test_thinning_takes_plain_rows_out() -> None:
    plain, other = (
        ods_number(5, 'table:style-name="x"') + ods_text("a"),
        ods_number(5, 'table:number-rows-spanned="2"'),
    )
    whole = f"<t><table:table-row>{plain}</table:table-row><table:table-row>{plain}{other}</table:table-row></t>".encode()
    thin = b"".join(thinning.thinned(iter([whole]), thinning.PLAIN_ROWS, thinning.EMPTY_ROW))
    assert thin == whole.replace(
        f"<table:table-row>{plain}</table:table-row>".encode(), b"<table:table-row/>"
    )


def test_thinning_leaves_computed_errors_in() -> None:
    for shown in ("Err:502", "#DIV/0!"):
        cell = ods_number(0, 'table:formula="of:=1"').replace("<text:p>0", f"<text:p>{shown}")
        whole = f"<t><table:table-row>{cell}</table:table-row></t>".encode()
        assert b"".join(thinning.thinned(iter([whole]), thinning.PLAIN_ROWS, thinning.EMPTY_ROW)) == whole


def test_thinning_takes_plain_cells_out() -> None:
    cells = b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"><v>1</v></c><c r="C1" t="s"><v>7</v></c></row>'
    whole = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    assert b"".join(thinning.thinned(iter([whole]), thinning.plain_cells({1}, {8}), b"")) == whole.replace(
        b'<c r="A1"><v>1</v></c>', b""
    ).replace(b'<c r="C1" t="s"><v>7</v></c>', b"")
    assert b"".join(thinning.thinned(iter([whole]), thinning.plain_cells({0}, ()), b"")) == whole


# How it is written.


@pytest.mark.parametrize(
    ("runs", "written"),
    [
        ([Run("1 234"), Run("2", "super")], "1 234²"),
        ([Run("12"), Run("1,2", "super")], "12^(1,2)"),
        ([Run("12"), Run("*", "super")], "12*"),
        ([Run("CO"), Run("2", "sub")], "CO₂"),
        ([Run("12"), Run(" ", "super")], "12 "),
        ([Run("5", is_struck=True), Run("6")], "~~5~~6"),
        ([Run("5", "super", True)], "~~⁵~~"),
    ],
)
def test_forms_are_written_so_that_no_figure_comes_of_them(runs: list[Run], written: str) -> None:
    assert text_of_runs(runs) == written


@pytest.mark.parametrize(
    ("text_", "cell", "style", "written"),
    [
        ("0.1230", 0.123, Style(is_percent=True), "12.3%"),
        ("1", 1.0, Style(is_percent=True), "100%"),
        ("-0.00001", -0.00001, Style(is_percent=True), "-0.001%"),
        ("n/a", "n/a", Style(is_percent=True), "n/a"),
        ("TRUE", True, Style(is_percent=True), "TRUE"),
        ("2", 2.0, Style(position="super"), "²"),
        ("~~1~~2", "", Style(is_struck=True), "~~1~~2"),
    ],
)
def test_the_form_of_a_cell_is_written(text_: str, cell: object, style: Style, written: str) -> None:
    assert styled(text_, cell, style) == written


@pytest.mark.parametrize(
    ("code", "is_percent"),
    [
        ("0%", True),
        ("0.0 %;-0.0 %", True),
        ('0"%"', False),
        ("0\\%", False),
        ("[Red]0", False),
        ("General", False),
    ],
)
def test_formats_of_shares_are_told(code: str, is_percent: bool) -> None:
    assert xlsx_parts.is_percent_format(code) == is_percent


def test_ranges_are_called_as_spreadsheets_call_them() -> None:
    assert Merged(2, 5, 27, 703).named() == "AA2:AAA5"


def test_an_old_workbook_that_claims_more_than_the_memory_is_told(tmp_path: Path) -> None:
    """A `shown.xls` with a damaged index, for which the library asks 8 GB and is ended; so it is read by a real child."""
    (tmp_path / "case.yml").write_text(yaml.safe_dump(USUAL | made.MAPPING | {"file": {"format": "xls"}}))
    bundle = open_checked_mapping(catalogue(), str(tmp_path / "case.yml"))
    with pytest.raises(SourceProblem) as refusal:
        harmonise_files([(OLD / "made_to_look_large.xls", "a.xls")], bundle, tmp_path / "out")
    assert str(refusal.value).startswith(
        "[HAR-012] a.xls: reading it took more than the allowed 4096 MB of memory. "
    )


@pytest.mark.parametrize("encoding", ["UTF-9", "utf-7", "cp932"])
def test_a_part_in_an_encoding_that_nobody_reads_is_told(encoding: str, tmp_path: Path) -> None:
    part = made.sheet(table(number("C2", 5))).replace("UTF-8", encoding).encode()
    path = made.replaced(made.xlsx(tmp_path / "a.xlsx", ""), "xl/worksheets/sheet1.xml", part)
    with pytest.raises(Unreadable, match="wrong_format") as refusal:
        sheet_of(path)
    assert refusal.value.problem.details["detail"] == "its XML names an encoding that cannot be read"
