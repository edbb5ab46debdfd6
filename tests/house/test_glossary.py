"""One word, one thing: the glossary holds the words we began with, and the code avoids those it marks."""

import pytest

from tests.house.places import ROOT, SOURCE, place, source_files
from tests.house.vocabulary import avoided_word, names_given, read_glossary

# The words with which the project was founded. The glossary may gain words; it does not lose these.
FOUNDING_WORDS = """
participant; area; reporter; agency; focal point; indicator; unit, stage; topic; method sheet; submission; nil return; contribution;
observation; absence; status; vintage; edition; problem; check; mapping, crosswalk, match; account; trace; echo; mark; sharing terms;
shared with, released; release; recall, withdraw; thing, viewer, grain; rule, decision; protection class; origin; allegiance; parcel;
segment; pack; level; step; detection; alert, request; personal file; round
"""


@pytest.fixture(scope="module")
def glossary_text() -> str:
    return (ROOT / "GLOSSARY.md").read_text("utf-8")


@pytest.fixture(scope="module")
def avoided(glossary_text: str) -> set[str]:
    return {word for entry in read_glossary(glossary_text) for word in entry.never}


def test_every_founding_word_is_explained_once(glossary_text: str) -> None:
    explained = [", ".join(entry.words) for entry in read_glossary(glossary_text)]
    assert {words.strip() for words in FOUNDING_WORDS.replace("\n", " ").split(";")} - set(explained) == set()
    assert len(explained) == len(set(explained))


def test_words_stand_in_the_order_of_the_alphabet(glossary_text: str) -> None:
    words = [entry.words[0] for entry in read_glossary(glossary_text)]
    assert words == sorted(words)


def test_no_name_in_the_code_holds_an_avoided_word(avoided: set[str]) -> None:
    found = []
    for path in source_files():
        room = path.relative_to(SOURCE).parts[0]
        names = [*names_given(path.read_text("utf-8")), (0, path.stem)]
        found += [f"{place(path)}:{line} {name}" for line, name in names if avoided_word(name, avoided, room)]
    assert found == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("class CountryTable: ...", "country"),
        ("def read(tenants): ...", "tenant"),
        ("def read_countries(): ...", "country"),
        ("self.data_points = 1", "data point"),
        ("for kpi in kpis: ...", "kpi"),
        ("etl: dict = {}", "etl"),
        ("dataflow = 1", "dataflow"),
    ],
)
def test_an_avoided_word_is_noticed(source: str, word: str, avoided: set[str]) -> None:
    assert word in {avoided_word(name, avoided, "harmonise") for _, name in names_given(source)}


@pytest.mark.parametrize(
    ("source", "room"),
    [
        ("def resolve_country_names(country_of_origin): ...", "harmonise"),
        ("organisation = 1", "model"),
        ("dataflow = 1", "sdmx"),
        ("error = read(country)", "model"),
    ],
)
def test_a_good_name_passes(source: str, room: str, avoided: set[str]) -> None:
    assert {avoided_word(name, avoided, room) for _, name in names_given(source)} == {None}
