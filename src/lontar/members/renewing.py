"""What an administrator renews of how a colleague signs in, and that the colleague is told of it by mail.

A new password is chosen by its person alone, under a link that goes to their own address.
"""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from lontar.members.models import Person


def send_password_link(request: HttpRequest, subject: UUID) -> str:
    """Send somebody the link under which they choose a new password, and give it. It holds once, and for an hour.

    It opens no session: with the new password comes the second factor.
    """
    person = Person.objects.get(pk=subject)
    parts = [urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)]
    link = request.build_absolute_uri(reverse("password_new", args=parts))
    if settings.SENDS_MAIL:
        get_adapter().send_mail(
            "account/email/password_reset_key", person.email, {"password_reset_url": link}
        )
    return link


def tell_of_reset(subject: UUID) -> None:
    """Tell somebody that their second factor was ended by those who look after the participant's people."""
    get_adapter().send_notification_mail("account/email/factor_ended", Person.objects.get(pk=subject))
