"""What tests of signing in have at hand."""

from collections.abc import Iterator

import pytest

from tests.databases import Instance, served
from tests.members.providers import Provider, enter, running_provider
from tests.members.scenes import People
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


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def second() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def entered(portal: Portal, provider: Provider) -> Portal:
    enter(portal, provider, "xa-login", "XA")
    return portal


@pytest.fixture
def people(instance: Instance) -> Iterator[People]:
    """The people of two participants and an island, in a database of their own."""
    with instance.copied() as copy, served(copy):
        yield People(copy)
