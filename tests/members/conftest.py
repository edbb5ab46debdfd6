"""What tests of signing in have at hand."""

from collections.abc import Iterator

import pytest

from tests.databases import Instance
from tests.portal import Portal, portal_of


@pytest.fixture
def portal(instance: Instance) -> Iterator[Portal]:
    with portal_of(instance) as portal:
        yield portal


@pytest.fixture
def slow(instance: Instance) -> Iterator[Portal]:
    """The same, with passwords hashed as slowly as the portal does."""
    with portal_of(instance, "django.contrib.auth.hashers.ScryptPasswordHasher") as portal:
        yield portal


@pytest.fixture
def real(portal: Portal) -> Iterator[Portal]:
    """The same, where a second factor is asked as on a real instance."""
    from django.test import override_settings

    with override_settings(IS_REAL=True):
        yield portal
