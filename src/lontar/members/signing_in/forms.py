"""The library's forms, with our budgets of guesses, and in one transaction of the connection that they write through."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.db import router, transaction

from lontar.members.models import Person
from lontar.members.signing_in.accounts import count_factor, is_own_password


class ChangePassword(ChangePasswordForm):
    """Changing one's password."""

    def clean_oldpassword(self) -> str:
        """Check the password that is changed. Answers 429 where it was guessed too often."""
        told = str(self.cleaned_data.get("oldpassword", ""))
        if not is_own_password(context.request, self.user, told):
            raise get_account_adapter().validation_error("enter_current_password")
        return told


class _Counted(BaseAuthenticateForm):
    """A code of a second factor; a recovery code is used up in the transaction that checks it."""

    def clean_code(self) -> str:
        """Check the code. Answers 429 where it was guessed too often."""
        self.cleaned_data["code"] = with_plain_digits(self.cleaned_data["code"])
        taken = count_factor(context.request, self.user)
        with transaction.atomic(using=router.db_for_write(Person)):
            code = str(super().clean_code())
        taken.give_back()
        return code


class Authenticate(_Counted, AuthenticateForm):
    """The code that is asked after the password."""


class Reauthenticate(_Counted, ReauthenticateForm):
    """The code that is asked before an act that weighs."""


class SetUpApp(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def clean_code(self) -> str:
        """Check the code."""
        self.cleaned_data["code"] = with_plain_digits(self.cleaned_data["code"])
        return str(super().clean_code())


class _ByKey(AuthenticateWebAuthnForm):
    """A key."""

    def clean_credential(self) -> Any:
        """Check the key."""
        with _understood():
            return super().clean_credential()


class AuthenticateByKey(_ByKey):
    """The key that is asked after the password."""


class ReauthenticateByKey(_ByKey, ReauthenticateWebAuthnForm):
    """The key that is asked before an act that weighs."""


class AddKey(AddWebAuthnForm):
    """A new passkey or security key."""

    def clean(self) -> Any:
        """Check what the key says of itself."""
        with _understood():
            return super().clean()


class SignInByPasskey(_ByKey, LoginWebAuthnForm):
    """Signing in by a passkey alone."""

    def clean_credential(self) -> Any:
        """Check the passkey; whoever is suspended hears what a wrong one hears."""
        authenticator = super().clean_credential()
        if not authenticator.user.is_active:
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


def with_plain_digits(code: str) -> str:
    """Give a code with the digits 0 to 9, in whatever digits a keyboard wrote it: those of Persian and Arabic among them."""
    return "".join(str(unicodedata.decimal(one, one)) for one in code)


@contextmanager
def _understood() -> Iterator[None]:
    """What is no answer of a key is a wrong one; the library has not foreseen every form of it."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        raise get_adapter().validation_error("incorrect_code") from None
