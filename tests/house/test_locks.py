"""The lock files serve on any machine."""

import pytest

from tests.house.locks import lock_files, lock_problems
from tests.house.places import place


def test_lock_files_name_no_address_and_hash_every_pin() -> None:
    names = {place(path) for path in lock_files()}
    assert {"requirements/runtime.txt", "requirements/dev.txt", "requirements/bench.txt"} <= names
    assert [
        f"{place(path)}: {problem}"
        for path in lock_files()
        for problem in lock_problems(path.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://mirror.example/simple",
        "--find-links /srv/wheels",
        "click @ file:///srv/wheels/click.whl",
        '"resolved": "somewhere"',
        "click==8.0",
        "click==8.0 \\\nduckdb==2.0 \\\n    --hash=sha256:0",
    ],
)
def test_an_address_or_a_missing_hash_is_noticed(text: str) -> None:
    assert list(lock_problems(text))


def test_a_hashed_pin_is_welcome() -> None:
    assert list(lock_problems("click==8.0 \\\n    --hash=sha256:0 \\\n    --hash=sha256:1")) == []
