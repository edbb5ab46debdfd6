"""What goes wrong behind a page is noticed: one exhibit for each fault, and one in which there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.exhibits import SOUND, Exhibition, exhibiting
from tests.browser.visiting import States, Visits

INLINE = "<script>document.title = 'mine'</script>"


@pytest.fixture
def visits(browser: Browser, exhibition: Exhibition) -> Iterator[Visits]:
    """Visits whose faults the test itself judges."""
    made = Visits(browser, exhibition, States())
    yield made
    made.close()


def faults(visits: Visits, path: str, *, scripts: bool = True) -> list[str]:
    visits(scripts=scripts).goto(path)
    return visits.faults()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sound_page_has_no_fault(visits: Visits, exhibition: Exhibition, scripts: bool) -> None:
    assert faults(visits, exhibition.show(SOUND), scripts=scripts) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_an_inline_style_is_noticed(visits: Visits, exhibition: Exhibition, scripts: bool) -> None:
    found = faults(visits, exhibition.show(SOUND + '<p style="color: red">red</p>'), scripts=scripts)
    assert "Content Security Policy" in found[0]


def test_an_inline_script_is_noticed_and_did_not_run(visits: Visits, exhibition: Exhibition) -> None:
    page = visits()
    page.goto(exhibition.show(SOUND + INLINE))
    found = "\n".join(visits.faults())
    assert "violation of script-src-elem: inline" in found
    assert "Executing inline script violates" in found
    assert page.title() == "Exhibit"


def test_a_script_is_noticed_that_writes_markup(visits: Visits, exhibition: Exhibition) -> None:
    exhibition.serve("/writes.js", "text/javascript", "document.querySelector('p').innerHTML = '<b>bold</b>'")
    found = faults(visits, exhibition.show(SOUND + '<script src="/writes.js"></script>'))
    assert any("violation of require-trusted-types-for" in fault for fault in found)


def test_an_error_of_a_script_is_noticed(visits: Visits, exhibition: Exhibition) -> None:
    exhibition.serve("/throws.js", "text/javascript", "throw new Error('a slip')")
    found = faults(visits, exhibition.show(SOUND + '<script src="/throws.js"></script>'))
    assert any("JavaScript of /: " in fault and "a slip" in fault for fault in found)


def test_what_is_asked_of_others_is_noticed(visits: Visits, exhibition: Exhibition) -> None:
    away = '<img src="http://elsewhere.example/pixel.png" alt="">'
    found = faults(visits, exhibition.show(SOUND + away, policy="default-src 'self'; img-src *"))
    assert any("http://elsewhere.example/pixel.png was asked for" in fault for fault in found)


@pytest.mark.parametrize(("path", "status"), [("/broken/", 500), ("/away/", 503)])
def test_an_answer_of_500_or_more_is_noticed(
    visits: Visits, exhibition: Exhibition, path: str, status: int
) -> None:
    found = faults(visits, exhibition.show(SOUND, path=path, status=status))
    assert any(fault.startswith("GET ") and fault.endswith(f"{path} answered {status}") for fault in found)


def test_an_answer_of_404_is_the_business_of_the_test(visits: Visits, exhibition: Exhibition) -> None:
    assert faults(visits, exhibition.show(SOUND, path="/absent/", status=404)) == []


@pytest.mark.parametrize(
    "part",
    [
        '<img src="/none.png" alt="">',
        '<link rel="stylesheet" href="/none.css">',
        '<script src="/none.js"></script>',
    ],
)
def test_a_part_that_is_not_there_is_noticed(visits: Visits, exhibition: Exhibition, part: str) -> None:
    found = faults(visits, exhibition.show(SOUND, head=part))
    assert len(found) == 1
    assert "/none." in found[0]
    assert "answered 404" in found[0]


def test_what_a_later_page_does_is_noticed_too(visits: Visits, exhibition: Exhibition) -> None:
    exhibition.show(SOUND + INLINE, path="/second/")
    page = visits()
    page.goto(exhibition.show(SOUND + '<a href="/second/" target="_blank">further</a>'))
    with page.context.expect_page() as opened:
        page.get_by_text("further").click()
    opened.value.wait_for_load_state()
    assert any("console of /second/" in fault for fault in visits.faults())


def test_a_guest_is_not_watched(visits: Visits, exhibition: Exhibition, tmp_path: Path) -> None:
    with exhibiting(tmp_path / "log") as guest:
        guest.show(SOUND + INLINE + '<img src="/none.png" alt="">')
        page = visits(guests=[guest.url])
        page.goto(guest.url)
        assert visits.faults() == []


def test_what_a_test_brought_about_is_forgiven_once(visits: Visits, exhibition: Exhibition) -> None:
    page = visits()
    page.goto(exhibition.show(SOUND, path="/broken/", status=500))
    visits.watch_of(page).forgive("answered 500")
    assert visits.faults() == []
    with pytest.raises(AssertionError, match="nothing of 'answered 500'"):
        visits.watch_of(page).forgive("answered 500")


def test_a_log_is_told_where_the_portal_was_at_fault(visits: Visits, exhibition: Exhibition) -> None:
    exhibition.log.write_text("Traceback: because", "utf-8")
    assert faults(visits, exhibition.show(SOUND, path="/broken/", status=500))[-1] == "Traceback: because"
