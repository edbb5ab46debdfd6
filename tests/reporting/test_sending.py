"""From a file to the papers that it became, and who may look at them."""

from __future__ import annotations

import json

import pytest

from lontar.model.errors import Refused
from tests.reporting.senders import EXAMPLES, Senders

FILE = EXAMPLES / "fictional" / "xa" / "salidas_por_mar_2024.csv"


def test_a_file_becomes_observations_problems_and_an_account(senders: Senders) -> None:
    identity = senders.send("XA", {FILE.name: FILE.read_bytes()})
    senders.work()
    told = senders.look(identity, senders.officer["XA"], "XA")
    assert told.job is not None
    assert (told.job.outcome, told.step) == ("done", "draft")
    kinds = sorted({paper.kind for paper in told.papers})
    assert kinds == ["account", "observations", "problems", "raw"]
    from lontar.reporting.queries import key_of

    account = json.loads(senders.desk.whole(told.of_kind("account")[0].id, key_of(senders.desk, told)))
    assert account["all"]["balanced"]


def test_nobody_but_the_agency_and_the_focal_point_hears_of_it(senders: Senders) -> None:
    identity = senders.send("XA", {FILE.name: FILE.read_bytes()})
    for person in (senders.officer["XA"], senders.focal["XA"]):
        assert senders.look(identity, person, "XA").mapping
    strangers = [(senders.police["XA"], "XA"), (senders.administrator, "XA"), (senders.seconded, "XA"),
                 (senders.officer["XB"], "XB"), (senders.focal["XB"], "XB"), ("", "")]  # fmt: skip
    for person, participant in strangers:
        with pytest.raises(Refused, match="nothing here"):
            senders.look(identity, person, participant)
