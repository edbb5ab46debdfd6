"""The account: what became of each cell of each file, in the form of the contract."""

from collections import Counter
from decimal import Decimal
from typing import Literal

import msgspec

Fate = Literal["refused", "observed", "code_or_label", "ignored"]
"""What can become of a cell, the worst first; a row's fate is the worst of its cells."""


class Cells(msgspec.Struct, kw_only=True):
    """Non-empty cells by fate."""

    found: int = 0
    observed: int = 0
    code_or_label: int = 0
    ignored: dict[str, int] = {}
    refused: int = 0

    def add(self, fate: Fate, count: int, reason: str = "") -> None:
        """Count cells of that fate."""
        if not count:
            return
        if fate == "ignored":
            self.ignored[reason] = self.ignored.get(reason, 0) + count
        else:
            setattr(self, fate, getattr(self, fate) + count)

    def agrees(self) -> bool:
        """Whether every cell found has a fate."""
        return self.found == self.observed + self.code_or_label + sum(self.ignored.values()) + self.refused


class Rows(msgspec.Struct, kw_only=True):
    """Rows with something in them, by the worst fate of their cells."""

    found: int = 0
    observed: int = 0
    code_or_label: int = 0
    ignored: int = 0
    refused: int = 0


class Sums(msgspec.Struct, kw_only=True):
    """Sums of the figures as found, in decimal text; intervals and absences are counted, not summed."""

    found: str = "0"
    observed: str = "0"
    ignored: str = "0"
    refused: str = "0"

    def agree(self) -> bool:
        """Whether nothing was lost or invented on the way."""
        return Decimal(self.found) == Decimal(self.observed) + Decimal(self.ignored) + Decimal(self.refused)


class DeclaredTotal(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A total that the source declares, and what its parts add up to (a range where parts are intervals)."""

    place: str
    declared: str
    computed: str
    agrees: bool
    has_parts: bool = True
    """Whether any row or column of the file is a part of it; a total without parts never agrees."""


class Derived(msgspec.Struct, kw_only=True):
    """Increments of cumulative figures telescope: they add up to the last cumulative figure of each series."""

    increments: int = 0
    sum_of_increments: str = "0"
    sum_of_last_cumulative: str = "0"
    agrees: bool = True


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """Figures added up because the mapping says so (add_over, add_alike): each sum is that of its parts, counted on another way."""

    sums: int = 0
    figures: int = 0
    sum_of_figures: str = "0"
    sum_of_sums: str = "0"
    agrees: bool = True


class Counted(msgspec.Struct, kw_only=True):
    """Figures that are no plain numbers."""

    intervals: int = 0
    absences: dict[str, int] = {}
    from_empty_cells: int = 0


class FileAccount(msgspec.Struct, kw_only=True):
    """The account of one file, or of all."""

    file: str
    opened: bool = True
    cells: Cells
    rows: Rows
    sums: Sums
    counted: Counted
    declared_totals: list[DeclaredTotal] = []
    balanced: bool = True
    observations: dict[str, int] = {}
    problems: dict[str, int] = {}


class Leftovers(msgspec.Struct, kw_only=True):
    """What the mapping says and these files did not need."""

    unused_crosswalk_lines: list[str] = []
    idle_checks: list[str] = []
    idle_corrections: list[str] = []
    idle_totals: list[str] = []


class Account(msgspec.Struct, kw_only=True):
    """The balance of one call: each file, and all of them."""

    mapping: str
    mapping_version: str
    files: list[FileAccount]
    all: FileAccount
    derived: Derived
    added: Added = Added()
    leftovers: Leftovers
    hashes: dict[str, str]
    reader_network: str = ""
    """How the network was taken from the reading child: namespace, seccomp, both, or why not."""
    seconds: float = 0.0
    rows_per_second: int = 0
    peak_bytes: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every cell and every sum is accounted for."""
        return self.all.balanced


def summed(files: list[FileAccount], derived: Derived, added: Added) -> FileAccount:
    """The account of all files together."""
    whole = FileAccount(file="", cells=Cells(), rows=Rows(), sums=Sums(), counted=Counted())
    ignored: Counter[str] = Counter()
    for one in files:
        ignored.update(one.cells.ignored)
    whole.cells = Cells(
        found=sum(f.cells.found for f in files), observed=sum(f.cells.observed for f in files),
        code_or_label=sum(f.cells.code_or_label for f in files), ignored=dict(ignored),
        refused=sum(f.cells.refused for f in files),
    )  # fmt: skip
    whole.rows = Rows(**{n: sum(getattr(f.rows, n) for f in files) for n in Rows.__struct_fields__})
    whole.sums = Sums(
        **{
            n: plain(sum((Decimal(getattr(f.sums, n)) for f in files), Decimal(0)))
            for n in Sums.__struct_fields__
        }
    )
    whole.counted = _summed_counts([f.counted for f in files])
    whole.declared_totals = [total for f in files for total in f.declared_totals]
    whole.observations = added_up([f.observations for f in files])
    whole.problems = added_up([f.problems for f in files])
    whole.opened = any(f.opened for f in files)
    whole.balanced = (
        all(f.balanced for f in files)
        and whole.cells.agrees()
        and whole.sums.agree()
        and derived.agrees
        and added.agrees
    )
    return whole


def plain(number: Decimal) -> str:
    """A number as decimal text, without needless noughts."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _summed_counts(counts: list[Counted]) -> Counted:
    return Counted(
        intervals=sum(c.intervals for c in counts), absences=added_up([c.absences for c in counts]),
        from_empty_cells=sum(c.from_empty_cells for c in counts),
    )  # fmt: skip


def added_up(counts: list[dict[str, int]]) -> dict[str, int]:
    """Counts of several files together, in the order of what they count."""
    whole: Counter[str] = Counter()
    for one in counts:
        whole.update(one)
    return dict(sorted(whole.items()))
