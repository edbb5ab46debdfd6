"""The checks as far as pandera does them, on polars, lazily: `python -m benchmarks.peer_pandera CSV TABLES OUT`."""

import sys
from pathlib import Path

import msgspec
import pandera.errors
import pandera.polars as pa
import polars as pl

from benchmarks.peers import PeerTables


def main(source: Path, tables: PeerTables) -> int:
    """Read and check; returns how many failures were told."""
    table = pl.read_csv(source, infer_schema=False, truncate_ragged_lines=True)
    columns = {name: pa.Column(str, pa.Check.isin(list(codes))) for name, codes in tables.codes.items()}
    columns["record"] = pa.Column(str, pa.Check.str_length(min_value=1), unique=True)
    columns["persons"] = pa.Column(str, pa.Check.str_matches(r"^([0-9]{1,3}(\.[0-9]{3})*|[0-9]+|<5|-)$"))
    rules = [
        pa.Check(
            lambda d: d.lazyframe.select(
                ~pl.col("company").is_in(tables.alone) | pl.col("age").is_in(tables.children)
            )
        ),
        pa.Check(
            lambda d: d.lazyframe.select(
                ~pl.col("method").is_in(tables.boats) | pl.col("mode").is_in(tables.water)
            )
        ),
    ]
    try:
        pa.DataFrameSchema(columns, checks=rules).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return len(errors.failure_cases)
    return 0


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=PeerTables)))
