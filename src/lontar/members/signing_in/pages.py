"""The library's pages, where we ask something more of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from allauth.account import views as account
from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from allauth.usersessions import views as usersessions
from django.contrib import messages
from django.db import router, transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from lontar.members.models import Issuer, Person
from lontar.members.signing_in.again import reauthenticated
from lontar.members.signing_in.issuers import fail
from lontar.members.signing_in.openid import Callback, IssuerEndpoint

View = Callable[..., HttpResponseBase]


def opened_to_issuers(view: View) -> View:
    """Let the forms of a page lead to the issuers' own pages of signing in; browsers forbid it where the page does not say so."""

    @wraps(view)
    def opened(request: HttpRequest, *values: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *values, **named)
        origins = sorted(set(Issuer.objects.values_list("sign_in_origin", flat=True)))
        if origins:
            response._csp_update = {"form-action": origins}  # type: ignore[attr-defined] # noqa: SLF001
        return response

    return opened


def _of_an_issuer(view: View) -> View:
    """A page of signing in through an issuer: absent where there is no such issuer, and a sentence where it does not answer."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view(request, provider_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except (requests.RequestException, OAuth2Error, ValueError, KeyError):
            try:
                fail(request)
            except ImmediateHttpResponse as answer:
                return answer.response

    return guarded


@_of_an_issuer
def sign_in_at_issuer(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Ask whether to go to an issuer, and go."""
    view = OAuth2LoginView.adapter_view(IssuerEndpoint(request, provider_id))
    return opened_to_issuers(view)(request)


@_of_an_issuer
def back_from_issuer(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where issuers send people back to."""
    answer: HttpResponseBase = Callback.adapter_view(IssuerEndpoint(request, provider_id))(request)
    return answer


class RemoveKey(RemoveWebAuthnView):
    """Removing a passkey or a security key."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Remove it, unless it is the last second factor."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(reverse("mfa_list_webauthn"))


def new_codes(request: HttpRequest) -> HttpResponseBase:
    """Make new recovery codes, in one transaction of the connection that they are written through."""
    with transaction.atomic(using=router.db_for_write(Person)):
        answer: HttpResponseBase = generate_recovery_codes(request)
    return answer


def sessions(request: HttpRequest) -> HttpResponseBase:
    """Where one is signed in; whoever ends the other sessions shows once more who it is."""
    view: View = usersessions.list_usersessions
    return (reauthenticated(view) if request.method == "POST" else view)(request)


sign_in = opened_to_issuers(account.login)
remove_key = RemoveKey.as_view()
