from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Instance, served
from tests.warehouse.scenes import Region


@pytest.fixture
def region(instance: Instance, tmp_path: Path) -> Iterator[Region]:
    with instance.copied() as copy, served(copy):
        yield Region(copy, tmp_path / "store")
