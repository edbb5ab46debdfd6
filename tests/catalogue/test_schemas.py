"""The JSON Schemas are those of the model, and accept every file that is shipped."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from lontar.catalogue import default_root, open_catalogue
from lontar.catalogue.schemas import SCHEMAS, schema_text, write_schemas
from lontar.catalogue.yaml_text import load_yaml, load_yaml_text

FILES = {
    "codelist": "codelists/*.yml",
    "indicator": "indicators/*.yml",
    "topic": "topics/*.yml",
    "participant": "participants/*.yml",
    "reporter": "reporters/*.yml",
    "method_questions": "method_sheets/questions.yml",
    "method_sheet": "method_sheets/*/*.yml",
    "mapping": "mappings/*/*.yml",
    "corrections": "corrections/*/*.yml",
    "thresholds": "thresholds/*.yml",
    "rule": "policies/*.yml",
    "expected_decisions": "policies/cases/*.yml",
}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_in_the_catalogue_are_current(name: str) -> None:
    path = default_root() / "schemas" / f"{name}.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(name, SCHEMAS[name], open_catalogue()), (
        "`lontar catalogue schemas --folder catalogue/schemas` mends it"
    )


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_file_fits_its_schema(name: str) -> None:
    schema = json.loads(schema_text(name, SCHEMAS[name], open_catalogue()))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    paths = sorted(default_root().glob(FILES[name]))
    assert paths
    for path in paths:
        assert [error.message for error in validator.iter_errors(load_yaml(path))] == [], path.name


def test_a_schema_refuses_what_the_model_refuses() -> None:
    validator = Draft202012Validator(json.loads(schema_text("reporter", SCHEMAS["reporter"])))
    assert not validator.is_valid({"id": "NO", "labels": {"en": "Norway"}, "kind": "Kingdom"})
    assert not validator.is_valid({"id": "NO", "labels": {"en": "Norway"}, "kind": "State", "colour": "red"})


def test_a_longer_table_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("stays")
    paths = write_schemas(tmp_path, {"reporter": SCHEMAS["reporter"]})
    assert [path.name for path in paths] == ["reporter.schema.json"]
    assert {path.name for path in tmp_path.iterdir()} == {"other.txt", "reporter.schema.json"}


MAPPING = """
id: xa/landings
title: Landings
source: {publisher: p, title: t, licence: l}
reporter: XA
indicator: sea_arrivals
period: {from: "{Month}", formats: ["{month_name} {year}"], languages: [id]}
columns:
  - {column: Moda, is: mode}
  - {column: Month, is: used}
  - {column: Jiwa, is: figure, unit: persons, dimensions: {sex: _T}}
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("reporter: XA", "reporter: XQ"),
        ("indicator: sea_arrivals", "indicator: sea_arrival"),
        ("is: mode", "is: modes"),
        ("is: mode", "is: [mode, modes]"),
        ("unit: persons", "unit: person"),
        ("{sex: _T}", "{sexes: _T}"),
        ("languages: [id]", "languages: [Bahasa]"),
    ],
)
def test_an_editor_knows_what_the_catalogue_has(right: str, wrong: str) -> None:
    schema = json.loads(schema_text("mapping", SCHEMAS["mapping"], open_catalogue()))
    validator = Draft202012Validator(schema)
    assert validator.is_valid(load_yaml_text(MAPPING))
    assert not validator.is_valid(load_yaml_text(MAPPING.replace(right, wrong)))
