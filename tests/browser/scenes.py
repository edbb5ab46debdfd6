"""What the pages are about: the estate of one participant, an issuer, and somebody who has every second factor."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

from tests.browser.portal import Portal
from tests.databases import Copy
from tests.estates import Estate, apart, furnish
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


def name_issuer(copy: Copy, url: str, participant: str = "XA", *, second_factor: bool = False) -> str:
    """Let an issuer at this address sign in people of a participant, and give its short name."""

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
