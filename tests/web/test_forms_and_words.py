"""Forms as pages show them, and words, days and numbers in the reader's language."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.databases import Instance, configured


@pytest.fixture(scope="module", autouse=True)
def _django(instance: Instance) -> None:
    configured(instance)


def a_form(**told: Any) -> Any:
    """A form with an input, a set of boxes and one box, filled in with what is told."""
    from django import forms

    class Form(forms.Form):
        email = forms.EmailField(
            label="Address", help_text="At work.", widget=forms.EmailInput({"placeholder": "x"})
        )
        roles = forms.MultipleChoiceField(
            label="Roles", choices=[("a", "Analyst"), ("b", "Reviewer")], widget=forms.CheckboxSelectMultiple
        )
        note = forms.CharField(label="Note", required=False)
        sure = forms.BooleanField(label="I am sure")

    return Form(told or None)


def test_an_input_has_its_label_and_its_hint() -> None:
    html = str(a_form())
    assert '<label for="id_email">Address</label>' in html
    assert 'aria-describedby="id_email_helptext"' in html
    assert '<div class="hint" id="id_email_helptext">At work.</div>' in html
    assert "placeholder" not in html


def test_what_need_not_be_answered_says_so() -> None:
    html = str(a_form())
    assert html.count("(optional)") == 1
    assert '<label for="id_note">Note <span class="optional">(optional)</span></label>' in html


def test_boxes_stand_in_a_set_with_a_name() -> None:
    html = str(a_form())
    assert "<legend>Roles</legend>" in html
    assert (
        '<div class="choice"><input type="checkbox" name="sure" required id="id_sure"> <label for="id_sure">'
        in html
    )


def test_what_is_wrong_stands_above_with_links_and_beside_the_input() -> None:
    html = str(a_form(email="nobody", sure="on"))
    assert html.index('class="problems" role="alert"') < html.index("id_email_error")
    assert '<a href="#id_email">Address: ' in html
    assert '<a href="#id_roles_0">Roles: ' in html
    assert 'aria-invalid="true"' in html
    assert "id_email_error" in html.partition('aria-describedby="')[2].partition('"')[0]
    assert "problems" not in str(a_form())


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "30 November 2026", "30 November 2026, 14:05 UTC"),
        ("id", "30 November 2026", "30 November 2026, 14:05 UTC"),
        ("fa", "۳۰ نوامبر ۲۰۲۶", "۳۰ نوامبر ۲۰۲۶، ۱۴:۰۵ UTC"),
    ],
)
def test_days_and_moments_are_in_the_language_of_the_reader(language: str, day: str, moment: str) -> None:
    from django.utils.translation import override

    from lontar.web.templatetags import lontar as said

    with override(language):
        assert said.day(date(2026, 11, 30)) == f'<time datetime="2026-11-30">{day}</time>'
        at = datetime(2026, 11, 30, 14, 5, tzinfo=UTC)
        assert said.moment(at) == f'<time datetime="2026-11-30T14:05:00+00:00">{moment}</time>'
        assert said.day(None) == said.moment(None) == ""


def test_words_are_translated_and_codes_are_not() -> None:
    from django.utils.translation import override

    from lontar.web.templatetags import lontar as said

    assert said.word("focal_point") == "Focal point"
    assert said.word("SH-02") == "SH-02"
    with override("fa"):
        assert said.word("focal_point") == "مسئول ارتباطی"
        assert said.digits(12) == "۱۲"
        assert said.english("One's own") == '<span lang="en" dir="ltr">One&#x27;s own</span>'
        assert said.code("<XA>") == '<bdi dir="ltr">&lt;XA&gt;</bdi>'


def test_every_role_and_every_fact_has_a_word() -> None:
    from typing import get_args

    from lontar.model.policy.facts import GRAINS, Function, Protected, Role, ThingKind
    from lontar.web.templatetags.lontar import WORDS

    said = {*get_args(Role), *get_args(Function), *get_args(Protected), *get_args(ThingKind), *GRAINS}
    assert said - set(WORDS) == set()
