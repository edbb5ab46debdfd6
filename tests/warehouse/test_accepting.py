"""Who may accept figures, under which terms, and what is refused: whole, and in a sentence."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from lontar.catalogue.policies import read_allegiances
from lontar.model.errors import Refused, SourceProblem
from lontar.warehouse.door.query import Query
from lontar.warehouse.looking_after import damaged
from tests.warehouse.scenes import CATALOGUE, OFFICES, Region, observations, parcels_of

ENTRIES = "irregular_entries"


def entries(value: float, state: str = "XA", period: str = "2025-Q1", **protections: Any) -> list[Any]:
    return parcels_of(observations(ENTRIES, [{"period": period, "value": value}], state), **protections)


def parcels(region: Region) -> int:
    with region.copy.owner() as owner:
        row = owner.execute("select count(*) from warehouse_parcel").fetchone()
    assert row is not None
    return int(str(row[0]))


def journal(region: Region, act: str, chain: str = "XA") -> list[dict[str, Any]]:
    with region.copy.owner() as owner:
        rows = owner.execute(
            "select c.body from journal_content c join journal_entry e on e.id = c.entry where e.chain = %s order by e.number",
            (chain,),
        ).fetchall()
    return [body for row in rows if (body := msgspec.json.decode(str(row[0])))["act"] == act]


def another_writer(region: Region) -> None:
    """Let XB have a second person who may write."""
    with region.copy.owner() as owner:
        owner.execute(
            "insert into members_appointment (id, since, certified, person_id, participant_id, role)"
            " values (gen_random_uuid(), '2020-01-01', now(), %s, 'XB', 'data_officer')", (region.analyst["XB"],),
        )  # fmt: skip


def test_only_a_focal_point_of_the_agencys_participant_accepts(region: Region) -> None:
    from lontar.warehouse.accepting import Submission, Terms, accept
    from tests.warehouse.scenes import dimensions_of

    for person, participant, agency in (
        (region.analyst["XA"], "XA", "XA"), (region.focal["XB"], "XB", "XA"), (region.focal["XA"], "XB", "XB"), ("", "", "XA"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused, region.as_(person, participant) as act:
            accept(
                act,
                region.store,
                Submission(agency=OFFICES[agency], series="s"),
                entries(1),
                Terms(mark="GREEN"),
                [],
                dimensions_of,
                region.ids(),
            )
        assert refused.value.code == "POL-404"
    assert parcels(region) == 0
    assert list(region.volumes.all()) == []


def test_what_is_accepted_is_signed_contributes_and_is_in_the_journal(region: Region) -> None:
    sent = region.send("XA", entries(10))
    (told,) = journal(region, "accepted")
    assert (told["thing"], told["series"], told["version"], told["kind"]) == (
        str(sent.id),
        "xa/monthly",
        1,
        "first",
    )
    region.send("XB", entries(20, "XB"))
    with region.as_(region.analyst["XB"], "XB") as act:
        assert region.door().read(act, Query(indicator=ENTRIES, by=("owner",))).figures.num_rows == 2
    assert journal(region, "read_figures", "XB")[-1]["rules"] == ["SH-01", "SH-03"]
    assert journal(region, "read_figures") == []


def test_owners_are_told_of_what_was_opened_alone(region: Region) -> None:
    for state in ("XA", "XB", "XC"):
        region.send(state, entries(10, state))
    with region.as_(region.analyst["XC"], "XC") as act:
        region.door().read(act, Query(indicator=ENTRIES, where={"owner": ("XA",)}))
    with region.copy.owner() as owner:
        told = owner.execute("select owner, reader, topic, rule from journal_reading").fetchall()
        readers = owner.execute("select reader from warehouse_reader").fetchall()
    assert told == [("XA", "XC", "irregular_entry", "SH-03")]
    assert readers == [("XC",)]


def test_a_correction_says_why() -> None:
    from lontar.warehouse.accepting import Submission

    with pytest.raises(ValueError, match="says why"):
        Submission(agency="a", series="s", kind="correction")
    with pytest.raises(ValueError, match="says why"):
        Submission(agency="a", series="s", reason="because")


def test_figures_that_take_the_place_of_others_never_protect_less_without_a_second_person(
    region: Region,
) -> None:
    from lontar.warehouse.accepting import Terms

    amber, green = Terms(mark="AMBER", sent_to_office=False), Terms(mark="GREEN", sent_to_office=False)
    region.send("XB", entries(10, "XB"), amber)
    region.send(
        "XB", entries(11, "XB"), green, kind="correction", reason="alone"
    )  # XB has one officer: waived, and said
    assert journal(region, "accepted", "XB")[-1]["second_person"] == "waived"
    another_writer(region)
    region.send("XB", entries(12, "XB"), amber, kind="correction", reason="narrower")
    with pytest.raises(Refused, match="protect less"):
        region.send("XB", entries(13, "XB"), green, kind="correction", reason="wider")
    region.send("XB", entries(14, "XB"), green, series="xb/other")
    assert parcels(region) == 4
    with region.copy.owner() as owner:
        assert list(damaged(owner.cursor(), region.store)) == []


def test_what_others_say_is_not_sent(region: Region) -> None:
    from lontar.warehouse.accepting import Known, Submission, Terms, accept_observations
    from lontar.warehouse.intake.terms import Rules
    from tests.warehouse.scenes import dimensions_of

    rules = Rules(
        {one.id: one for one in CATALOGUE.indicators()},
        read_allegiances(CATALOGUE).origin_of,
        lambda *_: (),
        10,
    )
    known = Known(rules, dimensions_of, lambda reporter: {"AF": "XA"}.get(reporter, ""))
    for reporter, is_sent in (("XA", True), ("AF", True), ("IOM", False), ("XB", False)):
        table = observations(ENTRIES, [{"period": "2025-Q1", "value": 50}], reporter)
        submission = Submission(agency=OFFICES["XA"], series=f"xa/{reporter}")
        with region.as_(region.focal["XA"], "XA") as act:
            if is_sent:
                accept_observations(
                    act, region.store, submission, {ENTRIES: table}, Terms(mark="GREEN"), known, region.ids()
                )
                continue
            with pytest.raises(SourceProblem, match=f"said by {reporter}"):
                accept_observations(
                    act, region.store, submission, {ENTRIES: table}, Terms(mark="GREEN"), known, region.ids()
                )
    assert parcels(region) == 2
