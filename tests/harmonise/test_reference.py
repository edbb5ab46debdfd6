"""DuckDB gives, row for row, what a slow and obvious interpreter of the plan gives."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import LANDED, SQL_TYPES, plan_sql
from tests.factories import FAMILIES, family_files
from tests.harmonise import reference
from tests.harmonise.generated_plans import HOSTILE, LANDED_COLUMNS, OPERATIONS, SLOTS, Case, cases
from tests.harmonise.in_process import carried_out
from tests.house.places import CATALOGUE


def relation(engine: DuckEngine, name: str) -> list[dict[str, Any]]:
    columns = [str(row[0]) for row in engine.rows(f"DESCRIBE {name}")]
    return [dict(zip(columns, row, strict=True)) for row in engine.rows(f"SELECT * FROM {name}")]


def counted(rows: list[dict[str, Any]], columns: list[str]) -> Counter[tuple[Any, ...]]:
    """Rows as a multiset; True is not 1, and a number is no text."""
    return Counter(tuple((type(row[c]).__name__, row[c]) for c in columns) for row in rows)


RUN, SAMPLED_RUNS = 25, 80
"""Landed rows that follow one another, and how many such runs a sample has of a family."""


def choose_runs(engine: DuckEngine) -> None:
    """Leave so many runs of the landed rows, always the same: the first and the last, and others."""
    runs = engine.rows(f"SELECT DISTINCT file, row // {RUN} AS run FROM {LANDED} ORDER BY ALL")
    if len(runs) <= SAMPLED_RUNS:
        return
    chosen = [runs[0], *Random(0).sample(runs[1:-1], SAMPLED_RUNS - 2), runs[-1]]
    engine.run(f"ALTER VIEW {LANDED} RENAME TO all_landed")
    engine.run(
        f"CREATE TABLE {LANDED} AS SELECT * FROM all_landed WHERE (file, row // {RUN}) IN"
        f" ({', '.join(f'({file}, {run})' for file, run in chosen)})"
    )


@pytest.mark.parametrize("mapping", sorted(FAMILIES))
def test_real_families_agree(mapping: str, full_counts: bool, tmp_path: Path) -> None:
    """A sample compares some rows of each; that all of them become what they became is said by the golden files."""
    bundle = open_mapping(open_catalogue(CATALOGUE), mapping)
    files = [(path, path.name) for path in family_files(mapping)]
    choose = (lambda _: None) if full_counts else choose_runs
    with carried_out(bundle, files, tmp_path, choose) as carried:
        expected = reference.interpret(carried.compiled.plan, relation(carried.engine, LANDED))
        found = relation(carried.engine, JUDGED)
    assert expected
    assert sorted(expected[0]) == sorted(found[0])
    columns = sorted(expected[0])
    assert counted(found, columns) == counted(expected, columns)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with closing(DuckEngine(tmp_path_factory.mktemp("engine"), 2**30)) as opened:
        yield opened


@contextmanager
def landed_in(engine: DuckEngine, case: Case) -> Iterator[None]:
    """The engine with the landed rows of a case, whose tables are gone afterwards."""
    engine.run("BEGIN")
    try:
        names = [column.name for column in LANDED_COLUMNS]
        engine.bind(LANDED, LANDED_COLUMNS, [tuple(row[name] for name in names) for row in case.landed])
        yield
    finally:
        engine.run("ROLLBACK")


def carry_out(engine: DuckEngine, case: Case) -> list[dict[str, Any]]:
    """The plan's relation by DuckDB."""
    with landed_in(engine, case):
        engine.carry_out(case.plan)
        return relation(engine, JUDGED)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_every_operation_agrees(operation: type, engine: DuckEngine) -> None:
    @given(cases(operation))
    def agree(case: Case) -> None:
        expected = reference.interpret(case.plan, case.landed)
        found = carry_out(engine, case)
        columns = sorted(expected[0]) if expected else []
        assert counted(found, columns) == counted(expected, columns), plan_sql(case.plan)

    agree()


@given(case=cases(*OPERATIONS, most=6))
def test_plans_of_several_operations_agree(engine: DuckEngine, case: Case) -> None:
    expected = reference.interpret(case.plan, case.landed)
    found = carry_out(engine, case)
    assert len(found) == len(expected)
    columns = sorted(expected[0]) if expected else []
    assert counted(found, columns) == counted(expected, columns), plan_sql(case.plan)


def test_every_type_of_a_plan_has_one_in_sql() -> None:
    assert set(SQL_TYPES) == set(op.Type.__args__)  # type: ignore[attr-defined]


@given(st.decimals(min_value=0, max_value=Decimal("99999999999999.9999"), places=4))
def test_a_number_is_carried_exactly(engine: DuckEngine, number: Decimal) -> None:
    column = op.Column(name="n", type="number")
    engine.run("BEGIN")
    try:
        engine.bind("carried", [column], [(f"{number:f}",)])
        assert engine.rows("SELECT n FROM carried") == [(number,)]
    finally:
        engine.run("ROLLBACK")


def texts_case(*steps: op.Operation) -> Case:
    """Every hostile text in a row of its own, and what is to be done with them."""
    empty = dict.fromkeys(SLOTS)
    landed = [
        {"file": 0, "row": n, "line": None, "pieces": 0, **empty, "s0": t} for n, t in enumerate(HOSTILE)
    ]
    read = op.Read(files=(0,), slots=SLOTS)
    named = tuple(op.Step(name=f"step {n}", does=does) for n, does in enumerate((read, *steps)))
    return Case(landed, op.Plan(steps=named, lookups={}))


@pytest.mark.parametrize(
    "steps",
    [
        [op.Digits(column="s0", into="number")],
        [
            op.Choose(
                into="which",
                type="text",
                cases=tuple(op.Case(when=op.OneOf(column="s0", values=(t,)), value=t + "'") for t in HOSTILE),
            )
        ],
        [op.Concat(into="said", columns=("s0", "s0"))],
        [op.Count(into="times", by=("s0",), where=op.All(of=()))],
    ],
    ids=["Digits", "OneOf", "Concat", "Count"],
)
def test_no_text_is_read_otherwise(steps: list[op.Operation], engine: DuckEngine) -> None:
    case = texts_case(*steps)
    expected, found = reference.interpret(case.plan, case.landed), carry_out(engine, case)
    assert counted(found, sorted(expected[0])) == counted(expected, sorted(expected[0]))


def test_sums_and_differences_of_the_largest_numbers_are_exact(engine: DuckEngine) -> None:
    largest, least = Decimal("99999999999999.9999"), Decimal("-99999999999999.9999")
    always = op.All(of=())
    case = texts_case(
        op.Choose(into="most", type="number", cases=(op.Case(when=always, value=str(largest)),)),
        op.Choose(into="least", type="number", cases=(op.Case(when=always, value=str(least)),)),
        op.Subtract(left="least", right="most", into="difference"),
        op.Total(column="most", into="sum", by=(), where=always),
    )
    row = carry_out(engine, case)[0]
    assert row["difference"] == least * 2
    assert row["sum"] == largest * len(HOSTILE)
