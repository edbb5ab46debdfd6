"""A security key made of software: it holds one key for a site, and signs as WebAuthn says (level 2, section 6)."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.portal import Browser

_FLAGS = AuthenticatorData.FLAG


class Key:
    """One security key."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.owner = b""

    def register(self, options: dict[str, Any]) -> str:
        """Answer to options of creation."""
        asked = options["publicKey"]
        self.owner = websafe_decode(asked["user"]["id"])
        held = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.secret.public_key())
        )
        data = AuthenticatorData.create(
            self._site(asked["rp"]["id"]), _FLAGS.UP | _FLAGS.UV | _FLAGS.AT, 0, held
        )
        said = CollectedClientData.create(CollectedClientData.TYPE.CREATE, asked["challenge"], self.origin)
        return self._told(
            clientDataJSON=websafe_encode(said),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
        )

    def sign(self, options: dict[str, Any], *, is_verified: bool = True) -> str:
        """Answer to options of a request; `is_verified` is whether the key asked for a finger or a number."""
        asked = options["publicKey"]
        flags = _FLAGS.UP | (_FLAGS.UV if is_verified else 0)
        data = AuthenticatorData.create(self._site(asked["rpId"]), flags, 1)
        said = CollectedClientData.create(CollectedClientData.TYPE.GET, asked["challenge"], self.origin)
        signature = self.secret.sign(bytes(data) + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._told(
            clientDataJSON=websafe_encode(said), authenticatorData=websafe_encode(data), signature=websafe_encode(signature),
            userHandle=websafe_encode(self.owner),
        )  # fmt: skip

    def _site(self, name: str) -> bytes:
        return sha256(name.encode()).digest()

    def _told(self, **response: str) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "type": "public-key",
                "id": name,
                "rawId": name,
                "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


def add_key(browser: Browser, key: Key) -> Any:
    """Add a key to the account of whoever is signed in."""
    page = browser.get("/account/2fa/webauthn/add/")
    options = json.loads(json.dumps(page.context["js_data"]["creation_options"], default=dict))
    return browser.post(
        "/account/2fa/webauthn/add/",
        {"name": "mine", "credential": key.register(options), "passwordless": "on"},
    )


def sign_in_by_key(browser: Browser, key: Key, **how: Any) -> Any:
    """Sign in with nothing but the key."""
    options = browser.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"}).json()[
        "request_options"
    ]
    return browser.post("/account/2fa/webauthn/login/", {"credential": key.sign(options, **how)})
