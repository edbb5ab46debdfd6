"""What judges a page can refuse one: accessibility, width, direction, keyboard; and the judges agree to a page without fault."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import axe
from tests.browser.exhibits import SOUND, Exhibition
from tests.browser.keyboard import by_keyboard
from tests.browser.layout import fits, is_right_to_left
from tests.browser.visiting import NARROW, States, Visits

WIDE_TABLE = "<table><tbody><tr>" + "<td>0123456789</td>" * 12 + "</tr></tbody></table>"
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/looks.css">'


@pytest.fixture
def visits(browser: Browser, exhibition: Exhibition) -> Iterator[Visits]:
    made = Visits(browser, exhibition, States())
    yield made
    assert made.faults() == []
    made.close()


@pytest.fixture
def narrow(visits: Visits) -> Page:
    return visits(width=NARROW)


def test_a_sound_page_is_agreed_to(narrow: Page, exhibition: Exhibition) -> None:
    narrow.goto(exhibition.show(SOUND, head=VIEWPORT))
    axe(narrow)
    fits(narrow)
    by_keyboard(narrow)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('<main id="main"><h1>One</h1><img src="/looks.css"></main>', "image-alt"),
        ('<main id="main"><h1>One</h1><input name="nameless"></main>', "label"),
        ('<main id="main"><h1>One</h1><p class="pale">pale</p></main>', "color-contrast"),
        ('<main id="main"><h1>One</h1></main><p>outside</p>', "region"),
        ('<main id="main"><h1>One</h1><button class="tiny">a</button><button class="tiny">b</button></main>', "target-size"),
    ],
)  # fmt: skip
def test_a_barrier_is_told_with_rule_and_element(
    visits: Visits, exhibition: Exhibition, wrong: str, rule: str
) -> None:
    exhibition.serve(
        "/pale.css", "text/css",
        ".pale { color: #ccc; background: #fff } .tiny { display: block; width: 9px; height: 9px; padding: 0; margin: 0 }",
    )  # fmt: skip
    page = visits()
    page.goto(exhibition.show(wrong, head='<link rel="stylesheet" href="/pale.css">'))
    with pytest.raises(AssertionError, match=rf"{rule} \(.+\): <\w+"):
        axe(page)


def test_what_reaches_beyond_a_narrow_screen_is_told(narrow: Page, exhibition: Exhibition) -> None:
    narrow.goto(exhibition.show(SOUND + WIDE_TABLE, head=VIEWPORT))
    with pytest.raises(AssertionError, match="<table"):
        fits(narrow)


def test_what_reaches_beyond_to_the_left_is_told(narrow: Page, exhibition: Exhibition) -> None:
    narrow.goto(exhibition.show(SOUND + WIDE_TABLE, head=VIEWPORT, root='lang="fa" dir="rtl"'))
    with pytest.raises(AssertionError, match="<table"):
        fits(narrow)


def test_what_scrolls_in_its_own_box_fits(narrow: Page, exhibition: Exhibition) -> None:
    exhibition.serve("/box.css", "text/css", ".box { overflow-x: auto; max-width: 100% }")
    head = VIEWPORT + '<link rel="stylesheet" href="/box.css">'
    narrow.goto(exhibition.show(f'{SOUND}<div class="box">{WIDE_TABLE}</div>', head=head))
    fits(narrow)


@pytest.mark.parametrize(
    ("root", "looks", "is_right"),
    [
        ('lang="fa" dir="rtl"', "", True),
        ('lang="fa"', "", False),
        ('lang="fa" dir="ltr"', "", False),
        ('lang="fa" dir="rtl"', "h1 { direction: ltr }", False),
        ('lang="fa"', "html { direction: rtl }", False),
    ],
)
def test_the_direction_is_judged(
    narrow: Page, exhibition: Exhibition, root: str, looks: str, is_right: bool
) -> None:
    exhibition.serve("/direction.css", "text/css", looks)
    narrow.goto(exhibition.show(SOUND, root=root, head='<link rel="stylesheet" href="/direction.css">'))
    if is_right:
        is_right_to_left(narrow)
    else:
        with pytest.raises(AssertionError, match="fa"):
            is_right_to_left(narrow)


@pytest.mark.parametrize(
    ("body", "looks", "sentence"),
    [
        (SOUND.replace('class="skip"', 'class="skip" tabindex="-1"'), "", "the first stop is no link"),
        (SOUND.replace("#main", "#nowhere"), "", "the first stop is no link"),
        (SOUND, ".skip:focus { left: -999px }", "off the screen or covered"),
        (SOUND, "button:focus-visible { outline: none }", "one does not see the focus on <button"),
        (SOUND, "a:focus-visible { outline: 0 solid red; color: gray }", "one does not see the focus on <a"),
        (SOUND + '<div class="veil"></div>', ".veil { position: fixed; inset: 0; background: #fff }", "off the screen or covered"),
        (SOUND + '<script src="/trap.js"></script>', "", "the Tab key never reaches <button"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_for_the_keyboard_is_told(
    visits: Visits, exhibition: Exhibition, body: str, looks: str, sentence: str
) -> None:
    exhibition.serve("/worse.css", "text/css", looks)
    trap = (
        "document.querySelector('[name=name]').addEventListener('keydown', (event) => event.preventDefault())"
    )
    exhibition.serve("/trap.js", "text/javascript", trap)
    page = visits()
    page.goto(exhibition.show(body, head=VIEWPORT + '<link rel="stylesheet" href="/worse.css">'))
    with pytest.raises(AssertionError, match=sentence):
        by_keyboard(page)
