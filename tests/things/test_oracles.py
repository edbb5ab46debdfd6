"""What somebody with a right on something, and every statement that the serving role can say, learns of what is closed: nothing."""

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from lontar.model.errors import Refused
from lontar.things.rows import terms_row
from tests.databases import Instance, served
from tests.things.test_actions import OFFICE, Scene
from tests.things.worlds import LONG_AGO, NOW

SECONDED = str(uuid.UUID(int=4242))
LINKED = {"classes": frozenset({"asylum"}), "origin": frozenset({"XB"})}


@pytest.fixture
def scene(instance: Instance) -> Iterator[Scene]:
    with instance.copied() as copy, served(copy):
        yield Scene(copy)


@pytest.fixture
def seconded(scene: Scene) -> Scene:
    """The same, with an officer and focal point of XA whom XB sent."""
    with scene.copy.owner() as owner, owner.transaction():
        owner.execute(
            "insert into members_person (id, password, email, name, is_suspended) values (%s, '', 's', '', false)",
            (SECONDED,),
        )
        for role in ("data_officer", "focal_point", "auditor"):
            owner.execute(
                "insert into members_appointment (id, since, certified, person_id, participant_id, role)"
                " values (gen_random_uuid(), %s, %s, %s, 'XA', %s)",
                (LONG_AGO, NOW, SECONDED, role),
            )
        owner.execute(
            "insert into members_belonging (id, since, person_id, agency_id) values (gen_random_uuid(), %s, %s, %s)",
            (LONG_AGO, SECONDED, OFFICE),
        )
        owner.execute(
            "insert into members_secondment (id, since, person_id, participant_id, states)"
            " values (gen_random_uuid(), %s, %s, 'XA', '{XB}')",
            (LONG_AGO, SECONDED),
        )
    return scene


def tables(web: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """Every column that the serving role may name in a condition."""
    return [
        (str(row[0]), str(row[1]))
        for row in web.execute(
            "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0"
            " and has_column_privilege(c.oid, a.attnum, 'select')"
        )
    ]


def test_without_a_viewer_every_question_ends_alike(scene: Scene) -> None:
    """A condition that is asked before the policy would tell, by an error or none, whether a hidden row meets it."""
    thing, ends = scene.register(mark="RED", named=frozenset({scene.officer})), {}
    with scene.copy.web() as web:
        for table, column in tables(web):
            for condition in ("is not null", f"::text = '{thing}'", "::text >= ''", "::text = 'XA'"):
                ends.setdefault(table, set()).add(
                    ending(web, f"select 1 from {table} where ({column}){condition}")
                )
        for asked in (thing, uuid.uuid4()):
            ends["things_thing"].add(ending(web, f"select 1 from things_thing where id = '{asked}'"))
    assert set().union(*ends.values()) == {"LV001", "nothing"}, (
        "of a table without any row there is nothing to ask"
    )
    assert {table: len(of) for table, of in ends.items()} == dict.fromkeys(ends, 1)
    assert ends["things_thing"] == {"LV001"}


def ending(web: psycopg.Connection[Any], statement: str) -> str:
    """How a question ends."""
    try:
        return "something" if web.execute(statement.encode()).fetchall() else "nothing"
    except psycopg.Error as error:
        return str(error.sqlstate)


def test_no_condition_is_asked_before_the_policy(scene: Scene) -> None:
    with scene.copy.owner() as owner:
        assert owner.execute("select count(*) from pg_proc where proleakproof").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "select pg_stat_get_tuples_inserted('things_thing'::regclass)", "select * from pg_stat_get_activity(null)",
        "select * from pg_locks", "select * from pg_lock_status()", "select pg_current_wal_insert_lsn()", "select * from pg_stat_get_wal()",
        "select pg_stat_get_xact_tuples_inserted('things_terms'::regclass)", "select * from pg_control_checkpoint()",
        "select pg_terminate_backend(1)", "select pg_cancel_backend(1)", "select lo_from_bytea(0, 'x')", "select lo_create(0)",
        "select pg_relation_size('things_thing')", "select pg_database_size(current_database())", "select pg_notify('a', 'b')",
        "select txid_current_snapshot()", "select pg_current_snapshot()", "select pg_advisory_lock(1)",
        "select * from pg_stat_activity", "select * from pg_stats", "select * from pg_stat_user_tables",
        "select * from pg_stat_xact_user_tables", "select * from pg_stat_database",
    ],
)  # fmt: skip
def test_the_server_tells_nothing_of_what_others_do(scene: Scene, statement: str) -> None:
    with scene.copy.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement.encode())


def green_of_xb(scene: Scene) -> str:
    from tests.things.test_contributions import _green_of_xb

    facts, thing = _green_of_xb(scene), str(uuid.uuid4())
    with scene.copy.owner() as owner:
        owner.execute(
            "insert into things_thing (id, terms, span) values (%s, terms_of(%s), span_of(%s, %s, 'returns', '2025-01-01', '2025-03-31'))",
            (thing, facts, thing, facts),
        )
    return thing


def test_what_is_signed_and_undone_opens_nothing(scene: Scene) -> None:
    theirs, mine = green_of_xb(scene), msgspec.json.encode(terms_row(scene.facts(mark="GREEN"))).decode()
    with scene.copy.owner() as owner:
        owner.execute(
            "insert into members_appointment (id, since, certified, person_id, participant_id, role)"
            " values (gen_random_uuid(), %s, %s, %s, 'XA', 'data_officer')",
            (LONG_AGO, NOW, scene.focal),
        )
    with scene.copy.web() as web, web.transaction(force_rollback=True):
        scene.copy.ask(web, scene.focal, "XA")
        web.execute(
            "select register_thing(%s, %s, 'returns', '2025-01-01', '2025-03-31')",
            (str(uuid.UUID(int=9)), mine),
        )
        web.execute("select sign_thing(%s, false)", (str(uuid.UUID(int=9)),))
        assert web.execute("select count(*) from things_thing where id = %s", (theirs,)).fetchone() == (0,)


def test_what_is_agreed_to_and_undone_opens_nothing(scene: Scene) -> None:
    from lontar.things.actions import change_terms, sign

    theirs, thing = green_of_xb(scene), scene.register(mark="AMBER")
    with scene.as_(scene.focal) as act:
        sign(act, thing)
        waits = change_terms(act, thing, reason="wider", mark="GREEN").waits
    with scene.copy.web() as web, web.transaction(force_rollback=True):
        scene.copy.ask(web, scene.officer, "XA")
        web.execute("select agree_to_terms(%s)", (waits,))
        assert web.execute("select count(*) from things_thing where id = %s", (theirs,)).fetchone() == (0,)


def test_nobody_registers_what_is_closed_to_him(seconded: Scene) -> None:
    """Else the rows that need not be written would tell an officer sent by XB what XA holds on the people of XB."""
    from lontar.things.actions import register_thing

    with pytest.raises(Refused, match="nothing here for you"), seconded.as_(SECONDED) as act:
        register_thing(act, seconded.facts(**LINKED))
    with pytest.raises(Refused, match="nothing here for you"):
        seconded.register(mark="RED", named=frozenset({seconded.reader}))


def test_what_is_linked_to_asylum_shares_no_row_and_no_owner_shares_with_another(scene: Scene) -> None:
    for _ in range(2):
        scene.register(**LINKED)
        scene.register()
    green_of_xb(scene)
    with scene.copy.owner() as owner:
        spans = owner.execute("select owner, linked <> '' from things_span order by 1, 2").fetchall()
    assert spans == [("XA", False), ("XA", True), ("XA", True), ("XB", False)]


def test_a_thing_that_becomes_linked_to_asylum_leaves_the_span_of_others(scene: Scene) -> None:
    from lontar.things.actions import change_terms

    thing = scene.register()
    with scene.as_(scene.focal) as act:
        assert change_terms(act, thing, reason="they claim asylum", **LINKED).waits is None
    with scene.copy.owner() as owner:
        told = owner.execute(
            "select s.linked from things_thing g join things_span s on s.id = g.span where g.id = %s",
            (thing,),
        ).fetchone()
    assert told == (str(thing),)


@pytest.mark.parametrize("way", ["was", "becomes"])
def test_a_proposal_is_closed_to_whom_the_thing_was_or_will_be(seconded: Scene, way: str) -> None:
    from lontar.things.actions import agree_to_terms, change_terms

    other = {"classes": frozenset({"asylum"}), "origin": frozenset({"XC"})}
    before, after = (LINKED, other) if way == "was" else (other, LINKED)
    thing = seconded.register(**before)
    with seconded.as_(seconded.focal) as act:
        waits = change_terms(act, thing, reason="they are from XB", **after).waits
    assert waits
    for person, rows in ((SECONDED, 0), (seconded.officer, 1)):
        with seconded.as_(person) as act:
            act.cursor.execute("select count(*) from things_proposal")
            assert act.cursor.fetchone() == (rows,)
    with pytest.raises(Refused, match="nothing here for you"), seconded.as_(SECONDED) as act:
        agree_to_terms(act, waits)


@pytest.mark.parametrize("code", ["Other Asia", "EU?", "xb", "XB "])
def test_people_of_an_unknown_area_are_no_origin(scene: Scene, code: str) -> None:
    with pytest.raises(Refused, match="no list knows"):
        scene.register(classes=frozenset({"asylum"}), origin=frozenset({code}))


@pytest.mark.parametrize("facts", [{"kind": "personal_file", "mark": "CLEAR"}, {"mark": "AMBER"}])
def test_what_is_not_public_is_not_published(scene: Scene, facts: dict[str, object]) -> None:
    with pytest.raises(Refused, match="cannot be"):
        scene.register(published=True, classes=frozenset({"victim"}), **facts)


def test_a_proposal_ends_and_can_be_withdrawn(scene: Scene) -> None:
    from lontar.members.acting import acting
    from lontar.things.actions import agree_to_terms, change_terms, withdraw_proposal

    thing, waiting = scene.register(), []
    for _ in range(3):
        with scene.as_(scene.focal) as act:
            waiting.append(change_terms(act, thing, reason="wider", mark="GREEN").waits)
    with (
        pytest.raises(Refused, match="no longer stands"),
        acting(scene.officer, "XA", NOW + timedelta(days=31)) as act,
    ):
        agree_to_terms(act, waiting[0])
    with scene.as_(scene.officer) as act:
        withdraw_proposal(act, waiting[1])
    with pytest.raises(Refused, match="nothing here"), scene.as_(scene.officer) as act:
        agree_to_terms(act, waiting[1])
    with scene.copy.owner() as owner:
        owner.execute("update members_person set is_suspended = true where id = %s", (scene.focal,))
    with pytest.raises(Refused, match="no longer stands"), scene.as_(scene.officer) as act:
        agree_to_terms(act, waiting[2])


def test_one_person_is_one_however_the_id_is_written(scene: Scene) -> None:
    from lontar.things.actions import agree_to_terms, change_terms

    thing = scene.register()
    with scene.as_(scene.focal) as act:
        waits = change_terms(act, thing, reason="wider", mark="GREEN").waits
    for written in ("{" + scene.focal + "}", scene.focal.upper(), scene.focal.replace("-", "")):
        with pytest.raises(Refused, match="nothing here"), scene.as_(written) as act:
            agree_to_terms(act, waits)


def test_a_focal_point_recalls_what_is_closed_to_it_and_hears_nothing(scene: Scene) -> None:
    from lontar.things.actions import recall

    thing = scene.register(mark="RED", named=frozenset({scene.officer, scene.reader}))
    for one in (thing, uuid.uuid4()):
        with pytest.raises(Refused, match="nothing here for you"), scene.as_(scene.focal) as act:
            recall(act, one, "the officer left")
    with scene.copy.owner() as owner:
        recalled = owner.execute(
            "select t.recalled from things_thing g join things_terms t on t.id = g.terms where g.id = %s",
            (thing,),
        ).fetchone()
    assert recalled == (True,)
    assert scene.acts() == ["registered", "recalled"]


def test_a_recall_that_meets_a_change_is_done(scene: Scene) -> None:
    """Two at once on one thing: the second waits, and then acts on what it has become."""
    thing = scene.register()
    with scene.copy.web() as first, scene.copy.web() as second:
        with first.transaction():
            scene.copy.ask(first, scene.focal, "XA")
            held = first.execute("select own_facts(%s)", (thing,)).fetchone()
            assert held
            stricter = msgspec.json.encode(terms_row(scene.facts(mark="AMBER+STRICT"))).decode()
            first.execute("select change_terms(%s, %s, 'stricter')", (thing, stricter))

            def recalling() -> None:
                with second.transaction():
                    scene.copy.ask(second, scene.officer, "XA")
                    facts = second.execute("select own_facts(%s)", (thing,)).fetchone()
                    assert facts
                    second.execute(
                        "select change_terms(%s, %s, 'wrong')",
                        (thing, msgspec.json.encode({**facts[0], "recalled": True}).decode()),
                    )

            other = threading.Thread(target=recalling)
            other.start()
            time.sleep(0.5)
        other.join()
    assert scene.acts() == ["registered", "changed_terms", "recalled"]


def test_a_topic_too_long_for_the_register_is_no_topic(scene: Scene) -> None:
    with pytest.raises(Refused, match="cannot be"):
        scene.register(topic="x" * 201)


def test_a_reason_too_long_for_the_journal_is_told(scene: Scene) -> None:
    from lontar.things.actions import recall

    thing = scene.register()
    with pytest.raises(Refused, match="too long"), scene.as_(scene.focal) as act:
        recall(act, thing, "x" * 20_000)
