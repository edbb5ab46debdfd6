"""A mapping written out and read back makes the same plan."""

from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import mapping_ids, open_mapping
from lontar.catalogue.structs import read_struct
from lontar.harmonise.plan.operations import Plan
from lontar.harmonise.run import plan_files
from lontar.model.mapping import Mapping, MappingBundle
from tests.factories import FAMILIES, family_files
from tests.harmonise.generated_tables import Table, bundle_for, tables
from tests.harmonise.in_process import Files, reading_here
from tests.harmonise.test_properties import FEWER, write
from tests.house.places import CATALOGUE


def read_back(mapping: Mapping, folder: Path) -> Mapping:
    """The mapping, written as YAML and read again as the catalogue reads it."""
    path = folder / "mapping.yml"
    path.write_text(
        yaml.safe_dump(msgspec.to_builtins(mapping), allow_unicode=True, sort_keys=False), "utf-8"
    )
    return read_struct(path, Mapping)


def plan_of(files: Files, bundle: MappingBundle) -> Plan:
    with reading_here():
        return plan_files(files, bundle)


@pytest.mark.parametrize("name", mapping_ids(open_catalogue(CATALOGUE)))
def test_of_the_catalogue(name: str, tmp_path: Path) -> None:
    mapping = open_mapping(open_catalogue(CATALOGUE), name).mapping
    assert read_back(mapping, tmp_path) == mapping


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_of_the_catalogue_with_a_file(name: str, tmp_path: Path) -> None:
    bundle = open_mapping(open_catalogue(CATALOGUE), name)
    files = [(path, path.name) for path in family_files(name)[:1]]
    again = msgspec.structs.replace(bundle, mapping=read_back(bundle.mapping, tmp_path))
    assert plan_of(files, again) == plan_of(files, bundle)


@FEWER
@given(table=tables())
def test_made_up(table: Table, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("made_up")
    files, bundle = write(table, folder), bundle_for(table.shape)
    again = read_back(bundle.mapping, folder)
    assert again == bundle.mapping
    assert plan_of(files, msgspec.structs.replace(bundle, mapping=again)) == plan_of(files, bundle)
