"""What made-up files begin as: cases of the language, heads of the real files, workbooks made part by part, broken files."""

import csv
import gzip
import io
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import python_calamine
import yaml

from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.catalogue.mappings import open_mapping
from lontar.model.errors import CatalogueProblem
from lontar.model.mapping import MappingBundle
from lontar.model.mapping.layout import WORKBOOKS
from tests.factories import FAMILIES, family_files
from tests.harmonise import made_workbooks as made
from tests.harmonise.cases import USUAL, Case, cases, catalogue
from tests.harmonise.fuzzing.cells import Rows

HERE = Path(__file__).parents[1]
BROKEN = HERE / "broken"
_HEAD_ROWS = 30
_WORKBOOKS = (*("made.xlsx", "made.ods", "shown.xls", "since_1904.xls") * 30, "made_to_look_large.xls")


class Source(NamedTuple):
    """Files under one mapping: as rows where they are a table in text or in a sheet, else as they are."""

    bundle: MappingBundle
    rows: dict[str, Rows]
    raw: dict[str, bytes]


@cache
def language_cases() -> dict[str, Case]:
    """The cases of the mapping language by name."""
    return dict(cases())


def any_source(rng: Random) -> Source:
    """A source by chance; the cases of the language, which have every clause, come most often."""
    kind = rng.randrange(20)
    if kind < 12:
        return of_case(rng.choice(list(language_cases())))
    if kind < 14:
        return of_two_cases(rng)
    if kind < 16:
        return of_family(rng.choice(list(FAMILIES)))
    if kind < 19:
        return of_workbook(rng.choice(_WORKBOOKS), rng)
    return of_broken(
        rng.choice(sorted(path.name for path in BROKEN.glob("*.csv") if path.name != "sectors.csv"))
    )


@cache
def of_case(name: str) -> Source:
    """What a case of the language says, over its own table."""
    case = language_cases()[name]
    bundle = msgspec.structs.replace(opened(case.mapping, case.crosswalks), corrections=case.corrections)
    return Source(bundle, *_tables(case, bundle))


def of_two_cases(rng: Random) -> Source:
    """The table of one case under its mapping with clauses of another's; under its own where the catalogue has something against it."""
    name, other = rng.choice(list(language_cases())), language_cases()[rng.choice(list(language_cases()))]
    case = language_cases()[name]
    keys = rng.sample(sorted(other.mapping), min(len(other.mapping), rng.choice((1, 1, 2))))
    mapping = case.mapping | {key: other.mapping[key] for key in keys if key != "file"}
    try:
        bundle = opened(mapping, other.crosswalks | case.crosswalks)
    except CatalogueProblem:
        return of_case(name)
    return Source(bundle, *_tables(case, bundle))


def opened(mapping: dict[str, Any], crosswalks: dict[str, str] | None = None) -> MappingBundle:
    """A mapping that the catalogue has nothing against; raises CatalogueProblem where it has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yml"
        path.write_text(yaml.safe_dump(USUAL | mapping, allow_unicode=True), "utf-8")
        for name, text in (crosswalks or {}).items():
            (path.parent / f"{name}.csv").write_text(text, "utf-8")
        return open_checked_mapping(catalogue(), str(path))


def _tables(case: Case, bundle: MappingBundle) -> tuple[dict[str, Rows], dict[str, bytes]]:
    rows: dict[str, Rows] = {}
    raw: dict[str, bytes] = {}
    for name, text in case.files.items():
        raw[name] = text.encode(case.encoding)
        if bundle.mapping.file.format == "text":
            rows[name] = _parted(text, bundle)
    for name, sheets in case.workbooks.items():
        named = sheets.get(bundle.mapping.file.sheet or "") or next(iter(sheets.values()))
        rows[name] = [["" if cell is None else str(cell) for cell in row] for row in named]
    return rows, raw


def _parted(text: str, bundle: MappingBundle) -> Rows:
    shape = bundle.mapping.file
    quoting = csv.QUOTE_MINIMAL if shape.quote else csv.QUOTE_NONE
    return list(
        csv.reader(
            io.StringIO(text, newline=""),
            delimiter=shape.delimiter,
            quotechar=shape.quote or None,
            quoting=quoting,
        )
    )


@cache
def of_family(name: str) -> Source:
    """The first rows of a family's first file."""
    bundle, path = open_mapping(catalogue(), name), family_files(name)[0]
    shape = bundle.mapping.file
    if shape.format in WORKBOOKS:
        book = python_calamine.load_workbook(str(path))
        sheet = book.get_sheet_by_name(shape.sheet or book.sheet_names[0])
        cells = sheet.to_python(skip_empty_area=False, nrows=_HEAD_ROWS)
        return Source(bundle, {path.name: [[_plain(cell) for cell in row] for row in cells]}, {})
    packed = path.suffix == ".gz"
    data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    text = "".join(data.decode(shape.encoding).splitlines(keepends=True)[:_HEAD_ROWS])
    rows = {path.name.removesuffix(".gz"): _parted(text, bundle)}
    raw = gzip.compress(text.encode(shape.encoding), mtime=0) if packed else text.encode(shape.encoding)
    return Source(bundle, rows, {path.name: raw})


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def of_workbook(name: str, rng: Random) -> Source:
    """A workbook with everything that a sheet can show: raised, struck, hidden, merged, computed."""
    hidden = rng.choice(("read", "read", "ignore", "refuse"))
    return _of_workbook(name, hidden, rng.random() < 0.3)


@cache
def _of_workbook(name: str, hidden: str, has_merged: bool) -> Source:
    shape = {"format": name.rpartition(".")[2], "hidden": hidden} | (
        {} if "large" in name else {"sheet": "Data"}
    )
    bundle = opened(made.MAPPING | {"file": shape} | ({"table": {"merged": ["Place"]}} if has_merged else {}))
    if not name.startswith("made."):
        return Source(bundle, {}, {name: (HERE / "old_workbooks" / name).read_bytes()})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        _make_xlsx(path) if name.endswith("xlsx") else _make_ods(path)
        return Source(bundle, {}, {name: path.read_bytes()})


def _make_xlsx(path: Path) -> None:
    cells = (
        made.number("C2", 12), '<c r="C3" t="e"><v>#REF!</v></c>', '<c r="C4"><f>A2+1</f></c>', made.number("C5", 0.123, ' s="1"'),
        '<c r="C6" t="s"><v>0</v></c>', made.number("C7", 7, ' s="4"'), made.number("C8", 43, ' s="7"'), '<c r="C9" t="s"><v>1</v></c>',
        made.text("C10", "12 345"), made.number("C11", 5), made.number("C12", 6),
    )  # fmt: skip
    strings = (
        '<si><r><t>1234</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></si><si><t>7_x000D_</t></si>'
        "<si><t>x</t><rPh><t>y</t></rPh></si>"
    )
    rows = made.table(*cells, hidden=(11,))
    made.xlsx(
        path, rows, strings=strings, before='<cols><col min="4" max="5" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="B10:B12"/></mergeCells>',
    )  # fmt: skip


def _make_ods(path: Path) -> None:
    cells = (
        made.ods_number(12), made.ods_number(7, 'table:style-name="child"'), made.ods_number(5, 'table:number-columns-repeated="2"'),
        made.ods_text('<text:span text:style-name="up">1</text:span>9'), made.ods_text("1<text:s text:c='2'/>000"),
        '<table:table-cell table:formula="of:=[.A1]"/>', made.ods_number(8, 'table:number-rows-spanned="2"'), "<table:covered-table-cell/>",
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>',
        '<table:table-cell office:value-type="date" office:date-value="2024-01-31"><text:p>31.1.24</text:p></table:table-cell>',
        '<table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#REF!</text:p></table:table-cell>',
    )  # fmt: skip
    made.ods(
        path,
        made.ods_table(*cells, hidden=(4,)),
        columns='<table:table-column table:number-columns-repeated="3"/>',
    )


@cache
def of_broken(name: str) -> Source:
    """A broken file under its mapping."""
    bundle = open_mapping(catalogue(), str(BROKEN / "mapping.yml"))
    return Source(bundle, {}, {name: (BROKEN / name).read_bytes()})
