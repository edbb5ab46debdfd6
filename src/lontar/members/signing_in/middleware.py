"""What is looked at before every page: whether the session still holds, and whether its second factor was shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from lontar.members.signing_in import marks
from lontar.members.signing_in.asking import waives_second_factor

Page = Callable[[HttpRequest], HttpResponseBase]
ENROLMENT = frozenset(
    {
        "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "account_reauthenticate", "account_logout", "language",
    }
)  # fmt: skip
"""The pages that somebody reaches who has no second factor yet."""


class SessionLimits:
    """Ends a session that lasted too long, was not used for too long, or belongs to somebody who is suspended."""

    def __init__(self, get_response: Page) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now = time.time()
        if not request.user.is_authenticated:
            if SESSION_KEY in request.session:  # a session of nobody who may sign in
                marks.end_session(request)
        elif marks.is_over(request, now):
            marks.end_session(request)
            messages.info(
                request, gettext("You were signed out, since the session had ended. Please sign in again.")
            )
        else:
            marks.see(request, now)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SecondFactor:
    """On a real instance, a session reaches nothing but enrolment until a second factor was shown in it."""

    def __init__(self, get_response: Page) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """Send whoever has shown no second factor to where it is set up, or back to signing in."""
        if not request.user.is_authenticated or waives_second_factor() or marks.is_shown(request):
            return None
        if not marks.is_enrolling(
            request
        ):  # there is a factor that this session never showed, or it was not set up in time
            marks.end_session(request)
            messages.info(request, gettext("Please sign in again, with your second factor."))
            return redirect_to_login(request.get_full_path())
        match = request.resolver_match
        if match is not None and match.view_name in ENROLMENT:
            return None
        messages.info(
            request, gettext("Set up a second factor: from then on it is asked whenever you sign in.")
        )
        return HttpResponseRedirect(reverse("mfa_index"))


@receiver(authenticator_added)
def note_factor(sender: Any, request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:  # noqa: ARG001
    """A second factor that was set up in a session counts as shown in it; the list of sessions knows it by its new key."""
    if authenticator.type in marks.FACTORS:
        request.session[marks.ENROLLED] = time.time()
        marks.renew_key(request)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_others(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:  # noqa: ARG001
    """Where a second factor comes or goes, whoever is signed in elsewhere signs in anew."""
    end_other_sessions(request, user)


@receiver(authentication_step_completed)
def note_shown_again(sender: Any, request: HttpRequest, **told: Any) -> None:  # noqa: ARG001
    """Whoever has shown once more who it is goes on under a new key."""
    if told.get("reauthenticated"):
        marks.renew_key(request)
