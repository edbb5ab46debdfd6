"""Entering issuers: what the operator of the instance does, as the owner of the database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.validators import slug_re
from django.db import transaction

from lontar.members.models import Issuer, Participant
from lontar.members.signing_in.factors import encrypt
from lontar.members.signing_in.issuers import place_of_secret
from lontar.model.errors import CatalogueProblem, Refused, Unavailable

_PATIENCE = 10


def add_issuer(
    slug: str, url: str, client_id: str, participant: str, second_factor: bool, secret: str
) -> None:  # fmt: skip
    """Enter an issuer, or change the one of that short name; one that becomes another issuer loses the people it knew.

    Raises CatalogueProblem for what cannot be an issuer, Unavailable where it does not answer.
    """
    if not slug_re.match(slug) or not client_id or not secret:
        said = "an issuer needs a short name of letters, digits and hyphens, a client id and a secret."
        raise CatalogueProblem("INS-033", slug, said, "Give all three.")
    if not Participant.objects.filter(pk=participant).exists():
        raise CatalogueProblem(
            "INS-033", participant, "there is no such participant here.", "See 'lontar catalogue'."
        )
    origin = sign_in_origin(url)
    with transaction.atomic():
        known = Issuer.objects.filter(slug=slug).first()
        if known is not None and (known.url, known.participant_id) != (url, participant):
            remove_issuer(slug)
            known = None
        new = known or Issuer(id=uuid4(), slug=slug)
        new.url, new.client_id, new.participant_id = url, client_id, participant
        new.second_factor, new.sign_in_origin = second_factor, origin
        new.secret = encrypt(secret, place_of_secret(new.id))
        new.save()


def list_issuers() -> list[dict[str, Any]]:
    """Give all issuers, without their secrets."""
    return [
        {
            "slug": one.slug, "url": one.url, "client_id": one.client_id, "participant": one.participant_id,
            "second_factor": one.second_factor,
        }
        for one in Issuer.objects.order_by("slug")
    ]  # fmt: skip


def remove_issuer(slug: str) -> None:
    """Remove an issuer; whoever was connected through it is signed out everywhere. Raises Refused where there is none."""
    with transaction.atomic():
        known = Issuer.objects.filter(slug=slug).first()
        if known is None:
            raise Refused("INS-034", slug, "there is no issuer of that name.", "See 'lontar issuer list'.")
        connected = SocialAccount.objects.filter(provider=str(known.id))
        sessions = UserSession.objects.filter(user__in=connected.values("user"))
        Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
        sessions.delete()
        connected.delete()
        known.delete()


def sign_in_origin(url: str) -> str:
    """Ask an issuer what it is, and give where it shows its page of signing in. TLS may lack in a demonstration alone."""
    config = _configuration(url)
    if config.get("issuer") != url:
        said = "another issuer answers there."
        raise CatalogueProblem("INS-033", url, said, "Give it exactly as it names itself.")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    schemes = {urlsplit(str(config.get(name, ""))).scheme for name in needed} | {urlsplit(url).scheme}
    if not schemes <= ({"https"} if settings.IS_REAL else {"https", "http"}):
        raise CatalogueProblem(
            "INS-033", url, "the issuer lacks an address that is needed, or TLS.", "Ask who keeps it."
        )
    parts = urlsplit(config["authorization_endpoint"])
    return f"{parts.scheme}://{parts.netloc}"


def _configuration(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(f"{url.rstrip('/')}/.well-known/openid-configuration", timeout=_PATIENCE)
        answer.raise_for_status()
        config = answer.json()
    except (requests.RequestException, ValueError):
        said = "no issuer answers there."
        raise Unavailable(
            "INS-035", url, said, "See that the address is right, and that it answers from here."
        ) from None
    return config if isinstance(config, dict) else {}
