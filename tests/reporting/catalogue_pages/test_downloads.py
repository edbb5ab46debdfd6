"""Code lists and crosswalks as files."""

import csv
import io
from typing import Any

import pytest

from tests.portal import OFFICER, Browser, Portal

CITIZENSHIPS = "/catalogue/mappings/unodc/glotip/glotip_citizenships"


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def test_a_list_is_taken_away_with_all_its_pages(anybody: Browser) -> None:
    answer = anybody.get("/catalogue/codelists/areas.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lontar-codelist-areas.csv"'
    rows = rows_of(answer)
    assert len(rows) > 250
    assert next(row for row in rows if row["code"] == "NO")["label"] == "Norway"


def test_a_file_holds_what_the_page_was_asked_for(anybody: Browser) -> None:
    rows = rows_of(anybody.get("/catalogue/codelists/areas.csv", data={"q": "burma"}))
    assert [(row["code"], row["found_by"]) for row in rows] == [("MM", "Burma")]
    broader = rows_of(anybody.get(f"{CITIZENSHIPS}.csv", data={"match": "broader"}))
    assert {row["match"] for row in broader} == {"broader"}
    assert {row["citizenship"] for row in broader} == {"CG|CD", "013|029"}


def test_labels_of_a_file_are_in_the_language_of_the_reader(anybody: Browser) -> None:
    answer = anybody.get("/catalogue/codelists/sex.csv", headers={"accept-language": "id"})
    assert next(row for row in rows_of(answer) if row["code"] == "F")["label"] == "Perempuan"
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_a_link_leads_from_the_page_to_its_file(anybody: Browser) -> None:
    page = anybody.get(f"{CITIZENSHIPS}/", data={"q": "congo"}).content.decode()
    assert f'href="{CITIZENSHIPS}.csv?q=congo"' in page


@pytest.mark.parametrize("text", ["=1+1", "@x", "+cmd", "-cmd", "\tx", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    from lontar.reporting.catalogue_pages.downloads import inert

    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-1", "+1.5", "Norway", "a=b"])
def test_what_is_no_formula_stays(text: str) -> None:
    from lontar.reporting.catalogue_pages.downloads import inert

    assert inert(text) == text


def test_whoever_has_the_file_already_is_told_so(anybody: Browser) -> None:
    etag = anybody.get("/catalogue/codelists/sex.csv").headers["ETag"]
    assert anybody.get("/catalogue/codelists/sex.csv", headers={"if-none-match": etag}).status_code == 304


def test_nothing_is_kept_by_caches_that_many_share(portal: Portal) -> None:
    officer = Browser()
    officer.sign_in(OFFICER)
    assert "public" not in officer.get("/catalogue/codelists/sex.csv").headers["Cache-Control"]
    assert officer.get("/catalogue/").headers["Cache-Control"] == "no-store"
