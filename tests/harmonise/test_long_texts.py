"""Long and hostile texts take as long as they are long: no pattern goes back over them, no loop begins anew."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lontar.harmonise.reading import merged, quoting
from lontar.harmonise.reading.sheets import thinning, xlsx_parts
from lontar.harmonise.reading.sheets.ods_styles import OdsStyles
from lontar.harmonise.reading.sheets.rich_text import unescaped
from lontar.harmonise.reading.sheets.shown import Merged
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.harmonise.resolving.codes import CodeReader
from lontar.harmonise.resolving.figures import FigureReader
from lontar.harmonise.resolving.names import NameBook
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.harmonise.resolving.positions import PositionReader
from lontar.model.mapping import Column, FigureStyle, FileShape, PeriodRule, PositionRule
from lontar.model.mapping.formats import MONTHS, TOKENS
from tests.harmonise.cases import Case, catalogue, harmonise_case
from tests.harmonise.fuzzing.sources import opened

LONG = 1 << 20
FORMATS = (
    "{month_name} {year}", "{weekday}, {day} {month_name} {year} {time}", "{day}/{month}/{year}", "{fiscal_year}", "{serial}", "{period}",
    "{quarter} {short_year}", "{half}/{year}", "{week} {year}", "{weekday} {month_name}", "{weekday}{month_name}{year}",
)  # fmt: skip


pytestmark = pytest.mark.timeout(60)
"""What grows with the square of a million signs takes many minutes, whatever else the machine does; what does not, a second."""


def comes_to_an_end(act: Callable[[int], object]) -> None:
    """Do it with a text of about a million signs; the time limit of these tests is what it must keep."""
    act(LONG)


STYLE = FigureStyle(
    thousands=",", decimal=".", absences={"-": "nothing"}, marks=("*", "(r)"), flags={"p": "provisional", "b": "break"}, span="-",
    negative=True,
)  # fmt: skip
FIGURES = [
    "1",
    "p",
    "*",
    "p*",
    "(r)",
    ",",
    "1,234",
    "²",
    "1-",
    "-",
    " ",
    "\u00a0",
    "1 p",
    "~~",
    "=",
    "#",
    "%",
    "1%",
    "0",
    "12:",
    "e9",
]


@pytest.mark.parametrize("sign", FIGURES)
@pytest.mark.parametrize("end", ["", "x", "1", "²"])
def test_figures(sign: str, end: str) -> None:
    reader = FigureReader(STYLE)
    comes_to_an_end(lambda n: reader.read("7" + sign * (8 * n // len(sign)) + end))


@pytest.mark.parametrize(
    "sign",
    ["a", "1", "a ", "1 ", ".a", "Jan ", "2024", "2024 ", "/", ", ", "FY ", "é", "\u0301", "a\u0301", "Q"],
)
@pytest.mark.parametrize("end", ["", "!", " 2024"])
def test_periods(sign: str, end: str) -> None:
    assert set(TOKENS) == {token for form in FORMATS for token in TOKENS if f"{{{token}}}" in form}
    rule = PeriodRule(source="{Month}", formats=FORMATS, languages=("en", "fr"))
    reader = PeriodReader(rule, catalogue().codelist(MONTHS))
    comes_to_an_end(lambda n: reader.read(reader.text({"Month": sign * (n // len(sign)) + end})))


@pytest.mark.parametrize("sign", ["1", "1.", "1 ", "-", ".", ", ", "91.5 ", "9" * 50 + "."])
def test_positions(sign: str) -> None:
    reader = PositionReader(
        PositionRule(source="{A}", formats=("{latitude} {longitude}", "{latitude}, {longitude}"))
    )
    comes_to_an_end(lambda n: reader.read({"A": "1." + sign * (n // len(sign))}))


@pytest.mark.parametrize("sign", ["Viet Nam ", "a ", "x", "the ", "é", "\u200b", "Viet; ", "1 ", "- "])
def test_names(sign: str) -> None:
    bundle = opened(
        {
            "columns": [
                {"column": "From", "is": "citizenship", "names": ["names"], "several": ";"},
                {"column": "Persons", "is": "figure"},
            ],
            "period": {"from": "2024", "formats": ["{year}"]},
        }
    )
    column: Column = bundle.mapping.columns[0]
    reader = CodeReader(column, bundle, NameBook())
    reader.read("Vietnam")
    comes_to_an_end(lambda n: reader.read(sign * (n // len(sign))))


@pytest.mark.parametrize("sign", ["and ", "between ", "between and ", "x", " "])
def test_titles(sign: str, tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "columns": [{"column": "Persons", "is": "figure"}],
        "table": {"title_rows": 1},
        "facts": [{"from": "title", "pattern": "*between {from} and {until}*of {month} {year}", "row": 1}],
        "period": {"from": "{month} {year}", "formats": ["{month_name} {year}"], "languages": ["en"]},
    }
    case = Case(case="", files={"a.csv": sign * 40_000 + "\nPersons\n3\n"}, mapping=said)
    with pytest.raises(Exception, match="HAR-014"):
        harmonise_case(case, tmp_path)


ONE_CELL = ('"a"', '""', '"', '","')
"""What makes one cell of the whole file, which is looked at anew with each piece of 16 MB: that ends at 256 MB."""


@pytest.mark.parametrize(
    ("piece", "chunk"),
    [
        *((piece, 1 << 24) for piece in ONE_CELL),
        *((piece, n) for piece in (',"', '"\n', 'a"', '"\r', "\n", ",", "a,b\r") for n in (1 << 12, 1 << 24)),
    ],
)
def test_quotation_marks(piece: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "_CHUNK", chunk)

    def read(size: int) -> None:
        (tmp_path / "a.csv").write_text(piece * (size // len(piece)), newline="")
        with suppress(Unreadable):
            for _ in quoting.whole_records(tmp_path / "a.csv", FileShape()):
                pass

    comes_to_an_end(read)


def test_a_long_record_is_searched_for_its_end_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in signs, not in time: with pieces of 16 MB it could be searched sixteen times, no more."""
    monkeypatch.setattr(quoting, "_CHUNK", 1 << 12)
    monkeypatch.setattr(quoting, "_NEAR_END", 1 << 8)
    search, searched = quoting._last_end, list[int]()

    def counting(kept: bytearray, start: int, end: int, shape: FileShape) -> int:
        searched.append(end - start)
        return search(kept, start, end, shape)

    monkeypatch.setattr(quoting, "_last_end", counting)
    (tmp_path / "a.csv").write_text("," * LONG)
    assert sum(map(len, quoting.whole_records(tmp_path / "a.csv", FileShape()))) == LONG
    assert sum(searched) < 2 * LONG


PIECES = (
    b"<c ", b'<c r="A1"', b'<c r="A1">', b'<c r="A1"><v>1</v></c>', b'<c r="A1" s="1"><f>', b'<c r="A1" t="s"><v>1</v>', b"<", b"<<", b"x",
    b"<table:table-row>", b"<table:table-row><table:table-cell/>", b"<table:table-cell/>", b'<table:table-cell office:value="1"',
    b"<![CDATA[",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    "plain", [thinning.PLAIN_ROWS, thinning.plain_cells([1, 4], [2])], ids=["rows", "cells"]
)
def test_thinning(piece: bytes, plain: Any) -> None:
    def thin(size: int) -> None:
        data = b"<a>" + piece * (size // len(piece))
        chunks = (data[at : at + 4096] for at in range(0, len(data), 4096))
        for _ in thinning.thinned(chunks, plain, b""):
            pass

    comes_to_an_end(thin)


@pytest.mark.parametrize("sign", ["[", '"', "\\", "_", "*", "%", "[%", '"%', "_x", "_x0041_"])
def test_forms_of_numbers_and_escaped_signs(sign: str) -> None:
    comes_to_an_end(lambda n: xlsx_parts.is_percent_format(sign * (n // len(sign))))
    comes_to_an_end(lambda n: unescaped(sign * (n // len(sign))))


def test_columns_of_a_spreadsheet_each_with_a_style_of_its_own() -> None:
    from lontar.harmonise.reading.sheets.ods import _Sheet

    def listen(size: int) -> None:
        sheet = _Sheet("Data", OdsStyles(), 1, 1 << 14)
        sheet.start("table", {"table:name": "Data"})
        for n in range(size // 64):
            sheet.start("table-column", {"table:default-cell-style-name": f"s{n}"})
        for _ in range(size >> 14):
            sheet.start("table-row", {})
            for _ in range(size // 64):
                sheet.start("table-cell", {})
                sheet.end("table-cell")
            sheet.end("table-row")

    comes_to_an_end(listen)


def test_merged_cells_that_lie_over_one_another_are_refused() -> None:
    rows = [["x"] * 4 for _ in range(100)]
    apart = [Merged(row, row + 1, 1, 4) for row in range(1, 100, 2)]
    merged.check_apart(rows, apart, "xlsx")
    merged.check_apart(rows, [Merged(1, 1 << 20, 2, 1 << 14)], "xlsx")
    with pytest.raises(Unreadable) as refusal:
        merged.check_apart(rows, [*apart, Merged(1, 2, 1, 1)], "xlsx")
    assert refusal.value.problem.details["detail"] == "its merged cells lie over one another"
