"""What a session remembers of itself: when it was opened, through whom, and whether a second factor was shown in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

if TYPE_CHECKING:
    from lontar.members.models import Person

OPENED, SEEN, ENROLLED, BOUND, BY_ISSUER = (
    "opened",
    "seen",
    "enrolled",
    "bound_participant",
    "factor_by_issuer",
)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes stand in for one that is lost."""
_BEAT = 60
"""Seconds between two notes of when the session was last seen."""


def open_session(request: HttpRequest, now: float) -> None:
    """Note when the session was opened; what is left of sessions that are over is cleared away."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    request.session[OPENED] = request.session[SEEN] = now


def end_session(request: HttpRequest) -> None:
    """End the session and take it from the list of sessions."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)


def renew_key(request: HttpRequest) -> None:
    """Give the session another key, by which it stays in the list of sessions: whoever ends those of a person ends this one too."""
    was = request.session.session_key or ""
    request.session.cycle_key()
    UserSession.objects.filter(session_key=was).update(session_key=request.session.session_key)


def drop_if_ended(request: HttpRequest) -> None:
    """Go on without the session where an act has just ended it: whoever is given a right signs in anew."""
    if not request.session.exists(request.session.session_key or ""):
        logout(request)


def is_over(request: HttpRequest, now: float) -> bool:
    """Whether the session lasted too long, or too long without a request."""
    opened, seen = request.session.get(OPENED, 0), request.session.get(SEEN, 0)
    return now - seen >= settings.IDLE_LIMIT or now - opened >= settings.ABSOLUTE_LIMIT


def see(request: HttpRequest, now: float) -> None:
    """Note that the session is in use, at most once a minute."""
    if now - request.session.get(SEEN, 0) >= _BEAT:
        request.session[SEEN] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


def bind(request: HttpRequest, person: Person, through: Any) -> None:
    """Note through which issuer the session is being opened (None: through none), and whether that one has seen a second factor."""
    for mark in (BOUND, BY_ISSUER, ENROLLED):
        request.session.pop(mark, None)
    issuer = getattr(through, "issuer", None)
    if issuer is None:
        return
    request.session[BOUND] = issuer.participant_id
    if through.has_second_factor:
        request.session[BY_ISSUER] = str(person.pk)


def bound_participant(request: HttpRequest) -> str:
    """Give the only participant that this session may act for, or '' where it was opened through no issuer."""
    return str(request.session.get(BOUND, ""))


def has_factor(person: Person) -> bool:
    """Whether the person has a second factor here."""
    return Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exists()


def is_shown(request: HttpRequest) -> bool:
    """Whether a second factor was shown, or set up, in this very session."""
    person = request.user
    if request.session.get(ENROLLED) or request.session.get(BY_ISSUER) == str(person.pk):
        return True
    return any(record["method"] == "mfa" for record in get_authentication_records(request, person))


def shown_lately(request: HttpRequest) -> list[dict[str, Any]]:
    """Give what was shown in this session within the minutes for which it need not be shown again."""
    since = _lately()
    return [one for one in get_authentication_records(request, request.user) if one["at"] > since]


def _lately() -> float:
    return time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT  # type: ignore[misc]


def not_shown(request: HttpRequest) -> str:
    """Say which factor of those that the person has was not shown within the last minutes: 'password', 'mfa', or '' for none."""
    person: Any = request.user
    records = shown_lately(request)
    shown = {one["method"] for one in records}
    if any(one.get("passwordless") for one in records):
        shown |= {"mfa", "password"}
    if request.session.get(ENROLLED, 0) > _lately():
        shown |= {"mfa"}
    if person.has_usable_password() and "password" not in shown:
        return "password"
    return "mfa" if has_factor(person) and "mfa" not in shown else ""


def is_enrolling(request: HttpRequest | None) -> bool:
    """Whether somebody who has no second factor has just signed in, and so may set up the first."""
    if request is None or not request.user.is_authenticated:
        return False
    is_fresh = time.time() - request.session.get(OPENED, 0) < settings.ENROLMENT_LIMIT
    return is_fresh and not has_factor(request.user)  # type: ignore[arg-type]
