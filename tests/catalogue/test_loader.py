"""The catalogue is opened lazily, read once, and says plainly what is not there."""

from pathlib import Path

import pytest

from lontar.catalogue import Catalogue, default_root, open_catalogue
from lontar.model.errors import CatalogueProblem
from tests.catalogue.small import small_catalogue, with_change


def test_nothing_is_read_until_it_is_asked_for(tmp_path: Path) -> None:
    catalogue = small_catalogue(tmp_path, {"indicators/broken.yml": "id: [", "codelists/broken.yml": "id: ["})
    assert catalogue.indicator("landings").dimensions == {"age": "age"}
    assert catalogue.ids("indicators") == ("broken", "landings")
    with pytest.raises(CatalogueProblem):
        catalogue.indicators()


def test_each_thing_is_read_once(tmp_path: Path) -> None:
    catalogue = small_catalogue(tmp_path)
    assert catalogue.codelist("age") is catalogue.codelist("age")
    assert catalogue.reporter("NO") is catalogue.reporter("NO")


def test_a_list_holds_what_it_includes_its_own_first(tmp_path: Path) -> None:
    assert list(small_catalogue(tmp_path).codelist("age").codes) == ["Y0T17", "Y0T4", "_Z"]


def test_ids_that_yaml_elsewhere_takes_for_flags(tmp_path: Path) -> None:
    catalogue = small_catalogue(tmp_path)
    assert catalogue.participant("NO").labels["en"] == "Norway"
    assert catalogue.ids("reporters") == ("NO",)


@pytest.mark.parametrize(
    ("kind", "asked", "closest"),
    [("codelist", "ages", "age"), ("indicator", "landing", "landings"), ("participant", "SE", "NO")],
)
def test_what_is_not_there_is_answered_with_the_closest(
    tmp_path: Path, kind: str, asked: str, closest: str
) -> None:
    with pytest.raises(CatalogueProblem) as caught:
        getattr(small_catalogue(tmp_path), kind)(asked)
    assert asked in caught.value.message
    assert closest in caught.value.remedy


def test_lists_that_include_each_other(tmp_path: Path) -> None:
    catalogue = small_catalogue(
        tmp_path, with_change("codelists/stage.yml", "version: '1'", "version: '1'\nincludes: [age]")
    )
    with pytest.raises(CatalogueProblem, match="age -> stage -> age"):
        catalogue.codelist("age")


def test_the_default_is_the_catalogue_of_the_checkout_or_the_package() -> None:
    assert (default_root() / "indicators").is_dir()
    assert isinstance(open_catalogue(), Catalogue)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblem, match="no such folder"):
        open_catalogue(tmp_path / "none")
