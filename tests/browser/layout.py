"""How a page lies on the screen: what reaches beyond its width, and in which direction it is read."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.worlds import OwnWorld

_BEYOND = """
() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const scrolls = (element) => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX)
  const isInside = (element) => {
    for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) if (scrolls(above)) return true
    return false
  }
  const told = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect()
    return box.width > 0 && (box.right > width + 0.5 || box.left < -0.5) && !isInside(element)
  }).map((element) => element.cloneNode(false).outerHTML)
  return told.length ? told : [`the document is ${document.documentElement.scrollWidth} wide`]
}
"""
_DIRECTIONS = """
() => {
  const root = document.documentElement
  const read = [root, document.body, ...document.querySelectorAll("h1, main")].map((one) => getComputedStyle(one).direction)
  return [root.lang, root.dir, ...new Set(read)]
}
"""


def reaches_beyond(world: OwnWorld) -> list[str]:
    """The elements that make the page scroll sideways; what scrolls within its own box does not."""
    found: list[str] = world.call(_BEYOND)
    return found


def is_read(world: OwnWorld) -> tuple[str, str]:
    """The language of the page, and the direction in which it says and shows that it is read ('' where these differ)."""
    language, said, *shown = world.call(_DIRECTIONS)
    return language, said if shown == [said] else ""


def fits(page: Page) -> None:
    """Fail where the page is wider than the screen."""
    world = OwnWorld(page)
    found = reaches_beyond(world)
    world.close()
    assert not found, "\n".join(found)


def is_right_to_left(page: Page) -> None:
    """Fail unless the page is read from right to left, in its markup and on the screen."""
    world = OwnWorld(page)
    found = is_read(world)
    world.close()
    assert found[1] == "rtl", found
