"""Every code that a person can meet stands in the page of problems, with its sentences and an example that can be said."""

import re
from pathlib import Path

import pytest

from docs import problem_forms, problem_pages
from lontar.model.error_kinds import ERROR_KINDS
from lontar.model.problems import PROBLEM_KINDS

CODES = problem_forms.codes_said()
KIND_OF = {kind.code: kind for kind in PROBLEM_KINDS.values()}
PARTS_OF_FORMATS = {"year", "month_name", "serial", "latitude", "longitude"}
"""What may stand in braces in a sentence as a person reads it; anything else there is a name that nothing filled."""
PAGE = problem_pages.problems_page()


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_is_explained(code: str) -> None:
    assert f"\n### {code}\n" in PAGE
    sentence = problem_pages.example_sentence(code, problem_pages.examples())
    assert sentence, f"{code} has no example: give it one in docs/problem_examples.yml"
    assert sentence in PAGE
    assert sentence.startswith(f"[{code}] ")


def test_each_example_is_of_a_code_that_is_said() -> None:
    assert set(problem_pages.examples()) == CODES


@pytest.mark.parametrize("code", sorted(CODES & set(KIND_OF)))
def test_the_example_of_a_kind_names_all_that_its_sentence_names(code: str) -> None:
    sentence = problem_pages.example_sentence(code, problem_pages.examples())
    assert sentence is not None
    assert set(re.findall(r"{(.*?)}", sentence)) <= PARTS_OF_FORMATS
    told = KIND_OF[code].sentence + KIND_OF[code].remedy
    named = problem_pages.examples()[code].keys() - set(problem_pages.PLACE)
    assert {name for name in named if f"{{{name}}}" not in told} == set()


@pytest.mark.parametrize("code", sorted(ERROR_KINDS))
def test_each_other_example_is_a_sentence_that_the_source_says(code: str) -> None:
    of_the_code = [form for form in problem_forms.forms() if form.code == code]
    assert of_the_code, f"nothing in the source says {code}"
    assert any(form.fits(problem_pages.examples()[code]) for form in of_the_code)


def test_a_kind_belongs_to_a_group() -> None:
    titles = problem_pages.group_titles()
    assert "The file cannot be opened as the table that the mapping describes" in titles.values()
    assert min(KIND_OF) in titles
    assert titles.keys() <= KIND_OF.keys()


def forms_of(folder: Path, source: str) -> list[tuple[str, str, str]]:
    (folder / "some.py").write_text(source, "utf-8")
    return [tuple(form) for form in problem_forms.forms(folder)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "def f(x):\n    raise CatalogueProblem('CAT-900', x, f\"'{x}' is odd.\", 'Mend it.')",
            [("CAT-900", "'…' is odd.", "Mend it.")],
        ),
        (
            "def f(x):\n    m = 'one'\n    say('CAT-900', m, 'A.')\n    m = 'two'\n    say('CAT-900', m, 'B.')",
            [("CAT-900", "one", "A."), ("CAT-900", "two", "B.")],
        ),
        (
            "def f(x):\n    if x:\n        r = 'A.'\n    else:\n        r = 'B.'\n    say('CAT-900', 'odd', r)",
            [("CAT-900", "odd", "A."), ("CAT-900", "odd", "B.")],
        ),
        ("def f(x, code='CAT-900'):\n    say(code, 'odd', closest(x))", [("CAT-900", "odd", problem_forms._CLOSEST)]),
        ("def f(x):\n    yield Complaint('odd', g(x))", [("CAT-040", "odd", "…")]),
        ("def f(x):\n    say('CAT-900', x, x)", []),
    ],
)  # fmt: skip
def test_sentences_are_read_from_the_source(
    source: str, told: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    assert forms_of(tmp_path, source) == told


def test_a_sentence_of_another_form_does_not_fit() -> None:
    form = problem_forms.Form("CAT-900", "'…' is odd.", "Mend it.")
    assert form.fits("[CAT-900] a.yml: 'x' is odd. Mend it.")
    assert not form.fits("[CAT-900] a.yml: 'x' is even. Mend it.")
