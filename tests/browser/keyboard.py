"""A page by keyboard alone: in which order the Tab key goes through it, and whether one sees where one is."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.browser.worlds import OwnWorld

_LIST = """
() => {
  const look = (element) => {
    const style = getComputedStyle(element)
    const outline = style.outlineStyle === "none" || style.outlineWidth === "0px" ? "" : style.outline
    const border = parseFloat(style.borderWidth) ? style.borderColor + style.borderWidth : ""
    return [outline, border, style.boxShadow, style.backgroundColor].join(";")
  }
  const marks = (element) => [element, element.labels?.[0], element.closest("label, summary, li")].filter(Boolean).map(look).join("|")
  const candidates = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]"
  const stops = [...document.querySelectorAll(candidates)].filter((element) =>
    element.tabIndex >= 0 && !element.matches(":disabled, [type=hidden]") && element.checkVisibility({visibilityProperty: true}))
  globalThis.stops = stops
  globalThis.marks = marks
  globalThis.before = stops.map(marks)
  const group = (element) => element.type === "radio" ? `radio ${element.name}` : ""
  return stops.map((element) => [element.cloneNode(false).outerHTML, group(element)])
}
"""
_AT = """
() => {
  const element = document.activeElement
  if (!element || element === document.body || element === document.documentElement) return [-1, true, true, ""]
  const number = stops.indexOf(element)
  const box = element.getBoundingClientRect()
  const isOnScreen = box.width >= 1 && box.height >= 1 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]]
    .map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y))
  const isUncovered = points.some((one) => one && (one === element || element.contains(one) || one.contains(element)
    || [...(element.labels ?? [])].some((label) => label.contains(one))))
  return [number, number < 0 || marks(element) !== before[number], isOnScreen && isUncovered, element.cloneNode(false).outerHTML]
}
"""
_SKIPS = """
(html) => {
  const link = stops.find((element) => element.cloneNode(false).outerHTML === html)
  const target = link?.hash && document.getElementById(link.hash.slice(1))
  return Boolean(target && (target.matches("main") || target.closest("main") || target.querySelector("h1")))
}
"""
FURTHER_STOPS = 12
"""Presses of Tab beyond the number of stops: a date has three stops of its own."""


@dataclass
class Walk:
    """What was met on the way through a page with the Tab key: the elements as HTML, in order, and those that were never reached."""

    met: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    skips_first: bool = False

    @property
    def faults(self) -> list[str]:
        """One sentence for each thing that a person without a mouse would miss."""
        first = (
            []
            if self.skips_first
            else [f"the first stop is no link to what the page is about: {self.met[:1]}"]
        )
        return [
            *first,
            *(f"the Tab key never reaches {one}" for one in self.unreached),
            *(f"one does not see the focus on {one}" for one in self.unmarked),
            *(f"off the screen or covered while it has the focus: {one}" for one in self.unseen),
        ]


def walk(page: Page, world: OwnWorld) -> Walk:
    """Go through the page with the Tab key, from its start to its end. Nothing in it may have the focus yet."""
    stops: list[tuple[str, str]] = [tuple(stop) for stop in world.call(_LIST)]
    found, reached, last = Walk(), set(), None
    for _ in range(len(stops) + FURTHER_STOPS):
        page.keyboard.press("Tab")
        number, is_marked, is_seen, html = world.call(_AT)
        if number < 0 and not html:
            break
        if html and (number, html) == last:
            continue
        last = (number, html)
        if number in reached:
            break
        reached.add(number)
        found.met.append(html)
        found.unmarked += [] if is_marked else [html]
        found.unseen += [] if is_seen else [html]
    groups = {stops[number][1] for number in reached if number >= 0} - {""}
    found.unreached = [
        html for number, (html, group) in enumerate(stops) if number not in reached and group not in groups
    ]
    found.skips_first = bool(found.met) and world.call(_SKIPS, found.met[0])
    return found


def by_keyboard(page: Page) -> None:
    """Fail where the page cannot be used by keyboard: no skip link first, a stop never reached, or a focus that nobody sees."""
    world = OwnWorld(page)
    found = walk(page, world).faults
    world.close()
    assert not found, "\n".join(found)
