"""What is said without a file, as somebody writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import Period, parse_period
from lontar.reporting.forms import offer_agencies
from lontar.reporting.words import WHATS


class StatementForm(forms.Form):
    """Of which indicator and period what is said, and why."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    period = forms.CharField(
        label=_("Period"),
        max_length=30,
        help_text=_("As 2026, 2026-Q1 or 2026-03."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    what = forms.ChoiceField(
        label=_("What is to be said"), choices=list(WHATS.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It travels with the figure. Needed where it is withheld, and where it is awaited: until when."),
    )  # fmt: skip
    agency = forms.ChoiceField(label=_("Agency"))

    def __init__(
        self, *values: Any, agencies: Sequence[tuple[str, str]], indicators: Iterable[Indicator], **named: Any
    ) -> None:
        super().__init__(*values, **named)
        self.fields["indicator"].choices = [(one.id, one.title) for one in indicators]  # type: ignore[attr-defined]
        offer_agencies(self, agencies)

    def clean_period(self) -> Period:
        """Give the period. Raises ValidationError for what is none."""
        try:
            return parse_period(self.cleaned_data["period"].strip())
        except ValueError:
            raise ValidationError(gettext("This is no period. Write a year, a quarter or a month.")) from None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("what") in {"withheld", "awaited"} and not told.get("reason", "").strip():
            self.add_error("reason", gettext("Say why, or until when."))
        return told
