"""The issuers of participants: who of those whom they sign in is known here. Nobody becomes known through an issuer."""

from __future__ import annotations

import logging
from typing import Any, NoReturn
from uuid import UUID

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from lontar.members.models import Issuer, Person
from lontar.members.names import participant_name
from lontar.members.signing_in.asking import appointments_of
from lontar.members.signing_in.factors import decrypt

LOG = logging.getLogger("lontar.signing_in")


class Issuers(DefaultSocialAccountAdapter):
    """What the library asks of us on issuers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Never: people are invited."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:  # fmt: skip
        """Give the issuers of the instance; `provider` is a short name or an id."""
        del request
        return [
            as_app(issuer)
            for issuer in Issuer.objects.order_by("slug")
            if provider in {None, "openid_connect", issuer.slug, str(issuer.id)}
            and client_id in {None, issuer.client_id}
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in whoever is known here, with an appointment in force for exactly the issuer's participant."""
        sociallogin.token = None
        person = sociallogin.user if sociallogin.is_existing else _newly_connected(sociallogin)
        if person is None or not person.is_active or not _works_for(person, sociallogin.issuer):
            refuse(request)
        sociallogin.user = person

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """Say that it did not work, and why only to the log."""
        why = told.get("exception")
        LOG.warning(
            "signing in through the issuer %s failed: %s",
            provider.app.provider_id,
            type(why).__name__ if why else told.get("error"),
        )
        fail(request)


def as_app(issuer: Issuer) -> SocialApp:
    """Give an issuer as the library wants it. It is never saved."""
    app = SocialApp(
        provider="openid_connect", provider_id=issuer.slug, name=participant_name(issuer.participant_id), client_id=issuer.client_id,
        secret=decrypt(issuer.secret, place_of_secret(issuer.id)), settings={"server_url": issuer.url},
    )  # fmt: skip
    app.issuer = issuer
    return app


def place_of_secret(issuer: UUID) -> str:
    """Say to what an issuer's secret is bound where it is encrypted."""
    return f"members_issuer|{issuer}"


def refuse(request: HttpRequest) -> NoReturn:
    """Say to whoever is not known here that there is nothing, alike in all cases."""
    messages.error(
        request,
        gettext(
            "There is nothing here for you. People are invited by the administrator of their participant."
        ),
    )
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))


def fail(request: HttpRequest) -> NoReturn:
    """Say that signing in through an issuer did not work."""
    messages.error(
        request, gettext("Signing in there did not work. Please try again, or sign in with your password.")
    )
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))


def _works_for(person: Person, issuer: Issuer) -> bool:
    return issuer.participant_id in appointments_of(person, timezone.now())


def _newly_connected(sociallogin: Any) -> Person | None:
    """Give the person whose verified address it is, and remember the connection; None where there is none, or another connection."""
    issuer = sociallogin.issuer
    person = Person.objects.filter(email=sociallogin.email).first() if sociallogin.email else None
    if person is None or not person.is_active or not _works_for(person, issuer):
        return None
    if SocialAccount.objects.filter(user=person, provider=str(issuer.id)).exists():
        return None
    sociallogin.account.user = person
    sociallogin.account.save()
    get_account_adapter().send_notification_mail("socialaccount/email/account_connected", person)
    return person
