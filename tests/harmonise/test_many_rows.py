"""Many rows are carried out in passes: the results are those of one pass."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.many.repeats import Repeats
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import StreamPlan
from lontar.harmonise.plan.rewriting import pruned, with_counts_looked_up
from lontar.harmonise.run import Settings, harmonise_files
from tests.factories import FAMILIES, family_files, read_output
from tests.golden.chosen import golden_texts
from tests.harmonise import reference
from tests.harmonise.generated_plans import Case, cases
from tests.harmonise.in_process import reading_here
from tests.harmonise.test_arrow_columns import landed_pieces, rows_of
from tests.harmonise.test_reference import counted, landed_in
from tests.house.places import CATALOGUE

OF_THE_READER = ("seconds", "rows_per_second", "peak_bytes", "reader_network")
"""What an account says of how its files were read, not of what they hold."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    opened = DuckEngine(tmp_path_factory.mktemp("engine"), 2**30)
    yield opened
    opened.close()


def written(out: Path) -> tuple[dict[str, Any], bytes, dict[str, list[tuple[Any, ...]]]]:
    account = json.loads((out / "account.json").read_text())
    rows = {
        path.name: duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall()
        for path in sorted((out / "observations").glob("*.parquet"))
    }
    return (
        {k: v for k, v in account.items() if k not in OF_THE_READER},
        (out / "problems.csv").read_bytes(),
        rows,
    )


@pytest.mark.parametrize("mapping", sorted(FAMILIES))
def test_passes_write_the_same(mapping: str, family_output: Callable[[str], Path], tmp_path: Path) -> None:
    one, several = family_output(mapping), tmp_path / "several"
    account = json.loads((one / "account.json").read_text("utf-8"))
    assert account["all"]["rows"]["found"] < Settings().many, "it would be carried out as many rows are"
    bundle = open_mapping(open_catalogue(CATALOGUE), mapping)
    files = [(path, path.name) for path in family_files(mapping)]
    with reading_here():
        harmonise_files(files, bundle, several, settings=Settings(many=1))
    assert written(one) == written(several)
    for path, text in golden_texts(mapping, read_output(several)).items():
        assert text == path.read_text("utf-8"), path.name


@given(case=cases(op.Count, op.Choose, op.Attach, most=4), piece=st.integers(1, 4))
def test_counts_looked_up_are_the_counts(engine: DuckEngine, case: Case, piece: int) -> None:
    pieces = list(landed_pieces(case.landed, piece, set()))
    with tempfile.TemporaryDirectory(dir=engine._work) as folder, landed_in(engine, case):
        repeats = Repeats(engine, pieces, {}, Path(folder) / "shared")
        plan = with_counts_looked_up(case.plan, repeats.lookup)
        repeats._settle()
    expected = reference.interpret(case.plan, case.landed)
    columns = sorted(expected[0]) if expected else []
    stream = StreamPlan(plan, repeats.tables)
    found = [row for landed, rows in pieces for row in rows_of(stream.columns(landed, rows), columns)]
    assert counted(found, columns) == counted(expected, columns)


@given(case=cases(op.Pick, op.Choose, op.Attach, op.Concat, op.Keep, most=6))
def test_a_pruned_plan_gives_what_is_wanted(case: Case) -> None:
    whole = reference.interpret(case.plan, case.landed)
    for wanted in sorted(whole[0]) if whole else []:
        narrow = reference.interpret(pruned(case.plan, [wanted]), case.landed)
        assert counted(narrow, [wanted]) == counted(whole, [wanted])
