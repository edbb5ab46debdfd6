"""An instance with figures is backed up and restored into an empty folder: counts and hashes are equal, and figures read as before."""

import json
import os
import secrets
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from lontar.warehouse.opening import open_store
from tests.databases import made_instance
from tests.warehouse.scenes import dimensions_of, observations

LONTAR = Path(sys.executable).with_name("lontar")
CLAIMS, DEATHS = "asylum_applications", "dead_or_missing"


def lontar(home: Path, *words: str, given: str = "") -> Any:
    told = subprocess.run([LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home)}, input=given, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout) if "--json" in words else told.stdout


def hashes(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "store").iterdir()}


def counts(copy: Any) -> dict[str, int]:
    with copy.connect() as owner:
        names = [
            row[0]
            for row in owner.execute(
                "select tablename from pg_tables where schemaname = 'public' order by 1"
            ).fetchall()
        ]
        return {name: owner.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def test_counts_hashes_and_figures_are_equal(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from lontar.instance.cluster import OWNER, Cluster
    from lontar.instance.home import Home
    from lontar.warehouse.echoes import Echo, Topics, load_echo
    from lontar.warehouse.entering import Ids

    first, second, passphrase = tmp_path / "first", tmp_path / "second", tmp_path / "passphrase"
    passphrase.write_text(secrets.token_hex(16))
    asked = ("figures", f"{DEATHS} by reporter every year published", "--json")
    with made_instance(first) as made:
        echo = Echo(
            reporter="IOM",
            series="iom/all",
            publisher="P",
            title="T",
            address="https://example.org",
            licence="CC0",
            files={"a": "b"},
        )
        tables = {DEATHS: observations(DEATHS, [{"period": f"2025-{m:02d}", "value": m, "event": f"e{m}"} for m in range(1, 13)], "IOM"),
                  CLAIMS: observations(CLAIMS, [{"period": "2025", "value": 7, "unit": "persons"}], "IOM")}  # fmt: skip
        with made.cluster.access(OWNER).connect() as owner, owner.cursor() as cursor:
            topics = Topics({DEATHS: "deaths_missing", CLAIMS: "asylum"}, dimensions_of)
            loaded = load_echo(cursor, open_store(made.home), echo, tables, topics,
                               Ids(uuid.uuid4, secrets.token_bytes), datetime.now(UTC))  # fmt: skip
        assert loaded == 13
        before = counts(made.cluster.access(OWNER))
        told = lontar(
            first, "backup", str(tmp_path / "backup"), "--passphrase-file", str(passphrase), "--json"
        )
        assert (told["files"], told["missing"]) == (1, [])
        answered = lontar(first, *asked)
    assert [row["low"] for row in answered["figures"]] == [78.0]
    lontar(second, "restore", str(tmp_path / "backup"), "--passphrase-file", str(passphrase))
    assert hashes(second) == hashes(first)
    with Cluster(Home(second)).running():
        assert counts(Cluster(Home(second)).access(OWNER)) == before
    assert lontar(second, *asked) == answered
    assert lontar(second, "store", "check") == "Every segment is whole.\n"
