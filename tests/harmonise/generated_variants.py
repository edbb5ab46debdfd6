"""What else mappings may say of the made-up tables, and what else may have become of their files."""

from pathlib import Path
from typing import NamedTuple

import msgspec
import openpyxl
from hypothesis import strategies as st

from lontar.model.mapping import Correction, Cumulative, Mapping, MappingBundle, Wrapped
from tests.harmonise.generated_tables import FOOTNOTE, Record, Table, bundle_for, catalogue, tables
from tests.harmonise.in_process import Files

FIX = {"reason": "a slip of the pen", "reported": "2024-05-01"}


class Variant(NamedTuple):
    """A table, and what else is said of it."""

    table: Table
    is_wrapped: bool
    """Whether labels of some rows stand in a line of their own."""
    is_filled: bool
    is_cumulative: bool
    is_added_up: bool
    adds_alike: bool
    has_events: bool
    corrections: tuple[Correction, ...]

    def bundle(self) -> MappingBundle:
        """The mapping that says so."""
        bundle = bundle_for(self.table.shape)
        indicator = catalogue().indicator("dead" if self.has_events else "irregular_entries")
        return msgspec.structs.replace(
            bundle,
            mapping=self._mapping(bundle.mapping),
            corrections=self.corrections,
            indicators={indicator.id: indicator},
        )

    def _mapping(self, mapping: Mapping) -> Mapping:
        replace = msgspec.structs.replace
        if self.is_wrapped:
            mapping = replace(mapping, table=replace(mapping.table, wrapped=Wrapped(rows="first")))
        if self.is_filled:
            first, *others = mapping.columns
            mapping = replace(mapping, columns=(replace(first, fill_down=True), *others))
        if self.is_cumulative:
            figures = replace(mapping.figures, cumulative=Cumulative())
            period = replace(mapping.period_rules()[0], since="year_start")
            mapping = replace(mapping, figures=figures, period=period)
        return replace(
            mapping,
            add_over=("Place",) if self.is_added_up else (),
            add_alike="finer places" if self.adds_alike else None,
            indicator="dead" if self.has_events else mapping.indicator,
        )


@st.composite
def variants(draw: st.DrawFn) -> Variant:
    table = draw(tables(may_have_totals=draw(st.sampled_from([False, False, False, True]))))
    is_wrapped = draw(st.sampled_from([True, True, False]))
    if is_wrapped:
        table = table._replace(files=[_wrapped(draw, table, records) for records in table.files])
    kind = draw(
        st.sampled_from(
            ["plain", "plain", "plain", "plain", "events", "cumulative", "added", "alike", "both"]
        )
    )
    fixes = draw(st.lists(st.sampled_from(_corrections(table)), unique_by=lambda c: c.id, max_size=3))
    return Variant(
        table, is_wrapped, draw(st.sampled_from([False, False, False, True])), kind == "cumulative",
        kind in ("added", "both"), kind in ("alike", "both"), kind == "events",
        tuple(fixes),
    )  # fmt: skip


def _wrapped(draw: st.DrawFn, table: Table, records: list[Record]) -> list[Record]:
    """The records with some labels above or below their rows, and some rows with empty cells after their last."""
    found: list[Record] = []
    for record in records:
        way = draw(st.sampled_from(["above", "below", "whole", "longer"]))
        if record.kind != "row" or way == "whole" or not record.cells[0]:
            found.append(record)
        elif way == "longer":
            found.append(record._replace(cells=[*record.cells, "", ""]))
        else:
            parts = [record._replace(cells=record.cells[:1]), record._replace(cells=record.cells[1:])]
            found += parts if way == "above" else reversed(parts)
    return found


def _corrections(table: Table) -> list[Correction]:
    figure = table.shape.figures()[0]
    found = [
        Correction(id="mend", column=figure, found="12x", action="replace", to="12", **FIX),
        Correction(id="empty", column=figure, found="10", action="replace", to="", **FIX),
        Correction(id="refuse", column=figure, found="10", action="refuse", where={"Place": ("TU",)}, **FIX),
        Correction(id="ignore", column="Place", found="2", action="ignore", **FIX),
        Correction(
            id="file", column="Place", found="Perahuu", action="replace", to="TU", files=("1*",), **FIX
        ),
    ]
    if not table.shape.is_wide:
        found.append(
            Correction(id="month", column="Month", found="soon", action="replace", to="2024-01", **FIX)
        )
    return found


def as_workbooks(table: Table, files: Files, bundle: MappingBundle) -> tuple[Files, MappingBundle]:
    """The same table as workbooks, in which cells of equal labels below each other are one."""
    found: Files = []
    for (path, _), records in zip(files, table.files, strict=True):
        book = path.with_suffix(".xlsx")
        _write_workbook(book, table, [r for r in records if r.kind in ("row", "footnote")])
        found.append((book, book.name))
    mapping = bundle.mapping
    return found, msgspec.structs.replace(
        bundle,
        mapping=msgspec.structs.replace(
            mapping,
            file=msgspec.structs.replace(mapping.file, format="xlsx"),
            table=msgspec.structs.replace(mapping.table, merged=("Place",)),
        ),
    )


def _write_workbook(path: Path, table: Table, records: list[Record]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    labels = ["", *(record.cells[0] for record in records), ""]
    for cells in (table.shape.header(), *(record.cells for record in records)):
        sheet.append([_plain(cell) for cell in cells])
    start = 1
    for n in range(2, len(labels)):
        if labels[n] != labels[start] or labels[n] in ("", FOOTNOTE):
            if n - start > 1 and labels[start]:
                sheet.merge_cells(start_row=start + 1, end_row=n, start_column=1, end_column=1)
            start = n
    book.save(path)


def _plain(cell: str) -> str | int | None:
    return int(cell) if cell.isascii() and cell.isdigit() else cell or None
