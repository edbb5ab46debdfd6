"""The job as far as pandas does it: `python -m benchmarks.peer_pandas CSV TABLES OUT`."""

import sys
from pathlib import Path

import msgspec
import pandas as pd

from benchmarks.peer_formats import DAYS, MOMENTS
from benchmarks.peers import PeerTables


def main(source: Path, tables: PeerTables, out: Path) -> int:
    """Read, map, check and write; returns how many rows are bad."""
    table = pd.read_csv(
        source,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        on_bad_lines="skip",
        names=tables.header,
        header=0,
    )
    bad = pd.Series(data=False, index=table.index)
    found = pd.DataFrame(index=table.index)
    for column, codes in tables.codes.items():
        found[column] = table[column].map(codes)
        bad |= found[column].isna()
    found["detected"] = dated(table["detected"], MOMENTS)
    found["registered"] = dated(table["registered"], DAYS)
    bad |= (
        found["detected"].isna()
        | found["registered"].isna()
        | (found["registered"] < found["detected"].dt.normalize())
    )
    persons = table["persons"].str.replace(".", "", regex=False)
    found["persons"] = pd.to_numeric(persons, errors="coerce")
    plain = persons.isin(("<5", "-"))
    bad |= (found["persons"].isna() & ~plain) | (found["persons"] < 0) | (found["persons"] > 50_000)
    bad |= (table["record"] == "") | table["record"].duplicated(keep=False)
    bad |= table["company"].isin(tables.alone) & ~table["age"].isin(tables.children)
    bad |= table["method"].isin(tables.boats) & ~table["mode"].isin(tables.water)
    table[bad].to_csv(out / "bad.csv")
    found[~bad].to_parquet(out / "good.parquet", compression="zstd")
    return int(bad.sum())


def dated(texts: "pd.Series[str]", formats: tuple[str, ...]) -> "pd.Series[pd.Timestamp]":
    """The days of texts in one of several formats: each different text is read once."""
    known = pd.Series(texts.unique())
    days = pd.Series(pd.NaT, index=known.index, dtype="datetime64[ns]")
    for form in formats:
        days = days.fillna(pd.to_datetime(known, format=form, errors="coerce"))
    return texts.map(dict(zip(known, days, strict=True)))


if __name__ == "__main__":
    Path(sys.argv[3]).mkdir(parents=True, exist_ok=True)
    print(
        main(
            Path(sys.argv[1]),
            msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=PeerTables),
            Path(sys.argv[3]),
        )
    )
