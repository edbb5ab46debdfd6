"""The catalogues of translations say everything that the pages say, and the check notices where they do not."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house import translations
from tests.house.translations import (
    LANGUAGES,
    LIBRARIES,
    Sentence,
    faults,
    problems,
    sentences_of_python,
    sentences_of_template,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert list(problems(language)) == []


def test_sentences_of_a_template_are_found() -> None:
    text = """{% load i18n %}{% translate "Sign in" %}{% translate "Set up" context "do it" %}
    {% blocktranslate trimmed with when=day|day %}
      Asked on <b>{{ when }}</b>
    {% endblocktranslate %}{# {% translate "gone" %} #}
    {% blocktranslate count n=n %}{{ n }} code{% plural %}{{ n }} codes{% endblocktranslate %}"""
    assert set(sentences_of_template(text)) == {
        Sentence("Sign in"),
        Sentence("Set up", context="do it"),
        Sentence("Asked on <b>%(when)s</b>"),
        Sentence("%(n)s code", "%(n)s codes"),
    }


def test_sentences_of_python_are_found() -> None:
    text = b"""
a = _("Role")
b = ngettext("%(n)s code", "%(n)s codes", n)
c = pgettext_lazy("do it", "Set up")
d = said("not a sentence")
"""
    assert set(sentences_of_python(text)) == {
        Sentence("Role"),
        Sentence("%(n)s code", "%(n)s codes"),
        Sentence("Set up", context="do it"),
    }


@pytest.mark.parametrize(
    ("sentence", "forms"),
    [
        (Sentence("Sign in"), ("",)),
        (Sentence("for <bdi>%(name)s</bdi>"), ("untuk %(name)s",)),
        (Sentence("for <bdi>%(name)s</bdi>"), ("untuk <bdi>%(nama)s</bdi>",)),
        (Sentence("%(n)s code", "%(n)s codes"), ("satu kode",)),
        (Sentence("%(n)s code", "%(n)s codes"), ("One code", "Codes")),
    ],
)
def test_a_faulty_translation_is_noticed(sentence: Sentence, forms: tuple[str, ...]) -> None:
    assert list(faults(sentence, forms))


@pytest.mark.parametrize(
    ("sentence", "forms"),
    [
        (Sentence("for <bdi>%(name)s</bdi>"), ("untuk <bdi>%(name)s</bdi>",)),
        (Sentence("%(n)s code", "%(n)s codes"), ("%(n)s kode",)),
        (Sentence("%(n)s code", "%(n)s codes"), ("One code", "%(n)s codes")),
    ],
)
def test_a_good_translation_passes(sentence: Sentence, forms: tuple[str, ...]) -> None:
    assert list(faults(sentence, forms)) == []


def test_a_new_sentence_and_a_stale_one_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "sentences", lambda _: {Sentence("New"): ["a.html"]})
    monkeypatch.setattr(translations, "read_translations", lambda _: {Sentence("Old"): ("Lama",)})
    lacking, stale, not_compiled = problems("id")
    assert "lacks 'New', of a.html" in lacking
    assert "translates 'Old', which nothing says any more" in stale
    assert "was not made from" in not_compiled


def test_what_we_say_for_libraries_they_still_say() -> None:
    theirs: set[str] = set()
    for library in ("allauth/account", "allauth/mfa", "django/contrib/auth", "django/forms", "django/core"):
        name, _, inside = library.partition("/")
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        for path in (Path(spec.origin).parent / inside).rglob("*.py"):
            theirs |= {one.said for one in sentences_of_python(path.read_bytes())}
    assert {one.said for one in sentences_of_python(LIBRARIES.read_bytes())} - theirs == set()
