"""What is wrong with what a mapping says of the file and of where its table lies."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.model.mapping import TableShape
from lontar.model.mapping.columns import REST, is_fact_name
from lontar.model.mapping.layout import RECORDS, WORKBOOKS

_NO_LABELS = ("figure", "total", "personal")


def _unheaded(names: MappingNames) -> Iterator[Complaint]:
    """Columns that the table would need, and that the header which the mapping itself gives does not name."""
    header = names.mapping.table.header
    for number, column in enumerate(names.mapping.columns):
        for name in column.headers() if header and not column.optional else ():
            if name not in header and name != REST and not is_fact_name(name):
                message = f"table.header does not name the column {name}."
                yield Complaint(
                    message, "Name it there, in its place, or take the column out.", ("columns", number)
                )


def layout_complaints(names: MappingNames) -> Iterator[Complaint]:
    """Everything wrong with `file` and `table`."""
    form, table, usual = names.mapping.file.format, names.mapping.table, TableShape()
    if form in RECORDS:
        for name in ("title_rows", "header_rows", "header", "wrapped"):
            if getattr(table, name) != getattr(usual, name):
                message = f"table.{name}: a file of format {form} names its columns itself, nothing stands above them."
                yield Complaint(message, "Take it out.", ("table", name))
    yield from _unheaded(names)
    if table.merged and form not in WORKBOOKS:
        yield Complaint(
            f"table.merged: a file of format {form} has no merged cells.", "Take it out.", ("table", "merged")
        )
    yield from names.unknown("table.merged", table.merged, ("table", "merged"))
    roles = {header: column.says for column in names.mapping.columns for header in column.headers()}
    for header in table.merged:
        if roles.get(header) in _NO_LABELS and header not in names.personal:
            message = f"table.merged: column {header} is a {roles[header]}; one figure cannot hold for several rows."
            yield Complaint(message, "Name columns of labels only.", ("table", "merged"))
