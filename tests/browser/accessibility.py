"""Accessibility as axe-core judges it: WCAG 2.2 at A and AA, and its best practice."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.worlds import OwnWorld

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """
async (tags) => {
  const found = await axe.run(document, {
    preload: false, resultTypes: ["violations"], runOnly: {type: "tag", values: tags}, rules: {"target-size": {enabled: true}},
  })
  return found.violations.map((one) => [one.id, one.help, one.nodes.map((node) => [node.html, node.failureSummary])])
}
"""


@cache
def _program() -> str:
    return AXE.read_text("utf-8")


def barriers(world: OwnWorld) -> list[str]:
    """What keeps people out of the document, one sentence for each rule and element. axe is loaded into the world where it is not."""
    if not world.call("() => typeof axe === 'object'"):
        world.load(_program())
    found: list[Any] = world.call(_RUN, TAGS)
    return [
        f"{rule} ({said}): {html} {' '.join(why.split())}"
        for rule, said, nodes in found
        for html, why in nodes
    ]


def axe(page: Page) -> None:
    """Fail with each rule that the page breaks, and the element that breaks it. Needs JavaScript in the page."""
    world = OwnWorld(page)
    found = barriers(world)
    world.close()
    assert not found, "\n".join(found)
