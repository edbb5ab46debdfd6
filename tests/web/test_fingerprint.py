"""The database says which version it was made for, and another one is noticed."""

from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from lontar.instance.home import Home
from lontar.model.errors import Unavailable
from lontar.web import fingerprint
from tests.databases import Copy, Instance


def test_what_was_migrated_is_what_is_installed(instance: Instance) -> None:
    fingerprint.refuse_another_version(instance.home)


@pytest.mark.parametrize("role", ["web", "gate"])
def test_both_roles_that_serve_are_asked(
    instance: Instance, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fingerprint.access_as

    def refused(name: str, home: Home) -> Any:
        access = real(name, home)
        return access._replace(password="wrong") if name == role else access

    monkeypatch.setattr(fingerprint, "access_as", refused)
    with pytest.raises(Unavailable, match="INS-026"):
        fingerprint.refuse_another_version(instance.home)


def test_a_database_that_was_never_migrated_is_another_version(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.copied() as copy:
        with copy.owner() as owner:
            owner.execute("drop function installed()")
        monkeypatch.setattr(fingerprint, "access_as", lambda role, _: of(copy, role))
        with pytest.raises(Unavailable, match="INS-029"):
            fingerprint.refuse_another_version(instance.home)


def of(copy: Copy, role: str) -> Any:
    return copy.access({"web": "lontar_web", "gate": "lontar_gate"}[role])


@pytest.mark.parametrize(
    "name",
    [
        "members/sql/viewer.sql",
        "things/security.py",
        "members/migrations/0001_tables.py",
        "warehouse/sql/reading.sql",
        "reporting/sql/jobs.sql",
        "reporting/security.py",
    ],
)
def test_every_change_of_what_is_put_there_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import shutil

    before = list(fingerprint._parts())
    for room in ("members", "journal", "things", "warehouse", "sharing", "reporting"):
        source = Path(str(resources.files(f"lontar.{room}")))
        shutil.copytree(source, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "files", lambda room: tmp_path.joinpath(*room.split(".")[1:]))
    assert list(fingerprint._parts()) == before
    with (tmp_path / name).open("a") as file:
        file.write("\n-- changed")
    assert list(fingerprint._parts()) != before
