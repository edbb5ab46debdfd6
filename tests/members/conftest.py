"""What tests of signing in have at hand."""

from collections.abc import Iterator

import pytest

from tests.databases import Instance
from tests.portal import PASSWORD, Portal, portal_of


@pytest.fixture(scope="module")
def one_portal(instance: Instance) -> Iterator[Portal]:
    with portal_of(instance) as portal:
        yield portal


@pytest.fixture
def portal(one_portal: Portal) -> Portal:
    """The portal, where nobody has signed in yet."""
    one_portal.begin_anew()
    return one_portal


@pytest.fixture
def slow(portal: Portal) -> Iterator[Portal]:
    """The same, with passwords hashed as slowly as the portal does."""
    from django.contrib.auth.hashers import make_password
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"]):
        portal.sql("update members_person set password = %s", make_password(PASSWORD))
        yield portal


@pytest.fixture
def real(portal: Portal) -> Iterator[Portal]:
    """The same, where a second factor is asked as on a real instance."""
    from django.test import override_settings

    with override_settings(IS_REAL=True):
        yield portal
