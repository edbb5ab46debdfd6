"""Every example is what its publisher gave out, under a licence that lets us show it."""

import hashlib
from pathlib import Path

import pytest
import yaml

from tests.house.examples import LABEL, example_problems
from tests.house.places import EXAMPLES

DATA = b"a,b\n1,2\n"


def test_every_example_states_its_source() -> None:
    assert list(EXAMPLES.rglob(LABEL)), "there are no examples"
    assert list(example_problems(EXAMPLES)) == []


@pytest.fixture
def labelled(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "a.csv").write_bytes(DATA)
    return {
        "publisher": "Border Police of Xa",
        "licence": "CC BY 4.0",
        "licence_grade": "A",
        "taken_from": "https://example.org/a.csv",
        "files": {"a.csv": hashlib.sha256(DATA).hexdigest()},
    }


def problems_with(folder: Path, label: dict[str, object]) -> list[str]:
    (folder / LABEL).write_text(yaml.safe_dump(label))
    return list(example_problems(folder))


def test_a_good_label_is_welcome(tmp_path: Path, labelled: dict[str, object]) -> None:
    assert problems_with(tmp_path, labelled) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"licence": ""}, "lacks licence"),
        ({"publisher": None}, "lacks publisher"),
        ({"licence_grade": "C"}, "licence_grade C"),
        ({"files": {"a.csv": "0" * 64}}, "SHA-256 differs"),
        ({"files": {"b.csv": "0" * 64}}, "which is not there"),
        ({"files": {"b.csv": "0" * 64}}, "a.csv is listed in no"),
    ],
)
def test_a_bad_label_is_noticed(
    tmp_path: Path, labelled: dict[str, object], change: dict[str, object], sentence: str
) -> None:
    assert any(sentence in problem for problem in problems_with(tmp_path, labelled | change))
