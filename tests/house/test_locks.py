"""The lock files serve on any machine."""

import pytest

from tests.house.locks import lock_files, lock_problems, npm_lock_problems, problems_in
from tests.house.places import place


def test_lock_files_name_no_address_and_hash_every_pin() -> None:
    names = {place(path) for path in lock_files()}
    assert {"requirements/runtime.txt", "requirements/dev.txt", "requirements/bench.txt"} <= names
    assert "tests/browser/package-lock.json" in names
    assert [f"{place(path)}: {problem}" for path in lock_files() for problem in problems_in(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://mirror.example/simple",
        "--find-links /srv/wheels",
        "click @ file:///srv/wheels/click.whl",
        "click==8.0",
        "click==8.0 \\\nduckdb==2.0 \\\n    --hash=sha256:0",
    ],
)
def test_an_address_or_a_missing_hash_is_noticed(text: str) -> None:
    assert list(lock_problems(text))


def test_a_hashed_pin_is_welcome() -> None:
    assert list(lock_problems("click==8.0 \\\n    --hash=sha256:0 \\\n    --hash=sha256:1")) == []


@pytest.mark.parametrize(
    "package",
    [
        '{"version": "4.0.0", "resolved": "somewhere", "integrity": "sha512-A"}',
        '{"version": "git+ssh://host.example/axe.git", "integrity": "sha512-A"}',
        '{"version": "4.0.0", "dependencies": {"other": "file:../other"}, "integrity": "sha512-A"}',
        '{"version": "4.0.0"}',
    ],
)
def test_a_package_of_npm_with_an_address_or_without_hash_is_noticed(package: str) -> None:
    assert list(npm_lock_problems(f'{{"packages": {{"": {{}}, "node_modules/axe": {package}}}}}'))


def test_a_hashed_package_of_npm_is_welcome() -> None:
    package = '{"version": "4.0.0", "integrity": "sha512-/a/b+/c", "dependencies": {"other": "^1.0.0"}}'
    assert list(npm_lock_problems(f'{{"packages": {{"": {{}}, "node_modules/axe": {package}}}}}')) == []
