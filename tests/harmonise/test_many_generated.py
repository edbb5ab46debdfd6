"""Many rows in small pieces: made-up tables and every case of the language give what they give as few rows."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.harmonise.many import landed
from lontar.harmonise.reading import quoting, slottexts, store
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.errors import LontarError
from lontar.model.mapping import MappingBundle
from tests.harmonise.cases import USUAL, Case, cases, catalogue, files_in
from tests.harmonise.generated_tables import Table, bundle_for, tables
from tests.harmonise.in_process import Files, reading_here
from tests.harmonise.test_properties import FEWER, outputs, write

CASES = {name: case for name, case in cases() if not case.refused}


class Sizes(NamedTuple):
    """How small the pieces of a call are made, so that a small table has several."""

    piece: int = 3
    many: int = 1
    most_texts: int = 3
    most_share: float = 2.0


SIZES = st.builds(
    Sizes,
    st.integers(1, 5),
    st.sampled_from([1, 1, 1, 12]),
    st.sampled_from([100, 100, 3, 1]),
    st.sampled_from([9.0, 9.0, 0.7, 0.0]),
)


@contextmanager
def small(sizes: Sizes) -> Iterator[None]:
    """Let pieces, chunks and lists of texts be small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landed, "_PIECE", sizes.piece)
        patch.setattr(quoting, "_CHUNK", 64)
        patch.setattr(store, "SlotTexts", partial(slottexts.SlotTexts, sizes.most_texts))
        patch.setattr(slottexts, "_MOST_SHARE", sizes.most_share)
        yield


def told(out: Path) -> dict[str, Any]:
    """Everything that a call wrote, rows and columns of the observations in their order."""
    found = {name: value for name, value in outputs(out).items() if not name.endswith(".parquet")}
    found["account"] = json.dumps(found["account"])  # whose parts have their order
    for path in sorted((out / "observations").glob("*.parquet")):
        read = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
        found[path.name] = (read.columns, [str(kind) for kind in read.types], read.fetchall())
    return found


def few_rows(files: Files, bundle: MappingBundle, out: Path) -> Any:
    """What few rows write into a new folder: everything, or the sentence that refuses them."""
    return _written(files, bundle, out, 10**9)


def many_rows(files: Files, bundle: MappingBundle, out: Path, sizes: Sizes) -> Any:
    """What many rows in small pieces write."""
    with small(sizes):
        return _written(files, bundle, out, sizes.many)


def _written(files: Files, bundle: MappingBundle, out: Path, many: int) -> Any:
    try:
        with reading_here():
            harmonise_files(files, bundle, out, settings=Settings(many=many))
    except LontarError as refused:
        return str(refused)
    return told(out)


def both_ways(files: Files, bundle: MappingBundle, folder: Path, sizes: Sizes) -> tuple[Any, Any]:
    """What few rows write, and what many rows in small pieces write."""
    return few_rows(files, bundle, folder / "few"), many_rows(files, bundle, folder / "many", sizes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


def bundle_of(case: Case, folder: Path) -> MappingBundle:
    """What a case maps by, which the catalogue has nothing against."""
    (folder / "case.yml").write_text(yaml.safe_dump(USUAL | case.mapping, allow_unicode=True), "utf-8")
    for walk, text in case.crosswalks.items():
        (folder / f"{walk}.csv").write_text(text, "utf-8")
    bundle = open_checked_mapping(catalogue(), str(folder / "case.yml"))
    return msgspec.structs.replace(bundle, corrections=case.corrections)


@FEWER
@given(table=tables(), sizes=SIZES)
def test_made_up_tables(table: Table, sizes: Sizes, folder: Path) -> None:
    few, many = both_ways(write(table, folder), bundle_for(table.shape), folder, sizes)
    assert few == many


@pytest.mark.parametrize("name", CASES)
def test_cases_of_the_language(name: str, case_output: Callable[[str], Path], tmp_path: Path) -> None:
    case: Case = CASES[name]
    few = case_output(name)
    files, bundle = files_in(case, few.parent), bundle_of(case, tmp_path)
    assert many_rows(files, bundle, tmp_path / "many", Sizes()) == told(few)
