from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Instance, served
from tests.reporting.senders import Senders


@pytest.fixture
def senders(instance: Instance, tmp_path: Path) -> Iterator[Senders]:
    with instance.copied() as copy, served(copy):
        yield Senders(copy, tmp_path)
