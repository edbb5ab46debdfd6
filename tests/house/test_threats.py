"""Every control of the threat table is tested by a test that exists."""

import ast
import re

from tests.house.places import DOCS, ROOT

TABLE = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (DOCS / "explanation" / "sharing.md").read_text("utf-8"))


def test_every_named_test_exists() -> None:
    assert len(TABLE) >= 20
    for file, name in TABLE:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (
            f"{file}::{name}"
        )


def test_every_threat_names_a_test() -> None:
    text = (DOCS / "explanation" / "sharing.md").read_text("utf-8").partition("## Threats")[2]
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Threat")]
    assert len(rows) == len(TABLE)
