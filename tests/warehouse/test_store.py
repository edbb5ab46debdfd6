"""What is sealed comes back as it was, and never otherwise."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.model.errors import Unavailable
from lontar.warehouse.door.listing import list_rows
from lontar.warehouse.store.blocks import Coded, alone, code_rows, joined, without
from lontar.warehouse.store.keeping import Place, Store
from lontar.warehouse.store.sealing import new_key, seal, unseal
from lontar.warehouse.store.segments import figures_text, read_coded, read_held, trace_text
from lontar.warehouse.store.volumes import VolumeFolder
from tests.warehouse.scenes import dimensions_of, observations

DEATHS = "dead_or_missing"
OPEN_LISTS = frozenset({"event", "position"})
HOSTILE = [
    "'; drop table parcels; --",
    "\"; COPY x TO 'y",
    "a[1].csv",
    "../../x",
    "x\x00y",
    "=1+1",
    "{{7*7}}",
    "%s",
    "$1",
    "\u202e",
    "ユ",
]
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))


def codes(dimension: str) -> st.SearchStrategy[str]:
    known = list(dimensions_of(DEATHS)[dimension].codes)
    return st.sampled_from(["_T", "_T", "_U", *known[:30]])


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of deaths, whose events are named as sources like."""
    figure = st.one_of(
        st.builds(lambda v: {"value": v}, st.integers(0, 10**9)),
        st.builds(lambda low, more: {"low": low, "high": low + more}, st.integers(0, 9), st.integers(0, 9)),
        st.builds(lambda low: {"low": low}, st.integers(0, 9)),
        st.builds(lambda v: {"value": v, "low": v, "high": v + 4}, st.integers(0, 9)),
        st.just({"absence": "suppressed"}),
    )
    row = st.builds(
        lambda figure, **more: {**more, **figure}, figure, period=st.sampled_from(["2024", "2025-01", "2025-02-03", "2024-10-01/P1Y"]),
        sex=codes("sex"), cause=codes("cause"), event=st.one_of(st.just("_T"), hostile.filter(bool)), note=st.none() | hostile,
        match=st.sampled_from(["exact", "partial"]), source_file=hostile, source_sheet=st.none() | hostile, source_value=hostile,
        status=st.sampled_from(["final", "provisional"]), series_break=st.booleans(),
    )  # fmt: skip
    return draw(st.lists(row, min_size=1, max_size=12))


def with_parcels(rows: pa.Table, parcels: list[int]) -> pa.Table:
    number = pa.array([parcels[at % len(parcels)] for at in range(rows.num_rows)], pa.int32())
    table = rows.append_column("folded", pa.array([False] * rows.num_rows)).append_column("parcel", number)
    return table.append_column("salt", pa.array([b"salt"] * rows.num_rows))


def listed(segment: dict[str, Coded]) -> list[tuple[str, ...]]:
    """Every row of a segment, written, read back and listed."""
    text, trace = memoryview(figures_text(segment)), memoryview(trace_text(segment))
    held, _ = read_held(text, 1000, lambda _: OPEN_LISTS)
    (one,) = held.values()
    blocks = one.columns() | {"segment": np.zeros(one.blocks.shape[1], np.int32)}
    at = np.arange(len(blocks["block"]), dtype=np.int64)
    found = list_rows([one], blocks, at, dimensions_of(DEATHS), {}, lambda numbers: [str(n) for n in numbers],
                      lambda _: read_coded(text, trace)[DEATHS].trace)  # fmt: skip
    return as_lines(
        found.rename_columns([{"parcel": "number"}.get(name, name) for name in found.column_names])
    )


def as_lines(table: pa.Table) -> list[tuple[str, ...]]:
    names = sorted(name for name in table.column_names if name not in {"indicator", "salt", "parcel"})
    return sorted(tuple(f"{name}={row[name]}" for name in names) for row in table.to_pylist())


@given(rows())
def test_every_row_comes_back_as_it_was(told: list[dict[str, Any]]) -> None:
    table = with_parcels(observations(DEATHS, told), [3, 5])
    expected = table.append_column("number", table.column("parcel").cast(pa.string()))
    assert listed({DEATHS: code_rows(table, dimensions_of(DEATHS))}) == as_lines(expected)


@given(rows(), rows())
def test_segments_are_joined_and_parcels_left_out(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    one = with_parcels(observations(DEATHS, first), [3, 5])
    other = with_parcels(observations(DEATHS, second), [7])
    whole = joined([code_rows(one, dimensions_of(DEATHS)), code_rows(other, dimensions_of(DEATHS))])
    both = pa.concat_tables([one, other])
    assert listed({DEATHS: whole}) == as_lines(
        both.append_column("number", both.column("parcel").cast(pa.string()))
    )
    left = both.filter(pa.array([number != 5 for number in both.column("parcel").to_pylist()]))
    expected = as_lines(left.append_column("number", left.column("parcel").cast(pa.string())))
    assert listed({DEATHS: without(whole, frozenset({5}))}) == expected


@given(rows())
def test_what_lies_alone_holds_no_word_of_another(told: list[dict[str, Any]]) -> None:
    table = with_parcels(observations(DEATHS, told), [3, 5])
    apart = alone(code_rows(table, dimensions_of(DEATHS)))
    for number, coded in apart.items():
        own = table.filter(pa.array([one == number for one in table.column("parcel").to_pylist()]))
        expected = as_lines(own.append_column("number", own.column("parcel").cast(pa.string())))
        assert listed({DEATHS: coded}) == expected
        others = {
            row["event"] for row in table.to_pylist() if row["event"].isascii() and len(row["event"]) > 6
        }
        plain = figures_text({DEATHS: coded}).decode("latin-1")
        never_beside_another = figures_text({DEATHS: code_rows(own, dimensions_of(DEATHS))}).decode("latin-1")
        assert not [word for word in others if word in plain and word not in never_beside_another]


@given(st.binary(min_size=1, max_size=5000), st.data())
def test_one_bit_of_a_sealed_segment_is_noticed(plain: bytes, data: st.DataObject) -> None:
    key, name = new_key(), str(uuid.uuid4())
    sealed = bytearray(seal(plain, key, "figures", name))
    assert bytes(unseal(bytes(sealed), key, "figures", name, "here")) == plain
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unavailable, match="here: the segment is damaged"):
        unseal(bytes(sealed), key, "figures", name, "here")
    with pytest.raises(Unavailable):
        unseal(seal(plain, key, "figures", name), key, "trace", name, "here")
    with pytest.raises(Unavailable):
        unseal(seal(plain, key, "figures", name), key, "figures", str(uuid.uuid4()), "here")


@given(st.integers(1000, 10**6))
def test_how_much_is_sealed_is_told_only_roughly(size: int) -> None:
    length = len(seal(bytes(size), new_key(), "figures", "name")) - 16
    assert size + 8 <= length <= (size + 8) * 1.12
    assert len({len(seal(bytes(size + more), new_key(), "figures", "name")) for more in range(8)}) <= 2


def test_another_master_key_opens_nothing(tmp_path: Path) -> None:
    store = Store(VolumeFolder(tmp_path / "store"), b"1" * 32)
    key = store.new_owner_key(uuid.uuid4(), "XA", "")
    name, volume = uuid.uuid4(), uuid.uuid4()
    sealed = store.seal(name, key, b"figures", b"trace")
    store.volumes.put(volume, sealed.figures + sealed.trace)
    place = Place(
        1, name, volume, 0, len(sealed.figures), len(sealed.figures), len(sealed.trace), sealed.wrapped, key
    )
    assert bytes(store.read(place, "trace")) == b"trace"
    assert b"figures" not in (tmp_path / "store" / f"{volume}.volume").read_bytes()
    with pytest.raises(Unavailable, match="its key cannot be opened"):
        Store(store.volumes, b"2" * 32).read(place, "figures")
    assert bytes(Store(store.volumes, b"2" * 32, b"1" * 32).read(place, "figures")) == b"figures"
