"""What people do in the portal by clicking and typing, and what the tests do behind it: prepare, wait, and read the journal."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from lontar.model.policy.facts import Thing
from tests.browser.portal import Portal
from tests.browser.visiting import PATIENCE
from tests.browser.worlds import OwnWorld
from tests.estates import apart
from tests.inhabitants import PASSWORD, Person, agency_of, settle
from tests.things.worlds import World

SIGNING_IN = re.compile(r"/account/login/")
HELD, ASKED_AGAIN = re.compile(r"/account/2fa/$"), re.compile(r"/account/reauthenticate/")
SECOND_STEP = re.compile(r"/account/2fa/authenticate/")
_START, _END, _EXPIRES = "2020-01-01", date(2020, 3, 31), datetime(2200, 1, 1, tzinfo=UTC)
_MOMENTS = count()
expect.set_options(PATIENCE)
_CHANGING = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+')

# ---------------------------------------------------------------- clicking and typing


def press(page: Page, button: str) -> None:
    """Press the button that says this, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=_called(button)).click()


def follow(page: Page, link: str) -> None:
    """Follow the link that says this, wherever it leads."""
    with page.expect_navigation():
        page.get_by_role("link", name=_called(link)).first.click()


def _called(name: str) -> re.Pattern[str]:
    """A name as the browser tells it, which may begin with a sign, and sets apart what is there for those who do not see."""
    return re.compile(rf"^\W*{re.escape(name)}\s*$".replace(":", r"\s*:"))


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """Go from the first page to signing in, and give address and password there; whatever comes of it."""
    page.goto("/")
    follow(page, "Sign in")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    press(page, "Sign in")


def give_code(page: Page, code: str) -> None:
    """Give a code where the second step asks for one; whatever comes of it."""
    expect(page).to_have_url(SECOND_STEP)
    page.locator("input[name=code]").fill(code)
    press(page, "Sign in")


def confirm(page: Page) -> None:
    """Say once more who one is, with the password, where the page asks for it."""
    expect(page).to_have_url(ASKED_AGAIN)
    page.locator("input[name=password]").fill(PASSWORD)
    press(page, "Confirm")


def sign_out(page: Page) -> None:
    """Sign out by the button that every page has."""
    press(page, "Sign out")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def is_in(page: Page, name: str) -> None:
    """See that the page is for somebody of this name."""
    expect(page.locator(".who")).to_contain_text(name)


def says(page: Page, sentence: str) -> None:
    """See that the page says this."""
    expect(page.locator("main")).to_contain_text(sentence)


def must_sign_in(page: Page, link: str = "Your account") -> None:
    """See that the next click leads to signing in."""
    follow(page, link)
    expect(page).to_have_url(SIGNING_IN)


def fetched(page: Page, path: str, **how: Any) -> dict[str, Any]:
    """What the page's own browser is answered, following where it is sent: `url`, `status` and `text`."""
    world = OwnWorld(page)
    try:
        asked = "async (path, how) => { const a = await fetch(path, how); return {url: a.url, status: a.status, text: await a.text()} }"
        told: dict[str, Any] = world.call(asked, path, how)
        return told
    finally:
        world.close()


def alike(text: str, *ids: str) -> str:
    """A page without what differs from one answer to the next, and without these ids."""
    for one in ids:
        text = text.replace(one, "-")
    return _CHANGING.sub("", text)


# ---------------------------------------------------------------- behind the pages


def newcomer(
    portal: Portal, name: str, roles: Mapping[str, Iterable[str]], functions: Iterable[str] = ("statistics",)
) -> Person:
    """Somebody new of this name, with roles and in agencies, who has an account."""
    them = str(uuid.uuid4())
    person = Person(them, f"{them}@lontar.example")
    with portal.copy.owner() as owner:
        settle(owner.cursor(), person, roles, functions, name=name)
    return person


def put_things(portal: Portal, *facts: Mapping[str, Any]) -> list[str]:
    """Let things be there under these terms, of a period that no others have, and give their ids."""
    things = {}
    moment = timedelta(seconds=next(_MOMENTS))
    for some in facts:
        owner = some.get("owner", "XB")
        told = {
            "owner": owner, "agency": str(agency_of(owner, "statistics")), "topic": "returns",
            "start": _START, "end": str(_END + moment * 86400),
            "expires": _EXPIRES + moment, "mark": "AMBER", "owner_group": frozenset({owner}), **some,
        }  # fmt: skip
        things[str(uuid.uuid4())] = Thing(**told)
    with portal.copy.owner() as owned, owned.transaction():
        World(things=things)._write_things(owned)
    return list(things)


def put_reading(portal: Portal, owner: str, topic: str, day: date) -> None:
    """Let the office have read a topic of an owner on a day, long enough ago for the owner to be told."""
    portal.asked(
        "insert into journal_reading (id, owner, reader, day, topic, rule, told)"
        " values (gen_random_uuid(), %s, 'RSO', %s, %s, 'SH-02', %s)",
        owner, day, topic, day,
    )  # fmt: skip


def acts(portal: Portal, participant: str, thing: str) -> list[str]:
    """The acts on somebody or something that the journal of a participant holds, the oldest first."""
    rows = portal.asked(
        "select c.body from journal_content c join journal_entry e on e.id = c.entry where e.chain = %s order by e.number", participant
    )  # fmt: skip
    told = [msgspec.json.decode(row[0]) for row in rows]
    return [one["act"] for one in told if one.get("thing") == thing]


def age(portal: Portal, page: Page, change: Callable[[Any], None]) -> None:
    """Change what the session behind a page remembers, instead of waiting."""
    (key,) = (cookie["value"] for cookie in page.context.cookies() if cookie.get("name") == "lontar")

    def do() -> None:
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore(key)
        assert session.get("opened"), "there is no such session"
        change(session)
        session.save(must_create=False)

    apart(portal.copy, do)
