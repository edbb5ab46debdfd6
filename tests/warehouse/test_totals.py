"""Regional totals: who reads them, what they hold, and that editions give nobody away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lontar.disclosure.editions import Findings
from lontar.model.errors import SourceProblem
from lontar.model.figures.thresholds import Thresholds
from lontar.warehouse.door.query import Query
from tests.warehouse.scenes import CATALOGUE, STATES, Region, observations, parcels_of

ENTRIES = "irregular_entries"
LENIENT = Thresholds(
    smallest_shown=1, contributors=1, contributors_outside=0, largest_share=100, prior_percent=0, rounding=1
)


def entries(state: str, value: float, period: str = "2025", **protections: Any) -> list[Any]:
    return parcels_of(observations(ENTRIES, [{"period": period, "value": value}], state), **protections)


def freeze(region: Region, **told: Any) -> Any:
    """Freeze an edition as whoever keeps the machine does."""
    from lontar.warehouse.totals.freezing import freeze

    with region.copy.owner() as owner, owner.transaction():
        return freeze(
            region.door(),
            region.store,
            CATALOGUE,
            owner.cursor(),
            region.moment(),
            region.ids(),
            indicators=[ENTRIES],
            **told,
        )


def totals(region: Region, person: str, participant: str, **asked: Any) -> list[dict[str, Any]]:
    with region.as_(person, participant, "total") as act:
        return (
            region.door().totals(act, Query(**{"indicator": ENTRIES, "every": "year", **asked})).to_pylist()
        )


def values(region: Region, state: str = "XE", **asked: Any) -> list[int]:
    return [row["value"] for row in totals(region, region.analyst[state], state, **asked)]


def send_all(region: Region, figures: dict[str, float], period: str = "2025") -> dict[str, Any]:
    from lontar.warehouse.accepting import Terms

    return {
        state: region.send(state, entries(state, value, period), Terms(mark="AMBER"))
        for state, value in figures.items()
    }


FIVE = {"XA": 101.0, "XB": 120.0, "XC": 143.0, "XD": 99.0, "XE": 88.0}


def test_what_five_give_is_shown_to_members_and_to_nobody_else(region: Region) -> None:
    send_all(region, FIVE)
    assert values(region) == []
    made = freeze(region)
    assert made.shown == 1
    for state in STATES:
        assert totals(region, region.analyst[state], state) == [
            {"unit": "detections", "stage": "_Z", "period": "2025", "value": 550, "rounding": 5, "since": 1}
        ]
    assert totals(region, "", "") == []
    assert totals(region, region.administrator, "XA") == []
    with region.as_(region.analyst["XA"], "XA", "figure") as act:
        assert region.door().totals(act, Query(indicator=ENTRIES, every="year")).num_rows == 0


def test_three_are_too_few_and_so_is_one_that_is_nearly_all(region: Region) -> None:
    send_all(region, {"XA": 101, "XB": 120, "XC": 143})
    assert freeze(region).shown == 0
    send_all(region, {"XA": 9000, "XB": 120, "XC": 143, "XD": 99, "XE": 88}, "2024")
    assert freeze(region).shown == 0
    assert values(region) == []


def test_what_is_linked_to_asylum_recalled_or_kept_out_is_not_counted(region: Region) -> None:
    from lontar.model.policy.facts import Use
    from lontar.warehouse.accepting import Terms
    from lontar.warehouse.withdrawing import withdraw

    sent = send_all(region, FIVE)
    region.send("XA", entries("XA", 7919, "2025", classes=["asylum"], origin=["XB"]), series="xa/linked")
    region.send(
        "XB",
        entries("XB", 7919, "2024"),
        Terms(mark="AMBER", use=Use(regional_totals=False)),
        series="xb/out",
    )
    freeze(region)
    assert values(region) == [550]
    with region.as_(region.focal["XE"], "XE") as act:
        withdraw(act, sent["XE"].id, "wrong")
    assert values(region) == [550]
    freeze(region)
    assert values(region) == []


def test_a_correction_of_one_does_not_show_and_the_earlier_figure_stands(region: Region) -> None:
    from lontar.warehouse.accepting import Terms

    send_all(region, FIVE)
    freeze(region)
    region.send("XA", entries("XA", 151), Terms(mark="AMBER"), kind="correction", reason="fifty more")
    freeze(region)
    assert [(row["value"], row["since"]) for row in totals(region, region.analyst["XB"], "XB")] == [(550, 1)]


def test_with_the_contributor_rule_switched_off_a_difference_of_editions_tells_the_correction(
    region: Region,
) -> None:
    from lontar.warehouse.accepting import Terms

    def no_audit(*_: Any) -> Findings:
        return Findings(frozenset(), ())

    send_all(region, FIVE)
    freeze(region, thresholds=LENIENT, audit=no_audit)
    before = values(region)[0]
    region.send("XA", entries("XA", 151), Terms(mark="AMBER"), kind="correction", reason="fifty more")
    freeze(region, thresholds=LENIENT, audit=no_audit)
    assert values(region)[0] - before == 50


def test_a_correction_under_an_embargo_changes_no_total_before_its_time(region: Region) -> None:
    from lontar.warehouse.accepting import Terms

    send_all(region, FIVE)
    later = Terms(mark="AMBER", not_before=region.moment() + timedelta(days=30))
    region.send("XA", entries("XA", 300), later, kind="correction", reason="later")
    freeze(region)
    assert values(region) == [550]


def test_totals_by_month_and_by_one_dimension(region: Region) -> None:
    from lontar.warehouse.accepting import Terms

    for number, state in enumerate(STATES):
        rows = [
            {"period": f"2025-0{month}", "value": 100 + 7 * number + month, "sex": sex}
            for month in (1, 2, 3)
            for sex in ("F", "M")
        ]
        region.send(state, parcels_of(observations(ENTRIES, rows, state)), Terms(mark="AMBER"))
    freeze(region)
    quarter = values(region, every="quarter")
    assert quarter == [5 * round(sum(100 + 7 * n + m for n in range(5) for m in (1, 2, 3)) * 2 / 5)]
    by_sex = totals(region, region.analyst["XA"], "XA", every="quarter", by=("sex",))
    assert {row["sex"] for row in by_sex} <= {"F", "M"}
    with pytest.raises(SourceProblem, match="of all participants together"):
        values(region, where={"owner": ("XA",)})
    with pytest.raises(SourceProblem, match="by one dimension"):
        values(region, by=("owner",))


def test_two_territories_of_one_state_are_one_contributor(region: Region) -> None:
    with region.copy.owner() as owner:
        owner.execute("update members_participant set states = array['XD', 'XE'] where id in ('XD', 'XE')")
    send_all(region, {state: FIVE[state] for state in ("XB", "XC", "XD", "XE")})
    assert freeze(region).shown == 0


def test_an_echo_that_tells_one_figure_leaves_it_no_cover(region: Region) -> None:
    from lontar.warehouse.echoes import Echo, Topics, load_echo
    from tests.warehouse.scenes import dimensions_of

    send_all(region, {state: FIVE[state] for state in ("XA", "XB", "XC", "XD")})
    echo = Echo(
        reporter="IOM",
        series="iom/all",
        publisher="P",
        title="T",
        address="https://example.org",
        licence="CC0",
        files={"a": "b"},
    )
    table = observations(ENTRIES, [{"period": "2025", "value": 101, "area": "XA"}], "IOM")
    topics = Topics({ENTRIES: "irregular_entry"}, dimensions_of)
    with region.copy.owner() as owner, owner.transaction():
        loaded = [
            load_echo(
                owner.cursor(), region.store, echo, {ENTRIES: table}, topics, region.ids(), region.moment()
            )
            for _ in range(2)
        ]
    assert loaded == [1, 0]
    with region.as_("", "") as act:
        answer = region.door().read(
            act, Query(indicator=ENTRIES, every="year", source="published", by=("area",))
        )
        assert [(row["area"], row["low"]) for row in answer.figures.to_pylist()] == [("XA", 101.0)]
        assert region.door().read(act, Query(indicator=ENTRIES, every="year")).figures.num_rows == 0
    assert freeze(region).shown == 0
    send_all(region, {"XE": 88.0})
    assert freeze(region).shown == 1
