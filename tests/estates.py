"""What participants have in the portals of the tests: something of every kind that an address or a form can name."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from lontar.model.policy.facts import Thing
from tests.databases import Copy, served
from tests.inhabitants import agency_of, person
from tests.submissions import TABLES, begin, do_what_waits, example, leave_half_done, sign

T = TypeVar("T")
TOPIC = "irregular_entry"
NUMBERS = 10**9
"""From here on are the ids of what has a number: so long that no page says one by chance."""
READ_ON = datetime(2026, 1, 5, tzinfo=UTC).date()


@dataclass(frozen=True)
class Estate:
    """What one participant has: the ids by which addresses and forms name it, and two secrets.

    `person`, its officer, has the appointment, works in `agency` and not in `joinable`, and made the token, which `bearer` shows;
    `suspended` is another; `grant` waits for somebody's agreement; `secret` opens the invitation. Of three submissions `harmonised`
    waits for its signature, `under_way` is half done, and of `draft` nobody has said which table it is; `accepted` was signed. `repair`
    is one of `harmonised`.
    """

    participant: str
    agency: str
    joinable: str
    person: str
    suspended: str
    appointment: str
    grant: str
    invitation: str
    secret: str
    token: str
    bearer: str
    thing: str
    harmonised: str
    under_way: str
    draft: str
    accepted: str
    repair: str


@dataclass(frozen=True)
class Means:
    """What the officer of a participant signs in with: a passkey, and a connection with an issuer."""

    key: str
    connection: str


def furnish(copy: Copy, participant: str) -> Estate:
    """Let a participant of the demonstration (XA or XB) have something of everything. Django uses the copy."""
    from lontar.members.people import invite, suspend
    from lontar.members.tokens import make_token
    from lontar.things.actions import register_thing

    xx = participant.lower()
    officer, police, admin = (person(f"{who}.{xx}").id for who in ("officer", "police", "admin"))
    agency, joinable = (agency_of(participant, function) for function in ("statistics", "enforcement"))
    with _as(officer, participant) as act:
        bearer = make_token(act, f"Monthly figures of {participant}", [TOPIC], days=30)
        thing = register_thing(act, _thing(act.viewer, str(agency)))
    with _as(admin, participant) as act:
        suspend(act, uuid.UUID(police))
        invitation, secret = invite(act, f"guest.{xx}@agency.example", agency, ["data_officer"], ())
    with copy.owner() as owner:
        _let_read(owner, participant)
        found = [_only(owner, query, officer) for query in _OF_THE_OFFICER]
    appointment, grant, token = found
    return Estate(
        participant, str(agency), str(joinable), officer, police, appointment, grant, str(invitation), secret, token, bearer, str(thing),
        *(sent := list(_submissions(officer, participant, str(agency)))), _repair(officer, participant, uuid.UUID(sent[0])),
    )  # fmt: skip


def _submissions(officer: str, participant: str, agency: str) -> Iterator[str]:
    from django.utils import timezone

    mapping = TABLES[participant][0]
    for table, do in ((mapping, do_what_waits), (mapping, leave_half_done), ("", do_what_waits)):
        with _as(officer, participant) as act:
            yield str(begin(act, agency, example(participant), table))
        do(timezone.now)
    with _as(officer, participant) as act:
        accepted = begin(act, agency, example(participant, 2025), mapping)
    do_what_waits(timezone.now)
    with _as(person(f"focal.{participant.lower()}").id, participant) as act:
        sign(act, accepted)
    do_what_waits(timezone.now)
    yield str(accepted)


def _repair(officer: str, participant: str, submission: uuid.UUID) -> str:
    """Something that was said of a cell of a submission."""
    from lontar.reporting import queries, repairs
    from lontar.reporting.opening import the_desk

    name = TABLES[participant][1]
    with _as(officer, participant) as act:
        key = queries.key_of(the_desk(), queries.submission(act, submission))
        said = repairs.Said(found="nothing", file=name, row=1, column=1, ignore="It is a title.")
        repairs.keep_repairs(act, submission, key, [(said, "")])
        return str(repairs.read_repairs(act, submission, key)[0].id)


_OF_THE_OFFICER = (
    "select id from members_appointment where person_id = %s",
    "select id from members_grant where person_id = %s and outcome = ''",
    "select id from members_token where person_id = %s",
)


def name_issuer(copy: Copy, url: str, participant: str = "XA", *, second_factor: bool = False) -> str:
    """Let an issuer at this address sign in people of a participant, and give its short name. Django must be set up."""

    def sealed() -> str:
        from lontar.members.signing_in.factors import encrypt
        from lontar.members.signing_in.issuers import place_of_secret

        return encrypt("a secret", place_of_secret(identity))

    identity = uuid.uuid4()
    slug = f"issuer-{identity.hex[:8]}"
    with copy.owner() as owner:
        owner.execute(
            "insert into members_issuer (id, slug, url, client_id, secret, sign_in_origin, participant_id, second_factor)"
            " values (%s, %s, %s, 'lontar', %s, %s, %s, %s)",
            (identity, slug, url, apart(copy, sealed), url, participant, second_factor),
        )
    return slug


def give_means(copy: Copy, participant: str) -> Means:
    """Let the officer of a participant have a passkey and a connection with an issuer; who has one is asked for it when signing in."""
    officer = person(f"officer.{participant.lower()}").id
    name_issuer(copy, f"https://{participant.lower()}.example", participant)
    passkey = {"name": "A key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    key, connection = (secrets.randbelow(NUMBERS) + NUMBERS for _ in range(2))
    with copy.owner() as owner:
        owner.execute(
            "insert into mfa_authenticator (id, user_id, type, data, created_at) values (%s, %s, 'webauthn', %s, now())",
            (key, officer, json.dumps(passkey)),
        )
        owner.execute(
            "insert into socialaccount_socialaccount (id, user_id, provider, uid, last_login, date_joined, extra_data)"
            " select %s, %s, id::text, 'her', now(), now(), '{}' from members_issuer where participant_id = %s",
            (connection, officer, participant),
        )
    return Means(str(key), str(connection))


def apart(copy: Copy, act: Callable[[], T]) -> T:
    """Do something with Django's tables, on a copy, in a thread of its own: the one in which a browser is driven may not use them."""

    def do() -> T:
        with served(copy):
            return act()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


def _as(who: str, participant: str) -> Any:
    from django.utils import timezone

    from lontar.members.acting import acting

    return acting(who, participant, timezone.now())


def _thing(viewer: Any, agency: str) -> Thing:
    return Thing(
        owner=viewer.participant, agency=agency, topic=TOPIC, start="2025-01-01", end="2025-03-31", mark="AMBER",
        owner_group=viewer.allegiance,
    )  # fmt: skip


def _let_read(owner: Any, participant: str) -> None:
    """Let somebody have read what the participant has, and the week have passed."""
    owner.execute(
        "insert into journal_reading (id, owner, reader, day, topic, rule, told)"
        " values (gen_random_uuid(), %s, 'RSO', %s, %s, 'SH-02', %s)",
        (participant, READ_ON, TOPIC, READ_ON),
    )


def _only(owner: Any, query: str, *values: object) -> str:
    """The first of what the owner of the database finds."""
    return str(owner.execute(query, values).fetchone()[0])
