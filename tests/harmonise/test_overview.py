"""The table across sources adds up what may be added, and nothing else: here on files of a few rows."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lontar.catalogue import open_catalogue
from lontar.harmonise.overview import YearlyFigure, yearly_figures
from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import parse_period
from tests.house.places import CATALOGUE

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("indicator", "unit", "stage", "reporter", "area", "period", "frequency")),
        *((name, pa.date32()) for name in ("period_start", "period_end", "vintage")),
        *((name, pa.float64()) for name in ("value", "low", "high")),
        *((name, pa.string()) for name in ("absence", "mapping", "mode", "place", "route", "departure", "rescued")),
    ]
)  # fmt: skip
USUAL = {
    "indicator": "boats", "unit": "vessels", "stage": "_Z", "reporter": "XA", "area": "ID", "mapping": "xa/table",
    "mode": "_T", "place": "_T", "route": "_T", "departure": "_T", "rescued": "_T",
}  # fmt: skip


@pytest.fixture(scope="module")
def boats() -> Indicator:
    return open_catalogue(CATALOGUE).indicator("boats")


def row(period: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    told = parse_period(period)
    days = {"period_start": told.start, "period_end": told.end, "frequency": told.frequency}
    return {**USUAL, "period": period, **days, "value": value, **more}


def figures(folder: Path, indicator: Indicator, *rows: dict[str, Any]) -> list[YearlyFigure]:
    path = folder / f"{indicator.id}.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), path)
    return yearly_figures([path], {indicator.id: indicator})


def sums(told: list[YearlyFigure]) -> list[tuple[int, float, float, int]]:
    return [(figure.year, figure.low, figure.high, figure.missing) for figure in told]


def test_months_add_up_to_their_year(boats: Indicator, tmp_path: Path) -> None:
    told = figures(tmp_path, boats, row("2023-12", 4), row("2024-01", 3), row("2024-02", 2))
    assert sums(told) == [(2023, 4, 4, 0), (2024, 5, 5, 0)]
    first = told[0]
    assert (first.indicator, first.unit, first.stage, first.mapping) == ("boats", "vessels", "_Z", "xa/table")


def test_stocks_are_never_added_over_time(boats: Indicator, tmp_path: Path) -> None:
    stock = msgspec.structs.replace(boats, stock=True)
    assert figures(tmp_path, stock, row("2024-01", 3), row("2024-02", 2)) == []


def test_of_several_vintages_the_last_counts(boats: Indicator, tmp_path: Path) -> None:
    early, late = date(2024, 3, 1), date(2024, 4, 1)
    rows = row("2024-01", 3, vintage=late), row("2024-01", 9, vintage=early), row("2024-01", 7)
    assert sums(figures(tmp_path, boats, *rows)) == [(2024, 3, 3, 0)]
    assert sums(figures(tmp_path, boats, *reversed(rows))) == [(2024, 3, 3, 0)]


def test_a_later_vintage_of_one_month_leaves_the_others(boats: Indicator, tmp_path: Path) -> None:
    early, late = date(2024, 3, 1), date(2024, 4, 1)
    told = figures(
        tmp_path, boats, row("2024-01", 3, vintage=early), row("2024-02", 5, vintage=early),
        row("2024-02", 6, vintage=late),
    )  # fmt: skip
    assert sums(told) == [(2024, 9, 9, 0)]


def test_intervals_add_up_from_end_to_end(boats: Indicator, tmp_path: Path) -> None:
    told = figures(
        tmp_path, boats, row("2024-01", 3), row("2024-02", low=1, high=4), row("2024-03", low=2)
    )  # fmt: skip
    assert sums(told) == [(2024, 6, 9, 0)]


def test_a_rounded_figure_counts_as_it_stands(boats: Indicator, tmp_path: Path) -> None:
    assert sums(figures(tmp_path, boats, row("2024-01", 10, low=8, high=12))) == [(2024, 10, 10, 0)]


def test_figures_that_are_not_there_are_told(boats: Indicator, tmp_path: Path) -> None:
    told = figures(
        tmp_path, boats, row("2024-01", 3), row("2024-02", absence="unknown"), row("2024-03", absence="not_applicable")
    )  # fmt: skip
    assert sums(told) == [(2024, 3, 3, 1)]


def test_a_total_is_not_added_to_its_parts(boats: Indicator, tmp_path: Path) -> None:
    told = figures(
        tmp_path, boats, row("2024-01", 5), row("2024-01", 2, mode="sea"), row("2024-01", 3, mode="river")
    )
    assert sums(told) == [(2024, 5, 5, 0)]


def test_parts_without_a_total_are_added(boats: Indicator, tmp_path: Path) -> None:
    told = figures(tmp_path, boats, row("2024-01", 2, mode="sea"), row("2024-01", 3, mode="river"))
    assert sums(told) == [(2024, 5, 5, 0)]


def test_each_dimension_is_judged_by_itself(boats: Indicator, tmp_path: Path) -> None:
    told = figures(
        tmp_path, boats, row("2024-01", 2, mode="sea", rescued="rescued"), row("2024-01", 7, mode="sea"),
        row("2024-01", 3, mode="river"),
    )  # fmt: skip
    assert sums(told) == [(2024, 10, 10, 0)]


@pytest.mark.parametrize("other", ["2024", "2024-Q1", "2024-01-05", "2024-W02", "2024-01-01/P2M"])
def test_periods_of_another_length_would_overlap(other: str, boats: Indicator, tmp_path: Path) -> None:
    told = figures(tmp_path, boats, row("2024-01", 3), row("2024-02", 4), row(other, 90))
    assert sums(told) == [(2024, 7, 7, 0)]


@pytest.mark.parametrize("period", ["2024-W01", "2023-07-01/P1Y", "2024-02-01/P2M"])
def test_periods_that_are_no_part_of_a_year_are_left_out(
    period: str, boats: Indicator, tmp_path: Path
) -> None:
    assert figures(tmp_path, boats, row(period, 90)) == []


def test_units_stages_and_areas_are_kept_apart(boats: Indicator, tmp_path: Path) -> None:
    told = figures(
        tmp_path, boats, row("2024", 1), row("2024", 2, unit="persons"), row("2024", 4, stage="identified"),
        row("2024", 8, area="TH"), row("2024", 16, reporter="XB"),
    )  # fmt: skip
    assert [(figure.unit, figure.stage, figure.low) for figure in told] == [
        ("persons", "_Z", 2), ("vessels", "_Z", 25), ("vessels", "identified", 4),
    ]  # fmt: skip


def test_a_year_that_is_told_in_part_is_said_so(boats: Indicator, tmp_path: Path) -> None:
    (part,) = figures(tmp_path, boats, row("2024-01", 1), row("2024-02", 2), row("2024-01", 4, area="TH"))
    assert (part.days, part.is_part) == (60, True)
    (whole,) = figures(tmp_path, boats, row("2023", 1))
    assert (whole.days, whole.is_part, whole._replace(days=364).is_part) == (365, False, True)
    months = [row(f"2023-{month:02}", 1) for month in range(1, 13)]
    assert [one.is_part for one in figures(tmp_path, boats, *months)] == [False]
    assert [one.is_part for one in figures(tmp_path, boats, *months[:11])] == [True]


def test_sources_are_told_one_by_one_in_order(boats: Indicator, tmp_path: Path) -> None:
    paths = []
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        figures(tmp_path / name, boats, row("2024", 1, mapping=f"x{name}/table"))
        paths.append(tmp_path / name / "boats.parquet")
    told = yearly_figures(paths, {"boats": boats})
    assert [figure.mapping for figure in told] == ["xa/table", "xb/table"]
