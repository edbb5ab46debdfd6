"""`lontar demo`: every account, a first table, and the portal with its fictional people, on this machine alone."""

import json
import resource
import signal
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.web.serving import Visitor, are_gone, lontar, served

PASSWORD = "lontar-demo"
SEATS = {
    "officer": "data_officer", "focal": "focal_point", "police": "liaison_officer", "protection": "case_worker",
    "admin": "administrator",
}  # fmt: skip
"""The people of the contract, and their roles."""
OFFICE = {"analyst": "analyst", "auditor": "auditor", "host": "host_operator"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the examples are harmonised, and what that told."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    first = lontar(folder, "demo", "--no-serve")
    assert first.returncode == 0, first.stderr
    folder.with_name("told").write_text(first.stdout, "utf-8")
    return folder


def test_it_tells_every_account_and_a_table(home: Path) -> None:
    told = home.with_name("told").read_text("utf-8")
    assert told.count("balanced: yes") == len(list(home.glob("demo/*/*/account.json"))) >= 6
    assert "us/usbp_monthly" in told.partition("never added across lines")[2]
    assert lontar(home, "demo", "--no-serve").stdout == told
    assert not (home / "instance.json").exists()


def signs_in(port: int, email: str) -> bool:
    """Whether somebody signs in and comes to a home page."""
    visitor = Visitor(port, f"127.0.0.1:{port}")
    visitor.origin = f"http://127.0.0.1:{port}"
    answer = visitor.post("/account/login/", login=email, password=PASSWORD)
    return (answer.status, answer.headers["Location"], visitor.get("/").status) == (302, "/", 200)


def test_its_people_sign_in_and_nothing_is_there_twice(home: Path) -> None:
    from lontar.instance.cluster import OWNER, Cluster
    from lontar.instance.home import Home

    with served(home, "demo") as first:
        told = first.log
        people = count_people(home)
        assert steps(home) == STEPS
        assert f"http://127.0.0.1:{first.port}" in told
        assert f"http://localhost:{first.port}" in told
        assert f"password {PASSWORD}" in told
        for who in ("officer.xa", "admin.xe", "officer.xf", "analyst", "host"):
            assert signs_in(first.port, f"{who}@lontar.example")
        started = first.children()
        assert first.stop(signal.SIGINT) == 0
        assert are_gone(started)
    before = seconds_worked()
    left = home / "store" / f"{uuid.uuid4()}.volume"
    left.write_bytes(b"left behind")
    with served(home, "demo") as again:
        assert not left.exists()
        assert count_people(home) == people
        assert steps(home) == STEPS
        with Cluster(Home(home)).access(OWNER).connect() as owner:
            rows: Any = owner.execute(
                "select p.email, a.participant_id, array_agg(a.role order by a.role) from members_person p"
                " join members_appointment a on a.person_id = p.id group by 1, 2"
            ).fetchall()
        assert again.process.poll() is None
    assert seconds_worked() - before < 10
    expected = {
        f"{seat}.{one.lower()}@lontar.example": (one, [role])
        for one in ("XA", "XB", "XC", "XD", "XE")
        for seat, role in SEATS.items()
    }
    expected |= {f"{who}@lontar.example": ("RSO", [role]) for who, role in OFFICE.items()}
    found = {str(email): (participant, roles) for email, participant, roles in rows}
    island, roles = found.pop("officer.xf@lontar.example")
    assert (island, set(SEATS.values()) - set(roles)) == ("XF", set())  # who is there alone is everything
    assert found == expected


def seconds_worked() -> float:
    """Seconds of a processor that the processes took which this one has waited for: others on the machine do not count."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def count_people(home: Path) -> int:
    from lontar.instance.cluster import OWNER, Cluster
    from lontar.instance.home import Home

    with Cluster(Home(home)).access(OWNER).connect() as owner:
        ((number,),) = owner.execute("select count(*) from members_person").fetchall()
    return int(str(number))


STEPS = {
    "XA": ["accepted", "accepted", "draft", "draft to repair"],
    "XB": ["accepted", "draft to repair", "withdrawn"],
    "XC": ["accepted", "accepted", "superseded"],
    "XD": ["accepted", "accepted"],
    "XE": ["accepted"],
    "XF": ["accepted", "draft to repair"],
}
"""What the fictional participants sent, by the step in which it is."""


def steps(home: Path) -> dict[str, list[str]]:
    from lontar.instance.cluster import OWNER, Cluster
    from lontar.instance.home import Home

    with Cluster(Home(home)).access(OWNER).connect() as owner:
        rows: Any = owner.execute(
            "select participant, step || case when step = 'draft' and refused > 0 then ' to repair' else '' end from reporting_submission"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for participant, step in sorted(rows):
        found.setdefault(participant, []).append(step)
    return found


def test_a_real_instance_is_no_demonstration(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "home"
    assert lontar(folder, "create", "--kind", "real").returncode == 0
    (folder / "demo").symlink_to(home / "demo")
    told = lontar(folder, "demo", "--port", "18997")
    assert told.returncode == 3
    assert "[INS-003]" in told.stderr


def test_what_others_published_is_read_by_everybody_and_nothing_else_is(home: Path) -> None:
    """Panama's own totals of transits (docs/explanation/findings-on-the-way.md), through the door."""
    asked = ("figures", "transits where reporter = PA by reporter every year from 2022 to 2024")
    told = lontar(home, *asked, "published", "--json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert [(row["period"], row["low"], row["high"]) for row in answer["figures"]] == [
        ("2022", 248284, 248284), ("2023", 520085, 520085), ("2024", 302203, 302203)
    ]  # fmt: skip
    assert answer["rules"] == ["SH-04"]
    assert (
        json.loads(lontar(home, *asked, "--json", "--viewer", "focal.xa@lontar.example").stdout)["figures"]
        == []
    )
    shown = lontar(home, *asked, "published", "--viewer", "analyst@lontar.example").stdout
    assert "248,284" in shown
    assert "Figures depend on what each participant shares with you." in shown
    listed = lontar(
        home,
        "figures",
        "transits where reporter = PA published from 2022-01 to 2022-01",
        "--list",
        "--grain",
        "trace",
    )
    assert "darien_irregular_transits_by_nationality.csv" in listed.stdout


def test_what_cannot_be_asked_is_told_in_a_sentence(home: Path) -> None:
    for words, sentence in (
        (["transits by moon"], "[WAR-010] transits cannot be grouped by 'moon'."),
        (["migrants"], "[CAT-006] indicators/: there is no 'migrants'."),
        (
            ["transits", "--viewer", "nobody@lontar.example"],
            "[MEM-011] nobody@lontar.example: there is no such person.",
        ),
        (
            ["transits by owner", "--grain", "total"],
            "[WAR-010] regional totals are told as a whole, or by one dimension.",
        ),
    ):
        told = lontar(home, "figures", *words)
        assert (told.returncode, told.stdout) == (2, "")
        assert told.stderr.startswith(sentence)


def test_the_store_is_looked_after(home: Path) -> None:
    assert lontar(home, "store", "check").stdout == "Every segment is whole.\n"
    assert lontar(home, "store", "sweep").stdout == "0 volumes removed.\n"
    assert "are wrapped anew" in lontar(home, "store", "rotate").stdout
    secret = (home / "secrets" / "store").read_text()
    assert "are wrapped anew" in lontar(home, "store", "rotate", "--master").stdout
    assert (home / "secrets" / "store").read_text() != secret
    frozen = lontar(home, "totals", "freeze", "transits", "--json")
    told = json.loads(frozen.stdout)
    assert (told["number"], told["shown"], told["exposed"]) == (
        1,
        0,
        [],
    )  # of no figure there are contributors enough
    assert told["withheld"] > 0
    path = max((home / "store").glob("*.volume"), key=lambda path: path.stat().st_size)
    content = path.read_bytes()
    path.write_bytes(bytes(byte ^ 1 for byte in content))
    told = lontar(home, "store", "check", "--json")
    path.write_bytes(content)
    assert told.returncode == 1
    assert {path.stem in sentence for sentence in json.loads(told.stdout)["damage"]} == {True}
    assert lontar(home, "store", "check").returncode == 0
