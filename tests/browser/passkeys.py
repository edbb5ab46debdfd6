"""A passkey without a finger: Chromium's virtual authenticator, which keeps resident keys and says that it verified who holds it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_OPTIONS = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


class Authenticator:
    """A virtual authenticator at one page; it goes with the page."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable", {"enableUI": False})
        self.id: str = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})[
            "authenticatorId"
        ]

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        """The passkeys that it keeps."""
        told = self._devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        found: list[dict[str, Any]] = told["credentials"]
        return found

    def take(self, passkey: dict[str, Any]) -> None:
        """Keep a passkey of another authenticator, as one that wanders with its owner does."""
        self._devtools.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": passkey})

    def verify(self, verified: bool) -> None:
        """Say from now on whether whoever holds it was verified (a finger, a number) or not."""
        self._devtools.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified}
        )
