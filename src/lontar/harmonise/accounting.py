"""Counting the judged relation and the landed files into an account. Found and fated are counted on separate ways."""

from collections import Counter, defaultdict
from decimal import Decimal

from lontar.harmonise.account import (
    Added,
    Cells,
    Counted,
    DeclaredTotal,
    Derived,
    Fate,
    FileAccount,
    Leftovers,
    Rows,
    Sums,
    plain,
)
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.compiling.judging import SERIES
from lontar.harmonise.compiling.totalling import Declared
from lontar.harmonise.engine import COUNTED, JUDGED, DuckEngine
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan.duckdb_sql import condition_sql, identifier
from lontar.harmonise.reading.landing import STRAY, LandedFile, Landing
from lontar.harmonise.resolving.figures import FigureReader
from lontar.model.mapping import REST, Column, Mapping
from lontar.model.problems import Problem

DECLARED, NO_FIGURE, PERSONAL, TITLE = "declared total", "no figure, by the mapping", "personal", "title"
REPEATED = "repetition of a figure that counts once"
"""Reasons to ignore cells that the mapping language implies."""


_USED = "fate IN ('observed', 'added')"
"""Cells whose figures are in the observations: as one of their own, or in the sum that another cell became."""
_FATE_OF: dict[str, Fate] = {
    "observed": "observed",
    "refused": "refused",
    "ignored": "ignored",
    "total": "ignored",
    "nothing": "ignored",
    "repeated": "ignored",
    "added": "observed",
}
_TELESCOPE = """
WITH told AS (
  SELECT *, CASE WHEN count(*) OVER (PARTITION BY {key}) <> count(DISTINCT period_end) OVER (PARTITION BY {key})
    THEN vintage END AS chain
  FROM {judged} WHERE since IS NOT NULL),
chains AS (
  SELECT arg_max(value_told, period_end) - coalesce(arg_min(coalesce(value_before, 0), period_end), 0) AS gained
  FROM told GROUP BY {key}, chain)
SELECT count(*), sum(final_value), (SELECT sum(gained) FROM chains) FROM told"""
"""Increments, their sum, and what each chain of reports has gained: by series, and by report where reports revise."""
_SUMS = """
WITH sums AS (
  SELECT count(*) AS figures, count(*) FILTER (fate = 'observed') AS carriers, sum(value_told) AS parts,
    max(final_value) FILTER (fate = 'observed') AS whole, count(value_told) = count(*) AS is_whole
  FROM {judged} WHERE fate IN ('observed', 'added') GROUP BY {key} HAVING count(*) > 1)
SELECT count(*), coalesce(sum(figures), 0), coalesce(sum(parts) FILTER (is_whole), 0), coalesce(sum(whole), 0),
  coalesce(bool_and(carriers = 1 AND CASE WHEN is_whole THEN parts IS NOT DISTINCT FROM whole ELSE whole IS NULL END), true)
FROM sums"""
"""Sums, their figures, and whether each is what its figures add up to; grouped anew, past the plan."""
_FATE_OF_ROLE: dict[str, Fate] = {"used": "code_or_label", "unmapped": "refused", "ignored": "ignored"}


class Accountant:
    """Makes the accounts of the files of one call."""

    def __init__(self, engine: DuckEngine, compiled: Compiled, mapping: Mapping, landing: Landing) -> None:
        self._engine, self._compiled, self._mapping, self._landing = engine, compiled, mapping, landing
        self._binding = compiled.binding
        self._roles = _roles(mapping)
        self._fates: dict[int, set[Fate]] = defaultdict(set)
        self._passed: list[tuple[int, str, int]] = []
        self.problems: list[Problem] = []
        """What is wrong with declared totals, and with files of which nothing is left."""

    def accounts(self) -> list[FileAccount]:
        """One account a file, in the order in which the files were given."""
        self._accounts = [
            FileAccount(
                file=f.name,
                opened=n in self._binding.files,
                cells=Cells(),
                rows=Rows(),
                sums=Sums(),
                counted=Counted(),
            )
            for n, f in enumerate(self._landing.files)
        ]
        for number in self._binding.files:
            self._add_frame(number, self._landing.files[number])
        self._add_figures()
        self._add_codes()
        self._add_rows()
        self._add_found_sums()
        self._add_totals()
        self._look_for_observations()
        for account in self._accounts:
            account.balanced = account.cells.agrees() and account.sums.agree()
        return self._accounts

    def derived(self) -> Derived:
        """Whether increments add up to the last cumulative figure of each series."""
        if not self._has_increments():
            return Derived()
        key = ", ".join(map(identifier, (*SERIES, *self._compiled.dimensions)))
        count, increments, last = self._engine.rows(_TELESCOPE.format(key=key, judged=JUDGED))[0]
        sums = [Decimal(str(number or 0)) for number in (increments, last)]
        return Derived(
            increments=int(count),
            sum_of_increments=plain(sums[0]),
            sum_of_last_cumulative=plain(sums[1]),
            agrees=sums[0] == sums[1],
        )

    def added(self) -> Added:
        """Whether every sum is that of the figures that it was added up from."""
        if not self._mapping.adds_up:
            return Added()
        key = ", ".join(map(identifier, dict.fromkeys(("file", *self._compiled.key))))
        sums, figures, parts, whole, agrees = self._engine.rows(_SUMS.format(key=key, judged=JUDGED))[0]
        told = [plain(Decimal(str(number))) for number in (parts, whole)]
        return Added(
            sums=int(sums),
            figures=int(figures),
            sum_of_figures=told[0],
            sum_of_sums=told[1],
            agrees=bool(agrees),
        )

    def leftovers(self) -> Leftovers:
        """Crosswalk lines, checks and corrections that these files did not need."""
        needed: dict[str, set[str]] = defaultdict(set)
        for reader in self._compiled.readers:
            if reader.crosswalk is not None:
                needed[reader.crosswalk.path] |= reader.used
        unused = []
        for path, crosswalk in {
            r.crosswalk.path: r.crosswalk for r in self._compiled.readers if r.crosswalk
        }.items():
            unused += [
                f"{path}, {f'line {x.line}' if x.line else 'added'}: '{x.source}'"
                for x in crosswalk.lines
                if x.source not in needed[path]
            ]
        return Leftovers(
            unused_crosswalk_lines=unused,
            idle_checks=list(dict.fromkeys(self._compiled.idle_checks)),
            idle_corrections=[c.id for c in self._compiled.idle_corrections],
            idle_totals=list(self._compiled.idle_totals),
        )

    def _has_increments(self) -> bool:
        return any(entry.style.cumulative for entry in self._binding.entries)

    def _add_frame(self, number: int, file: LandedFile) -> None:
        """Titles, headers, ignored rows, odd rows, dropped columns: all that is not in the landed rows."""
        account = self._accounts[number]
        cells, rows = account.cells, account.rows
        cells.found, rows.found = file.cells, file.rows
        told = {fact.row for fact in self._mapping.facts if fact.source == "title"}
        for title in file.titles:
            used = bool(told) and (None in told or title.row in told)
            cells.add("code_or_label" if used else "ignored", 1, TITLE)
        for reason, count in file.ignored.items():
            cells.add("ignored", count, reason)
        cells.add("refused", sum(problem.cells for problem in file.problems))
        seen: set[str] = set()
        for column in file.columns:
            role, reason = self._role(column.header)
            if column.header in seen and role == "used":
                role = "unmapped"  # a second column of one header: nobody knows which is meant
            seen.add(column.header)
            cells.add(_FATE_OF_ROLE[role], column.header_cells, reason)
            if role == "unmapped":
                cells.add("refused", column.filled)
            elif role == "ignored":
                cells.add("ignored", column.filled, reason)
        self._add_frame_rows(file, rows, bool(told))

    def _add_frame_rows(self, file: LandedFile, rows: Rows, titles_told: bool) -> None:
        title_rows = len({title.row for title in file.titles})
        header_rows = self._mapping.table.header_rows if any(c.header_cells for c in file.columns) else 0
        rows.refused += len(file.problems)
        rows.ignored += file.ignored_rows + (0 if titles_told else title_rows)
        headers = Counter(c.header for c in file.columns if c.header_cells)
        twice = [h for h, count in headers.items() if count > 1 and self._role(h)[0] == "used"]
        unmapped = bool(twice) or any(self._role(header)[0] == "unmapped" for header in headers)
        rows.refused += header_rows if unmapped else 0
        rows.code_or_label += (title_rows if titles_told else 0) + (0 if unmapped else header_rows)
        joined = (
            file.rows - file.data_rows - len(file.problems) - file.ignored_rows - title_rows - header_rows
        )
        rows.code_or_label += joined

    def _role(self, header: str) -> tuple[str, str]:
        column = self._roles.get(header) or self._roles.get(REST)
        if column is None:
            return ("used", "") if header in self._named_in_periods() else ("unmapped", "")
        if column.says == "personal":
            return "ignored", PERSONAL
        if column.says == "ignore":
            return "ignored", column.reason or "ignored column"
        return "used", ""

    def _named_in_periods(self) -> set[str]:
        return set(self._binding.slots) & set(self._mapping.dating_columns())

    def _add_figures(self) -> None:
        filled, nothing = _times("figure <> ''"), _times(f"{_USED} AND figure = ''")
        ranges = _times(f"{_USED} AND low_told IS NOT NULL AND value_told IS NULL")
        query = (
            f"SELECT file, fate, ignore, {filled}, coalesce(sum(found_value), 0),"
            f" {ranges}, {nothing} FROM {COUNTED} WHERE source_column IS NOT NULL GROUP BY ALL"
        )
        for file, fate, reason, count, total, intervals, empty in self._in_order(query, "fate", "ignore"):
            account = self._accounts[int(file)]
            told = {"total": DECLARED, "nothing": NO_FIGURE, "repeated": REPEATED}.get(str(fate), str(reason))
            kind = _FATE_OF[str(fate)]
            account.cells.add(kind, int(count), told)
            self._fates[int(file)].add(kind)
            if kind == "ignored" and fate != "nothing":
                self._passed.append((int(file), told, int(count)))
            setattr(account.sums, kind, plain(Decimal(getattr(account.sums, kind)) + Decimal(str(total))))
            account.counted.intervals += int(intervals)
            account.counted.from_empty_cells += int(empty)
        self._add_counts()

    def _look_for_observations(self) -> None:
        """A file with figures of which none is observed and none refused: nothing else would say that it gives nothing."""
        passed: dict[int, Counter[str]] = defaultdict(Counter)
        for file, reason, count in self._passed:
            passed[file][reason] += count
        for number, reasons in sorted(passed.items()):
            fates = self._fates[number]
            if reasons.total() and not fates & {"observed", "refused"}:
                landed = self._landing.files[number]
                told = ", ".join(f"{count:,} {reason}" for reason, count in sorted(reasons.items()) if count)
                details = {"found": f"{reasons.total():,}", "detail": told}
                self.problems.append(
                    Problem("nothing_observed", file=landed.name, sheet=landed.sheet, details=details)
                )

    def _add_counts(self) -> None:
        for file, absence, count in self._in_order(
            f"SELECT file, absence, sum(alike) FROM {COUNTED} WHERE {_USED} AND absence IS NOT NULL GROUP BY ALL",
            "absence",
        ):
            self._accounts[int(file)].counted.absences[str(absence)] = int(count)
        for file, indicator, count in self._in_order(
            f"SELECT file, indicator, sum(alike) FROM {COUNTED} WHERE fate = 'observed' GROUP BY ALL",
            "indicator",
        ):
            self._accounts[int(file)].observations[str(indicator)] = int(count)

    def _add_codes(self) -> None:
        """Cells of columns that say codes, periods or other facts; once a row, not once a figure."""
        figures = {entry.slot for entry in self._binding.entries}
        for header, slot in self._binding.slots.items():
            if slot in figures or self._role(header)[0] != "used":
                continue
            refused = self._refused_condition(slot)
            weight = "greatest(1, pieces) * alike" if self._holds_pieces(slot) else "alike"
            query = (
                f"SELECT file, CASE WHEN {refused} THEN 'refused' WHEN row_ignore IS NOT NULL THEN 'ignored' ELSE 'code_or_label' END,"
                f" row_ignore, sum({weight}) FROM {COUNTED} WHERE entry = 1 AND {identifier(slot)} <> '' GROUP BY ALL"
            )
            for file, fate, reason, count in self._in_order(query, "row_ignore"):
                self._accounts[int(file)].cells.add(str(fate), int(count), str(reason))  # type: ignore[arg-type]

    def _in_order(self, query: str, *columns: str) -> list[tuple[str | int, ...]]:
        """The rows of a query by file and these columns as texts: the engine may hold them in an order of their own."""
        keys = ", ".join(f"{column}::VARCHAR" for column in columns)
        return self._engine.rows(f"SELECT * FROM ({query}) ORDER BY file, {keys}")

    def _refused_condition(self, slot: str) -> str:
        columns = [
            identifier(bad.column)
            for bad in self._compiled.bad
            if bad.refuses and bad.by_row and bad.slot == slot
        ]
        wrong = " OR ".join(f"{column} IS NOT NULL" for column in columns) or "FALSE"
        return f"row_ignore IS NULL AND fate <> 'total' AND ({wrong})"

    def _holds_pieces(self, slot: str) -> bool:
        wrapped = self._mapping.table.wrapped
        if wrapped is None or wrapped.rows is None:
            return False
        positions = [p for (_, s), p in self._binding.positions.items() if s == slot]
        return positions[:1] == ([1] if wrapped.rows == "first" else [max(self._binding.positions.values())])

    def _add_rows(self) -> None:
        by_row = [identifier(b.column) for b in self._compiled.bad if b.refuses and b.by_row]
        unmapped = [identifier(s) for h, s in self._binding.slots.items() if h == STRAY]
        wrong = [f"({c} IS NOT NULL AND fate <> 'total' AND row_ignore IS NULL)" for c in by_row] + [
            f"{s} <> ''" for s in unmapped
        ]
        codes = [identifier(s) for h, s in self._binding.slots.items() if self._role(h)[0] == "used"]
        coded = (
            " OR ".join(f"({c} <> '' AND row_ignore IS NULL)" for c in codes if c not in self._figure_slots())
            or "FALSE"
        )
        several = len(self._binding.entries) > 1
        holds = "bool_or({})" if several else "({})"
        tests = [
            f"fate = 'refused' AND figure <> '' OR {' OR '.join(wrong) or 'FALSE'}",
            f"{_USED} AND figure <> ''",
            coded,
        ]
        refused, observed, code = map(holds.format, tests)
        told = f"CASE WHEN {refused} THEN 'refused' WHEN {observed} THEN 'observed' WHEN {code} THEN 'code_or_label' ELSE 'ignored' END"
        rows = f"SELECT file, {told} AS fate, {'1 AS alike' if several else 'alike'} FROM {COUNTED}"
        rows += " GROUP BY file, row" if several else ""
        for file, fate, count in self._engine.rows(
            f"SELECT file, fate, sum(alike) FROM ({rows}) GROUP BY ALL"
        ):
            found = self._accounts[int(file)].rows
            setattr(found, str(fate), getattr(found, str(fate)) + int(count))

    def _figure_slots(self) -> set[str]:
        return {identifier(entry.slot) for entry in self._binding.entries}

    def _add_found_sums(self) -> None:
        """Sum the figures straight from the landed rows, past the plan: what the plan lost would show here."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for entry in self._binding.entries:
            reader = FigureReader(entry.style)
            for file, text, count in self._engine.landed_texts(entry.slot):
                value = reader.read(str(text)).value if text else None
                if (int(file), entry.slot) in self._binding.positions and value is not None:
                    found[int(file)] += value * int(count)
        for number in self._binding.files:
            self._accounts[number].sums.found = plain(found[number])

    def _add_totals(self) -> None:
        """Compare each declared total with its parts; a cell that two rules call a total lacks parts only if both find none."""
        told: dict[tuple[int, int, int], list[tuple[DeclaredTotal, bool]]] = defaultdict(list)
        for declared in self._compiled.declared:
            for file, row, column, value, low, high, vague, parts in self._engine.rows(
                _total_query(declared, self._mapping)
            ):
                place = f"row {row}, column {column}"
                total = _compared(place, value, low, high, vague, parts, declared.tolerance)
                told[int(file), int(row), int(column)].append((total, bool(parts)))
        for (file, row, column), totals in sorted(told.items()):
            whole = [(total, has_parts) for total, has_parts in totals if has_parts] or totals[:1]
            self._accounts[file].declared_totals += [total for total, _ in whole]
            for total, has_parts in whole:
                if not total.agrees:
                    self.problems.append(self._total_problem(file, row, column, total, has_parts))

    def _total_problem(
        self, file: int, row: int, column: int, total: DeclaredTotal, has_parts: bool
    ) -> Problem:
        landed = self._landing.files[file]
        return Problem(
            "total_differs" if has_parts else "total_without_parts", file=landed.name, sheet=landed.sheet, row=row,
            column=column, value=total.declared, details={"declared": total.declared, "computed": total.computed},
        )  # fmt: skip


def _times(condition: str) -> str:
    """How many figure cells meet a condition."""
    return f"coalesce(sum(alike) FILTER ({condition}), 0)"


def _total_query(declared: Declared, mapping: Mapping) -> str:
    return (
        f"SELECT file, row, {place_sql(mapping)}, value, {identifier(declared.low)}, {identifier(declared.high)},"
        f" {identifier(declared.vague)}, {identifier(declared.parts)} FROM {JUDGED}"
        f" WHERE source_column IS NOT NULL AND value IS NOT NULL AND fate IN ('total', 'refused')"
        f" AND {condition_sql(declared.is_total)} ORDER BY file, row, source_column"
    )


def _compared(
    place: str, value: object, low: object, high: object, vague: object, parts: object, tolerance: int
) -> DeclaredTotal:
    declared, least = Decimal(str(value)), Decimal(str(low or 0))
    most = None if vague else Decimal(str(high or 0))
    agrees = bool(parts) and declared >= least - tolerance and (most is None or declared <= most + tolerance)
    computed = (
        plain(least)
        if most == least
        else f"{plain(least)} or more"
        if most is None
        else f"{plain(least)} to {plain(most)}"
    )
    return DeclaredTotal(
        place=place, declared=plain(declared), computed=computed, agrees=agrees, has_parts=bool(parts)
    )


def _roles(mapping: Mapping) -> dict[str, Column]:
    return {header: column for column in mapping.columns for header in column.headers()}
