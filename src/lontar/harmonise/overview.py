"""A first table across sources: sums by calendar year, where adding up is allowed."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.model.figures.indicators import Indicator

_ALIGNED = ("A", "S", "Q", "M", "D")


class YearlyFigure(NamedTuple):
    """What one source says of one indicator in one calendar year; low and high differ where intervals were added."""

    indicator: str
    unit: str
    stage: str
    mapping: str
    year: int
    low: float
    high: float
    missing: int
    """Figures that are absent in that year: the sum is of the others."""
    days: int
    """Days of the year that the figures are about."""

    @property
    def is_part(self) -> bool:
        """Whether the year is not told to its end, or not from its start."""
        return self.days < 365


def yearly_figures(files: Sequence[Path], indicators: dict[str, Indicator]) -> list[YearlyFigure]:
    """Sums by source and calendar year over harmonised files, `<folder>/<indicator>.parquet`.

    Stocks, and periods that are no part of a calendar year, are left out, and so are periods of another length than
    most of the source (they would overlap); of several vintages the last counts; where a source gives totals beside
    their parts only the totals are added.
    """
    found: list[YearlyFigure] = []
    with duckdb.connect() as connection:
        for path in files:
            indicator = indicators[path.stem]
            if indicator.stock:
                continue
            told = connection.execute(_query(path, indicator)).fetchall()
            found += [YearlyFigure(*row) for row in told]
    return sorted(found)


def _query(path: Path, indicator: Indicator) -> str:
    source = f"read_parquet({literal(str(path))})"
    dimensions = [name for name in indicator.dimensions if name != "event"]
    addable = [f"NOT bool_or({identifier(name)} = '_T') AS {identifier(name)}" for name in dimensions]
    total = " AND ".join(f"(o.{identifier(d)} = '_T' OR s.{identifier(d)})" for d in dimensions) or "TRUE"
    key = ", ".join(
        f"o.{identifier(name)}" for name in ("unit", "stage", "reporter", "area", "period", *dimensions)
    )
    frequencies = ", ".join(map(literal, _ALIGNED))
    return f"""
WITH s AS (SELECT {", ".join(["mode(frequency) AS usual", *addable])} FROM {source}),
latest AS (
  SELECT o.* FROM {source} AS o, s
  WHERE frequency = s.usual AND frequency IN ({frequencies}) AND period NOT LIKE '%/%' AND {total}
  QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY vintage DESC NULLS LAST) = 1
)
SELECT indicator, unit, stage, mapping, year(period_start)::INTEGER,
  sum(coalesce(value, low, 0)), sum(coalesce(value, high, low, 0)),
  count(*) FILTER (absence IS NOT NULL AND absence <> 'not_applicable'),
  list_sum([date_diff('day', p.first, p.last) + 1
    for p in list_distinct(list({{'first': period_start, 'last': period_end}}))])::INTEGER
FROM latest GROUP BY ALL ORDER BY ALL"""
