from collections.abc import Iterator

import pytest

from tests.databases import Instance
from tests.portal import Browser, Portal, portal_of


@pytest.fixture(scope="module")
def portal(instance: Instance) -> Iterator[Portal]:
    with portal_of(instance) as made:
        yield made


@pytest.fixture
def anybody(portal: Portal) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser()
