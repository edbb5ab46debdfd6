"""Families become what they became before: a change of a golden file is a change that somebody has read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import FAMILIES, Harmonised
from tests.golden.chosen import FOLDER, golden_texts, stale


@pytest.mark.parametrize("mapping", FAMILIES)
def test_a_family_becomes_what_it_became(mapping: str, harmonised: Callable[[str], Harmonised]) -> None:
    for path, text in golden_texts(mapping, harmonised(mapping)).items():
        assert text == path.read_text("utf-8"), f"{path.name} (python -m tests.golden writes it anew)"


def test_each_golden_file_belongs_to_a_family(harmonised: Callable[[str], Harmonised]) -> None:
    texts: dict[Path, str] = {}
    for mapping in FAMILIES:
        texts |= golden_texts(mapping, harmonised(mapping))
    assert stale(texts) == []


def test_a_stale_golden_file_is_noticed() -> None:
    text = (FOLDER / "au_boat_arrivals.json").read_text("utf-8")
    assert "au_boat_arrivals.json" in stale({FOLDER / "au_boat_arrivals.json": text + "\n"})
