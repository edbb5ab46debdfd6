"""What every test run has: seeded samples of generated input, or full counts under LONTAR_PROVE=1; and a time budget."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import Instance
from tests.factories import Harmonised, harmonise_family, read_output
from tests.house.budgets import TimeBudgets

PROVING = os.environ.get("LONTAR_PROVE") == "1"

settings.register_profile("sample", max_examples=60, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "prove", max_examples=5000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("prove" if PROVING else "sample")
WHOLE_CALLS = settings(max_examples=1000 if PROVING else 30)
"""For properties of which each example harmonises files, from reading to writing, once or several times."""


def pytest_configure(config: pytest.Config) -> None:
    if not PROVING:
        config.pluginmanager.register(TimeBudgets.from_file(), "time-budgets")


@pytest.fixture(scope="session")
def full_counts() -> bool:
    """Whether this run proves (every case) rather than samples."""
    return PROVING


@pytest.fixture(scope="session")
def family_output(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Mapping -> the folder of what its example files become, to be read only; each family is harmonised once."""
    return cache(lambda mapping: harmonise_family(mapping, tmp_path_factory.mktemp("family") / "out"))


@pytest.fixture(scope="session")
def harmonised(family_output: Callable[[str], Path]) -> Callable[[str], Harmonised]:
    """Mapping -> what its example files become, read back once."""
    return cache(lambda mapping: read_output(family_output(mapping)))


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A real instance with a real PostgreSQL, for the whole run; each test takes a copy of its database."""
    from tests.databases import made_instance

    with made_instance(tmp_path_factory.mktemp("instance") / "home") as made:
        yield made
