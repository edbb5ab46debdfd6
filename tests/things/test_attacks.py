"""Attacks on what the serving role can reach: nothing of another's is in it, and nothing linked to a State's asylum changes it."""

import hmac
import uuid
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from lontar.members.context import set_viewer
from lontar.model.policy.facts import GRAINS, Thing
from lontar.sharing.terms import fallen
from lontar.things.rows import terms_row
from tests.databases import Copy, Instance, served
from tests.sharing.test_terms import things
from tests.things.test_actions import Scene
from tests.things.worlds import NOW, World, random_world

CANARY = "kestrel-7919"


@pytest.fixture
def database(instance: Instance) -> Iterator[Copy]:
    with instance.copied() as copy:
        yield copy


def reachable(web: psycopg.Connection[Any]) -> list[str]:
    """Every table with the columns of it that the serving role may read, as queries."""
    rows = web.execute(
        "select c.relname, array_agg(a.attname order by a.attnum) from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'S') and a.attnum > 0"
        " and has_column_privilege(c.oid, a.attnum, 'select') group by 1 order by 1"
    ).fetchall()
    return [f"select {', '.join(columns)} from {table} order by 1" for table, columns in rows]


def everything(database: Copy, person: str, participant: str, ids: list[str]) -> list[Any]:
    """All that the serving role gets for a viewer at any grain: every row it can read, and what its functions say of things."""
    told: list[Any] = []
    with database.web() as web:
        for grain in GRAINS:
            for export in (False, True):
                with web.transaction(force_rollback=True):
                    set_viewer(
                        web.cursor(),
                        database.key,
                        person=person,
                        participant=participant,
                        grain=grain,
                        export=export,
                        now=NOW,
                    )
                    told += [masked(web.execute(query.encode()).fetchall()) for query in reachable(web)]
                    told += [web.execute("select read_thing(%s)", (one,)).fetchall() for one in ids]
                    told.append(
                        web.execute("explain select count(*) from things_thing")
                        .fetchall()[0][0]
                        .split("(")[0]
                    )
    return told


def masked(rows: list[tuple[object, ...]]) -> list[str]:
    """Rows without what chance made: salts and what comes of them, and random ids."""
    drawn = [
        tuple(
            len(one)
            if isinstance(one, bytes)
            else "drawn"
            if isinstance(one, uuid.UUID) and one.version == 4
            else one
            for one in row
        )
        for row in rows
    ]
    return sorted(map(str, drawn))


def test_a_canary_of_one_participant_is_heard_by_no_other(database: Copy) -> None:
    """A unique word in everything that XA wrote, and every other viewer asking for everything."""
    world = random_world(3, things=80)
    hidden = [name for name, thing in world.things.items() if thing.owner == "XA"]
    world.things = {
        name: msgspec.structs.replace(thing, topic=CANARY, mark="AMBER", shared_with=frozenset(), classes=frozenset(), sent_to_office=False,
                                      in_edition=False, published=False, origin=frozenset(), origin_open=False, named=frozenset({CANARY}))
        if thing.owner == "XA" else thing
        for name, thing in world.things.items()
    }  # fmt: skip
    with database.owner() as owner:
        world.write(owner)
        owner.execute("update members_agency set name = %s where participant_id = 'XA'", (CANARY,))
        owner.execute(
            "insert into things_proposal (id, thing, owner, before, after, proposed_by, proposed_at, why, falls)"
            " select gen_random_uuid(), g.id, 'XA', g.terms, g.terms, 'someone', %s, %s, '{}' from things_thing g limit 1", (NOW, CANARY),
        )  # fmt: skip
        owner.execute("select append_entry('XA', %s, %s)", (NOW, CANARY))
        owner.execute(
            "insert into journal_reading (id, owner, reader, day, topic, rule) values (gen_random_uuid(), 'XA', 'XB', %s, %s, 'SH-02')",
            (NOW.date(), CANARY),
        )
    heard = asked = 0
    for person, participant, viewer in world.viewers():
        is_own = viewer.participant == "XA"
        told = str(everything(database, person, participant, hidden))
        asked += not is_own
        heard += CANARY in told
        assert is_own or CANARY not in told, viewer
    assert asked > 10
    assert heard > 0, "its own people hear it"


def test_what_is_linked_to_a_states_asylum_changes_nothing_that_its_people_or_the_public_get(
    instance: Instance,
) -> None:
    """Two runs that differ only in things linked to XA: every byte for people of that allegiance, and for the public, is the same."""
    world = random_world(5, things=120)
    world.things = {name: thing for name, thing in world.things.items() if not linked(thing, "XA")}
    more = World(world.participants, world.agencies, world.people, world.contributions, {})
    new = {
        str(uuid.UUID(int=99_000 + number)): thing
        for number, thing in enumerate(random_world(6, things=400).things.values())
    }
    agencies = {owner: agency for agency, (owner, _) in world.agencies.items()}
    new = {
        name: msgspec.structs.replace(thing, agency=agencies[thing.owner])
        for name, thing in new.items()
        if linked(thing, "XA")
    }
    names = list(world.things)
    more.things = {**dict.fromkeys(names[:40]), **new, **world.things}  # type: ignore[dict-item]
    assert len(new) > 20
    with instance.copied() as without, instance.copied() as within:
        for copy, one in ((without, world), (within, more)):
            with copy.owner() as owner:
                one.write(owner)
                leave_traces(owner, one, names)
        asked = 0
        for person, participant, viewer in world.viewers():
            if viewer.everyone or "XA" in viewer.allegiance:
                asked += 1
                ids = [*new, str(uuid.UUID(int=1))]
                assert everything(without, person, participant, ids) == everything(
                    within, person, participant, ids
                ), viewer
        assert asked > 10
        others = [
            (p, q)
            for p, q, viewer in world.viewers()
            if viewer.participant == "XB" and not viewer.everyone and viewer.roles
        ]
        assert any(
            everything(without, p, q, list(new)) != everything(within, p, q, list(new)) for p, q in others
        ), "a test that cannot fail"


def leave_traces(owner: psycopg.Connection[Any], world: World, first: list[str]) -> None:
    """What acts on things leave behind: an entry in the owner's chain, a reading that it is told of, a proposal; the `first` first."""
    agreed = "00000000-0000-0000-0000-000000000000"
    for name in [*first, *(one for one in world.things if one not in first)]:
        thing = world.things[name]
        with owner.transaction():
            owner.execute("select append_entry(%s, %s, %s)", (thing.owner, NOW, f"registered {name}"))
            owner.execute(
                "insert into journal_reading (id, owner, reader, day, topic, rule, told) values (%s, %s, 'XC', %s, %s, 'SH-06', %s)",
                (uuid.uuid5(uuid.NAMESPACE_URL, name), thing.owner, NOW.date(), name, NOW.date()),
            )
            owner.execute(
                "insert into things_proposal (id, thing, owner, before, after, proposed_by, proposed_at, why, falls)"
                " select g.id, g.id, %s, g.terms, g.terms, %s, %s, 'agreed', '{the origin}' from things_thing g where g.id = %s",
                (thing.owner, agreed, NOW, name),
            )


def linked(thing: Thing, state: str) -> bool:
    return "asylum" in thing.classes and (
        state in thing.origin or (thing.origin_open and state not in thing.owner_group)
    )


def test_what_falls_is_the_same_in_the_database(database: Copy) -> None:
    with database.owner() as owner:

        @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(things(), things())
        def same(before: Thing, after: Thing) -> None:
            rows = [msgspec.json.encode(terms_row(one)).decode() for one in (before, after)]
            told = owner.execute(
                "select fallen_terms(jsonb_populate_record(null::things_terms, %s), jsonb_populate_record(null::things_terms, %s))",
                rows,
            ).fetchone()
            assert told
            assert tuple(told[0]) == fallen(before, after)

        same()


def test_a_function_that_is_not_granted_is_not_called(database: Copy) -> None:
    """Every function of ours is closed to everybody but those who were granted it."""
    granted = {
        "viewer", "contributions", "seats", "open_terms", "span_bars", "read_thing", "own_facts", "register_thing", "change_terms",
        "agree_to_terms", "withdraw_proposal", "recall_unseen", "sign_thing", "ask_grant", "agree_grant",
        "decline_grant", "suspend_person", "end_appointment", "add_agency", "renew_password", "installed",
        "certify_person", "invite_person", "withdraw_invitation",
        "make_token",
        "end_token",
        "begin_accepting", "places_to_accept", "accept_submission", "idle_volumes", "withdraw_submission", "places_to_purge",
        "purge_submission", "open_parcels", "parcel_facts", "segment_places", "open_totals", "echo_sources",
        "begin_submission", "keep_papers", "say_mapping", "read_submission", "own_submissions", "discard_submission", "ask_job",
        "cancel_job", "take_job", "tell_job", "end_job", "sign_submission", "signed_words", "keep_accepted", "taken_place_of",
        "withdraw_sent", "state_submission", "keep_repairs", "choose_repair", "undo_repair", "read_repairs",
    }  # fmt: skip
    with database.web() as web:
        callable_ones = {
            row[0]
            for row in web.execute(
                "select proname from pg_proc where pronamespace = 'public'::regnamespace and has_function_privilege(oid, 'execute')"
            )
        }
        sequences = web.execute(
            "select count(*) from pg_sequences where schemaname = 'public'"
            " and has_sequence_privilege(quote_ident(sequencename), 'usage, select, update')"
        ).fetchone()
    assert callable_ones == granted
    assert sequences == (0,)


def test_definers_name_where_they_look(database: Copy) -> None:
    """A function that runs as its owner looks names up where nobody else can put any."""
    with database.owner() as owner:
        loose = owner.execute(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
            " and not coalesce(array_to_string(proconfig, ' ') like '%search_path=pg_catalog, public, pg_temp%', false)"
        ).fetchall()
    assert loose == []


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table members_person (id int)",
        "create table t (id int)",
        "lock table things_thing",
        "create schema s",
    ],
)
def test_the_serving_role_makes_nothing_and_locks_nothing(database: Copy, statement: str) -> None:
    with database.web() as web, web.transaction(), pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement.encode())


@pytest.mark.parametrize(
    "facts",
    [
        {"mark": "GREENISH"}, {"finest": "totals"}, {"kind": "Figures"}, {"classes": ["Asylum"]}, {"classes": [None]},
        {"classes": ["asylum"], "origin": [None]}, {"classes": ["asylum"], "origin": [""]}, {"classes": ["asylum"], "origin": []},
        {"shared_with": [""]}, {"shared_with": [None]}, {"named": [None]}, {"owner_group": ["XA", None]},
    ],
)  # fmt: skip
def test_what_is_no_word_of_its_vocabulary_is_no_fact(database: Copy, facts: dict[str, object]) -> None:
    """A word that no rule knows would be let through by what forbids."""
    good = next(thing for thing in random_world(1, things=50).things.values() if thing.owner == "XA")
    row = msgspec.json.encode({**terms_row(good), **facts}).decode()
    with database.owner() as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("select terms_of(%s)", (row,))


@pytest.mark.parametrize(("grain", "export"), [("Figure", "false"), ("", "false"), ("figure", "no")])
def test_a_reading_of_no_kind_is_refused(database: Copy, grain: str, export: str) -> None:
    with pytest.raises(ValueError, match="there is no grain"), database.web() as web:
        set_viewer(
            web.cursor(), database.key, person="", participant="", grain="Figure", export=False, now=NOW
        )  # type: ignore[arg-type]
    with database.web() as web, web.transaction(), pytest.raises(psycopg.Error) as error:
        row = web.execute("select pg_current_xact_id()::text, pg_backend_pid()::text").fetchone()
        assert row
        said = "|".join(["", "", grain, export, NOW.isoformat(), "", *row])
        signed = hmac.new(bytes.fromhex(database.key), said.encode(), sha256).hexdigest()
        web.execute("select set_config('lontar.viewer', %s, true)", (f"{said}|{signed}",))
        web.execute("select viewer()")
    assert error.value.sqlstate == "LV004"


def test_who_asks_does_not_outlive_the_act(instance: Instance) -> None:
    from django.db import connection, transaction

    with instance.copied() as copy, served(copy):
        scene = Scene(copy)
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), scene.as_(scene.officer):
            raise AssertionError("within another transaction nobody acts")
        with (
            pytest.raises(RuntimeError, match="durable"),
            scene.as_(scene.officer),
            scene.as_(scene.reader, "XB"),
        ):
            raise AssertionError("nobody acts for two at once")
        with connection.cursor() as cursor, pytest.raises(Exception, match="no viewer"):
            cursor.execute("select viewer()")


def test_a_cursor_that_is_held_over_is_closed_before_another_asks(database: Copy) -> None:
    world = random_world(1, things=50)
    with database.owner() as owner:
        world.write(owner)
    person, participant, _ = next(one for one in world.viewers() if one[2].roles)
    with database.web() as web:
        with web.transaction():
            database.ask(web, person, participant)
            web.execute("declare kept cursor with hold for select id from things_thing")
        with web.transaction(), pytest.raises(psycopg.errors.InvalidCursorName):
            database.ask(web, "", "")
            web.execute("fetch all from kept")


def test_hostile_words_are_only_words(instance: Instance) -> None:
    hostile = [
        "'; drop table things_thing; --",
        "\\",
        '"',
        "{",
        "}",
        ",",
        "a|b",
        "%s",
        "\u202e",
        "NULL",
        "x" * 200,
    ]
    with instance.copied() as copy, served(copy):
        scene = Scene(copy)
        for word in hostile:
            from lontar.things.actions import change_terms, own_facts, recall

            thing = scene.register(topic=word, shared_with=frozenset({word}), expires=NOW + timedelta(days=1))
            with scene.as_(scene.focal) as act:
                assert own_facts(act, thing).shared_with == {word}
                change_terms(act, thing, reason=word, named=frozenset({word}))
                recall(act, thing, word)
        assert [entry["reason"] for entry in scene.journal() if entry["act"] == "recalled"] == hostile
