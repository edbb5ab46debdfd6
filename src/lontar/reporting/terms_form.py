"""Under which terms figures are sent, as whoever signs says it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lontar.members.names import participant_name
from lontar.model.policy.facts import ALWAYS, NEVER, Use
from lontar.warehouse.accepting import Terms

MARKS = {
    "GREEN": _("GREEN: members that give the same topic and period"),
    "AMBER": _("AMBER: your participant, and those named below"),
    "AMBER+STRICT": _("AMBER+STRICT: your agency and your focal point alone"),
    "CLEAR": _("CLEAR: everybody"),
}
"""Who reads what is under a mark. RED names people, which a table does not."""
_FINEST = {"figure": _("Figures"), "trace": _("Figures and where they come from"), "total": _("Totals alone")}


class TermsForm(forms.Form):
    """Mark, recipients, what they may do, and for how long."""

    mark = forms.ChoiceField(
        label=_("Mark"), choices=list(MARKS.items()), widget=forms.RadioSelect, initial="GREEN"
    )
    shared_with = forms.MultipleChoiceField(
        label=_("Named"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("With GREEN, naming somebody keeps it to those who are named."),
    )  # fmt: skip
    finest = forms.ChoiceField(
        label=_("Others may read"), choices=list(_FINEST.items()), widget=forms.RadioSelect, initial="figure"
    )
    export = forms.BooleanField(label=_("Others may take it away as a file"), required=False, initial=True)
    regional_totals = forms.BooleanField(
        label=_("It may enter regional totals"), required=False, initial=True
    )
    sent_to_office = forms.BooleanField(
        label=_("The regional office may read it"), required=False, initial=True
    )
    not_before = forms.DateField(
        label=_("Not before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    expires = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Why these figures take the place of earlier ones"),
        max_length=1900,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *values: Any, participants: Iterable[str], corrects: bool, **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["shared_with"].choices = [(one, participant_name(one)) for one in participants]  # type: ignore[attr-defined]
        if not corrects:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("not_before"), told.get("expires")
        if first and last and last <= first:
            raise ValidationError(gettext("It would end before it begins."))
        if told.get("mark") == "CLEAR" and told.get("shared_with"):
            self.add_error("shared_with", gettext("What is CLEAR is for everybody; name nobody."))
        return told

    @property
    def why(self) -> str:
        """Why these figures take the place of earlier ones; '' where they do not."""
        return str(self.cleaned_data.get("reason", ""))

    def terms(self) -> Terms:
        """Give the terms."""
        told = self.cleaned_data
        first, last = told["not_before"], told["expires"]
        return Terms(
            mark=told["mark"], shared_with=frozenset(told["shared_with"]), sent_to_office=told["sent_to_office"],
            published=told["mark"] == "CLEAR",
            use=Use(finest=told["finest"], export=told["export"], regional_totals=told["regional_totals"]),
            not_before=datetime.combine(first, time.min, UTC) if first else ALWAYS,
            expires=datetime.combine(last, time.min, UTC) if last else NEVER,
        )  # fmt: skip
