"""What is written on the pages of people and tokens. A form checks what was written; the database checks who may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast, get_args

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lontar.members.invitations import Invited
from lontar.members.models import Person
from lontar.members.names import participant_name, participant_names, topic_ids, topic_title
from lontar.members.passwords import refuse_words
from lontar.members.tokens import LONGEST
from lontar.members.words import FUNCTIONS, ROLES, SENT
from lontar.members.words import GRAINS as GRAIN_WORDS
from lontar.model.policy.facts import DATA_ROLES, GRAINS, Role

States = Mapping[str, list[str]]


class _Secondment(forms.Form):
    """Who sent a person: nobody, States, or (where it may stay open) not declared."""

    may_stay_open = False
    sent = forms.ChoiceField(label=_("Seconded by another State"), widget=forms.RadioSelect)
    states = forms.MultipleChoiceField(
        label=_("Sent by"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where another State sent the person."),
    )  # fmt: skip

    def __init__(self, *values: Any, sending: States, **named: Any) -> None:
        super().__init__(*values, **named)
        self.sending = sending
        shown = (
            SENT if self.may_stay_open else {name: said for name, said in SENT.items() if name != "unknown"}
        )
        _choices(self, "sent", shown.items())
        _choices(self, "states", ((one, participant_name(one)) for one in sending))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("sent") == "states" and not told.get("states"):
            self.add_error("states", gettext("Choose the State that sent the person."))
        return told

    def sent_by(self) -> frozenset[str] | None:
        """Give the closed sets of the States that sent the person, together; None where that is not declared."""
        told = self.cleaned_data
        if told["sent"] == "unknown":
            return None
        chosen = told["states"] if told["sent"] == "states" else []
        return frozenset().union(*(self.sending[one] for one in chosen))


class DeclareForm(_Secondment):
    """Declare who sent a person."""


class InviteForm(_Secondment):
    """Invite somebody at an address."""

    may_stay_open = True
    email = forms.EmailField(
        label=_("Address"), max_length=200, help_text=_("Their own, at work; nobody else's.")
    )
    agency = forms.ChoiceField(label=_("Agency"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, help_text=_("Only those that the person needs."),
        choices=list(ROLES.items()),
    )  # fmt: skip
    field_order = ("email", "agency", "roles", "sent", "states")

    def __init__(self, *values: Any, agencies: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*values, **named)
        _choices(self, "agency", _none_chosen(agencies))


class RoleForm(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))

    def __init__(self, *values: Any, held: Iterable[str] = (), **named: Any) -> None:
        super().__init__(*values, **named)
        offered = ((one, ROLES[one]) for one in get_args(Role) if one not in set(held))
        _choices(self, "role", _none_chosen(offered))


class AgencyForm(forms.Form):
    """An agency to join or to leave."""

    agency = forms.ChoiceField(label=_("Agency"))

    def __init__(self, *values: Any, agencies: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*values, **named)
        _choices(self, "agency", _none_chosen(agencies))


class NewAgencyForm(forms.Form):
    """An agency to add."""

    name = forms.CharField(label=_("Name"), max_length=100)
    functions = forms.MultipleChoiceField(
        label=_("What it does"), widget=forms.CheckboxSelectMultiple, choices=list(FUNCTIONS.items()),
        help_text=_("Enforcement sees files of victims, returnees and people rescued never, and their figures as totals alone."),
    )  # fmt: skip


class TokenForm(forms.Form):
    """A token to make."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, such as: monthly report.")
    )
    topics = forms.MultipleChoiceField(label=_("Topics"), widget=forms.CheckboxSelectMultiple)
    grain = forms.ChoiceField(
        label=_("How fine it may read"), widget=forms.RadioSelect, initial="figure", choices=[(one, GRAIN_WORDS[one]) for one in GRAINS]
    )  # fmt: skip
    may_send = forms.BooleanField(label=_("It may also send drafts"), required=False)
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=LONGEST, initial=30, help_text=_("At most 90."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),  # takes the digits of every language
        error_messages={"min_value": _("From 1 to 90 days."), "max_value": _("From 1 to 90 days.")},
    )  # fmt: skip

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        _choices(self, "topics", ((one, topic_title(one)) for one in topic_ids()))


class AcceptForm(forms.Form):
    """The account of somebody who was invited."""

    name = forms.CharField(label=_("Your name"), max_length=200, help_text=_("As your colleagues know you."))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; three or four words that do not belong together are easy to keep."),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *values: Any, invited: Invited, **named: Any) -> None:
        super().__init__(*values, **named)
        self.invited = invited

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, Person(email=self.invited.email, name=self.cleaned_data.get("name", "")))
        refuse_words(password, (*participant_names(self.invited.participant), self.invited.agency))
        return password

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("password") and told.get("again") and told["password"] != told["again"]:
            self.add_error(
                "again", ValidationError(gettext("The two passwords differ. Write the same one twice."))
            )
        return told


def may_make_tokens(roles: Iterable[str]) -> bool:
    """Say whether somebody with these roles makes tokens: whoever has a data right."""
    return not set(DATA_ROLES).isdisjoint(roles)


def _none_chosen(offered: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """What is offered, behind an empty choice: nobody is given the first of a list by oversight."""
    return [("", _("Choose")), *offered]


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)
