"""What is read of things: by a token made in the page, on the page that says why, and by an administrator, who reads nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
from playwright.sync_api import Page, expect

from tests.browser.deeds import (
    SIGNING_IN,
    alike,
    follow,
    give_password,
    newcomer,
    press,
    put_reading,
    put_things,
    says,
)
from tests.browser.portal import Portal
from tests.browser.visiting import Visits
from tests.inhabitants import Person, person

ABSENT = "00000000-0000-4000-8000-000000000000"
CANARY, NUMBER = "yellowhammer", 7919
_MONTHS = count(1)
_OF_THE_MOMENT = {"date"}


class Answer(NamedTuple):
    """What a program is answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def fetch(portal: Portal, path: str, token: str = "") -> Answer:
    """Ask as a program does, with a token."""
    asked = Request(portal.at(path), headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urlopen(asked, timeout=20) as told:
            return _answer(told.status, told.headers, told.read())
    except HTTPError as told:
        with told:
            return _answer(told.code, told.headers, told.read())


def _answer(status: int, headers: object, body: bytes) -> Answer:
    told = sorted((name.lower(), value) for name, value in headers.items())  # type: ignore[attr-defined]
    return Answer(status, tuple(one for one in told if one[0] not in _OF_THE_MOMENT), body)


def make_token(page: Page, name: str, grain: str) -> str:
    """Make a token for returns in the page, and give what is shown of it."""
    follow(page, "Your account")
    follow(page, "Manage tokens")
    page.get_by_label("Name").fill(name)
    page.locator("[name=topics][value=returns]").check()
    page.get_by_label(grain, exact=True).check()
    press(page, "Make the token")
    expect(page.locator("h1")).to_have_text("The token was made")
    return page.locator(".secret").inner_text()


# ---------------------------------------------------------------- tokens


def test_a_token_is_shown_once_reads_what_it_may_and_dies_with_its_person(
    visit: Visits, portal: Portal
) -> None:
    them = newcomer(portal, "Tova Token", {"XB": ("data_officer",)})
    plain, red, strict, other = put_things(
        portal, {}, {"mark": "RED", "named": frozenset({them.id})}, {"mark": "AMBER+STRICT"}, {"topic": "asylum"},
    )  # fmt: skip
    page = visit()
    give_password(page, them.email)
    token, coarse = make_token(page, "Monthly figures", "Figures"), make_token(page, "Totals", "Totals")
    follow(page, "Access tokens")
    says(page, "Monthly figures")
    assert token not in page.content()

    read = fetch(portal, f"/api/things/{plain}", token)
    assert read.status == 200
    assert msgspec.json.decode(read.body)["thing"]["owner"] == "XB"
    nothing = fetch(portal, f"/api/things/{ABSENT}", token)
    assert nothing.status == 404
    kept = {
        "red": fetch(portal, f"/api/things/{red}", token), "strict": fetch(portal, f"/api/things/{strict}", token),
        "another topic": fetch(portal, f"/api/things/{other}", token), "finer": fetch(portal, f"/api/things/{plain}?grain=trace", token),
        "figures by totals": fetch(portal, f"/api/things/{plain}", coarse), "nobody": fetch(portal, f"/api/things/{plain}"),
    }  # fmt: skip
    assert {name: answer for name, answer in kept.items() if answer != nothing} == {}
    assert fetch(portal, f"/api/things/{plain}?grain=total", coarse).status == 200
    for thing in (plain, red, strict, other):
        page.goto(f"/why/{thing}/")
        says(page, "SH-01")

    admin = newcomer(portal, "Alma Ends", {"XB": ("administrator",)}, ())
    other_page = visit()
    give_password(other_page, admin.email)
    follow(other_page, "Administration")
    follow(other_page, "Tova Token")
    other_page.locator("summary", has_text="Suspend").click()
    press(other_page, "Suspend this person")
    gone = {fetch(portal, f"/api/things/{one}", token) for one in (plain, red, ABSENT)}
    assert gone == {fetch(portal, f"/api/things/{plain}", "lontar_never")}
    assert {answer.status for answer in gone} == {401}


# ---------------------------------------------------------------- why


def test_the_page_says_by_which_rule_one_reads(visit: Visits, portal: Portal) -> None:
    them = newcomer(portal, "Rosa Reads", {"XB": ("data_officer",)})
    own, shared, theirs, red = put_things(
        portal, {}, {"owner": "XC", "shared_with": frozenset({"XB"})}, {"owner": "XC"}, {"mark": "RED"}
    )  # fmt: skip
    page = visit()
    give_password(page, them.email)
    page.goto(f"/why/{own}/")
    says(page, "SH-01 One's own")
    says(page, "Your own participant wrote it.")
    page.goto(f"/why/{shared}/")
    says(page, "SH-02 Shared by name")
    says(page, "The owner sees that your participant read this")
    absent = _page(page, ABSENT)
    assert _page(page, theirs) == _page(page, red) == absent
    assert absent[0] == 404


def test_a_token_opens_no_page(visit: Visits, portal: Portal) -> None:
    them = newcomer(portal, "Tom Tries", {"XB": ("data_officer",)})
    (own,) = put_things(portal, {})
    page = visit()
    give_password(page, them.email)
    token = make_token(page, "Too far", "Figures")
    for path in (f"/why/{own}/", "/", "/account/", "/account/tokens/"):
        body = fetch(portal, path, token).body.decode()
        assert "Tom Tries" not in body, path
        assert "SH-01" not in body, path


def _page(page: Page, thing: str) -> tuple[int, str]:
    """What is answered where it is asked why one sees a thing, without what differs by itself."""
    answer = page.goto(f"/why/{thing}/")
    assert answer is not None
    return answer.status, alike(answer.text(), thing)


# ---------------------------------------------------------------- administrators


def canaries(portal: Portal, admin: Person) -> list[str]:
    """Things of XD that whoever finds them can tell: of a topic, a year, and readers that nothing else has."""
    them = {
        "owner": "XD",
        "topic": f"{CANARY}_{NUMBER}",
        "start": f"{NUMBER}-01-01",
        "end": f"{NUMBER}-{next(_MONTHS):02}-01",
    }
    put_reading(portal, "XD", f"{CANARY}_{NUMBER}", date(2026, 1, 5))
    elsewhere = {**them, "owner": "XB", "owner_group": frozenset({"XB"})}
    return put_things(
        portal, them, {**them, "mark": "GREEN"}, {**them, "mark": "RED", "named": frozenset({admin.id})},
        {**them, "shared_with": frozenset({CANARY, "XD"})}, {**elsewhere, "shared_with": frozenset({"XD"})},
        {**elsewhere, "mark": "RED", "named": frozenset({admin.id})},
    )  # fmt: skip


def walked(page: Page, *starts: str) -> Iterator[tuple[str, str]]:
    """Every page and file that links lead to from these, each with its source; of the catalogue, which is alike for all, one of a kind."""
    waiting, seen = list(starts), {_kind(start) for start in starts}
    while waiting:
        path = waiting.pop(0)
        source = page.request.get(path).text()
        yield path, source
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', source):
            if _kind(link) not in seen:
                seen.add(_kind(link))
                waiting.append(html.unescape(link))


def _kind(link: str) -> object:
    parts = link.partition("?")[0].split("/")
    return (*parts[1:3], len(parts), link.endswith(".csv")) if parts[1] == "catalogue" else link


def tells(source: str) -> bool:
    """Whether a page tells of the canaries; ids and what changes from page to page are no numbers."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|localhost:\d+", "", alike(source))
    return CANARY in text or re.search(rf"(?<![0-9A-Za-z]){NUMBER}(?![0-9A-Za-z])", text) is not None


def test_an_administrator_reads_nothing(visit: Visits, portal: Portal) -> None:
    admin = newcomer(portal, "Nadia Nothing", {"XD": ("administrator",)})
    things = canaries(portal, admin)
    page = visit()
    give_password(page, admin.email)
    absent = _page(page, ABSENT)
    assert absent[0] == 404
    for thing in things:
        assert _page(page, thing) == absent
    sources = dict(walked(page, "/", "/readers/", "/account/tokens/", "/account/acting-for/"))
    assert {"/administration/", "/administration/invite/", "/account/", "/account/sessions/"} <= set(sources)
    assert sum("/administration/people/" in path for path in sources) >= 5
    assert [path for path, source in sources.items() if tells(source)] == []


def test_the_same_walk_finds_what_others_may_read(visit: Visits, portal: Portal) -> None:
    them = newcomer(portal, "Ines Inside", {"XD": ("data_officer", "auditor", "focal_point")})
    thing = canaries(portal, person("admin.xd"))[0]
    page = visit()
    give_password(page, them.email)
    sources = dict(walked(page, "/", f"/why/{thing}/"))
    assert {"/readers/", f"/why/{thing}/"} <= {path for path, source in sources.items() if tells(source)}


def test_nobody_who_is_not_signed_in_is_told_why(visit: Visits, portal: Portal) -> None:
    (own,) = put_things(portal, {})
    page = visit()
    for thing in (own, ABSENT):
        page.goto(f"/why/{thing}/")
        expect(page).to_have_url(SIGNING_IN)
