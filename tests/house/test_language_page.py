"""The page of the mapping language is complete: every part, every key, every role, every token of a format."""

import re
from collections.abc import Iterator

import msgspec
import pytest
import yaml

from docs.language_clauses import Part, described, fields, holds, parts
from docs.language_examples import crosswalk_example, examples
from docs.language_page import ROLE_WORDS, TOKEN_WORDS, mapping_language_page
from lontar.model.mapping import ROLES, Additions, Crosswalk, Mapping, MappingBundle, Repair
from lontar.model.mapping.formats import TOKENS
from lontar.model.mapping.sentence import Sentence

LOADED = {MappingBundle, Crosswalk, Additions, Repair}
"""What is put together from files, or told to a program, and written in no file of the catalogue."""
PAGE = mapping_language_page()
PARTS = parts()


def section(page: str, part: Part) -> str:
    """What the page says of a part."""
    return page.partition(f"({part.name})=\n")[2].partition(")=\n")[0]


def unsaid(page: str) -> Iterator[str]:
    """The keys that the page does not explain where they belong."""
    for part in PARTS:
        for field in fields(part.struct):
            row = re.search(
                rf"^\| `{field.encode_name}` \| (.+?) \| (.+?) \|$", section(page, part), re.MULTILINE
            )
            if row is None:
                yield f"{part.name}.{field.encode_name}"


def test_every_part_of_the_language_is_there() -> None:
    assert {part.struct for part in PARTS} == set(Sentence.__subclasses__()) - LOADED


def test_every_key_is_explained() -> None:
    assert list(unsaid(PAGE)) == []
    assert [f"{p.name}.{f.encode_name}" for p in PARTS for f in fields(p.struct) if not described(f)] == []


def test_a_key_that_is_not_explained_is_noticed() -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith("| `title_rows` |"))
    assert list(unsaid(PAGE.replace(line, ""))) == ["tableshape.title_rows"]


def test_roles_and_formats_are_those_of_the_model() -> None:
    assert set(ROLE_WORDS) == set(ROLES)
    assert set(TOKEN_WORDS) == set(TOKENS)


@pytest.mark.parametrize("key", sorted(examples()))
def test_every_example_is_as_a_mapping_may_say_it(key: tuple[str, str]) -> None:
    struct = next((part.struct for part in PARTS if part.struct.__name__ == key[0]), None)
    if struct is None:
        pytest.fail(f"{key[0]} is no part of the language")
    read = yaml.safe_load(examples()[key].text)
    assert key[1] in read
    told = {field.encode_name: field.type for field in fields(struct)}
    assert read.keys() <= told.keys()
    if examples()[key].text.startswith("{"):
        msgspec.convert(read, struct, strict=False)


def test_nearly_every_key_has_an_example() -> None:
    keys = {(part.struct.__name__, f.encode_name) for part in PARTS for f in fields(part.struct)}
    assert len(keys - examples().keys()) < len(keys) / 10
    assert crosswalk_example().text.startswith("from,")


def test_what_a_key_holds_is_said_in_words() -> None:
    told = {field.encode_name: holds(field.type) for field in fields(Mapping)}
    assert told["columns"] == "a list of 1 or more: keys of its own"
    assert told["dimensions"] == "names, each with text"
    assert told["status"] == "`estimated` `final` `provisional` `revised`"
