"""`lontar demo`: every account, a first table, and the portal with its fictional people, on this machine alone."""

import resource
import signal
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
        assert f"http://127.0.0.1:{first.port}" in told
        assert f"http://localhost:{first.port}" in told
        assert f"password {PASSWORD}" in told
        for who in ("officer.xa", "admin.xe", "officer.xf", "analyst", "host"):
            assert signs_in(first.port, f"{who}@lontar.example")
        started = first.children()
        assert first.stop(signal.SIGINT) == 0
        assert are_gone(started)
    before = seconds_worked()
    with served(home, "demo") as again:
        assert count_people(home) == people
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


def test_a_real_instance_is_no_demonstration(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "home"
    assert lontar(folder, "create", "--kind", "real").returncode == 0
    (folder / "demo").symlink_to(home / "demo")
    told = lontar(folder, "demo", "--port", "18997")
    assert told.returncode == 3
    assert "[INS-003]" in told.stderr
