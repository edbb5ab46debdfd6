"""What is written on the pages of submissions. A form checks what was written; the database checks who may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lontar.reporting.arriving import SealedFile
from lontar.reporting.mappings import mapping_title

PASTED = "pasted.csv"
"""How what was pasted is named."""
_MOST_PASTED = 2_000_000


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "reporting/forms/files.html"


class _Files(forms.FileField):
    """Files that lie on the desk already."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[SealedFile]:  # noqa: ARG002
        """Give the files that hold something. Raises ValidationError for one that is empty."""
        files = [one for one in data or () if isinstance(one, SealedFile)]
        for one in files:
            if not one.kept.written.size:
                raise ValidationError(gettext("The file %(name)s is empty.") % {"name": one.kept.name})
        return files


class SendForm(forms.Form):
    """Files, or a table that was pasted; for which agency; and what it is, where its name does not say so."""

    file = _Files(
        label=_("Files"),
        required=False,
        help_text=_(
            "As you keep them: CSV, XLSX, XLS, ODS, JSON or Parquet. Several at once are one submission."
        ),
    )
    pasted = forms.CharField(
        label=_("Or paste a table"), required=False, max_length=_MOST_PASTED, strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Copied from a spreadsheet, with its header."),
    )  # fmt: skip
    agency = forms.ChoiceField(label=_("Agency"))
    mapping = forms.ChoiceField(
        label=_("Which table is it"),
        required=False,
        help_text=_("Leave it open: Lontar knows your tables by the names of their files."),
    )

    def __init__(
        self, *values: Any, agencies: Sequence[tuple[str, str]], mappings: Iterable[str], **named: Any
    ) -> None:
        super().__init__(*values, **named)
        offer_agencies(self, agencies)
        self.fields["mapping"].choices = [("", gettext("As its name says")), *titled(mappings)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("file") and not (told.get("pasted") or "").strip() and not self.errors:
            raise ValidationError(gettext("Choose a file, or paste a table."))
        return told


class WithdrawForm(forms.Form):
    """Why it is withdrawn."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=1900, widget=forms.Textarea(attrs={"rows": 2})
    )


class MappingForm(forms.Form):
    """Which table it is."""

    mapping = forms.ChoiceField(label=_("Which table is it"))

    def __init__(self, *values: Any, mappings: Iterable[str], **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["mapping"].choices = titled(mappings)  # type: ignore[attr-defined]


def offer_agencies(form: forms.Form, agencies: Sequence[tuple[str, str]]) -> None:
    """Let a form ask for one of these agencies; where there is one alone, it is not asked."""
    form.fields["agency"].choices = agencies  # type: ignore[attr-defined]
    if len(agencies) == 1:
        form.fields["agency"].widget = forms.HiddenInput()
        form.fields["agency"].initial = agencies[0][0]


def titled(mappings: Iterable[str]) -> list[tuple[str, str]]:
    """Give mappings as choices, each with its title."""
    return [(one, f"{mapping_title(one)} ({one})") for one in mappings]
