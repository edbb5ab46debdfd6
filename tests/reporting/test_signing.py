"""From a draft to figures that others read."""

from __future__ import annotations

import re
import uuid

import pytest

from lontar.model.errors import Refused
from tests.reporting.senders import EXAMPLES, Senders

FILES = EXAMPLES / "fictional" / "xa"


def sent(senders: Senders, year: int) -> uuid.UUID:
    file = FILES / f"salidas_por_mar_{year}.csv"
    identity = senders.send("XA", {file.name: file.read_bytes()})
    senders.work()
    return identity


def figures(senders: Senders, person: str, participant: str) -> list[tuple[str, float]]:
    from lontar.catalogue import open_catalogue
    from lontar.warehouse.door.query import parse_query
    from lontar.warehouse.door.reading import Door
    from lontar.warehouse.opening import open_store

    door = Door(
        open_catalogue(), open_store(senders.copy.instance.home), cache_bytes=2**24, query_bytes=2**28
    )
    with senders.as_(person, participant) as act:
        told = door.read(act, parse_query("sea_arrivals every year")).figures.to_pylist()
    return [(row["period"], row["low"]) for row in told]


def test_what_a_focal_point_signs_is_accepted_and_read(senders: Senders) -> None:
    identity = sent(senders, 2024)
    assert figures(senders, senders.focal["XA"], "XA") == []
    senders.sign(identity, "XA")
    senders.work()
    told = senders.look(identity, senders.focal["XA"], "XA")
    assert (told.step, told.job.outcome if told.job else "") == ("accepted", "done")
    assert told.of_kind("observations") == []
    (one,) = figures(senders, senders.focal["XA"], "XA")
    assert one[0] == "2024"
    assert one[1] > 0


def test_only_a_focal_point_signs(senders: Senders) -> None:
    from lontar.reporting import queries
    from lontar.reporting.signing import sign_submission
    from lontar.warehouse.accepting import Terms

    identity = sent(senders, 2024)
    with pytest.raises(Refused, match="nothing here"), senders.as_(senders.officer["XA"], "XA") as act:
        sign_submission(act, queries.submission(act, identity), Terms(mark="GREEN"), "")
    told = senders.look(identity, senders.focal["XA"], "XA")
    with pytest.raises(Refused, match="nothing here"), senders.as_(senders.focal["XB"], "XB") as act:
        sign_submission(act, told, Terms(mark="GREEN"), "")


def test_what_was_changed_after_it_was_signed_is_not_accepted(senders: Senders) -> None:
    identity = sent(senders, 2024)
    senders.sign(identity, "XA")
    with senders.copy.owner() as owner:
        owner.execute("update reporting_paper set sha256 = '' where kind = 'observations'")
    senders.work()
    told = senders.look(identity, senders.focal["XA"], "XA")
    assert (told.step, told.job.outcome if told.job else "") == ("draft", "refused")


def test_another_year_is_further_and_the_same_again_a_correction_that_says_why(senders: Senders) -> None:
    first = sent(senders, 2024)
    senders.sign(first, "XA")
    senders.work()
    further = sent(senders, 2025)
    senders.sign(further, "XA")
    senders.work()
    assert senders.look(further, senders.focal["XA"], "XA").step == "accepted"
    again = sent(senders, 2024)
    senders.sign(again, "XA", reason="")
    senders.work()
    assert senders.look(again, senders.focal["XA"], "XA").step == "draft"
    senders.sign(again, "XA", reason="The consulates sent more.")
    senders.work()
    steps = [senders.look(one, senders.focal["XA"], "XA").step for one in (first, further, again)]
    assert steps == ["superseded", "accepted", "accepted"]


def test_what_was_read_anew_after_the_page_was_opened_is_not_signed(senders: Senders) -> None:
    senders.today()
    identity = sent(senders, 2024)
    client = senders.browser(senders.focal["XA"])
    path = f"/submissions/{identity}/sign/"
    (seen,) = re.findall(r'name="seen" value="(\w+)"', client.get(path).content.decode())
    terms = {"mark": "GREEN", "finest": "figure", "act": "sign"}
    with senders.copy.owner() as owner:
        owner.execute("update reporting_paper set sha256 = '' where kind = 'observations'")
    page = client.post(path, {**terms, "seen": seen}).content.decode()
    assert "It was read anew meanwhile." in page
    assert senders.look(identity, senders.focal["XA"], "XA").may_be_signed
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    assert client.post(path, {**terms, "seen": seen})["Location"] == f"/submissions/{identity}/"
    assert not senders.look(identity, senders.focal["XA"], "XA").may_be_signed


def test_what_is_withdrawn_is_read_by_nobody_else(senders: Senders) -> None:
    from lontar.reporting import actions

    identity = sent(senders, 2024)
    senders.sign(identity, "XA", mark="CLEAR", published=True)
    senders.work()
    assert figures(senders, "", "")
    with pytest.raises(Refused, match="nothing here"), senders.as_(senders.officer["XA"], "XA") as act:
        actions.withdraw_sent(act, identity, "It was wrong.")
    with senders.as_(senders.focal["XA"], "XA") as act:
        actions.withdraw_sent(act, identity, "It was wrong.")
    assert figures(senders, "", "") == []
    assert senders.look(identity, senders.officer["XA"], "XA").step == "withdrawn"
    with pytest.raises(Refused, match="meanwhile"), senders.as_(senders.focal["XA"], "XA") as act:
        actions.withdraw_sent(act, identity, "Again.")
