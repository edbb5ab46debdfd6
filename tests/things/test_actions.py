"""What people do with things: who may, what is journalled, and that nothing falls unseen."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import msgspec
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.errors import Refused
from lontar.model.policy.facts import Thing, Use
from lontar.sharing.deciding import Policy
from tests.databases import Copy, Instance, served
from tests.things.worlds import NOW, World

POLICY = Policy(read_rules(open_catalogue().root))
OFFICE, POLICE, OTHER = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


class Scene:
    """Two States, their people, and a database that Django uses."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        world = World()
        world.participants = {"XA": ("State", "member", ("XA",)), "XB": ("State", "member", ("XB",))}
        world.agencies = {
            OFFICE: ("XA", frozenset({"statistics"})), POLICE: ("XA", frozenset({"enforcement"})), OTHER: ("XB", frozenset({"statistics"}))
        }  # fmt: skip
        self.officer = world.person(roles={"XA": ["data_officer"]}, agencies=[OFFICE])
        self.focal = world.person(roles={"XA": ["focal_point"]}, agencies=[OFFICE])
        self.police = world.person(roles={"XA": ["data_officer"]}, agencies=[POLICE])
        self.admin = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICE])
        self.reader = world.person(roles={"XB": ["analyst"]}, agencies=[OTHER])
        self.auditor = world.person(roles={"XA": ["auditor"]}, agencies=[OFFICE])
        with copy.owner() as owner:
            world.write(owner)

    def as_(self, person: str, participant: str = "XA") -> AbstractContextManager:  # type: ignore[type-arg]
        from lontar.members.acting import acting

        return acting(person, participant, NOW)

    def facts(self, **changes: object) -> Thing:
        thing = Thing(
            owner="XA", agency=OFFICE, topic="returns", start="2025-01-01", end="2025-03-31", mark="AMBER",
            owner_group=frozenset({"XA"}),
        )  # fmt: skip
        return msgspec.structs.replace(thing, **changes)

    def register(self, **changes: object) -> uuid.UUID:
        from lontar.things.actions import register_thing

        with self.as_(self.officer) as act:
            return register_thing(act, self.facts(**changes))

    def journal(self, chain: str = "XA") -> list[dict[str, object]]:
        with self.copy.owner() as owner:
            rows = owner.execute(
                "select c.body from journal_link l join journal_content c on c.entry = l.entry where l.chain = %s order by l.place",
                (chain,),
            ).fetchall()
        return [msgspec.json.decode(str(row[0])) for row in rows]

    def acts(self, chain: str = "XA") -> list[object]:
        return [entry["act"] for entry in self.journal(chain)]


@pytest.fixture
def scene(instance: Instance) -> Iterator[Scene]:
    with instance.copied() as copy, served(copy):
        yield Scene(copy)


def test_a_thing_is_registered_and_read_by_its_own(scene: Scene) -> None:
    from lontar.things.queries import read_thing

    thing = scene.register(use=Use(no_onward=True))
    with scene.as_(scene.focal) as act:
        facts, decision = read_thing(act, thing, POLICY)
    assert facts == scene.facts(use=Use(no_onward=True), list_only=False)
    assert decision.rules == ("SH-01",)
    assert scene.acts() == ["registered", "read"]
    assert scene.journal()[0]["person"] == scene.officer


def test_things_alike_are_under_the_same_terms(scene: Scene) -> None:
    for number in range(3):
        scene.register(topic=f"topic_{number}")
    scene.register(mark="GREEN")
    with scene.copy.owner() as owner:
        assert owner.execute("select count(*), count(distinct terms) from things_thing").fetchone() == (4, 2)


@pytest.mark.parametrize("who", ["police", "admin", "auditor", "reader", "nobody"])
def test_only_officers_of_the_writing_agency_register(scene: Scene, who: str) -> None:
    from lontar.things.actions import register_thing

    person = getattr(scene, who, str(uuid.uuid4()))
    with pytest.raises(Refused, match="nothing here for you"), scene.as_(person) as act:
        register_thing(act, scene.facts())
    assert scene.acts() == []


def test_asking_again_with_the_same_identity_registers_once(scene: Scene) -> None:
    from lontar.things.actions import register_thing

    same = uuid.uuid4()
    for _ in range(2):
        with scene.as_(scene.officer) as act:
            assert register_thing(act, scene.facts(), same) == same
    assert scene.acts() == ["registered"]


def test_absent_and_forbidden_answer_alike_and_the_owner_is_told_of_the_one(scene: Scene) -> None:
    from lontar.things.queries import read_thing

    thing, said = scene.register(), []
    for asked in (thing, uuid.uuid4()):
        with pytest.raises(Refused) as error, scene.as_(scene.reader, "XB") as act:
            read_thing(act, asked, POLICY)
        said.append((error.value.args, error.value.rules))
    assert said[0] == said[1]
    with scene.copy.owner() as owner:
        assert owner.execute("select owner, reader, rule from journal_reading").fetchall() == [
            ("XA", "XB", "refused")
        ]
    assert scene.acts("XB") == []


def test_sharing_by_name_opens_and_tells_the_reader_of_nobody_else(scene: Scene) -> None:
    from lontar.things.actions import change_terms
    from lontar.things.queries import read_thing

    thing = scene.register()
    with scene.as_(scene.focal) as act:
        change_terms(act, thing, reason="agreed", shared_with=frozenset({"XB", "XC"}))
    with scene.as_(scene.reader, "XB") as act:
        facts, decision = read_thing(act, thing, POLICY)
    assert (facts.shared_with, decision.rules) == ({"XB"}, ("SH-02",))
    with scene.copy.owner() as owner:
        assert owner.execute("select owner, reader, day, topic, rule from journal_reading").fetchall() == [
            ("XA", "XB", NOW.date(), "returns", "SH-02")
        ]
    assert scene.acts("XB") == ["read"]


def test_recall_stops_others_at_once(scene: Scene) -> None:
    from lontar.things.actions import recall
    from lontar.things.queries import read_thing

    thing = scene.register(shared_with=frozenset({"XB"}))
    for _ in range(2):
        with scene.as_(scene.officer) as act:
            recall(act, thing, "counted wrongly")
    with pytest.raises(Refused), scene.as_(scene.reader, "XB") as act:
        read_thing(act, thing, POLICY)
    with scene.as_(scene.officer) as act:
        read_thing(act, thing, POLICY)
    assert scene.acts() == ["registered", "recalled", "read"]


FALLING = {
    "mark": {"mark": "GREEN"}, "class": {"classes": frozenset({"asylum"})}, "origin": {"origin": frozenset({"XC"})},
    "open": {"origin_open": False}, "use": {"use": Use(finest="trace", export=False)}, "export": {"use": Use(export=True)},
    "expiry": {"expires": NOW + timedelta(days=2)}, "embargo": {"not_before": NOW},
}  # fmt: skip


@pytest.mark.parametrize("name", FALLING)
def test_what_protects_less_waits_for_another_person(scene: Scene, name: str) -> None:
    from lontar.things.actions import agree_to_terms, change_terms, own_facts

    strict = scene.facts(
        classes=frozenset({"asylum", "victim"}), origin=frozenset({"XC", "XD"}), origin_open=True, use=Use(export=False),
        expires=NOW + timedelta(days=1), not_before=NOW + timedelta(days=1), list_only=False,
    )  # fmt: skip
    thing = scene.register(**{field: getattr(strict, field) for field in strict.__struct_fields__})
    with scene.as_(scene.focal) as act:
        changed = change_terms(act, thing, reason="asked", **FALLING[name])
        assert changed.falls
        assert changed.waits
        assert own_facts(act, thing) == strict
    for person, participant in (
        (scene.focal, "XA"),
        (scene.admin, "XA"),
        (scene.auditor, "XA"),
        (scene.reader, "XB"),
    ):
        with pytest.raises(Refused, match="nothing here for you"), scene.as_(person, participant) as act:
            agree_to_terms(act, changed.waits)
    with scene.as_(scene.officer) as act:
        assert agree_to_terms(act, changed.waits) == thing
        assert own_facts(act, thing) == msgspec.structs.replace(strict, **FALLING[name])
    with pytest.raises(Refused, match="nothing here for you"), scene.as_(scene.officer) as act:
        agree_to_terms(act, changed.waits)
    assert scene.acts() == ["registered", "proposed_terms", "changed_terms"]
    last = scene.journal()[-1]
    assert (last["person"], last["second_person"], tuple(last["falls"])) == (
        scene.officer,
        scene.focal,
        changed.falls,
    )  # type: ignore[arg-type]


def test_what_was_changed_since_is_not_agreed_to(scene: Scene) -> None:
    from lontar.things.actions import agree_to_terms, change_terms

    thing = scene.register()
    with scene.as_(scene.focal) as act:
        waits = change_terms(act, thing, reason="wider", mark="GREEN").waits
    assert waits
    with scene.as_(scene.focal) as act:
        assert change_terms(act, thing, reason="stricter", use=Use(export=False)).waits is None
    with pytest.raises(Refused, match="no longer stands"), scene.as_(scene.officer) as act:
        agree_to_terms(act, waits)


def test_the_second_person_is_waived_where_there_is_none_and_the_journal_says_so(scene: Scene) -> None:
    from lontar.things.actions import change_terms

    thing = scene.register()
    with scene.copy.owner() as owner:
        owner.execute(
            "update members_person set is_suspended = true where id in (%s, %s)",
            (scene.officer, scene.police),
        )
    with scene.as_(scene.focal) as act:
        assert change_terms(act, thing, reason="alone here", mark="GREEN").waits is None
    last = scene.journal()[-1]
    assert (last["act"], last["falls"], last["second_person"]) == ("changed_terms", ["the mark"], "waived")


@pytest.mark.parametrize("who", ["officer", "police", "admin", "auditor"])
def test_terms_are_changed_by_the_focal_point(scene: Scene, who: str) -> None:
    from lontar.things.actions import change_terms

    thing = scene.register()
    with pytest.raises(Refused, match="nothing here for you"), scene.as_(getattr(scene, who)) as act:
        change_terms(act, thing, reason="mine", mark="AMBER+STRICT")


@pytest.mark.parametrize(
    "changes", [{"owner": "XB"}, {"agency": POLICE}, {"owner_group": frozenset({"XA", "XB"})}]
)
def test_a_thing_stays_with_its_owner_and_agency(scene: Scene, changes: dict[str, object]) -> None:
    from lontar.things.actions import change_terms

    thing = scene.register()
    with pytest.raises(Refused, match="nothing here for you"), scene.as_(scene.focal) as act:
        change_terms(act, thing, reason="moved", **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": "XB"},
        {"agency": OTHER},
        {"agency": "", "owner": "XA"},
        {"owner_group": frozenset()},
        {"owner_group": frozenset({"XB"})},
    ],
)
def test_facts_of_a_new_thing_are_those_of_its_officer(scene: Scene, changes: dict[str, object]) -> None:
    """Whoever had the serving process's connection could not register a thing as another's, nor with a wrong group of States."""
    import psycopg

    from lontar.things.rows import terms_row

    row = terms_row(scene.facts()) | {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in changes.items()
    }
    with scene.copy.web() as web, web.transaction(), pytest.raises(psycopg.Error) as error:
        scene.copy.ask(web, scene.officer, "XA")
        web.execute(
            "select register_thing(gen_random_uuid(), %s, 'returns', '2025-01-01', '2025-03-31')",
            (msgspec.json.encode(row).decode(),),
        )
    assert error.value.sqlstate == "LV404"


def test_a_right_on_one_thing_never_acts_on_another(scene: Scene) -> None:
    """Two objects: the reader may read one thing of the other State, and change none."""
    from lontar.things.actions import change_terms, recall

    shared, own = scene.register(shared_with=frozenset({"XB"})), scene.register()
    for act_on in (shared, own):
        for verb in (
            recall,
            lambda act, thing, reason: change_terms(act, thing, reason=reason, mark="CLEAR"),
        ):
            with pytest.raises(Refused, match="nothing here for you"), scene.as_(scene.reader, "XB") as act:
                verb(act, act_on, "mine now")
    assert scene.acts() == ["registered", "registered"]


def test_the_web_role_itself_cannot_write_what_is_not_its_viewers(scene: Scene) -> None:
    """Whoever had the web role's connection and a reader's session could not change another participant's things."""
    import psycopg

    thing = scene.register(shared_with=frozenset({"XB"}))
    with scene.copy.web() as web:
        for statement in (
            "update things_thing set terms = terms",
            "insert into things_thing (id, terms, span) values (gen_random_uuid(), 0, 0)",
            "delete from things_thing",
            "insert into things_proposal (id) values (gen_random_uuid())",
            "update things_proposal set agreed_by = 'me'",
            "select terms from things_thing",
            "select span from things_thing",
            "select * from things_terms",
            "select * from things_span",
            "select nextval('terms_number')",
            "select terms_of('{}')",
            "select other_writers(viewer())",
            "update things_terms set recalled = true",
            "update journal_link set place = 0",
            "delete from journal_content",
            "insert into journal_head values ('XA', 0, '')",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, AssertionError)), web.transaction():
                scene.copy.ask(web, scene.reader, "XB")
                assert web.execute(statement).rowcount > 0  # type: ignore[arg-type]
    with scene.copy.owner() as owner:
        assert owner.execute("select count(*) from things_thing where id = %s", (thing,)).fetchone() == (1,)


def test_the_serving_role_writes_no_entry_itself(scene: Scene) -> None:
    """What is done and read is written by the functions that do it, and by nothing else."""
    import psycopg

    for function in ("append_entry('XB', now(), '{}')", "write_act(viewer(), 'recalled', null, '{}')"):
        with scene.copy.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(f"select {function}".encode())


def test_an_act_that_fails_leaves_nothing(scene: Scene) -> None:
    from lontar.things.actions import register_thing

    with pytest.raises(ZeroDivisionError), scene.as_(scene.officer) as act:
        register_thing(act, scene.facts())
        _ = 1 / 0
    assert scene.acts() == []
    with scene.copy.owner() as owner:
        assert owner.execute("select count(*) from things_thing").fetchone() == (0,)
