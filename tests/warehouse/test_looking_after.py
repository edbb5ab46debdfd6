"""What becomes of figures: recalled, purged, swept, rotated, damaged. Past readers are told."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from lontar.model.errors import Refused, Unavailable
from lontar.warehouse.door.query import parse_query
from lontar.warehouse.looking_after import damaged, rotate, sweep
from lontar.warehouse.store.keeping import Store
from tests.warehouse.scenes import Region, observations, parcels_of

YEARLY = parse_query("irregular_entries by owner every year")


def entries(value: float, reporter: str = "XA", **protections: Any) -> list[Any]:
    return parcels_of(
        observations("irregular_entries", [{"period": "2025", "value": value}], reporter), **protections
    )


def seen(region: Region, state: str, query: Any = YEARLY) -> dict[str, float]:
    with region.as_(region.analyst[state], state) as act:
        return {row["owner"]: row["low"] for row in region.door().read(act, query).figures.to_pylist()}


def notices(region: Region, state: str) -> list[tuple[str, str, str]]:
    with region.as_(region.analyst[state], state) as act:
        act.cursor.execute("select owner, topic, what from warehouse_notice")
        return act.cursor.fetchall()


def test_recall_stops_all_reading_by_others_at_once_in_any_past(region: Region) -> None:
    from lontar.warehouse.withdrawing import withdraw

    sent = region.send("XA", entries(10))
    region.send("XB", entries(20, "XB"))
    before = region.moment()
    assert seen(region, "XB") == {"XA": 10.0, "XB": 20.0}
    with pytest.raises(Refused), region.as_(region.focal["XB"], "XB") as act:
        withdraw(act, sent.id, "not ours")
    with pytest.raises(Refused), region.as_(region.analyst["XA"], "XA") as act:
        withdraw(act, sent.id, "no focal point")
    with region.as_(region.focal["XA"], "XA") as act:
        withdraw(act, sent.id, "sent by mistake")
    assert seen(region, "XB") == {"XB": 20.0}
    assert seen(
        region, "XB", parse_query(f"irregular_entries by owner every year as of {before.isoformat()}")
    ) == {"XB": 20.0}
    assert seen(region, "XA")["XA"] == 10.0
    assert notices(region, "XB") == [("XA", "irregular_entry", "withdrawn")]
    assert notices(region, "XC") == notices(region, "XA") == []


def test_purge_destroys_figures_and_tells_past_readers(region: Region) -> None:
    from lontar.warehouse.withdrawing import purge

    door = region.door()
    gone = region.send("XA", entries(7919))
    region.send("XA", entries(5), series="xa/other")
    region.send("XB", entries(20, "XB"))
    with region.as_(region.analyst["XB"], "XB") as act:
        assert (
            door.read(
                act, parse_query("irregular_entries where owner = XA by owner every year")
            ).figures.num_rows
            == 1
        )
    before = set(region.volumes.all())
    with region.as_(region.focal["XA"], "XA") as act:
        purge(act, region.store, gone.id, "never ours to keep", region.ids())
    for state in ("XA", "XB"):
        with region.as_(region.focal[state], state) as act:
            assert door.read(
                act, parse_query("irregular_entries where owner = XA every year")
            ).figures.column("low").to_pylist() == [5.0]
    with region.copy.owner() as owner:
        wrapped = {bytes(row[0]) for row in owner.execute("select wrapped from warehouse_segment").fetchall()}
        left = owner.execute(
            "select count(*) from warehouse_parcel where submission = %s", (gone.id,)
        ).fetchone()
        assert list(damaged(owner.cursor(), region.store)) == []
    assert left == (0,)
    assert len(wrapped) == 2
    assert before - set(region.volumes.all()), "the volume that held them is gone"
    assert notices(region, "XB") == [("XA", "irregular_entry", "purged")]
    with pytest.raises(Refused), region.as_(region.focal["XA"], "XA") as act:
        purge(act, region.store, uuid.uuid4(), "absent", region.ids())


def test_a_reader_of_other_figures_hears_nothing_of_what_is_linked_to_asylum(region: Region) -> None:
    from lontar.warehouse.withdrawing import withdraw

    linked = region.send("XA", entries(3, classes=["asylum"], origin=["XC"]), series="xa/linked")
    region.send("XA", entries(10))
    region.send("XC", entries(20, "XC"))
    assert seen(region, "XC") == {"XA": 10.0, "XC": 20.0}
    with region.as_(region.focal["XA"], "XA") as act:
        withdraw(act, linked.id, "linked")
    assert notices(region, "XC") == []


def test_a_reader_hears_only_of_the_topics_that_were_read(region: Region) -> None:
    from lontar.warehouse.withdrawing import withdraw

    claims = parcels_of(
        observations("asylum_applications", [{"period": "2025", "value": 3, "unit": "persons"}]),
        classes=["asylum"],
        origin=["XC"],
    )
    sent = region.send("XA", [*entries(10), *claims])
    region.send("XC", entries(20, "XC"))
    assert seen(region, "XC") == {"XA": 10.0, "XC": 20.0}
    with region.as_(region.focal["XA"], "XA") as act:
        withdraw(act, sent.id, "linked")
    assert notices(region, "XC") == [("XA", "irregular_entry", "withdrawn")]


def test_what_a_stopped_process_left_is_swept(region: Region) -> None:
    region.send("XA", entries(10))
    there = set(region.volumes.all())
    region.volumes.put(uuid.uuid4(), b"left behind")
    (region.volumes.folder / f".{uuid.uuid4()}.volume.0123").write_bytes(b"half")
    with region.copy.owner() as owner, owner.transaction():
        assert sweep(owner.cursor(), region.store) == 1
    assert set(region.volumes.all()) == there
    assert len(list(region.volumes.folder.iterdir())) == len(there)
    assert seen(region, "XA") == {"XA": 10.0}


def test_what_is_still_needed_of_a_wasteful_volume_is_written_anew(region: Region) -> None:
    door = region.door()
    for number in range(5):
        rows = [{"period": str(2000 + year), "value": 100 * number + year} for year in range(8)]
        region.send(
            "XA",
            parcels_of(observations("irregular_entries", rows if not number else rows[: 8 - number])),
            series=f"xa/{number}",
        )
    with region.as_(region.analyst["XA"], "XA") as act:
        before = door.rows(act, YEARLY)
    size = sum(path.stat().st_size for path in region.volumes.folder.iterdir())
    for _ in range(2):
        with region.copy.owner() as owner, owner.transaction():
            sweep(owner.cursor(), region.store)
    assert sum(path.stat().st_size for path in region.volumes.folder.iterdir()) < size
    with region.copy.owner() as owner:
        assert list(damaged(owner.cursor(), region.store)) == []
    for one in (door, region.door()):
        with region.as_(region.analyst["XA"], "XA") as act:
            assert one.rows(act, YEARLY).equals(before)


def test_keys_are_rotated_without_writing_figures_anew(region: Region) -> None:
    region.send("XA", entries(10))
    region.send("XA", entries(3, classes=["asylum"], origin=["XC"]), series="xa/linked")
    content = {path.name: path.read_bytes() for path in region.volumes.folder.iterdir()}
    new = Store(region.volumes, b"n" * 32, bytes(32))
    with region.copy.owner() as owner, owner.transaction():
        assert rotate(owner.cursor(), new) == 2
    assert {path.name: path.read_bytes() for path in region.volumes.folder.iterdir()} == content
    with pytest.raises(Unavailable):
        seen(region, "XA")
    region.store = Store(region.volumes, b"n" * 32)
    assert seen(region, "XA") == {"XA": 10.0}
    region.send("XA", entries(11), kind="correction", reason="one more")
    assert seen(region, "XA") == {"XA": 11.0}


def test_the_master_key_is_renewed_and_nothing_is_lost_in_between(region: Region, tmp_path: Path) -> None:
    from lontar.instance.home import Home
    from lontar.warehouse.opening import open_store, open_store_renewed
    from lontar.warehouse.totals.freezing import freeze
    from tests.warehouse.scenes import CATALOGUE

    home = Home(tmp_path / "home")
    home.create("demo")
    region.store = open_store(home)
    region.send("XA", entries(10))
    with region.copy.owner() as owner, owner.transaction():
        freeze(
            region.door(),
            region.store,
            CATALOGUE,
            owner.cursor(),
            region.moment(),
            region.ids(),
            indicators=["irregular_entries"],
        )
    old, new = home.secret("store"), open_store_renewed(home)
    with region.copy.owner() as owner, owner.transaction():
        rotate(owner.cursor(), new)
    region.store = open_store(home)  # killed before the secret took its place: both open
    assert (home.secret("store"), seen(region, "XA")) == (old, {"XA": 10.0})
    assert open_store_renewed(home).master == new.master
    home.end_renewal("store")
    assert home.secret("store") != old
    region.store = open_store(home)
    assert seen(region, "XA") == {"XA": 10.0}
    with region.copy.owner() as owner, owner.transaction():
        assert list(damaged(owner.cursor(), region.store)) == []
        freeze(
            region.door(),
            region.store,
            CATALOGUE,
            owner.cursor(),
            region.moment(),
            region.ids(),
            indicators=["irregular_entries"],
        )


def test_a_flipped_byte_is_named_and_never_read(region: Region) -> None:
    region.send("XA", entries(10))
    (path,) = region.volumes.folder.iterdir()
    content = path.read_bytes()
    for place in (0, len(content) // 3, len(content) - 1):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with region.copy.owner() as owner:
            (found,) = damaged(owner.cursor(), region.store)
        assert path.stem in found.sentence
        assert "the segment is damaged" in found.sentence
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(Unavailable, match=path.stem):
        seen(region, "XA")
    path.unlink()
    with region.copy.owner() as owner:
        assert [one.sentence for one in damaged(owner.cursor(), region.store)] == [
            f"volume {path.stem} is missing."
        ]
    with pytest.raises(Unavailable, match="not where the database says"):
        seen(region, "XA")


def test_who_reads_while_a_segment_is_replaced_reads_the_new_one(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.warehouse.door import cache

    region.send("XA", entries(10))
    door = region.door()
    opened = cache.SegmentCache.figures
    replaced = []

    def late(self: Any, places: Any, indicator: str) -> Any:
        if not replaced:
            replaced.append(True)
            for path in region.volumes.folder.iterdir():
                path.rename(path.with_suffix(".away"))
            try:
                return opened(self, places, indicator)
            finally:
                for path in region.volumes.folder.iterdir():
                    path.rename(path.with_suffix(".volume"))
        return opened(self, places, indicator)

    monkeypatch.setattr(cache.SegmentCache, "figures", late)
    with region.as_(region.analyst["XA"], "XA") as act:
        assert door.read(act, YEARLY).figures.column("low").to_pylist() == [10.0]
    assert replaced
