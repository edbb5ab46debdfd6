"""Asking once more who it is, before an act that weighs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, suspend_request
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from lontar.members.signing_in import marks

View = Callable[..., HttpResponseBase]
_PAGES = {"password": "account_reauthenticate", "mfa": "mfa_reauthenticate"}


def reauthenticated(view: View) -> View:
    """Let a view be reached by somebody alone who has shown within five minutes, by password or second factor, who they are.

    Whoever has neither, having come through an issuer, is sent to set up a second factor. A form that was being sent is sent on
    afterwards.
    """
    asked = reauthentication_required(view, enabled=lambda request: not _signed_in_just_now(request))

    @wraps(view)
    def asking(request: HttpRequest, *values: Any, **named: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not get_reauthentication_flows(request.user):
            messages.info(
                request, gettext("This needs a second factor of your own. Set one up, and come back.")
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        return asked(request, *values, **named)

    return asking


def shown_in_full(view: View) -> View:
    """Let a view be reached by somebody alone who has shown within five minutes every factor that they have.

    It changes what one signs in with. A passkey that signed somebody in is both factors; whoever has just signed in for the first time
    has shown all there is.
    """

    @wraps(view)
    def asking(request: HttpRequest, *values: Any, **named: Any) -> HttpResponseBase:
        lacking = (
            marks.not_shown(request)
            if request.user.is_authenticated and not marks.is_enrolling(request)
            else ""
        )
        return (
            suspend_request(request, reverse(_PAGES[lacking])) if lacking else view(request, *values, **named)
        )

    return asking


def _signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the reader showed a password or a second factor within the time for which showing it again would hold."""
    methods = settings.ACCOUNT_REAUTHENTICATION_METHODS  # type: ignore[misc]
    return any(one["method"] in methods for one in marks.shown_lately(request))
