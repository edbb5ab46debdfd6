"""What the pages are about: the estate of one participant, an issuer, and somebody who has every second factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tests.browser.portal import Portal
from tests.estates import Estate, apart, furnish, name_issuer
from tests.inhabitants import Person


@dataclass(frozen=True)
class Scene:
    """What fills the addresses of pages, by the names that `Shown.filled` uses; and the one who will be secured."""

    estate: Estate
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
        return str(getattr(self.estate, part))


def set_scene(portal: Portal) -> Scene:
    """Let a portal have what its pages are about."""
    estate = apart(portal.copy, lambda: furnish(portal.copy, "XA"))
    secured = portal.newcomer({"XA": ("data_officer",)})
    return Scene(estate, name_issuer(portal.copy, "http://localhost:9"), secured)
