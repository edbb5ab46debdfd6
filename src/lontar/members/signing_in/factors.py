"""Second factors: what is kept of them lies encrypted, and who has one is asked for it."""

from __future__ import annotations

import base64
import os
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lontar.members.signing_in import marks
from lontar.model.errors import Unavailable

VERSION = "1"
"""Which key it is: derived from the secret 'factors' of the instance, and named before what is encrypted."""
_NONCE = 12


def encrypt(text: str, place: str) -> str:
    """Encrypt by AES-GCM with 256 bits, the secret 'factors'; `place` says whose and what it is, and is bound to it."""
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(_key()).encrypt(nonce, text.encode(), _bound(place))
    return f"{VERSION}:{base64.b64encode(sealed).decode()}"


def decrypt(told: str, place: str) -> str:
    """Give what was encrypted for this very place. Raises Unavailable where it was put there from another, or the secret is another."""
    version, _, rest = told.partition(":")
    try:
        sealed = base64.b64decode(rest, validate=True)
        if version != VERSION:
            raise ValueError(version)
        return AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(place)).decode()
    except (InvalidTag, ValueError):
        remedy = "Restore the secret 'factors' of the instance, or have the factor reset."
        raise Unavailable(
            "INS-028", "", "what is kept of a second factor cannot be opened.", remedy
        ) from None


def _key() -> bytes:
    secret = bytes.fromhex(settings.HOME.secret("factors"))  # type: ignore[misc]
    return HKDF(SHA256(), 32, salt=None, info=f"lontar factors {VERSION}".encode()).derive(secret)


def _bound(place: str) -> bytes:
    return f"{place}|{VERSION}".encode()


class Factors(DefaultMFAAdapter):
    """What the library asks of us on second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code or the key is not right."),
        "cannot_delete_authenticator": _(
            "This is your last second factor. Add another before you remove it."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt what codes are made from, for the person whose it is."""
        return encrypt(text, _place())

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt it, for that person alone."""
        return decrypt(encrypted_text, _place())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """On a real instance nobody removes the last factor."""
        if not settings.IS_REAL:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=marks.FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the instance's own address."""
        host = settings.ALLOWED_HOSTS[0] if settings.IS_REAL else context.request.get_host().partition(":")[0]
        return {"id": host, "name": "Lontar"}


class OwnFactor(AuthenticateStage):
    """The second factor of whoever has one, asked after the password or the issuer; not again where the issuer has seen one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if request.session.get(marks.BY_ISSUER) == str(self.login.user and self.login.user.pk):
            return False
        return bool(super()._should_handle(request))


def _place() -> str:
    """Whose secret is at hand: of whoever is signed in, or is about to be."""
    request: Any = context.request
    person = request.user if request.user.is_authenticated else request._login_stage.login.user  # noqa: SLF001
    return f"mfa_authenticator|{person.pk}"
