"""YAML is read as text: what looks like a flag, a date or a number elsewhere stays what was written."""

from pathlib import Path

import pytest

from lontar.catalogue.yaml_text import line_of, load_yaml, load_yaml_text
from lontar.model.errors import CatalogueProblem


@pytest.mark.parametrize(
    "written",
    [
        "NO",
        "no",
        "No",
        "yes",
        "on",
        "off",
        "y",
        "NA",
        "012",
        "1_000",
        "1:30",
        "0x1F",
        "0o17",
        "1.5",
        ".inf",
        "2020-01-01",
        "2020-01-01T00:00:00Z",
        "Null",
        "TRUE",
        "<<",
        "+1",
    ],
)
def test_what_is_written_stays_text(written: str) -> None:
    assert load_yaml_text(f"value: {written}\nlist: [{written}]") == {"value": written, "list": [written]}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("12", 12),
        ("-3", -3),
    ],
)
def test_flags_nothing_and_plain_integers_are_read(written: str, read: object) -> None:
    found = load_yaml_text(f"value: {written}")
    assert found == {"value": read}
    assert type(found["value"]) is type(read)


def test_keys_are_text() -> None:
    assert load_yaml_text("1: a\nNO: b\ntrue: c\nnull: d") == {"1": "a", "NO": "b", "true": "c", "null": "d"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2", "line 4"),
        ("a: 1\na: 2", "the key 'a'"),
        ("a: &x [1]\nb: *x", "anchors"),
        ("a: !!python/object/new:os.system [ls]", "tag"),
        ("a: !!float 1.5", "tag"),
        ("a: [1", "not YAML"),
        ("? [1, 2]\n: a", "plain text"),
    ],
)
def test_what_is_refused_names_its_line(text: str, said: str) -> None:
    with pytest.raises(CatalogueProblem) as caught:
        load_yaml_text(text, "file.yml")
    assert said in str(caught.value)
    assert "file.yml, line " in caught.value.place


def test_a_file_that_is_not_utf8_or_not_there(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yml"
    latin.write_bytes("name: Côte".encode("latin-1"))
    for path, code in ((latin, "CAT-002"), (tmp_path / "none.yml", "CAT-001")):
        with pytest.raises(CatalogueProblem) as caught:
            load_yaml(path)
        assert caught.value.code == code


def test_the_line_of_a_value() -> None:
    text = "a:\n  b:\n    - x\n    - c: 1\n      d: 2\n"
    assert line_of(text, []) == 1
    assert line_of(text, ["a", "b", 1, "d"]) == 5
    assert line_of(text, ["a", "gone", "d"]) == 1
    assert line_of("a: [", ["a"]) is None
