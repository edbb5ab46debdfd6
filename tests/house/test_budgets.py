"""A run of the tests fails when a room spends more than its budget."""

import pytest

from tests.house.budgets import BUDGETS, TimeBudgets, room_of
from tests.house.places import ROOT

pytest_plugins = ["pytester"]

LONGEST_RUN = 25 * 60


def test_every_folder_of_tests_has_a_budget_below_the_whole() -> None:
    budgets = TimeBudgets.from_file()
    folders = {
        path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")
    }
    assert folders <= set(budgets.seconds_allowed), BUDGETS
    assert budgets.total_allowed <= LONGEST_RUN, "what all take together is bounded by itself"
    assert max(budgets.seconds_allowed.values()) < budgets.total_allowed


@pytest.mark.parametrize(
    ("nodeid", "room"),
    [
        ("tests/model/figures/test_periods.py::test_week", "model"),
        ("tests/house/test_budgets.py::test_x[tests/cli]", "house"),
        ("tests/test_stray.py::test_x", "tests"),
    ],
)
def test_room_of_a_test(nodeid: str, room: str) -> None:
    assert room_of(nodeid) == room


@pytest.mark.parametrize(
    ("rooms", "total", "exit_status", "sentence"),
    [
        ("slow = 60.0", 60.0, 0, None),
        ("slow = 0.01", 60.0, 1, "tests/slow took"),
        ("other = 60.0", 60.0, 1, "tests/slow has no budget"),
        ("slow = 60.0", 0.01, 1, "all tests took"),
    ],
)
def test_exceeded_budget_fails_the_run(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    rooms: str,
    total: float,
    exit_status: int,
    sentence: str | None,
) -> None:
    pytester.makefile(".toml", budgets=f"total = {total}\n[rooms]\n{rooms}")
    pytester.makeconftest(
        "from pathlib import Path\nfrom tests.house.budgets import TimeBudgets\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(TimeBudgets.from_file(Path('budgets.toml')))\n"
    )
    folder = pytester.path / "tests" / "slow"
    folder.mkdir(parents=True)
    (folder / "test_one.py").write_text("import time\ndef test_one():\n    time.sleep(0.05)\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider", f"--rootdir={pytester.path}")
    assert outcome.ret == exit_status
    assert sentence is None or sentence in outcome.stdout.str()
