"""A budget of seconds for the tests of each room, kept in tests/budgets.toml: a run that takes longer fails."""

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

BUDGETS = Path(__file__).resolve().parents[1] / "budgets.toml"


class TimeBudgets:
    """Sums what set-up, call and tear-down of the tests in each folder of tests/ take."""

    def __init__(self, seconds_allowed: dict[str, float], total_allowed: float) -> None:
        self.seconds_allowed = seconds_allowed
        self.total_allowed = total_allowed
        self.seconds_spent: dict[str, float] = defaultdict(float)

    @classmethod
    def from_file(cls, path: Path = BUDGETS) -> "TimeBudgets":
        """The budgets of that file; KeyError if it lacks `total` or `[rooms]`."""
        budgets = tomllib.loads(path.read_text("utf-8"))
        return cls(
            {room: float(seconds) for room, seconds in budgets["rooms"].items()}, float(budgets["total"])
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds_spent[room_of(report.nodeid)] += report.duration

    def overruns(self) -> list[str]:
        """One sentence for each budget that was exceeded, or that nobody wrote."""
        sentences = []
        for room, spent in sorted(self.seconds_spent.items()):
            allowed = self.seconds_allowed.get(room)
            if allowed is None:
                sentences.append(f"tests/{room} has no budget: add it to tests/budgets.toml")
            elif spent > allowed:
                sentences.append(f"tests/{room} took {spent:.1f} s of {allowed:.0f} s: make its tests faster")
        total = sum(self.seconds_spent.values())
        if total > self.total_allowed:
            sentences.append(f"all tests took {total:.1f} s of {self.total_allowed:.0f} s: make them faster")
        return sentences

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self.overruns():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        terminalreporter.section("seconds spent and allowed, by room")
        for room, spent in sorted(self.seconds_spent.items()):
            allowed = self.seconds_allowed.get(room)
            terminalreporter.line(
                f"{room:24}{spent:8.1f}  of {'none' if allowed is None else f'{allowed:.0f}'}"
            )
        terminalreporter.line(
            f"{'all':24}{sum(self.seconds_spent.values()):8.1f}  of {self.total_allowed:.0f}"
        )
        for sentence in self.overruns():
            terminalreporter.line(sentence, red=True)


def room_of(nodeid: str) -> str:
    """The folder of tests/ that a test stands in; `tests` for a file beside the folders."""
    parts = nodeid.partition("::")[0].split("/")
    inside = parts[parts.index("tests") + 1 :] if "tests" in parts else parts
    return inside[0] if len(inside) > 1 else "tests"
