"""An instance with figures is backed up and restored into an empty folder: counts and hashes are equal, and figures read as before."""

import json
import os
import secrets
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from lontar.instance.home import Home
from lontar.reporting.opening import open_desk
from lontar.warehouse.opening import open_store
from tests.databases import made_instance
from tests.warehouse.scenes import dimensions_of, observations

LONTAR = Path(sys.executable).with_name("lontar")
DRAFT = b"a,b\n1,2\n"
CLAIMS, DEATHS = "asylum_applications", "dead_or_missing"


def lontar(home: Path, *words: str, given: str = "") -> Any:
    told = subprocess.run([LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home)}, input=given, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout) if "--json" in words else told.stdout


def hashes(home: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for folder in ("store", "desk") for path in (home / folder).iterdir()
    }


def lay_draft(home: Home, cursor: Any) -> uuid.UUID:
    """Let one paper of a draft lie on the desk, as the database knows it, and give its id."""
    submission, paper, desk = uuid.uuid4(), uuid.uuid4(), open_desk(home)
    key = desk.new_key(submission)
    with desk.written(paper, key.plain) as pen:
        pen.write(DRAFT)
    cursor.execute(
        "insert into reporting_submission (id, participant, agency, things, begun_by, begun_at, since, wrapped, master)"
        " values (%s, 'XA', 'a', '{}', 'p', now(), now(), %s, %s)", (submission, key.wrapped, key.master),
    )  # fmt: skip
    cursor.execute(
        "insert into reporting_paper (id, submission, kind, name, size, sha256, kept_by, kept_at)"
        " values (%s, %s, 'raw', 'a.csv', %s, %s, 'p', now())", (paper, submission, *pen.written),
    )  # fmt: skip
    return paper


def draft_of(home: Home, cursor: Any, paper: uuid.UUID) -> bytes:
    """What the paper says, opened with what the database and the secrets of an instance hold."""
    cursor.execute(
        "select s.id, s.wrapped from reporting_submission s join reporting_paper p on p.submission = s.id where p.id = %s",
        (paper,),
    )
    submission, wrapped = cursor.fetchone()
    desk = open_desk(home)
    return desk.whole(paper, desk.key(submission, wrapped))


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
            paper = lay_draft(made.home, cursor)
        assert loaded == 13
        before = counts(made.cluster.access(OWNER))
        told = lontar(
            first, "backup", str(tmp_path / "backup"), "--passphrase-file", str(passphrase), "--json"
        )
        assert (told["files"], told["missing"]) == (2, [])
        answered = lontar(first, *asked)
    assert [row["low"] for row in answered["figures"]] == [78.0]
    lontar(second, "restore", str(tmp_path / "backup"), "--passphrase-file", str(passphrase))
    assert hashes(second) == hashes(first)
    with Cluster(Home(second)).running():
        assert counts(Cluster(Home(second)).access(OWNER)) == before
        with Cluster(Home(second)).access(OWNER).connect() as owner, owner.cursor() as cursor:
            assert draft_of(Home(second), cursor, paper) == DRAFT
    assert lontar(second, *asked) == answered
    assert lontar(second, "store", "check") == "Every segment is whole.\n"
    (second / "desk" / f"{paper}.paper").unlink()
    told = subprocess.run(
        [LONTAR, "backup", str(tmp_path / "another"), "--passphrase-file", str(passphrase)],
        env={**os.environ, "LONTAR_HOME": str(second)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode != 0
    assert f"missing: desk/{paper}.paper." in told.stderr
