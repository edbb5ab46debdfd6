"""Figures through the door: what is added to what, and for whom."""

from lontar.warehouse.door.query import parse_query
from tests.warehouse.scenes import Region, observations, parcels_of

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


def entries(figures: dict[str, float], reporter: str = "XA", **more: object):
    return parcels_of(observations("irregular_entries", [{"period": p, "value": v, **more} for p, v in figures.items()], reporter))


def test_months_add_up_to_a_year(region: Region) -> None:
    region.send("XA", entries(dict(zip(MONTHS, range(1, 13), strict=True))))
    door = region.door()
    with region.as_(region.analyst["XA"], "XA") as act:
        answer = door.read(act, parse_query("irregular_entries every year"))
    assert answer.figures.to_pylist() == [
        {"unit": "detections", "stage": "_Z", "period": "2025", "low": 78.0, "high": 78.0, "figures": 12, "absent": 0, "there": 12,
         "missing": 0, "match": "exact", "provisional": False, "series_break": False}
    ]  # fmt: skip
