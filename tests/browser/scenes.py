"""What the pages are about: the estate of one participant, an issuer, and somebody who has every second factor."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.portal import Portal
from tests.estates import Estate, apart, furnish, name_issuer
from tests.inhabitants import Person, person
from tests.submissions import EXAMPLES, begin, do_what_waits

if TYPE_CHECKING:
    from lontar.members.acting import Acting


_XA = EXAMPLES / "xa"
FILES = {
    "faulty": (_XA / "faulty" / "readmisiones_2026-T1.csv", "xa/readmisiones"),
    "refused": (_XA / "SOURCE.yml", "xa/readmisiones"),
    "stopped": (_XA / "traficantes_2024.csv", "xa/traficantes"),
}
"""What is sent besides, under which mapping, by what becomes of it."""


@dataclass(frozen=True)
class Scene:
    """What fills the addresses of pages, by the names that `Shown.filled` uses: what XA has, and what it sent besides; and the one
    who will be secured.
    """

    estate: Estate
    sent: Mapping[str, str]
    issuer: str
    secured: Person

    def fill(self, part: str, portal: Portal) -> str:
        """What stands in an address for a part of the scene."""
        if part == "nothing":
            return secrets.token_urlsafe(32)
        if part == "issuer":
            return self.issuer
        if part == "key":
            query = "select id from mfa_authenticator where user_id = %s and type = 'webauthn'"
            return str(portal.asked(query, self.secured.id)[0][0])
        return self.sent.get(part) or str(getattr(self.estate, part))


def _sent(estate: Estate) -> Iterator[tuple[str, str]]:
    """Submissions of XA in every state that a page shows besides those of its estate. Django uses the copy."""
    from django.utils import timezone

    from lontar.reporting.actions import cancel_job

    for part, (file, mapping) in FILES.items():
        with _as("officer.xa") as act:
            identity = begin(act, estate.agency, {file.name: file.read_bytes()}, mapping)
            if part == "stopped":
                cancel_job(act, identity)
        do_what_waits(timezone.now)
        yield part, str(identity)


def _as(who: str) -> AbstractContextManager[Acting]:
    from django.utils import timezone

    from lontar.members.acting import acting

    return acting(person(who).id, "XA", timezone.now())


def set_scene(portal: Portal) -> Scene:
    """Let a portal have what its pages are about."""
    estate = apart(portal.copy, lambda: furnish(portal.copy, "XA"))
    sent = apart(portal.copy, lambda: dict(_sent(estate)))
    secured = portal.newcomer({"XA": ("data_officer",)})
    return Scene(estate, sent, name_issuer(portal.copy, "http://localhost:9"), secured)
