"""A forgotten password: a link by mail, which holds for an hour and once. The second factor is asked as ever afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Thread
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.core.mail import EmailMessage
from django.db import connections, router
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lontar.members.models import Person
from lontar.members.signing_in import budgets
from lontar.members.signing_in.accounts import network_of, refuse_for_now
from lontar.members.signing_in.asking import hands_links_over

LOG = logging.getLogger("lontar.signing_in")


class Forgotten(PasswordResetForm):
    """Sends the link to whoever may sign in with that address; anybody else is answered alike, after as long."""

    def get_users(self, email: str) -> Iterator[Person]:
        """Give the person of an address, if there is one with a password who is not suspended, and was not sent links enough."""
        found = Person.objects.filter(email=email.strip().lower()).first()
        if found is None or not found.is_active or not found.has_usable_password() or not _may_renew(found):
            return
        if not budgets.take(budgets.LETTER, f"person {found.pk}").wait:
            yield found

    def send_mail(self, *told: Any, html_email_template_name: str | None = None) -> None:  # noqa: ARG002
        """Send the link, apart from the answer: how long the mail takes would tell that there is an account."""
        context, address = told[2], told[4]
        text = render_to_string("account/email/password_forgotten.txt", context)
        letter = EmailMessage(gettext("Choose a new password"), text, to=[address])
        Thread(target=_send, args=(letter,), daemon=True).start()


def _may_renew(person: Person) -> bool:
    """Whether the mailbox alone would not open more than its own participant's: there is a second factor, or nobody else to act for."""
    with connections[router.db_for_read(Person)].cursor() as cursor:
        cursor.execute("select may_renew_by_mail(%s, %s)", (person.pk, timezone.now()))
        return bool(cursor.fetchone()[0])


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except OSError as error:
        LOG.warning("a link to a new password was not sent: %s", type(error).__name__)


class Chosen(SetPasswordForm):  # type: ignore[type-arg]
    """Writes the new password, and nothing else of the person."""

    def save(self, commit: bool = True) -> Person:  # noqa: ARG002
        person: Person = self.user
        person.set_password(self.cleaned_data["new_password1"])
        person.save(update_fields=["password"])
        get_adapter().send_notification_mail("account/email/password_reset", person)
        return person


class AskForLink(PasswordResetView):
    """The page on which one asks for the link; each network has a budget. Absent where no mail is sent."""

    template_name = "account/password_reset.html"
    form_class = Forgotten
    success_url = reverse_lazy("password_link_sent")

    def dispatch(self, request: HttpRequest, *values: Any, **named: Any) -> HttpResponseBase:
        if hands_links_over():
            raise Http404
        if request.method == "POST":
            taken = budgets.take(budgets.NETWORK, network_of(request))
            if taken.wait:
                refuse_for_now(request, taken.wait)
        return super().dispatch(request, *values, **named)


class ChooseAnew(PasswordResetConfirmView):
    """The page that the link leads to. Every session of the person ends with the old password."""

    template_name = "account/password_reset_from_key.html"
    form_class = Chosen
    success_url = reverse_lazy("password_chosen")

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().get_context_data(**named)
        return told | {"token_fail": not self.validlink}


@require_safe
def link_is_sent(request: HttpRequest) -> HttpResponseBase:
    """Say that a link is on its way, if there is an account."""
    return render(request, "account/password_reset_done.html")


@require_safe
def password_is_chosen(request: HttpRequest) -> HttpResponseBase:
    """Say that the password is changed."""
    return render(request, "account/password_reset_from_key_done.html")
