"""What the pages of the catalogue say, to everybody alike."""

import gzip
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.portal import OFFICER, Browser, Portal

GLOTIP = "/catalogue/mappings/unodc/glotip/"
PAGES = (
    "/catalogue/", "/catalogue/indicators/irregular_entries/", "/catalogue/codelists/", "/catalogue/codelists/citizenship/",
    "/catalogue/participants/", "/catalogue/participants/XA/", "/catalogue/mappings/", GLOTIP, f"{GLOTIP}glotip_citizenships/",
)  # fmt: skip
ABSENT = (
    "/catalogue/indicators/nothing/", "/catalogue/indicators/Irregular_Entries/", "/catalogue/codelists/nothing/",
    "/catalogue/codelists/nothing.csv", "/catalogue/participants/nobody/", "/catalogue/participants/xa/",
    "/catalogue/mappings/unodc/nothing/", f"{GLOTIP}nothing/", f"{GLOTIP}nothing.csv", f"{GLOTIP}../../us/usbp_sectors/",
    "/catalogue/mappings/us/usbp_monthly/glotip_citizenships/",
)  # fmt: skip


def told(answer: Any) -> str:
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def main_of(answer: Any) -> str:
    """What stands between the header and the footer."""
    return told(answer).partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", PAGES)
def test_everybody_sees_the_same(anybody: Browser, path: str) -> None:
    officer = Browser()
    officer.sign_in(OFFICER)
    assert main_of(officer.get(path)) == main_of(anybody.get(path))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_and_asks_the_database_little(portal: Portal, path: str) -> None:
    officer = Browser()
    officer.sign_in(OFFICER)
    with (
        CaptureQueriesContext(connections["default"]) as of_web,
        CaptureQueriesContext(connections["gate"]) as of_gate,
    ):
        page = told(officer.get(path))
    assert len(of_web) + len(of_gate) <= 12
    assert len(gzip.compress(page.encode())) < 100_000


@pytest.mark.parametrize("path", PAGES)
def test_no_page_tells_where_the_catalogue_lies(anybody: Browser, path: str) -> None:
    from lontar.catalogue import default_root

    page = told(anybody.get(path))
    assert str(default_root().parent) not in page
    assert ".yml" not in page


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_absent_is_not_there(anybody: Browser, path: str) -> None:
    assert anybody.get(path).status_code == 404


def test_an_indicator_says_what_it_counts_and_how_it_is_protected(anybody: Browser) -> None:
    page = told(anybody.get("/catalogue/indicators/trafficking_victims/"))
    for said in (
        "Victims of trafficking in persons",
        "Persons",
        "Identified victim",
        "/catalogue/codelists/exploitation/",
    ):
        assert said in page
    assert "Figures finer than a total are protected so." in page
    assert f'href="{GLOTIP}"' in page
    assert "In use since <time" in page


def test_an_indicator_without_mapping_says_so(anybody: Browser) -> None:
    assert "No table has a mapping to it yet." in told(anybody.get("/catalogue/indicators/stateless/"))


def test_a_long_list_is_read_page_by_page(anybody: Browser) -> None:
    first, second, far = (
        told(anybody.get(f"/catalogue/codelists/areas/?page={n}")) for n in ("1", "2", "1000")
    )
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert first.count('role="rowheader"') == second.count('role="rowheader"') == 100
    assert 'rel="next"' not in far


@pytest.mark.parametrize(
    ("q", "code"),
    [("myanmar", "MM"), ("MYANMAR", "MM"), ("burma", "MM"), ("ivoire", "CI"), ("اليونان", "GR")],
)
def test_a_code_is_found_by_what_anybody_calls_it(anybody: Browser, q: str, code: str) -> None:
    page = told(anybody.get("/catalogue/codelists/areas/", data={"q": q}))
    assert f'<bdi dir="ltr">{code}</bdi>' in page


def test_two_ways_of_writing_persian_find_the_same(anybody: Browser) -> None:
    for q in ("زمینی", "زميني"):
        assert '<bdi dir="ltr">land</bdi>' in told(anybody.get("/catalogue/codelists/mode/", data={"q": q}))


def test_a_former_area_says_until_when_and_what_it_became(anybody: Browser) -> None:
    page = told(anybody.get("/catalogue/codelists/areas_former/", data={"q": "DDDE"}))
    assert "1974 to 30 October 1990" in page
    assert "became: <bdi" in page


def test_a_mapping_says_how_its_columns_and_periods_are_read(anybody: Browser) -> None:
    page = told(anybody.get("/catalogue/mappings/us/usbp_monthly/"))
    assert "The fiscal year begins in October and is named after the year in which it ends." in page
    assert "Totals, compared with the sum of their parts and not used" in page
    assert "Public domain in the United States" in page
    assert 'href="/catalogue/mappings/us/usbp_monthly/usbp_sectors/"' in page


def test_known_errors_stand_with_their_mapping(anybody: Browser) -> None:
    page = told(anybody.get("/catalogue/mappings/it/sbarchi_raw/"))
    assert "2025-02-29" in page
    assert "The source was not told yet" in page


def test_crosswalks_are_chosen_by_match(anybody: Browser) -> None:
    page = told(anybody.get(f"{GLOTIP}glotip_citizenships/", data={"match": "broader"}))
    assert "3 of 161 lines" in page
    assert "given as" in page
    assert "Rohingya" not in page
    assert "161 of 161 lines" in told(
        anybody.get(f"{GLOTIP}glotip_citizenships/", data={"match": "no such match"})
    )


def test_a_label_that_the_language_lacks_is_marked_as_english(portal: Portal) -> None:
    browser = Browser()
    page = told(browser.get("/catalogue/codelists/areas/?q=Fiji", headers={"accept-language": "fa"}))
    assert '<span lang="en" dir="ltr">Fiji</span>' in page
    assert "زن" in told(browser.get("/catalogue/codelists/sex/", headers={"accept-language": "fa"}))
    assert "Perempuan" in told(browser.get("/catalogue/codelists/sex/", headers={"accept-language": "id"}))


def test_the_navigation_says_where_one_is(anybody: Browser) -> None:
    assert '<a href="/catalogue/" aria-current="page">' in told(anybody.get("/catalogue/"))
    assert '<a href="/catalogue/" aria-current="true">' in told(anybody.get("/catalogue/codelists/"))
    assert '<a href="/catalogue/">' in told(anybody.get("/"))
