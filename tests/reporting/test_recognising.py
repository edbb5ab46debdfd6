"""Which table a file is, where its name does not say so; and files that a State may not send of its own people."""

from __future__ import annotations

import uuid

import pytest

from lontar.model.errors import Unavailable
from tests.reporting.senders import Senders
from tests.submissions import EXAMPLES, begin
from tests.warehouse.scenes import OFFICES

FILE = EXAMPLES / "xa" / "salidas_por_mar_2024.csv"


def sent(senders: Senders, state: str, files: dict[str, bytes], mapping: str = "") -> uuid.UUID:
    from lontar.reporting import actions

    with senders.as_(senders.officer[state], state) as act:
        identity = begin(act, OFFICES[state], files, mapping)
        if not mapping:
            actions.ask_job(act, identity, "recognise")
    senders.work()
    return identity


def test_a_file_of_another_name_is_known_by_its_shape_and_waits_for_a_name_that_says_the_year(
    senders: Senders,
) -> None:
    from lontar.reporting.accounts import recognised_of

    identity = sent(senders, "XA", {"datos del mes.csv": FILE.read_bytes()})
    told = senders.look(identity, senders.officer["XA"], "XA")
    found = recognised_of(senders.desk, told)
    assert [(one.mapping, one.by_name, one.headers_found == one.headers_expected) for one in found] == [
        ("xa/salidas_por_mar", False, True)
    ]
    assert [one.what for one in told.events] == ["begun", "recognise_done"]


def test_a_file_that_is_known_by_name_and_shape_is_harmonised_at_once(senders: Senders) -> None:
    identity = sent(senders, "XA", {FILE.name: FILE.read_bytes()})
    told = senders.look(identity, senders.officer["XA"], "XA")
    assert (told.mapping, told.refused) == ("xa/salidas_por_mar", 0)
    assert [one.what for one in told.events] == ["begun", "mapped", "recognise_done"]


def test_a_file_that_is_like_no_table_waits_until_somebody_says_what_it_is(senders: Senders) -> None:
    from lontar.reporting.accounts import recognised_of

    identity = sent(senders, "XA", {"other.csv": b"a;b\n1;2\n"})
    told = senders.look(identity, senders.officer["XA"], "XA")
    assert (told.mapping, told.job.outcome if told.job else "") == ("", "done")
    assert recognised_of(senders.desk, told) == []


def test_the_table_of_another_state_is_not_among_those_that_a_file_could_be(senders: Senders) -> None:
    identity = sent(senders, "XB", {"datos del mes.csv": FILE.read_bytes()})
    assert senders.look(identity, senders.officer["XB"], "XB").mapping == ""


def test_figures_on_asylum_of_a_state_s_own_people_leave_their_hash_alone(senders: Senders) -> None:
    path = EXAMPLES / "xc" / "coralia_asylum_2026-Q1.csv"
    identity = sent(senders, "XA", {path.name: path.read_bytes()}, "xc/asylum")
    told = senders.look(identity, senders.officer["XA"], "XA")
    assert told.job is not None
    from lontar.reporting.queries import key_of, said_of

    assert told.job.outcome == "refused"
    assert "HAR-086" in said_of(senders.desk, told)
    (paper,) = told.papers
    assert (paper.kind, paper.name, paper.removed, len(paper.sha256)) == ("raw", "", True, 64)
    with pytest.raises(Unavailable):
        senders.desk.whole(paper.id, key_of(senders.desk, told))
