"""An account that would not notice a loss is worth nothing: here figures are lost, and it must not balance."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from lontar.catalogue.mappings import open_mapping
from lontar.harmonise import run
from lontar.harmonise.account import Added, Cells, Counted, Derived, FileAccount, Rows, Sums, plain, summed
from lontar.harmonise.accounting import Accountant
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.plan.operations import Plan
from lontar.harmonise.reading.landing import Landing
from lontar.model.errors import Bug
from lontar.model.mapping import MappingBundle
from tests.harmonise.cases import catalogue
from tests.harmonise.in_process import HereReader, reading_here

MAPPING = """
id: xa/account
title: A table
source: {publisher: Border Police of Xa, title: A table, licence: CC BY 4.0}
reporter: XA
source_kind: official
area: ID
indicator: irregular_entries
columns:
  - {column: Until, is: used}
  - {column: Remark, is: ignore, reason: remarks}
  - {column: Men, is: figure, dimensions: {sex: M}}
  - {column: Women, is: figure, dimensions: {sex: F}}
period: {from: "{Until}", formats: ["{year}-{month}-{day}"], since: year_start}
figures: {absences: {":": unknown, "": not_collected}, intervals: {"<5": {low: 0, high: 4}}CUMULATIVE}
"""
TEXT = "Until,Remark,Men,Women\n2024-01-31,r,3,4\n2024-02-29,,10,:\n2024-03-31,s,20,\n2024-04-30,,,<5\nx,t,7,many\ny,,,9\n"
SENT = [("a.csv", TEXT), ("b.csv", "Until,Remark,Men,Women\n2023-01-31,u,,\n2023-02-28,,6,<5\n")]


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[Path, str]]:
    for name, text in SENT:
        (tmp_path / name).write_text(text, "utf-8")
    return [(tmp_path / name, name) for name, _ in SENT]


def bundle_of(folder: Path, cumulative: bool = False) -> MappingBundle:
    (folder / "account.yml").write_text(
        MAPPING.replace("CUMULATIVE", ", cumulative: {}" if cumulative else "")
    )
    return open_mapping(catalogue(), str(folder / "account.yml"))


@contextmanager
def accountant(
    files: list[tuple[Path, str]], bundle: MappingBundle, work: Path, lose: str = ""
) -> Iterator[Accountant]:
    """The accountant of a call, once `lose` was done to what the plan made."""
    work.mkdir()
    with reading_here(), run._landed(files, bundle, work, run.Settings()) as call:
        compiled = call.compiled()
        call._engine.carry_out(compiled.plan)
        if lose:
            call._engine.run(lose)
        yield Accountant(call._engine, compiled, bundle.mapping, call._landing)


# What agrees and what does not.


def test_cells_agree_only_where_each_has_one_fate() -> None:
    fates = {"observed": 1, "code_or_label": 2, "ignored": {"a": 3, "b": 4}, "refused": 5}
    assert Cells(found=15, **fates).agrees()
    assert not Cells(found=14, **fates).agrees()
    assert not Cells(found=16, **fates).agrees()
    for name in fates:
        assert not Cells(found=15, **{**fates, name: {} if name == "ignored" else 0}).agrees()


def test_sums_agree_only_to_the_last_decimal() -> None:
    told = {"observed": "1.5", "ignored": "2", "refused": "3.25"}
    assert Sums(found="6.75", **told).agree()
    assert not Sums(found="6.7501", **told).agree()
    for name in told:
        assert not Sums(found="6.75", **{**told, name: "0"}).agree()


def test_numbers_are_told_without_needless_noughts() -> None:
    assert [plain(Decimal(text)) for text in ("100", "1.50", "2.00", "0", "1E+3")] == [
        "100", "1.5", "2", "0", "1000",
    ]  # fmt: skip


def a_file(balanced: bool = True) -> FileAccount:
    cells, rows = Cells(found=2, observed=2, ignored={"x": 0}), Rows(found=1, observed=1)
    counted = Counted(intervals=1, absences={"unknown": 2}, from_empty_cells=3)
    return FileAccount(
        file="a", cells=cells, rows=rows, sums=Sums(found="0.5", observed="0.5"), counted=counted,
        balanced=balanced, observations={"boats": 2}, problems={},
    )  # fmt: skip


def test_the_account_of_all_is_the_sum_of_those_of_each() -> None:
    whole = summed([a_file(), a_file()], Derived(), Added())
    assert (whole.cells.found, whole.cells.observed, whole.rows.found, whole.rows.observed) == (4, 4, 2, 2)
    assert (whole.sums.found, whole.sums.observed) == ("1", "1")
    counted = whole.counted
    assert (counted.intervals, counted.absences, counted.from_empty_cells) == (2, {"unknown": 4}, 6)
    assert whole.observations == {"boats": 4}
    assert whole.balanced


def test_all_balances_only_where_each_file_and_each_increment_does() -> None:
    assert not summed([a_file(), a_file(balanced=False)], Derived(), Added()).balanced
    assert not summed([a_file(), a_file()], Derived(agrees=False), Added()).balanced
    assert not summed([a_file(), a_file()], Derived(), Added(agrees=False)).balanced
    lost, gained = a_file(), a_file()
    lost.cells.found, gained.sums.found = 3, "0.6"
    assert not summed([lost], Derived(), Added()).balanced
    assert not summed([gained], Derived(), Added()).balanced


# What the plan loses, doubles or changes shows.


def test_what_nothing_was_lost_of_balances(files: list[tuple[Path, str]], tmp_path: Path) -> None:
    with accountant(files, bundle_of(tmp_path), tmp_path / "work") as counting:
        assert [account.balanced for account in counting.accounts()] == [True, True]


@pytest.mark.parametrize(
    ("lose", "cells_agree", "sums_agree"),
    [
        ("DELETE FROM judged WHERE file = 0 AND row = 2", False, False),
        ("DELETE FROM judged WHERE file = 0 AND row = 2 AND source_column = 3", False, False),
        ("DELETE FROM judged WHERE file = 0 AND figure = '<5'", False, True),
        ("INSERT INTO judged SELECT * FROM judged WHERE file = 0 AND figure = '10'", False, False),
        ("UPDATE judged SET found_value = 4 WHERE file = 0 AND figure = '3'", True, False),
        ("UPDATE judged SET found_value = NULL WHERE file = 0 AND fate = 'refused'", True, False),
        ("UPDATE judged SET figure = '' WHERE file = 0 AND figure = ':'", False, True),
    ],
)
def test_what_is_lost_between_file_and_output_shows(
    lose: str, cells_agree: bool, sums_agree: bool, files: list[tuple[Path, str]], tmp_path: Path
) -> None:
    with accountant(files, bundle_of(tmp_path), tmp_path / "work", lose) as counting:
        first, second = counting.accounts()
        assert (first.cells.agrees(), first.sums.agree()) == (cells_agree, sums_agree)
        assert (first.balanced, second.balanced) == (False, True)


def test_increments_that_do_not_add_up_show(files: list[tuple[Path, str]], tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, cumulative=True)
    with accountant(files, bundle, tmp_path / "right") as counting:
        told = counting.derived()
        assert (told.increments, told.sum_of_increments, told.sum_of_last_cumulative) == (5, "30", "30")
        assert told.agrees
    lose = "UPDATE judged SET final_value = final_value + 1 WHERE figure = '20'"
    with accountant(files, bundle, tmp_path / "wrong", lose) as counting:
        told = counting.derived()
        assert (told.sum_of_increments, told.sum_of_last_cumulative, told.agrees) == ("31", "30", False)
        assert not summed(counting.accounts(), told, Added()).balanced


ADDING = MAPPING.replace("sex: M", "sex: _T").replace("sex: F", "sex: _T").replace("CUMULATIVE", "")
ADDED = "Until,Remark,Men,Women\n2024-01-31,r,3,4\n2024-02-29,,10,<5\n2024-03-31,s,20,30\n"


@pytest.mark.parametrize(
    "lose",
    [
        "UPDATE judged SET final_value = final_value + 1 WHERE figure = '20'",
        "UPDATE judged SET fate = 'observed' WHERE figure = '30'",
        "UPDATE judged SET fate = 'added' WHERE figure = '20'",
        "UPDATE judged SET final_value = 10 WHERE figure = '10'",
        "UPDATE judged SET value_told = 5 WHERE figure = '4'",
    ],
)
def test_sums_that_are_not_those_of_their_parts_show(lose: str, tmp_path: Path) -> None:
    (tmp_path / "account.yml").write_text(ADDING + "add_over: [header]\n")
    (tmp_path / "a.csv").write_text(ADDED)
    bundle, files = open_mapping(catalogue(), str(tmp_path / "account.yml")), [(tmp_path / "a.csv", "a.csv")]
    with accountant(files, bundle, tmp_path / "right") as counting:
        told = counting.added()
        assert told == Added(sums=3, figures=6, sum_of_figures="57", sum_of_sums="57", agrees=True)
        assert summed(counting.accounts(), Derived(), told).balanced
    with accountant(files, bundle, tmp_path / "wrong", lose) as counting:
        told = counting.added()
        assert not told.agrees
        assert not summed(counting.accounts(), Derived(), told).balanced


def test_an_account_that_does_not_balance_is_not_handed_out(
    files: list[tuple[Path, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out = DuckEngine.carry_out

    def losing(engine: DuckEngine, plan: Plan) -> None:
        carry_out(engine, plan)
        engine.run("DELETE FROM judged WHERE file = 1 AND figure = '6'")

    monkeypatch.setattr(DuckEngine, "carry_out", losing)
    place = tmp_path / "place"
    (place / "out").mkdir(parents=True)
    (place / "out" / "account.json").write_text("{}")
    with pytest.raises(Bug) as fault, reading_here():
        run.harmonise_files(files, bundle_of(tmp_path), place / "out", replace=True)
    assert (fault.value.code, fault.value.place) == ("LON-002", "b.csv")
    assert [path.relative_to(place).as_posix() for path in place.rglob("*")] == ["out", "out/account.json"]
    assert (place / "out" / "account.json").read_text() == "{}"


# What is counted beside the balance.


def test_figures_that_are_no_numbers_are_counted(files: list[tuple[Path, str]], tmp_path: Path) -> None:
    with accountant(files, bundle_of(tmp_path), tmp_path / "work") as counting:
        first, second = (account.counted for account in counting.accounts())
    assert (first.intervals, first.from_empty_cells) == (1, 2)
    assert first.absences == {"not_collected": 2, "unknown": 1}
    assert (second.intervals, second.from_empty_cells) == (1, 2)
    assert second.absences == {"not_collected": 2}


def test_a_rounded_figure_is_no_interval(files: list[tuple[Path, str]], tmp_path: Path) -> None:
    rounded = "UPDATE judged SET low_told = 8, high_told = 12 WHERE figure = '10'"
    with accountant(files, bundle_of(tmp_path), tmp_path / "work", rounded) as counting:
        assert counting.accounts()[0].counted.intervals == 1


def test_the_account_tells_what_the_call_took(
    files: list[tuple[Path, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Light(HereReader):
        took = 0

        def answer(self, *_: object) -> Landing:
            return msgspec.structs.replace(super().answer(), peak_bytes=self.took)

    class Heavy(Light):
        took = 1 << 50

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    monkeypatch.setattr(run, "ReadingChild", Light)
    light = run.harmonise_files(files, bundle_of(tmp_path), tmp_path / "light").account
    monkeypatch.setattr(run, "ReadingChild", Heavy)
    heavy = run.harmonise_files(files, bundle_of(tmp_path), tmp_path / "heavy").account
    assert own <= light.peak_bytes < 2 * own + 2**30
    assert heavy.peak_bytes == 1 << 50
    assert light.rows_per_second == int(8 / light.seconds)
    written = json.loads((tmp_path / "light" / "account.json").read_text("utf-8"))
    assert (written["peak_bytes"], written["reader_network"]) == (light.peak_bytes, "not taken away")


def test_the_problems_of_each_file_stand_in_its_own_account(tmp_path: Path) -> None:
    (tmp_path / "account.yml").write_text(MAPPING.replace("CUMULATIVE", ""))
    tables = {"a.csv": ADDED + "2024-04-30,,x,y\n", "b.csv": ADDED, "c.csv": ADDED.replace("Remark", "Else")}
    for name, text in tables.items():
        (tmp_path / name).write_text(text)
    bundle = open_mapping(catalogue(), str(tmp_path / "account.yml"))
    account = run.harmonise_files(
        [(tmp_path / name, name) for name in tables], bundle, tmp_path / "out"
    ).account
    told = (tmp_path / "out" / "problems.csv").read_text("utf-8").splitlines()[1:]
    counted = {name: sum(f",{name}," in line for line in told) for name in tables}
    assert all(counted.values())
    assert [sum(file.problems.values()) for file in account.files] == list(counted.values())
    assert sum(account.all.problems.values()) == len(told)
