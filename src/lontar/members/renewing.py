"""A new password for a colleague who forgot theirs: a link to the colleague's own address, where they choose it."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lontar.members.models import Person


def send_password_link(request: HttpRequest, subject: UUID) -> str:
    """Send somebody the link under which they choose a new password, and give it. It holds once, and for a day.

    It opens no session: with the new password comes the second factor.
    """
    person = Person.objects.get(pk=subject)
    parts = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
    link = request.build_absolute_uri(reverse("account_reset_password_from_key", args=parts))
    if settings.SENDS_MAIL:
        get_adapter().send_mail(
            "account/email/password_reset_key", person.email, {"password_reset_url": link}
        )
    return link
