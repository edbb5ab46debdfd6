"""What several files of these tests compare with, made once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.harmonise.cases import cases, harmonise_case


@pytest.fixture(scope="session")
def case_output(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Case of the language that is not refused -> the folder of what it becomes, beside its files; each is harmonised once."""
    known = dict(cases())

    @cache
    def run(name: str) -> Path:
        folder = tmp_path_factory.mktemp("case")
        harmonise_case(known[name], folder)
        return folder / "out"

    return run
