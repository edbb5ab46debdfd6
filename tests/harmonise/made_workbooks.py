"""Workbooks written part by part, so that a test says exactly what stands in the file."""

import zipfile
from pathlib import Path
from typing import Any

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = """<numFmts><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="0&quot;%&quot;"/></numFmts>
<fonts><font/><font><strike/></font><font><vertAlign val="superscript"/></font><font><strike val="0"/></font></fonts>
<cellXfs><xf/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/>
<xf fontId="1"/><xf fontId="2"/><xf fontId="3"/><xf numFmtId="14"/></cellXfs>
<dxfs><dxf><font><strike/></font><numFmt numFmtId="166" formatCode="0%"/></dxf></dxfs>"""
"""Cell styles 0 plain, 1 and 2 percent, 3 a per cent sign that is only shown, 4 struck, 5 raised, 6 not struck, 7 a date."""

MAPPING: dict[str, Any] = {
    "columns": [
        {"column": "Year", "is": "used"},
        {"column": "Place", "is": "event"},
        {"column": "Persons", "is": "figure"},
    ],
    "indicator": "fatal_incidents",
    "period": {"from": "{Year}", "formats": ["{year}"]},
}
"""The usual mapping of such workbooks: years, places and persons."""


def xlsx(
    path: Path,
    rows: str,
    *,
    before: str = "",
    after: str = "",
    strings: str = "",
    book: str = "",
    state: str = "",
) -> Path:
    """An Excel workbook with one sheet `Data`: its rows, what stands before and after them, shared strings."""
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml"'
            ' ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book}<sheets><sheet name="Data" sheetId="1" {state} r:id="rId1"/>'
            '<sheet name="Other" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{LINKS}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": sheet(rows, before, after),
        "xl/worksheets/sheet2.xml": sheet("", "", ""),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text if text.startswith("<?xml") else HEAD + text)
    return path


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A sheet's part."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def replaced(path: Path, name: str, data: bytes) -> Path:
    """The same workbook with another part of this name."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for part, held in (parts | {name: data}).items():
            archive.writestr(part, held)
    return path


def text(place: str, told: str, more: str = "") -> str:
    """A cell that holds a text in line."""
    return f'<c r="{place}"{more} t="inlineStr"><is><t>{told}</t></is></c>'


def number(place: str, told: object, more: str = "") -> str:
    """A cell that holds a number."""
    return f'<c r="{place}"{more}><v>{told}</v></c>'


def table(*cells: str, hidden: tuple[int, ...] = ()) -> str:
    """Rows `Year, Place, Persons` from row 2, the third cell of each given as it stands in the file."""
    rows = ["<row r='1'>" + text("A1", "Year") + text("B1", "Place") + text("C1", "Persons") + "</row>"]
    for row, cell in enumerate(cells, start=2):
        more = ' hidden="1"' if row in hidden else ""
        rows.append(f'<row r="{row}"{more}>{number(f"A{row}", 2024)}{text(f"B{row}", f"P{row}")}{cell}</row>')
    return "".join(rows)


NAMES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
ODS_STYLES = """<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="down" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="level" style:family="text"><style:text-properties style:text-position="0% 100%"/></style:style>
<style:style style:name="gone" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="struck" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="struck"/>
<style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>"""


def ods(path: Path, rows: str, *, columns: str = "", named_styles: str = "", more: str = "") -> Path:
    """An OpenDocument spreadsheet with one sheet `Data`; `more` stands among the table's own attributes."""
    content = (
        f"{HEAD}<office:document-content {NAMES}><office:automatic-styles>{ODS_STYLES}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Data" {more}>{columns}{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    styles = f"{HEAD}<office:document-styles {NAMES}><office:styles>{named_styles}</office:styles></office:document-styles>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"{HEAD}<manifest/>")
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
    return path


def ods_text(told: str, more: str = "") -> str:
    """A cell that holds a text."""
    more = f" {more}" if more else ""
    return f'<table:table-cell{more} office:value-type="string"><text:p>{told}</text:p></table:table-cell>'


def ods_number(told: object, more: str = "") -> str:
    """A cell that holds a number."""
    more = f" {more}" if more else ""
    return f'<table:table-cell{more} office:value-type="float" office:value="{told}"><text:p>{told}</text:p></table:table-cell>'


def ods_table(*cells: str, hidden: tuple[int, ...] = ()) -> str:
    """Rows `Year, Place, Persons` from row 2, the third cell of each given as it stands in the file."""
    rows = [
        "<table:table-row>"
        + ods_text("Year")
        + ods_text("Place")
        + ods_text("Persons")
        + "</table:table-row>"
    ]
    for row, cell in enumerate(cells, start=2):
        more = ' table:visibility="collapse"' if row in hidden else ""
        rows.append(f"<table:table-row{more}>{ods_number(2024)}{ods_text(f'P{row}')}{cell}</table:table-row>")
    return "".join(rows)
