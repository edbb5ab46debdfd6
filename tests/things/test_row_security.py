"""The database lets through exactly what `decide` allows, with nothing but row-level security; and nothing without a viewer."""

import hmac
import uuid
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.cli.expecting import expected_and_decided
from lontar.members.context import set_viewer
from lontar.model.policy.facts import GRAINS, NEVER, Grain
from lontar.sharing.deciding import Policy
from tests.databases import Copy, Instance
from tests.things.worlds import LONG_AGO, NOW, TERMS, World, every_world, question, random_world, terms_row

POLICY = Policy(read_rules(open_catalogue().root))
Connection = psycopg.Connection[Any]


@pytest.fixture
def database(instance: Instance) -> Iterator[Copy]:
    with instance.copied() as copy:
        yield copy


@pytest.fixture
def peopled(database: Copy) -> Copy:
    """A database with something in it: no query on an empty table asks who reads it."""
    with database.owner() as owner:
        random_world(1, things=50).write(owner)
    return database


def visible(web: Connection, key: str, person: str, participant: str, grain: Grain, export: bool) -> set[str]:
    """What the web role sees in one transaction of this viewer."""
    with web.transaction():
        set_viewer(
            web.cursor(), key, person=person, participant=participant, grain=grain, export=export, now=NOW
        )  # type: ignore[arg-type]
        return {str(row[0]) for row in web.execute("select id from things_thing")}


def agree(database: Copy, world: World) -> tuple[int, int]:
    """Write a world into a database; how many decisions were compared, and how many of them said yes."""
    with database.owner() as owner:
        world.write(owner)
    return agreed(database, world)


def agreed(database: Copy, world: World) -> tuple[int, int]:
    """The same of a world that is written already."""
    compared = allowed = 0
    with database.web() as web:
        for person, participant, viewer in world.viewers():
            for grain in GRAINS:
                for export in (False, True):
                    seen = visible(web, database.key, person, participant, grain, export)
                    decided = {
                        name
                        for name, thing in world.things.items()
                        if POLICY.allows(question(viewer, thing, grain, export))
                    }
                    assert seen == decided, (
                        viewer,
                        grain,
                        export,
                        [world.things[one] for one in sorted(seen ^ decided)[:1]],
                    )
                    compared += len(world.things)
                    allowed += len(decided)
    return compared, allowed


def test_made_up_worlds(database: Copy, instance: Instance, full_counts: bool, record_property: Any) -> None:
    compared = allowed = 0
    for seed in range(60 if full_counts else 2):
        with instance.copied() as copy:
            more, yes = agree(copy, random_world(seed, things=120))
        compared, allowed = compared + more, allowed + yes
    record_property("decisions compared, and allowed", (compared, allowed))
    assert compared >= 10_000
    assert 0.02 < allowed / compared < 0.98


@pytest.mark.parametrize("kept", ["id % 3 = 1", "id > 20", "id between 7 and 20", "id not between 10 and 30"])
def test_numbers_that_no_terms_have_shift_nothing(database: Copy, kept: str) -> None:
    """An act that is undone leaves a hole in the numbers of terms, at their start or later."""
    world = random_world(9, things=120)
    with database.owner() as owner:
        world.write(owner)
        gone = owner.execute(
            f"delete from things_thing where not (terms {kept[2:]}) returning id::text".encode()
        ).fetchall()
        left = owner.execute(f"delete from things_terms where not ({kept}) returning id".encode()).fetchall()
    for (name,) in gone:
        del world.things[str(name)]
    assert left
    assert world.things
    assert agreed(database, world)[1] > 0


def test_every_combination_in_a_world_of_three(database: Copy, full_counts: bool) -> None:
    world = every_world()
    if not full_counts:
        world.people = dict(list(world.people.items())[::5])
    compared, allowed = agree(database, world)
    assert compared > 100_000
    assert allowed > 1_000


def test_nothing_without_a_viewer(peopled: Copy) -> None:
    with peopled.web() as web, pytest.raises(psycopg.Error) as error:
        web.execute("select count(*) from things_thing")
    assert error.value.sqlstate == "LV001"


def test_nothing_with_an_empty_viewer(peopled: Copy) -> None:
    with peopled.web() as web, web.transaction(), pytest.raises(psycopg.Error) as error:
        web.execute("select set_config('lontar.viewer', '', true)")
        web.execute("select count(*) from things_thing")
    assert error.value.sqlstate == "LV001"


def test_a_viewer_ends_with_its_transaction(peopled: Copy) -> None:
    with peopled.web() as web:
        visible(web, peopled.key, "", "", "figure", False)
        with pytest.raises(psycopg.Error) as error:
            web.execute("select count(*) from things_thing")
    assert error.value.sqlstate == "LV001"


def forged(
    web: Connection, key: str, *, pid: str = "", transaction: str = "", person: str = "", cut: int = 9
) -> str:
    row = web.execute("select pg_current_xact_id()::text, pg_backend_pid()::text").fetchone()
    assert row
    parts = [person, "XA", "figure", "false", NOW.isoformat(), "", transaction or row[0], pid or row[1]]
    signed = hmac.new(bytes.fromhex(key), "|".join(parts).encode(), sha256).hexdigest()
    return "|".join([*parts, signed][:cut])


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({"key": "00" * 32}, "LV002"),
        ({"cut": 8}, "LV002"),
        ({"transaction": "3"}, "LV003"),
        ({"pid": "1"}, "LV003"),
    ],
)
def test_a_forged_viewer_is_refused(peopled: Copy, how: dict[str, Any], state: str) -> None:
    with peopled.web() as web, web.transaction(), pytest.raises(psycopg.Error) as error:
        web.execute(
            "select set_config('lontar.viewer', %s, true)", (forged(web, **{"key": peopled.key, **how}),)
        )
        web.execute("select count(*) from things_thing")
    assert error.value.sqlstate == state


def test_a_word_changed_in_a_signed_viewer_is_refused(peopled: Copy) -> None:
    with peopled.web() as web, web.transaction(), pytest.raises(psycopg.Error) as error:
        said = forged(web, peopled.key).replace("|figure|", "|trace|")
        web.execute("select set_config('lontar.viewer', %s, true)", (said,))
        web.execute("select count(*) from things_thing")
    assert error.value.sqlstate == "LV002"


def test_the_web_role_cannot_read_the_key_nor_step_around_the_policy(database: Copy) -> None:
    for statement in (
        "select * from context_key",
        "select signed_context()",
        "set role lontar_owner",
        "set session authorization lontar_owner",
        "alter table things_thing disable row level security",
        "drop policy web_reads on things_thing",
        "select * from members_contribution; select * from members_person for update",
        "create table mine (a int)",
        "copy things_thing to '/tmp/things'",
    ):
        with database.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(statement)  # type: ignore[arg-type]


def test_what_one_viewer_set_ends_with_the_next(peopled: Copy) -> None:
    with peopled.web() as web:
        web.execute("set row_security = off")
        web.execute("set statement_timeout = 1")
        visible(web, peopled.key, "", "", "figure", False)
        assert web.execute("show row_security").fetchone() == ("on",)


def test_turning_row_security_off_ends_in_an_error(peopled: Copy) -> None:
    with peopled.web() as web, web.transaction(), pytest.raises(psycopg.errors.InsufficientPrivilege):
        peopled.ask(web, "", "")
        web.execute("set local row_security = off")
        web.execute("select count(*) from things_thing")


def test_the_roles_are_what_they_must_be(database: Copy) -> None:
    with database.owner() as owner:
        roles = owner.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit from pg_roles"
            " where rolname in ('lontar_owner', 'lontar_web') order by 1"
        ).fetchall()
        owned = owner.execute(
            "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'lontar_web'"
        ).fetchone()
        memberships = owner.execute(
            "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname like 'lontar%'"
        ).fetchone()
    assert roles == [("lontar_owner", *[False] * 6), ("lontar_web", *[False] * 6)]
    assert owned == (0,)
    assert memberships == (0,)


WITHOUT_PARTICIPANTS_DATA = {
    "django_migrations", "django_content_type", "auth_group", "auth_group_permissions", "auth_permission", "context_key", "known_area",
    "drawn_number",
}  # fmt: skip


def test_every_table_is_under_forced_row_security_or_closed_to_the_web_role(database: Copy) -> None:
    with database.owner() as owner:
        tables = owner.execute(
            "select relname, relrowsecurity and relforcerowsecurity, has_table_privilege('lontar_web', oid, 'select')"
            " from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert {name for name, is_protected, _ in tables if not is_protected} == WITHOUT_PARTICIPANTS_DATA
    assert not [name for name, is_protected, is_read in tables if is_read and not is_protected]


def test_policies_ask_for_the_viewer_once_a_query(database: Copy) -> None:
    with database.owner() as owner:
        policies = owner.execute(
            "select policyname, tablename, coalesce(qual, with_check) from pg_policies"
        ).fetchall()
    assert policies
    for name, table, text in policies:
        for function in ("viewer()", "open_terms()", "span_bars()"):
            for before in text.split(function)[:-1]:
                assert before.rstrip().endswith(("FROM", "SELECT")), (
                    f"{name} of {table} calls {function} for each row"
                )


def test_facts_that_break_their_promises_are_no_rows(database: Copy) -> None:
    world = every_world()
    good = next(
        thing for thing in world.things.values() if "asylum" in thing.classes and thing.origin == {"XD"}
    )
    with database.owner() as owner:
        for broken in (
            {"owner": ""},
            {"agency": ""},
            {"shared_with": '{""}'},
            {"origin": "{}"},
            {"origin": "{XA}", "owner_group": "{XA}"},
        ):
            row = dict(zip(TERMS.split(", "), terms_row(good), strict=True)) | broken
            names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
            with pytest.raises(psycopg.errors.CheckViolation):
                owner.execute(f"insert into things_terms ({names}) values ({marks})", tuple(row.values()))  # type: ignore[arg-type]


def test_a_participant_without_a_name_is_nobody(database: Copy) -> None:
    """An empty code never meets another empty code."""
    with database.owner() as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "insert into members_participant (id, kind, standing, states, named) values ('', 'State', 'member', '{}', false)"
        )
    world = random_world(1, things=50)
    with database.owner() as owner:
        world.write(owner)
    person = next(iter(world.people))
    with database.web() as web:
        assert visible(web, database.key, person, "", "figure", False) == visible(
            web, database.key, "", "", "figure", False
        )


def test_a_person_without_a_role_in_force_is_the_public(database: Copy) -> None:
    world = random_world(2, things=200)
    person = world.person(roles={"XA": ["data_officer"]}, number=77)
    with database.owner() as owner:
        world.write(owner)
        owner.execute(
            "update members_appointment set until = %s where person_id = %s",
            (NOW - timedelta(seconds=1), person),
        )
    with database.web() as web:
        seen = visible(web, database.key, person, "XA", "figure", False)
        assert seen == visible(web, database.key, "", "", "figure", False)
        assert seen == visible(web, database.key, str(uuid.uuid4()), "XA", "figure", False)


def test_expected_decisions_in_the_database(database: Copy) -> None:
    """Every decision that experts expect, made by the database alone: each case is a world of one viewer and one thing."""
    world, asked, impossible = World(), [], 0
    for number, case in enumerate(expected_and_decided()):
        if case.question.thing.published and case.question.thing.mark != "CLEAR":
            impossible += 1  # the database holds no such facts
            assert not case.allowed
            continue
        asked.append((*world.of_case(case.question, number), case))
    assert impossible == 2
    by_token = [
        (person, participant, case.question.thing.topic)
        for person, participant, _, case in asked
        if case.question.channel == "token"
    ]
    with database.owner() as owner:
        world.write(owner)
        for person, participant, topic in by_token:
            owner.execute(
                "insert into members_token (id, person_id, participant_id, name, secret, topics, grain, may_send, made, expires)"
                " values (%s, %s, %s, 'one', %s, %s, 'trace', false, %s, %s)",
                (
                    token_of(person, participant),
                    person,
                    participant,
                    uuid.UUID(person).bytes,
                    [topic],
                    LONG_AGO,
                    NEVER,
                ),
            )
    with database.web() as web:
        for person, participant, thing, case in asked:
            with web.transaction():
                of = case.question
                set_viewer(
                    web.cursor(),
                    database.key,
                    person=person,
                    participant=participant,
                    grain=of.grain,
                    export=of.export,
                    now=of.now,
                    token=str(token_of(person, participant)) if of.channel == "token" else "",
                )  # type: ignore[arg-type]
                row = web.execute("select count(*) from things_thing where id = %s", (thing,)).fetchone()
            assert row == (int(case.allowed),), case.sentence()


def token_of(person: str, participant: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{person} {participant} token")
