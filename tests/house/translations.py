"""What the pages say, in each language. `python -m tests.house.translations` brings the catalogues up to date; `--check` only looks.

Sentences are found in the templates and the Python files of the rooms. A catalogue is a .po file under src/lontar/web/locale, with the
.mo file beside it that Django reads. English has one for the sentences of libraries alone, which it says in our voice.
"""

import ast
import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.house.places import SOURCE, place, project_files

LOCALE = SOURCE / "web" / "locale"
LIBRARIES = SOURCE / "web" / "library_words.py"
LANGUAGES = ("en", "fa", "id")

_CALLS: Any = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
_CALLS |= dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CALLS |= dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
_TEXT = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf" (n?p?)gettext\({_TEXT}(?:, *{_TEXT})?(?:, *{_TEXT})?")
_HELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")


class Sentence(NamedTuple):
    """One sentence to translate; a plural where its form depends on a number, a context where one word means two things."""

    said: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        """The sentence as catalogues hold it."""
        return (self.said, self.plural) if self.plural else self.said


Translations = dict[Sentence, tuple[str, ...]]
"""For each sentence its forms in one language: one, or as many as the language has plurals."""


class _Undated(Catalog):
    """A catalogue whose files say neither when nor by which program they were made, so that they change only when a sentence does."""

    @property
    def num_plurals(self) -> int:
        return 2 if str(self.locale) == "en" else 1

    @property
    def plural_expr(self) -> str:
        return "(n != 1)" if str(self.locale) == "en" else "0"

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


# ---------------------------------------------------------------------------------------------------- finding


def sentences_of_template(text: str) -> Iterator[Sentence]:
    """What `{% translate %}` and `{% blocktranslate %}` say."""
    for kind, *parts in _IN_TEMPLATE.findall(templatize(text)):
        said = [literal_eval(part) for part in parts if part]
        context = said.pop(0) if "p" in kind else ""
        yield Sentence(said[0], said[1] if "n" in kind else "", context)


def sentences_of_python(text: bytes) -> Iterator[Sentence]:
    """What gettext and its kin are called with."""
    for _, said, _, context in extract("python", BytesIO(text), keywords=_CALLS):
        first, plural = said if isinstance(said, tuple) else (said, "")
        yield Sentence(first, plural, context or "")
    yield from _refusals(text)


def _refusals(text: bytes) -> Iterator[Sentence]:
    """What is refused to people on the pages of people, tokens and submissions, and the remedies."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(code)), _, *told]) if (
                kind,
                code[:4],
            ) in {("Refused", "MEM-"), ("Refused", "REP-"), ("SourceProblem", "REP-")}:
                yield from (
                    Sentence(one.value, "", "")
                    for one in told
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def sentences(language: str) -> dict[Sentence, list[str]]:
    """Every sentence that the language has to say, and the files that hold it."""
    found: dict[Sentence, list[str]] = {}
    for path in [LIBRARIES] if language == "en" else project_files():
        for sentence in _sentences_of(path) if SOURCE in path.parents else ():
            files = found.setdefault(sentence, [])
            files += [place(path)] if place(path) not in files else []
    return found


def _sentences_of(path: Path) -> Iterator[Sentence]:
    if path.suffix == ".py":
        yield from sentences_of_python(path.read_bytes())
    elif "templates" in path.parts and path.suffix in (".html", ".txt"):
        yield from sentences_of_template(path.read_text("utf-8"))


# ---------------------------------------------------------------------------------------------------- catalogues


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_translations(language: str) -> Translations:
    """Read what is there; nothing where there is no catalogue."""
    path = catalogue_file(language)
    held = read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else ()
    found = {}
    for message in held:
        said, plural = (*_forms(message.id), "")[:2]
        if said:
            found[Sentence(said, plural, message.context or "")] = _forms(message.string or "")
    return found


def as_catalogue(language: str, translations: Translations, files: dict[Sentence, list[str]]) -> Catalog:
    """Give the catalogue of the translations, in the order of the alphabet, each with the files that say it."""
    catalogue = _Undated(
        locale=language, fuzzy=False, header_comment=f"# What the pages of Lontar say: {language}"
    )
    for sentence in sorted(translations):
        forms = translations[sentence]
        catalogue.add(
            sentence.key,
            forms if sentence.plural else forms[0],
            auto_comments=files.get(sentence, []),
            context=sentence.context or None,
        )
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def renew(language: str) -> None:
    """Write the catalogue anew: a new sentence comes in without translation, one that nothing says any more goes."""
    files, known = sentences(language), read_translations(language)
    empty = ("",) * _Undated(locale=language).num_plurals
    translations = {one: known.get(one, empty if one.plural else ("",)) for one in files}
    catalogue, path = as_catalogue(language, translations, files), catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalogue))
    path.with_suffix(".mo").write_bytes(as_mo(catalogue))


# ---------------------------------------------------------------------------------------------------- checking


def problems(language: str) -> Iterator[str]:
    """What is wrong with the catalogue of a language, in sentences."""
    path, known, found = catalogue_file(language), read_translations(language), sentences(language)
    for sentence in sorted(set(found) - set(known)):
        yield f"{place(path)} lacks '{sentence.said}', of {found[sentence][0]}"
    for sentence in sorted(set(known) - set(found)):
        yield f"{place(path)} translates '{sentence.said}', which nothing says any more"
    for sentence in sorted(set(known) & set(found)):
        yield from (
            f"{place(path)}, '{sentence.said}', {fault}" for fault in faults(sentence, known[sentence])
        )
    mo = path.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != as_mo(as_catalogue(language, known, found)):
        yield f"{place(mo)} was not made from {path.name}"


def faults(sentence: Sentence, forms: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with one translation: it is missing, or does not hold the values and tags of what it translates.

    The form for one may leave out the number.
    """
    for number, form in enumerate(forms):
        is_for_one = sentence.plural and number == 0 and len(forms) > 1
        wanted, held = sorted(_HELD.findall(sentence.plural or sentence.said)), sorted(_HELD.findall(form))
        if not form.strip():
            yield "is not translated"
        elif held != wanted and not (is_for_one and set(held) <= set(wanted)):
            yield f"is translated as '{form}', which holds other values or tags"


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def main(arguments: list[str]) -> int:
    """Renew the catalogues unless only asked to look; print what is wrong with them."""
    if arguments != ["--check"]:
        for language in LANGUAGES:
            renew(language)
    found = [problem for language in LANGUAGES for problem in problems(language)]
    for problem in found:
        print(f"lontar: {problem}.", file=sys.stderr)
    if found:
        print(
            "Run `python -m tests.house.translations`, fill in what is empty in the .po files, and run it again.",
            file=sys.stderr,
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
