"""Nothing under GPL or AGPL is needed at run time."""

from email.message import Message

import pytest

from tests.house.licences import Licensed, objection, runtime_closure, stated_licence


def test_every_runtime_package_has_a_permitted_licence() -> None:
    packages = runtime_closure()
    assert {package.name for package in packages} >= {"click", "duckdb", "msgspec", "pyarrow", "pyyaml"}
    assert [sentence for package in packages if (sentence := objection(package))] == []


@pytest.mark.parametrize(
    ("licence", "name", "is_welcome"),
    [
        ("MIT", "some", True),
        ("MIT OR GPL-3.0-only", "some", True),
        ("MIT AND BSD-3-Clause", "some", True),
        ("Apache-2.0 WITH LLVM-exception", "some", True),
        ("LGPL-3.0-only", "psycopg", True),
        ("LGPL-3.0-only", "some", False),
        ("MIT AND GPL-2.0-or-later", "some", False),
        ("AGPL-3.0-only", "some", False),
        ("Proprietary", "some", False),
        ("", "some", False),
    ],
)
def test_licence_is_judged(licence: str, name: str, is_welcome: bool) -> None:
    assert (objection(Licensed(name, "1.0", licence)) is None) == is_welcome


@pytest.mark.parametrize(
    ("field", "text", "licence"),
    [
        ("License-Expression", "MIT", "MIT"),
        ("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
        ("License", "Apache 2.0", "Apache-2.0"),
        ("Classifier", "Topic :: Office/Business", ""),
    ],
)
def test_licence_is_found_where_packages_write_it(field: str, text: str, licence: str) -> None:
    metadata = Message()
    metadata[field] = text
    assert stated_licence(metadata) == licence
