"""What stands in the catalogue of an instance, and what is shown to nobody."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lontar.catalogue import default_root, open_catalogue
from lontar.catalogue.mappings import mapping_ids, shown_mapping_ids
from tests.portal import Browser, Portal


@pytest.fixture
def real(portal: Portal) -> Iterator[Browser]:
    """A browser before the catalogue of a real instance."""
    from django.test import override_settings

    from lontar.reporting.catalogue_pages import shelf

    with override_settings(KIND="real"):
        for one in (shelf.bundles, shelf.codelists):
            one.cache_clear()
        yield Browser()
    for one in (shelf.bundles, shelf.codelists):
        one.cache_clear()


@pytest.fixture
def laid_over(tmp_path: Path) -> Path:
    """A catalogue over which a confidential mapping, crosswalk and correction of another folder lie."""
    private, root = tmp_path / "private", tmp_path / "catalogue"
    shutil.copytree(default_root(), root)
    private.mkdir()
    for name in (
        "mappings/au/boat_arrivals.yml",
        "mappings/frontex/routes.csv",
        "corrections/it/sbarchi_raw.yml",
    ):
        path = root / name
        shutil.move(path, private / path.name)
        path.symlink_to(private / path.name)
    return root


def test_what_lies_over_the_catalogue_is_shown_to_nobody(laid_over: Path) -> None:
    catalogue = open_catalogue(laid_over)
    hidden = set(mapping_ids(catalogue)) - set(shown_mapping_ids(catalogue))
    assert hidden == {"au/boat_arrivals", "frontex/detections", "it/sbarchi_raw"}


def test_all_that_the_catalogue_itself_holds_is_shown() -> None:
    catalogue = open_catalogue()
    assert shown_mapping_ids(catalogue) == mapping_ids(catalogue)


def test_in_a_demonstration_no_real_state_takes_part(anybody: Browser) -> None:
    page = anybody.get("/catalogue/participants/").content.decode()
    assert "Amberland" in page
    assert "Regional Support Office" in page
    assert "Australia" not in page
    assert anybody.get("/catalogue/participants/AU/").status_code == 404


def test_in_a_real_instance_nobody_invented_does(real: Browser) -> None:
    page = real.get("/catalogue/participants/").content.decode()
    assert "Australia" in page
    assert "Amberland" not in page
    assert "Not yet compared with the source." in page
    assert real.get("/catalogue/participants/XA/").status_code == 404


def test_in_a_real_instance_no_table_of_theirs_stands(real: Browser) -> None:
    assert "fictional" not in real.get("/catalogue/mappings/").content.decode()
    assert real.get("/catalogue/mappings/xa/traficantes/").status_code == 404
    assert real.get("/catalogue/mappings/us/usbp_monthly/").status_code == 200


def test_in_a_real_instance_no_area_of_theirs_stands(real: Browser) -> None:
    assert (
        "Amberland" not in real.get("/catalogue/codelists/citizenship/", data={"q": "amber"}).content.decode()
    )
    assert real.get("/catalogue/codelists/areas_fictional/").status_code == 404
    assert real.get("/catalogue/codelists/citizenship/").status_code == 200
