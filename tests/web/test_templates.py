"""Templates, stylesheet and fonts: what can be read off them without a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Instance, configured
from tests.house.places import SOURCE, place, project_files

STATIC = SOURCE / "web" / "static" / "lontar"
TEMPLATES = [path for path in project_files() if SOURCE in path.parents and "templates" in path.parts]
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
# What a strict content security policy forbids, and what would load something from elsewhere.
_FORBIDDEN = {
    "a script of the page": r"<script(?![^>]*\bsrc=)",
    "a style of the page": r"<style|\bstyle=",
    "a handler of the page": r"\bon(?:click|load|submit|change|error)=",
    "an address elsewhere": r"""(?:href|src|action)=["']?(?:https?:)?//""",
}
_SIDE = "(?:left|right|top|bottom)"
_PHYSICAL = re.compile(
    rf"(?<![-\w])(?:(?:margin|padding|border)-{_SIDE}|{_SIDE}\s*:|text-align\s*:\s*{_SIDE}|float\s*:)"
)


@pytest.fixture(scope="module", autouse=True)
def _django(instance: Instance) -> None:
    configured(instance)


def forbidden(text: str) -> Iterator[str]:
    """The kinds of forbidden thing that a template holds."""
    return (kind for kind, pattern in _FORBIDDEN.items() if re.search(pattern, text))


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_every_template_is_well_formed(path: Path) -> None:
    from django.template.loader import get_template

    inside = path.parts[len(path.parts) - path.parts[::-1].index("templates") :]
    assert Path(get_template("/".join(inside)).origin.name) == path


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_no_page_needs_what_the_policy_of_content_forbids(path: Path) -> None:
    assert list(forbidden(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        '<p style="color: red">',
        '<a onclick="x()">',
        '<img src="https://elsewhere.example/x.png">',
    ],
)
def test_what_is_forbidden_is_noticed(text: str) -> None:
    assert list(forbidden(text))


def test_the_stylesheet_knows_no_left_and_right() -> None:
    css = (STATIC / "lontar.css").read_text("utf-8")
    assert _PHYSICAL.findall(css) == []
    assert _PHYSICAL.findall("a { margin-left: 1px }")


def test_the_stylesheet_loads_what_is_there_and_nothing_else() -> None:
    css = (STATIC / "lontar.css").read_text("utf-8")
    named = set(re.findall(r'url\("([^"]+)"\)', css))
    assert named == {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")}
    assert "@import" not in css


def test_what_every_page_loads_is_light() -> None:
    latin = ("noto-sans-latin-400.woff2", "noto-sans-latin-600.woff2")
    sizes = [(STATIC / "fonts" / name).stat().st_size for name in latin]
    assert (STATIC / "lontar.css").stat().st_size < 20_000
    assert sum(sizes) < 30_000


def test_every_font_has_its_licence_and_its_source() -> None:
    said = (STATIC / "fonts" / "SOURCE.txt").read_text("utf-8")
    families = {
        path.name.split("-latin")[0].split("-arabic")[0] for path in (STATIC / "fonts").glob("*.woff2")
    }
    assert families == {"noto-sans", "vazirmatn"}
    for family in families:
        licence = STATIC / "fonts" / f"{family.upper()}-LICENSE.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text("utf-8")
        assert f"{family}-*.woff2" in said
