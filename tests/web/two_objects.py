"""Attacks with two objects: whoever may do something to A does it to B, and to what is nowhere.

Both are answered alike, and nothing changes; to A it works, or the attack would show nothing. Every route that takes a method by which
something could change, or that names something in its address, is in one of two tables here: ATTACKS says what it acts on, HARMLESS why
it acts on nothing of another's.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from tests.estates import NUMBERS
from tests.routes import Route

OWN, FOREIGN = "XA", "XB"
NOT_KEPT = frozenset({"django_session", "gate_cache", "usersessions_usersession"})
"""Tables that every request may write: sessions and counts."""
OF_READING = frozenset({"journal_reading"})
"""Tables that tell owners who read or tried to: readers see none of it."""
SEEN = ("last_login", "used")
"""Columns that say when somebody or something was last there."""
ONESELF = "acts on whoever is signed in, and names nothing"
MAKES = "makes something of one's own, and names nothing"
SAME = "shows everybody the same, out of the catalogue"
DOOR = "is a way in: it names nobody but whoever comes"


@dataclass(frozen=True)
class Attack:
    """A route by which `who` may do something to what XA has.

    `address` and `form` say which part of an estate (tests.estates) fills an argument or a field; `fixed` are further fields. `others`
    are people who may not do it even to what XA has. `changes` says whether it changes something (else it only shows).
    """

    route: str
    who: str
    address: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("POST",)
    changes: bool = True
    state: str = ""
    bearer: bool = False

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.route}-{self.state}" if self.state else self.route

    @property
    def parts(self) -> set[str]:
        """The parts of an estate that it names."""
        return {*self.address.values(), *self.form.values()}


OF_PERSON = {"subject": "person"}
NO_SENDER = ("admin.xa", "police.xa", "protection.xa", "stranger")
NO_ADMINISTRATOR = ("officer.xa", "focal.xa", "protection.xa")
ATTACKS = (
    Attack("members:person", "admin.xa", OF_PERSON, others=NO_ADMINISTRATOR, methods=("GET",), changes=False),
    Attack("members:withdraw", "admin.xa", {"invitation": "invitation"}, others=NO_ADMINISTRATOR),
    Attack("members:suspend", "admin.xa", OF_PERSON, others=NO_ADMINISTRATOR),
    Attack("members:resume", "admin.xa", {"subject": "suspended"}, others=NO_ADMINISTRATOR),
    Attack("members:certify", "admin.xa", OF_PERSON, others=NO_ADMINISTRATOR),
    Attack("members:reset", "admin.xa", OF_PERSON, others=NO_ADMINISTRATOR),
    Attack("members:renew", "admin.xa", OF_PERSON, others=NO_ADMINISTRATOR),
    Attack("members:ask", "admin.xa", OF_PERSON, fixed={"what": "appoint", "role": "auditor"}, others=NO_ADMINISTRATOR, state="appoint"),
    Attack("members:ask", "admin.xa", OF_PERSON, {"agency": "joinable"}, {"what": "join"}, NO_ADMINISTRATOR, state="join"),
    Attack("members:ask", "admin.xa", OF_PERSON, {"agency": "agency"}, {"what": "leave"}, NO_ADMINISTRATOR, state="leave"),
    Attack(
        "members:ask", "admin.xa", OF_PERSON, fixed={"what": "declare", "sent": "states", "states": "XC"}, others=NO_ADMINISTRATOR,
        state="declare",
    ),
    Attack("members:end", "admin.xa", {"appointment": "appointment"}, others=NO_ADMINISTRATOR),
    Attack("members:agree", "focal.xa", {"grant": "grant"}, others=("officer.xa", "admin.xa")),
    Attack("members:decline", "focal.xa", {"grant": "grant"}, others=("officer.xa", "protection.xa")),
    Attack(
        "members:invite", "admin.xa", form={"agency": "agency"},
        fixed={"email": "new@agency.example", "roles": "data_officer", "sent": "nobody"},
    ),
    Attack("members:acting_for", "officer.xa", form={"participant": "participant"}, changes=False),
    Attack("members:token_end", "officer.xa", {"token": "token"}, others=("admin.xa", "focal.xa")),
    Attack("things:why", "officer.xa", {"thing": "thing"}, others=("admin.xa", "stranger"), methods=("GET",), changes=False),
    Attack("things:thing", "officer.xa", {"thing": "thing"}, methods=("GET",), changes=False, bearer=True),
    Attack(
        "reporting:new", "officer.xa", form={"agency": "agency"}, fixed={"pasted": "a,b", "mapping": ""},
        others=("admin.xa", "protection.xa", "stranger"),
    ),
    Attack("reporting:submission", "officer.xa", {"identity": "harmonised"}, others=NO_SENDER, methods=("GET",), changes=False),
    Attack("reporting:progress", "officer.xa", {"identity": "under_way"}, others=NO_SENDER, methods=("GET",), changes=False),
    Attack("reporting:say_mapping", "officer.xa", {"identity": "draft"}, fixed={"mapping": "xa/salidas_por_mar"}, others=NO_SENDER),
    Attack("reporting:stop", "officer.xa", {"identity": "under_way"}, others=NO_SENDER),
    Attack("reporting:discard", "officer.xa", {"identity": "draft"}, others=NO_SENDER),
    Attack(
        "reporting:sign", "focal.xa", {"identity": "harmonised"}, fixed={"act": "sign", "mark": "GREEN", "finest": "figure"},
        others=(*NO_SENDER, "officer.xa"), methods=("GET", "POST"),
    ),
    Attack(
        "reporting:state", "officer.xa", form={"agency": "agency"},
        fixed={"indicator": "smugglers", "period": "2025", "what": "nil", "reason": ""}, others=("admin.xa", "protection.xa", "stranger"),
    ),
    Attack("reporting:repair", "officer.xa", {"identity": "harmonised"}, others=NO_SENDER, methods=("GET", "POST"), changes=False),
    Attack("reporting:choose", "officer.xa", {"identity": "harmonised", "chosen": "repair"}, others=NO_SENDER),
    Attack("reporting:undo", "officer.xa", {"identity": "harmonised", "undone": "repair"}, others=NO_SENDER),
    Attack(
        "reporting:withdraw", "focal.xa", {"identity": "accepted"}, fixed={"reason": "It was wrong."},
        others=(*NO_SENDER, "officer.xa"), methods=("GET", "POST"),
    ),
    Attack("mfa_edit_webauthn", "officer.xa", {"pk": "key"}, fixed={"name": "Mine"}, others=("admin.xa",), methods=("GET", "POST", "PUT")),
    Attack("mfa_remove_webauthn", "officer.xa", {"pk": "key"}, others=("admin.xa",), methods=("GET", "POST", "DELETE")),
    Attack("socialaccount_connections", "officer.xa", form={"account": "connection"}, others=("admin.xa",), methods=("POST", "PUT")),
)  # fmt: skip

HARMLESS = {
    "language": "acts on the browser alone",
    "account_login": DOOR,
    "mfa_authenticate": DOOR,
    "mfa_login_webauthn": DOOR,
    "openid_connect_login": DOOR,
    "openid_connect_callback": DOOR,
    "account_logout": ONESELF,
    "account_reauthenticate": ONESELF,
    "account_change_password": ONESELF,
    "account_set_password": ONESELF,
    "usersessions_list": ONESELF,
    "mfa_reauthenticate": ONESELF,
    "mfa_reauthenticate_webauthn": ONESELF,
    "mfa_activate_totp": ONESELF,
    "mfa_deactivate_totp": ONESELF,
    "mfa_generate_recovery_codes": ONESELF,
    "mfa_add_webauthn": MAKES,
    "members:agencies": MAKES,
    "members:tokens": MAKES,
    "password_forgotten": "sends a link to whoever has the address, and answers everybody alike",
    "password_new": "is opened by a secret that was sent to the person alone",
    "reporting:catalogue:indicator": SAME,
    "reporting:catalogue:codelist": SAME,
    "reporting:catalogue:codelist_csv": SAME,
    "reporting:catalogue:participant": SAME,
    "reporting:catalogue:mapping": SAME,
    "reporting:catalogue:crosswalk": SAME,
    "reporting:catalogue:crosswalk_csv": SAME,
    "members:invitation": "is opened by a secret that only the invited were given",
}
"""Route -> why it acts on nothing of another's."""


def unclassified(found: list[Route]) -> Iterator[str]:
    """One sentence for each route, or method of one, of which the tables do not say what it acts on; and for what they say of none."""
    attacked: dict[str, set[str]] = {}
    for attack in ATTACKS:
        attacked.setdefault(attack.route, set()).update(attack.methods)
    for route in found:
        needed = route.writes | ({"GET"} if route.arguments and route.shows else set())
        if needed and route.name not in attacked and route.name not in HARMLESS:
            yield f"{route.name} is in neither table of tests/web/two_objects.py: say there on what it acts, or why on nothing of another's"
        for method in sorted(needed - attacked.get(route.name, needed)):
            yield f"{route.name} takes {method} too, by which no attack of tests/web/two_objects.py comes"
    known = {route.name for route in found}
    for name in sorted((set(attacked) | set(HARMLESS)) - known):
        yield f"{name} is in a table of tests/web/two_objects.py, and no route of the portal"


class Answer(NamedTuple):
    """What came back, without what may differ between two alike: ids that were asked for, tokens of forms, values of cookies."""

    status: int
    led_to: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    text: str


def answer_of(response: Any, asked: set[str]) -> Answer:
    """Read an answer, with whatever it led to, as somebody who asked for these ids."""

    def masked(text: str) -> str:
        text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
        return re.sub("|".join(map(re.escape, asked)), "ID", text)

    led_to = tuple(f"{status} {masked(where)}" for where, status in getattr(response, "redirect_chain", []))
    headers = tuple(
        sorted((name, masked(said)) for name, said in response.headers.items() if name != "Content-Length")
    )
    cookies = tuple(("Set-Cookie", name) for name in sorted(response.cookies))
    return Answer(response.status_code, led_to, headers + cookies, masked(response.content.decode()))


def nowhere(part: str, like: str) -> str:
    """An id of the form of this one that nothing has."""
    if like.isdecimal():
        return str(secrets.randbelow(NUMBERS) + NUMBERS)
    return "ZZ" if part == "participant" else str(uuid.uuid4())


def kept(owner: psycopg.Connection[Any], attack: Attack) -> dict[str, str]:
    """Table -> hash of all its rows, of what no request of this kind may change."""
    free = NOT_KEPT | (frozenset() if attack.changes else OF_READING)
    names = owner.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
    hashed = "select md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from (select to_jsonb(t) - %s::text[] r from {} t) rows"
    found = {}
    for name in sorted({str(name) for (name,) in names} - free):
        row = owner.execute(hashed.format(name).encode(), (list(SEEN),)).fetchone()
        assert row is not None
        found[name] = str(row[0])
    return found
