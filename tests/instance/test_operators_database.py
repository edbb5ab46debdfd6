"""An operator's database instead of the instance's own: other roles, another name, and the same behaviour."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from lontar.instance.cluster import SUPERUSER
from tests.databases import Instance

LONTAR = Path(sys.executable).with_name("lontar")


@pytest.fixture
def operators(instance: Instance) -> Iterator[dict[str, str]]:
    """A database that an operator made, with a role that owns it and one that serves, as environment variables."""
    name = f"operator_{uuid.uuid4().hex[:8]}"
    instance.as_superuser(
        f"create role {name}_keeper login password 'kept'", f"create role {name}_pages login password 'read'",
        f"create role {name}_gate login password 'open'",
        f"create database {name} owner {name}_keeper",
    )  # fmt: skip
    host = instance.cluster.runtime
    yield {
        "LONTAR_DATABASE_URL": f"postgresql://{name}_keeper:kept@/{name}?host={host}",
        "LONTAR_DATABASE_WEB_URL": f"postgresql://{name}_pages:read@/{name}?host={host}",
        "LONTAR_DATABASE_GATE_URL": f"postgresql://{name}_gate:open@/{name}?host={host}",
    }
    instance.as_superuser(
        f"drop database {name} with (force)", f"drop role {name}_keeper", f"drop role {name}_pages", f"drop role {name}_gate"
    )  # fmt: skip


def lontar(home: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **environment, "LONTAR_HOME": str(home)}
    return subprocess.run([LONTAR, *words], env=environment, capture_output=True, text=True, check=False)


def test_it_is_migrated_and_serves_as_the_other_role(
    operators: dict[str, str], instance: Instance, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    told = lontar(home, operators, "create", "--kind", "real")
    assert (told.returncode, told.stderr[:9]) == (3, "[INS-021]"), "a server that tells too much is refused"
    close = lontar(home, operators, "database", "--closing")
    name = conninfo_to_dict(operators["LONTAR_DATABASE_URL"])["dbname"]
    with instance.cluster.access(SUPERUSER, str(name)).connect(autocommit=True) as superuser:
        superuser.execute(close.stdout.encode())
    told = lontar(home, operators, "database")
    assert (told.returncode, told.stderr[:9]) == (3, "[INS-022]"), "an operator's server is not ours to start"
    assert lontar(home, operators, "database", "--check").returncode == 0
    for words in (
        ("create", "--kind", "real"),
        ("migrate",),
        ("journal", "checkpoint"),
        ("journal", "verify"),
    ):
        told = lontar(home, operators, *words)
        assert told.returncode == 0, told.stderr
    assert not (home / "postgres").exists()
    with psycopg.connect(operators["LONTAR_DATABASE_WEB_URL"]) as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("select * from context_key")
        web.rollback()
        with pytest.raises(psycopg.Error) as error:
            web.execute("select viewer()")
        assert error.value.sqlstate == "LV001"


def test_one_that_does_not_answer_is_told(tmp_path: Path) -> None:
    url = f"postgresql://keeper:kept@/none?host={tmp_path}"
    told = lontar(
        tmp_path / "home",
        {"LONTAR_DATABASE_URL": url, "LONTAR_DATABASE_WEB_URL": url, "LONTAR_DATABASE_GATE_URL": url},
        "create",
        "--kind",
        "real",
    )
    assert (told.returncode, told.stderr[:9]) == (3, "[INS-017]"), told.stderr
    assert "kept" not in told.stderr
    assert "Traceback" not in told.stderr
