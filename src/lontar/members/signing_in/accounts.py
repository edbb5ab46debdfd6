"""Signing in by address and password: who may, how often it may be tried, and what is set when it succeeds."""

from __future__ import annotations

import logging
import time
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lontar.members.models import Person
from lontar.members.signing_in import budgets, marks
from lontar.members.signing_in.devices import known_device, remember_device

LOG = logging.getLogger("lontar.signing_in")


class Backend(AuthenticationBackend):
    """Checks a password; whoever is suspended hears what a wrong password hears, after as long."""

    def _check_password(self, user: Any, password: str) -> Any:
        if user is None:
            return None
        self._did_check_password = True
        is_right = user.check_password(password)
        return user if is_right and user.is_active else None


class Accounts(DefaultAccountAdapter):
    """What the library asks of us. Nobody makes an account but by an invitation, and only two columns of a person are written."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never: people are invited."""
        return False

    def set_password(self, user: Person, password: str) -> None:
        """Write the password, and nothing else of the person."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_stages(self) -> list[str]:
        """After the password comes the second factor, and nothing else."""
        return ["lontar.members.signing_in.factors.OwnFactor"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Give the person whose password it is, or None. Answers 429 where too much was tried."""
        email = str(credentials.get("email", "")).lower()
        taken = count_password(request, email)
        person = authenticate(request, email=email, password=credentials.get("password", ""))
        if person is None:
            return None
        taken.give_back()
        return person  # type: ignore[return-value]

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Say whether it is the password of whoever is signed in; each session has a budget of guesses."""
        return is_own_password(context.request, user, password)

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Whether an act that weighs asks again who it is: where not every factor was shown within the last minutes.

        The first factor is set up right after signing in by password. Whoever came through an issuer shows the password: a factor opens
        sessions for every participant, and an issuer speaks for one.
        """
        request = self.request or context.request
        if app == "allauth.mfa" and marks.is_enrolling(request) and not marks.bound_participant(request):
            return False
        return bool(marks.not_shown(request))

    def pre_login(self, request: HttpRequest, user: Person, **told: Any) -> HttpResponse | None:
        """Note through which issuer, if any, this session is opened; what the issuer told is not kept."""
        signal_kwargs = told.get("signal_kwargs") or {}
        marks.bind(request, user, signal_kwargs.pop("sociallogin", None))
        return super().pre_login(request, user, **told)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Open the session, under a new key."""
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)
        marks.open_session(request, time.time())

    def post_login(self, request: HttpRequest, user: Person, **told: Any) -> HttpResponse:
        """Let the device be known for the person from now on."""
        response = super().post_login(request, user, **told)
        if not known_device(request, user.email):
            self.send_notification_mail("account/email/new_device", user)
        remember_device(request, response, user.email)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:  # fmt: skip
        """Tell a person what became of how they sign in. A mail that cannot be sent keeps nobody from what they did."""
        try:
            super().send_notification_mail(template_prefix, user, context, email)
        except OSError as error:
            LOG.warning("a notice of %s was not sent: %s", template_prefix, type(error).__name__)

    def logout(self, request: HttpRequest) -> None:
        """End the session, and take it from the list."""
        marks.end_session(request)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:  # noqa: ARG002
        """Say to whoever is suspended what a wrong password hears."""
        clear_login(request)
        messages.error(request, self.error_messages["email_password_mismatch"])
        return HttpResponseRedirect(reverse("account_login"))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """After a change of password, one's own account."""
        return reverse("members:settings")


def name_of(person: Person) -> str:
    """Give the name that pages show, or the address where none was told."""
    return person.name or person.email


def count_password(request: HttpRequest, email: str) -> budgets.Taken:
    """Count one try of a password: of a known device by itself, of all others by network and by address. Answers 429 where spent."""
    device = known_device(request, email)
    if device:
        return _granted(request, budgets.take(budgets.PASSWORD, f"device {device}"))
    network = _granted(request, budgets.take(budgets.NETWORK, network_of(request)))
    address = _granted(request, budgets.take(budgets.PASSWORD, f"address {email}"))
    return budgets.Taken(0, (*network.keys, *address.keys))


def count_factor(request: HttpRequest, person: Person) -> budgets.Taken:
    """Count one try of a second factor: of a known device by itself, of all others together. Answers 429 where spent."""
    device = known_device(request, person.email)
    taken = budgets.take(budgets.FACTOR, f"device {device}" if device else f"person {person.pk}")
    if taken.wait and not budgets.take(budgets.TOLD, f"person {person.pk}").wait:
        get_adapter().send_notification_mail("account/email/codes_guessed", person)
    return _granted(request, taken)


def is_own_password(request: HttpRequest, person: Person, password: str) -> bool:
    """Say whether it is the password of whoever is signed in. Answers 429 where the session has guessed too often."""
    taken = _granted(request, budgets.take(budgets.PASSWORD, f"session {request.session.session_key}"))
    is_right = person.check_password(password)
    if is_right:
        taken.give_back()
    return is_right


def network_of(request: HttpRequest) -> str:
    """Give from where a request comes: an address, or of a version 6 address its network."""
    from allauth.core.internal.ratelimit import get_ip

    return f"network {get_ip(request)}"


def _granted(request: HttpRequest, taken: budgets.Taken) -> budgets.Taken:
    if taken.wait:
        refuse_for_now(request, taken.wait)
    return taken


def refuse_for_now(request: HttpRequest, wait: int) -> NoReturn:
    """Answer that too much was tried, and when to come back."""
    LOG.warning("too many guesses: no more for %s seconds", wait)
    request.seconds_to_wait = wait  # type: ignore[attr-defined]
    response = respond_429(request)
    response["Retry-After"] = str(wait)
    raise ImmediateHttpResponse(response)
