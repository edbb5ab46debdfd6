"""Observations made up for tests of intake: a few words a row, in the columns of the contract."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances
from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import parse_period
from lontar.model.policy.allegiances import Allegiances
from lontar.warehouse.intake.sorting import sort_into_parcels
from lontar.warehouse.intake.terms import Precedent, Rules, Sender, Sorted
from tests.house.places import CATALOGUE

FIRST = (
    ("indicator", pa.string()), ("unit", pa.string()), ("stage", pa.string()), ("reporter", pa.string()),
    ("source_kind", pa.string()), ("area", pa.string()), ("period", pa.string()), ("frequency", pa.string()),
    ("period_start", pa.date32()), ("period_end", pa.date32()), ("vintage", pa.date32()), ("value", pa.float64()),
    ("low", pa.float64()), ("high", pa.float64()), ("absence", pa.string()), ("status", pa.string()),
    ("series_break", pa.bool_()),
)  # fmt: skip
LAST = (
    ("match", pa.string()), ("note", pa.string()), ("source_value", pa.string()), ("derived", pa.bool_()),
    ("source_file", pa.string()), ("source_sheet", pa.string()), ("source_row", pa.int32()),
    ("source_column", pa.int32()), ("source_line", pa.int32()), ("mapping", pa.string()), ("mapping_version", pa.string()),
)  # fmt: skip
SMALLEST = 10


@cache
def allegiances() -> Allegiances:
    """How codes are closed, from the real catalogue."""
    return read_allegiances(open_catalogue(CATALOGUE))


@cache
def rules(smallest: int = SMALLEST) -> Rules:
    """The rules of the real catalogue."""
    catalogue = open_catalogue(CATALOGUE)
    return Rules(
        indicators={one.id: one for one in catalogue.indicators()},
        origin_of=allegiances().origin_of,
        ancestors=lambda listed, code: catalogue.codelist(listed).ancestors(code),
        smallest_shown=smallest,
    )


XA = Sender("XA", frozenset({"XA"}))


def observed(indicator: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of one indicator; what a row does not say is a total, exact, final, of 2025-Q1, from XA about XA."""
    meant: Indicator = rules().indicators[indicator]
    rows = list(rows)
    listed = {f"{name}_list" for row in rows for name in meant.dimensions if f"{name}_list" in row}
    fields = [*FIRST]
    for name in meant.dimensions:
        fields.append((name, pa.string()))
        fields += [(f"{name}_list", pa.list_(pa.string()))] if f"{name}_list" in listed else []
    schema = pa.schema([*fields, *LAST])
    whole = [_row(meant, row, number) for number, row in enumerate(rows, start=2)]
    return pa.Table.from_pylist(whole, schema=schema)


def _row(indicator: Indicator, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    period = parse_period(row.get("period", "2025-Q1"))
    usual = {
        "indicator": indicator.id, "unit": (indicator.units or ("USD",))[0], "stage": indicator.stages[0],
        "reporter": "XA", "source_kind": "official", "area": "XA", "period": period.text,
        "frequency": period.frequency, "period_start": period.start, "period_end": period.end, "status": "final",
        "series_break": False, "match": "exact", "derived": False, "source_file": "made.csv", "source_row": number,
        "source_column": 1, "source_line": number, "mapping": "xa/made", "mapping_version": "0",
        "source_value": str(row.get("value", "")), **dict.fromkeys(indicator.dimensions, "_T"),
    }  # fmt: skip
    return usual | {name: value for name, value in row.items() if name != "period"}


def sort(
    indicator: str, rows: Iterable[Mapping[str, Any]], earlier: Iterable[Precedent] = (), sender: Sender = XA
) -> Sorted:
    """Sort made-up rows of one indicator."""
    return sort_into_parcels({indicator: observed(indicator, rows)}, sender, rules(), tuple(earlier))


def rows_of(answer: Sorted) -> list[dict[str, Any]]:
    """All rows of all parcels, with `linked`, `origin` and `open` of their parcel."""
    return [
        row
        | {
            "linked": "asylum" in one.classes,
            "classes": one.classes,
            "origin": one.origin,
            "open": one.origin_open,
        }
        for one in answer.parcels
        for row in one.rows.to_pylist()
    ]


def shown(answer: Sorted, *keys: str) -> dict[tuple[Any, ...], Any]:
    """Figures of class none by these columns, with whether each was added up: {(code, ...): (figure, folded)}."""
    return {
        tuple(row[key] for key in keys): (row["value"], row["folded"])
        for row in rows_of(answer)
        if not row["linked"]
    }
