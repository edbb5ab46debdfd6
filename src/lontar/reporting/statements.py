"""What is said without a file: that there was none, or why there is no figure. One row of one indicator and one period."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import Period

What = Literal["nil", "not_collected", "not_applicable", "withheld", "awaited"]
WHATS: tuple[What, ...] = get_args(What)
SERIES = "statement/"
"""Before the id of the indicator: the series of what is said without a file."""
_TEXTS = (
    "indicator", "unit", "stage", "reporter", "source_kind", "area", "period", "frequency", "absence", "status", "match", "note",
    "source_value", "source_file", "source_sheet", "mapping", "mapping_version",
)  # fmt: skip
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(_TEXTS, pa.string()), **dict.fromkeys(("period_start", "period_end", "vintage"), pa.date32()),
    **dict.fromkeys(("value", "low", "high"), pa.float64()), **dict.fromkeys(("series_break", "derived"), pa.bool_()),
    **dict.fromkeys(("source_row", "source_column", "source_line"), pa.int32()),
}  # fmt: skip


class Statement(NamedTuple):
    """Who says what of which indicator and period, and why; `area` is what it is about."""

    reporter: str
    area: str
    indicator: Indicator
    period: Period
    what: What
    reason: str


def statement_rows(said: Statement) -> pa.Table:
    """Give what is said as observations: one for each unit and stage of the indicator, a total over all dimensions."""
    units = said.indicator.units or ("_Z",)
    rows = [_row(said, unit, stage) for unit in units for stage in said.indicator.stages]
    types = _TYPES | dict.fromkeys(said.indicator.dimensions, pa.string())
    return pa.Table.from_pylist(rows, schema=pa.schema(list(types.items())))


def says_none(tables: Iterable[pa.Table]) -> bool:
    """Whether observations say no more than that there was nobody, or that it does not apply here."""
    return all(
        row["value"] == 0 or row["absence"] == "not_applicable"
        for table in tables
        for row in table.select(["value", "absence"]).to_pylist()
    )


def as_parquet(rows: pa.Table) -> bytes:
    """Give observations as the engine would write them."""
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    return sink.getvalue()


def _row(said: Statement, unit: str, stage: str) -> dict[str, Any]:
    is_nil = said.what == "nil"
    return {
        **dict.fromkeys(said.indicator.dimensions, "_T"),
        "indicator": said.indicator.id, "unit": unit, "stage": stage, "reporter": said.reporter, "source_kind": "official",
        "area": said.area, "period": said.period.text, "frequency": said.period.frequency, "period_start": said.period.start,
        "period_end": said.period.end, "value": 0.0 if is_nil else None, "absence": None if is_nil else said.what, "status": "final",
        "series_break": False, "match": "exact", "note": said.reason or None, "derived": False, "source_value": said.what,
        "source_file": "", "source_row": 1, "source_column": 1, "mapping": f"{SERIES}{said.indicator.id}", "mapping_version": "",
    }  # fmt: skip
