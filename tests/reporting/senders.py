"""People who send files, in a small region; and a worker that does what they ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.databases import Copy
from tests.members.scenes import PASSWORD, hashed_password
from tests.submissions import begin, do_what_waits, sign
from tests.things.worlds import NOW, World
from tests.warehouse.scenes import OFFICES, POLICE, STATES

if TYPE_CHECKING:
    from django.test import Client

    from lontar.members.acting import Acting
    from lontar.reporting.desk import Desk
    from lontar.reporting.queries import Submission

MAPPING = "xa/salidas_por_mar"
EXAMPLES = Path(__file__).parents[2] / "examples"


class Senders:
    """Officers, focal points and police of five States, each with an agency; and the administrator of XA."""

    def __init__(self, copy: Copy, folder: Path) -> None:
        self.copy, self.folder, self.now = copy, folder, NOW
        world = World()
        world.participants = {state: ("State", "member", (state,)) for state in STATES}
        world.agencies = {OFFICES[state]: (state, frozenset({"statistics"})) for state in STATES}
        world.agencies |= {POLICE[state]: (state, frozenset({"enforcement"})) for state in STATES}

        def somebody(role: str, agency: Mapping[str, str]) -> dict[str, str]:
            return {state: world.person(roles={state: [role]}, agencies=[agency[state]]) for state in STATES}

        self.officer, self.focal = somebody("data_officer", OFFICES), somebody("focal_point", OFFICES)
        self.police = somebody("data_officer", POLICE)
        self.administrator = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICES["XA"]])
        self.seconded = world.person(
            roles={"XA": ["data_officer"]}, agencies=[OFFICES["XA"]], seconded=[("XC",)], number=900
        )
        with copy.owner() as owner:
            world.write(owner)

    def as_(self, person: str, participant: str, **reading: str) -> AbstractContextManager[Acting]:
        """A transaction in which somebody acts, a second after the one before."""
        from lontar.members.acting import acting

        return acting(person, participant, self.clock(), **reading)  # type: ignore[arg-type]

    def clock(self):  # type: ignore[no-untyped-def]
        self.now += timedelta(seconds=1)
        return self.now

    @property
    def desk(self) -> Desk:
        from lontar.reporting.opening import the_desk

        return the_desk()

    def send(
        self, state: str, files: Mapping[str, bytes], mapping: str = MAPPING, person: str = ""
    ) -> uuid.UUID:
        """Files on the desk, as a submission of the State's statistics office, with a job that waits."""
        with self.as_(person or self.officer[state], state) as act:
            return begin(act, OFFICES[state], files, mapping)

    def sign(
        self, identity: uuid.UUID, state: str, mark: str = "GREEN", reason: str = "", published: bool = False
    ) -> None:
        """The focal point signs what it sees."""
        with self.as_(self.focal[state], state) as act:
            sign(act, identity, mark, reason, published=published)

    def today(self) -> None:
        """Let it be today, for pages, which ask the clock; everything else is an hour earlier, since its clock runs ahead."""
        self.now = datetime.now(UTC) - timedelta(hours=1)
        with self.copy.owner() as owner:
            owner.execute("update members_appointment set certified = now()")

    def browser(self, person: str, **how: Any) -> Client:
        """A browser in which a person has signed in with the password."""
        from django.test import Client

        client = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost", **how)
        with self.copy.owner() as owner:
            owner.execute(
                "update members_person set password = %s where id = %s", (hashed_password(), person)
            )
        told = client.post("/account/login/", {"login": f"{person}@lontar.example", "password": PASSWORD})
        assert told.status_code == HTTPStatus.FOUND
        return client

    def lying(self) -> set[str]:
        """The names of all files that lie on the desk, half-written ones too."""
        folder = self.copy.instance.home.folder / "desk"
        return {path.name for path in folder.rglob("*") if path.is_file()}

    def work(self) -> None:
        """Do every job that waits."""
        do_what_waits(self.clock)

    def look(self, identity: uuid.UUID, person: str, participant: str) -> Submission:
        """The submission as somebody sees it."""
        from lontar.reporting import queries

        with self.as_(person, participant) as act:
            return queries.submission(act, identity)
