"""A call tells how far it is, truly, and can be cancelled at any stage without leaving a trace."""

import subprocess
import time
from pathlib import Path

import pytest

from lontar.harmonise import progress
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.many import landed
from lontar.harmonise.progress import Cancelled, Progress, Stage, Teller
from lontar.harmonise.reading import launch
from lontar.harmonise.reading.child import land
from lontar.harmonise.reading.launch import ReadingChild
from lontar.harmonise.reading.pace import Pace, PaceSeen, lines_in
from lontar.harmonise.run import Settings, _request, harmonise_files
from tests.harmonise.cases import write_files
from tests.harmonise.in_process import Files, reading_here
from tests.harmonise.many_cases import CASES, MONTH, PERSONS, PLACE, case, monthly, table
from tests.harmonise.test_many_generated import bundle_of

SOME = case(
    [PLACE, MONTH, PERSONS],
    {name: table("Place,Month,Persons", monthly(count)) for name, count in (("a.csv", 9), ("b.csv", 14))},
)
STAGES: tuple[Stage, ...] = ("reading", "understanding", "writing", "accounting")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be told, however soon after what was told before."""
    monkeypatch.setattr(progress, "_SECONDS_APART", 0.0)
    monkeypatch.setattr(launch, "_SECONDS_APART", 0.005)
    monkeypatch.setattr(landed, "_PIECE", 5)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("many", [1, 10**9])
def test_the_stages_come_in_order_and_end_with_all_rows(many: int, tmp_path: Path) -> None:
    files, told = write_files(SOME, tmp_path), list[Progress]()
    settings = Settings(many=many)
    harmonise_files(files, bundle_of(SOME, tmp_path), tmp_path / "out", settings=settings, tell=told.append)
    assert [*dict.fromkeys(one.stage for one in told)] == list(STAGES)
    assert all(one.done <= one.total for one in told if one.total)
    assert told[-1] == Progress("accounting", 23, 23)
    for stage in ("understanding", "writing", "accounting"):
        assert {one.total for one in told if one.stage == stage} == {23}
    written = [one.done for one in told if one.stage == "writing"]
    again = written.index(0, 1) if 0 in written[1:] else len(written)
    assert all(part == sorted(part) for part in (written[:again], written[again:]))
    assert many > 1 or len(set(written)) > 3, "many rows are told piece by piece"


def test_the_child_tells_lines_of_all_lines(tmp_path: Path) -> None:
    files = write_files(SOME, tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    seen = PaceSeen(work)
    before = list[tuple[int, int]]()
    request = _request(files, bundle_of(SOME, tmp_path), work, Settings(), True)
    land(request, "", lambda _: before.append(seen.rows()))
    assert before == [(0, 25), (10, 25)]
    assert seen.rows() == (25, 25)
    seen.close()


def test_packed_files_have_no_total_until_they_are_open(tmp_path: Path) -> None:
    seen, pace = PaceSeen(tmp_path), Pace(tmp_path, 2)
    pace.expect(0, 10)
    pace.reach(0, 4)
    assert seen.rows() == (4, 0)
    pace.leave(0)
    pace.expect(1, 7)
    pace.expect(1, 0)
    assert seen.rows() == (10, 17)
    pace.leave(1)
    assert seen.rows() == (17, 17)
    seen.close()


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("a\rb\r", 2), ("a\rb", 2), ("\n\n", 2)],
)
def test_lines_are_counted_whatever_ends_them(text: str, lines: int, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(text.encode())
    assert lines_in(path) == lines


def test_it_is_told_a_few_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [0.0], list[Progress]()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    teller = Teller(told.append)
    teller.begin("writing", 1000)
    for done in range(1000):
        now[0] += 0.01
        teller.reach(done)
    assert 45 < len(told) <= 51
    teller.end()
    assert told[-1] == Progress("writing", 1000, 1000)


def cancelling_at(stage: Stage, times: int = 1) -> progress.Tell:
    """Cancel when the stage has been told of so many times."""
    told = []

    def tell(one: Progress) -> None:
        told.append(one.stage)
        if told.count(stage) >= times:
            raise Cancelled

    return tell


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("many", [1, 10**9])
@pytest.mark.parametrize(("stage", "times"), [*((stage, 1) for stage in STAGES), ("reading", 3)])
def test_cancelling_leaves_all_as_it_was(stage: Stage, times: int, many: int, tmp_path: Path) -> None:
    place = tmp_path / "place"
    (place / "out").mkdir(parents=True)
    (place / "out" / "account.json").write_text("{}")
    files, bundle = write_files(SOME, tmp_path), bundle_of(SOME, tmp_path)
    before = everything(place)
    with pytest.raises(Cancelled, match="HAR-093"):
        harmonise_files(
            files, bundle, place / "out", replace=True, settings=Settings(many=many),
            tell=cancelling_at(stage, times),
        )  # fmt: skip
    assert everything(place) == before
    assert [path.name for path in place.iterdir()] == ["out"]


@pytest.mark.usefixtures("at_once")
def test_the_child_of_a_cancelled_call_has_ended(tmp_path: Path) -> None:
    files = write_files(SOME, tmp_path)
    with (
        subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asleep,
    ):  # fmt: skip
        child = ReadingChild(_request(files, bundle_of(SOME, tmp_path), tmp_path, Settings(), True), asleep)
        with pytest.raises(Cancelled):
            child.answer(Teller(cancelling_at("reading", 2)))
        assert asleep.returncode == -9


def test_a_long_statement_can_be_cancelled(tmp_path: Path) -> None:
    engine, begun = DuckEngine(tmp_path, 2**28), time.monotonic()
    engine.watch(Teller(cancelling_at("reading")).beat)
    with pytest.raises(Cancelled):
        engine.run("SELECT count(*) FROM range(1000000000000) AS a(n) WHERE hash(n) = 1")
    engine.close()
    assert time.monotonic() - begun < 30


@pytest.mark.usefixtures("at_once")
def test_being_told_changes_nothing(tmp_path: Path) -> None:
    told = CASES["cumulative_vintages"]
    files: Files = write_files(told, tmp_path)
    bundle = bundle_of(told, tmp_path)
    with reading_here():
        harmonise_files(files, bundle, tmp_path / "heard", tell=lambda _: None)
        harmonise_files(files, bundle, tmp_path / "alone")
    heard, alone = (everything(tmp_path / name) for name in ("heard", "alone"))
    assert {k: v for k, v in heard.items() if k != "account.json"} == {
        k: v for k, v in alone.items() if k != "account.json"
    }
    assert not list(tmp_path.glob(".lontar-*"))
