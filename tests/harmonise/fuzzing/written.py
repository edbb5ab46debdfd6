"""Tables as files of every format, in the many ways in which programs write them."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.model.mapping.layout import FileShape
from tests.harmonise.fuzzing.cells import Rows
from tests.harmonise.fuzzing.damage import packed
from tests.harmonise.made_workbooks import HEAD, LINKS, MAIN, NAMES, ODS_STYLES, STYLES

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-([01]\d|2[0-8])", re.ASCII)
_LINKS = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{LINKS}/'


def as_text(rng: Random, rows: Rows, shape: FileShape) -> bytes:
    """Delimited text; what its encoding cannot say becomes a question mark."""
    end = rng.choice(("\n", "\n", "\r\n", "\r\n", "\r"))
    stream = io.StringIO(newline="")
    if shape.quote and rng.random() < 0.8:
        kind = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        writer = csv.writer(
            stream, delimiter=shape.delimiter, quotechar=shape.quote, lineterminator=end, quoting=kind
        )
        writer.writerows(rows)
    else:
        stream.write("".join(shape.delimiter.join(row) + end for row in rows))
    text = stream.getvalue()
    if rng.random() < 0.1:
        text = text.removesuffix(end)
    data = text.encode(shape.encoding, "replace")
    return b"\xef\xbb\xbf" + data if rng.random() < 0.1 else data


def as_xlsx(rng: Random, rows: Rows, sheet: str) -> bytes:
    """An Excel workbook; cells are shared strings, texts in line, numbers, days, truths, errors or formulas."""
    strings: list[str] = []
    told = "".join(
        _xlsx_row(rng, number, row, strings)
        for number, row in enumerate(rows, start=1)
        if row or rng.random() < 0.5
    )
    merged = "".join(f'<mergeCell ref="{_range(rng)}"/>' for _ in range(rng.choice((0, 0, 1, 3))))
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>' if rng.random() < 0.1 else ""
    state = rng.choice(("", "", "", 'state="hidden"', 'state="veryHidden"'))
    book = '<workbookPr date1904="1"/>' if rng.random() < 0.1 else ""
    named = _xml(sheet)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{_LINKS}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book}<sheets><sheet name="{named}" sheetId="1" {state} r:id="rId1"/></sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": f'{_LINKS}worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(strings)}</sst>',
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{told}</sheetData>'
            f"{f'<mergeCells>{merged}</mergeCells>' if merged else ''}</worksheet>"
        ),
    }  # fmt: skip
    return packed({name: (HEAD + text).encode() for name, text in parts.items()})


def _xlsx_row(rng: Random, number: int, row: list[str], strings: list[str]) -> str:
    hidden = ' hidden="1"' if rng.random() < 0.02 else ""
    cells = (
        _xlsx_cell(rng, f"{_letters(column)}{number}", cell, strings)
        for column, cell in enumerate(row, start=1)
    )
    return f'<row r="{number}"{hidden}>{"".join(cells)}</row>'


def _xlsx_cell(rng: Random, place: str, cell: str, strings: list[str]) -> str:
    style = f' s="{rng.randrange(9)}"' if rng.random() < 0.05 else ""
    told = _xml(cell)
    if not cell:
        return "" if rng.random() < 0.8 else f'<c r="{place}"{style}/>'
    if _NUMBER.fullmatch(cell) and rng.random() < 0.7:
        formula = "<f>A1+1</f>" if rng.random() < 0.1 else ""
        return f'<c r="{place}"{style}>{formula}<v>{cell}</v></c>'
    if _DAY.fullmatch(cell) and rng.random() < 0.5:
        return f'<c r="{place}" s="7"><v>{(date.fromisoformat(cell) - date(1899, 12, 30)).days}</v></c>'
    kind = rng.randrange(8)
    if kind < 4:
        strings.append(
            f"<si><t>{told}</t></si>"
            if kind
            else f'<si><r><rPr><vertAlign val="superscript"/></rPr><t>{told}</t></r></si>'
        )
        return f'<c r="{place}"{style} t="s"><v>{len(strings) - 1}</v></c>'
    return {
        4: f'<c r="{place}"{style} t="inlineStr"><is><t>{told}</t></is></c>', 5: f'<c r="{place}"{style} t="str"><v>{told}</v></c>',
        6: f'<c r="{place}"{style} t="str"><f>{told}</f><v>{told}</v></c>', 7: f'<c{style} t="inlineStr"><is><t>{told}</t></is></c>',
    }[kind]  # fmt: skip


def _range(rng: Random) -> str:
    left, top = rng.randint(1, 5), rng.randint(1, 9)
    return f"{_letters(left)}{top}:{_letters(left + rng.randrange(4))}{top + rng.randrange(4)}"


def _letters(column: int) -> str:
    return chr(64 + column) if column <= 26 else _letters((column - 1) // 26) + chr(65 + (column - 1) % 26)


def _xml(text: str) -> str:
    """A text as XML can hold it."""
    text = _NOT_IN_XML.sub("", text)
    for sign, told in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, told)
    return text


def as_ods(rng: Random, rows: Rows, sheet: str) -> bytes:
    """An OpenDocument spreadsheet."""
    told = "".join(_ods_row(rng, row) for row in rows)
    content = (
        f"{HEAD}<office:document-content {NAMES}><office:automatic-styles>{ODS_STYLES}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="{_xml(sheet)}">{told}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    styles = f"{HEAD}<office:document-styles {NAMES}><office:styles></office:styles></office:document-styles>"
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f"{HEAD}<manifest/>",
    }
    return packed(
        {
            name: text.encode()
            for name, text in (parts | {"content.xml": content, "styles.xml": styles}).items()
        }
    )


def _ods_row(rng: Random, row: list[str]) -> str:
    more = ' table:visibility="collapse"' if rng.random() < 0.02 else ""
    more += f' table:number-rows-repeated="{rng.choice((2, 3, 1000))}"' if rng.random() < 0.02 else ""
    return f"<table:table-row{more}>{''.join(_ods_cell(rng, cell) for cell in row)}</table:table-row>"


def _ods_cell(rng: Random, cell: str) -> str:
    told, more = _xml(cell), ""
    if rng.random() < 0.05:
        more = rng.choice((
            ' table:style-name="struck"', ' table:number-columns-repeated="3"', ' table:number-columns-spanned="2"',
            ' table:number-rows-spanned="3"', ' table:formula="of:=[.A1]"', ' calcext:value-type="error"',
        ))  # fmt: skip
    if not cell:
        return f"<table:table-cell{more}/>"
    if _NUMBER.fullmatch(cell) and rng.random() < 0.7:
        return f'<table:table-cell{more} office:value-type="float" office:value="{cell}"><text:p>{told}</text:p></table:table-cell>'
    if _DAY.fullmatch(cell) and rng.random() < 0.7:
        return f'<table:table-cell{more} office:value-type="date" office:date-value="{cell}"><text:p>{told}</text:p></table:table-cell>'
    if rng.random() < 0.1:
        told = f'<text:span text:style-name="{rng.choice(("up", "gone"))}">{told}</text:span>'
    return f'<table:table-cell{more} office:value-type="string"><text:p>{told}</text:p></table:table-cell>'


def _value(rng: Random, cell: str) -> Any:
    """A cell as a program would say it in JSON."""
    if not cell:
        return rng.choice((None, ""))
    if _NUMBER.fullmatch(cell) and not re.match(r"-?0\d", cell) and rng.random() < 0.8:
        return float(cell) if "." in cell else int(cell)
    return [cell] if rng.random() < 0.02 else cell


def _records(rng: Random, rows: Rows) -> list[dict[str, Any]]:
    header = rows[0] if rows else []
    return [{name: _value(rng, cell) for name, cell in zip(header, row, strict=False)} for row in rows[1:]]


def as_json(rng: Random, rows: Rows, within: str = "") -> bytes:
    """One JSON document, its records within names parted by dots."""
    document: Any = _records(rng, rows)
    for name in reversed(within.split(".") if within else []):
        document = {"about": "x", name: document}
    return json.dumps(document, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1))).encode()


def as_jsonl(rng: Random, rows: Rows, _: str = "") -> bytes:
    """JSON Lines."""
    end = rng.choice(("\n", "\n", "\r\n"))
    return "".join(
        json.dumps(record, ensure_ascii=rng.random() < 0.5) + end for record in _records(rng, rows)
    ).encode()


def as_parquet(rng: Random, rows: Rows, _: str = "") -> bytes:
    """A Parquet file; columns of numbers or days have types of their own."""
    names = [*dict.fromkeys(rows[0] if rows else [])]
    columns = [_column(rng, [row[i] if i < len(row) else "" for row in rows[1:]]) for i in range(len(names))]
    stream = io.BytesIO()
    pq.write_table(
        pa.table(columns, names=names), stream, compression=rng.choice(("none", "snappy", "zstd", "gzip")),
        use_dictionary=rng.random() < 0.5, data_page_version=rng.choice(("1.0", "2.0")), write_page_checksum=rng.random() < 0.1,
        row_group_size=rng.choice((1, 3, 1000)), write_statistics=rng.random() < 0.5,
    )  # fmt: skip
    return stream.getvalue()


def _column(rng: Random, cells: list[str]) -> pa.Array:
    kind = rng.choice(
        (pa.int64(), pa.int8(), pa.float64(), pa.float32(), pa.decimal128(20, 3), pa.date32(), pa.timestamp("ms"), pa.string(),
         pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.binary(), pa.list_(pa.string()), pa.bool_())
    )  # fmt: skip
    texts = pa.array([cell or None for cell in cells], pa.string())
    try:
        return pa.array([[cell] for cell in cells], kind) if pa.types.is_list(kind) else texts.cast(kind)
    except pa.ArrowException:
        return texts


Write = Callable[[Random, Rows, str], bytes]
WRITERS: dict[str, Write] = {
    "xlsx": as_xlsx, "ods": as_ods, "json": as_json, "jsonl": as_jsonl, "parquet": as_parquet,
}  # fmt: skip
"""Format -> its writer, which is told the sheet, or the names that lead to the records."""


def wrapped(rng: Random, data: bytes, kind: str) -> bytes:
    """A file in a gzip or zip wrapping."""
    if kind == "gz":
        return gzip.compress(data, mtime=0)
    litter = {"__MACOSX/._a": b"x"} if rng.random() < 0.1 else {}
    return packed({"data": data} | litter)
