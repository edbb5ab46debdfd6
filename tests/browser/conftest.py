"""What tests of pages have: real portals, a real browser, and visits that fail for whatever went wrong behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.certificates import Certificate, make_certificate
from tests.browser.chromium import launched
from tests.browser.exhibits import Exhibition, exhibiting
from tests.browser.letters import Postbox, taking
from tests.browser.portal import Portal, serving
from tests.browser.visiting import States, Visits
from tests.databases import Copy, Instance, configured, made_instance
from tests.inhabitants import fill


@pytest.fixture(scope="session")
def postbox() -> Iterator[Postbox]:
    """Where the letters of all portals arrive."""
    with taking() as made:
        yield made


@pytest.fixture(scope="session")
def portal(
    instance: Instance, postbox: Postbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal of a demonstration with its people, for the whole run: to read, or to change with newcomers of its own."""
    configured(instance)
    with instance.copied() as copy:
        _fill(copy)
        with serving(copy, tmp_path_factory.mktemp("portal") / "log", postbox) as made:
            yield made


@pytest.fixture
def fresh_portal(instance: Instance, postbox: Postbox, tmp_path: Path) -> Iterator[Portal]:
    """A portal for one test alone, with a copy of the database of its own; takes seconds."""
    configured(instance)
    with instance.copied() as copy:
        _fill(copy)
        with serving(copy, tmp_path / "log", postbox) as made:
            yield made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What a real instance on this machine shows, and the browser trusts."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def real_portal(
    certificate: Certificate, postbox: Postbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:  # fmt: skip
    """A portal of a real instance, by TLS, with nobody in it: newcomers come in (`newcomer`), and second factors are compulsory."""
    folder = tmp_path_factory.mktemp("real")
    with (
        made_instance(folder / "home", "real") as made,
        made.copied() as copy,
        serving(copy, folder / "log", postbox, certificate) as portal,
    ):
        yield portal


@pytest.fixture(scope="session")
def states() -> States:
    """The cookies of those who signed in once for all readers."""
    return States()


@pytest.fixture(scope="module")
def browser(certificate: Certificate) -> Iterator[Browser]:
    """Chromium, for one file of tests: while it runs, Django's tables cannot be used in this process."""
    with launched(certificate.fingerprint) as made:
        yield made


@pytest.fixture
def visit(browser: Browser, portal: Portal, states: States) -> Iterator[Visits]:
    """Opens pages: `visit(width=320, language="fa", email="admin.xa@lontar.example")`. Fails in the end for what went wrong behind them."""
    visits = Visits(browser, portal, states)
    yield visits
    faults = visits.faults()
    visits.close()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module")
def exhibition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    """Pages made up by a test, to see what judges them."""
    with exhibiting(tmp_path_factory.mktemp("exhibits") / "log") as made:
        yield made


@pytest.fixture
def page(visit: Visits) -> Page:
    """A wide page in English, as nobody."""
    return visit()


def _fill(copy: Copy) -> None:
    with copy.owner() as owner:
        fill(owner.cursor())
