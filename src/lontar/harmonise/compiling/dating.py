"""Steps that turn texts into periods and vintages."""

from collections.abc import Callable
from datetime import date, timedelta

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.compiling.rule_reading import RuleReader, Unread
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings
from lontar.harmonise.resolving.periods import year_start
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.periods import Period, days_period
from lontar.model.mapping import Break, PeriodRule
from lontar.model.mapping.formats import references

PERIOD_COLUMNS = (
    op.Column(name="period", type="text"),
    op.Column(name="frequency", type="text"),
    op.Column(name="period_start", type="date"),
    op.Column(name="period_end", type="date"),
    op.Column(name="period_before", type="date"),
    op.Column(name="break_note", type="text"),
)
"""`period_before` is the day before the period starts; `break_note` the reason of a break that falls within it."""


class Dater:
    """Adds the steps for the period and the vintage."""

    def __init__(self, binding: Binding, keys: KeyMaker, findings: Findings, months: CodeList | None) -> None:
        self._binding, self._keys, self._findings, self._months = binding, keys, findings, months
        self.period_ends: set[date] = set()

    def add_period(self, builder: Builder) -> None:
        """Attach period, frequency, first and last day."""
        mapping = self._binding.mapping
        more = ("header",) if any(b.columns for b in mapping.breaks) else ()
        self._add(builder, "period", mapping.period_rules(), PERIOD_COLUMNS, self._period_cells, more)

    def add_vintage(self, builder: Builder) -> None:
        """Attach the date as of which the source reports, if it says one."""
        rules = self._binding.mapping.vintage_rules()
        if not rules:
            builder.constant("vintage", "date", None)
            return
        self._add(builder, "vintage", rules, (op.Column(name="vintage", type="date"),), _vintage_cells)

    def _add(
        self, builder: Builder, what: str, rules: tuple[PeriodRule, ...], outputs: tuple[op.Column, ...],
        cells: Callable[[Period, dict[str, str]], tuple[op.Scalar, ...]], more: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Read periods by these rules; a problem stands in the column of its place, `<what>_bad_<place>`."""
        key = self._keys.keys((*(name for rule in rules for name in rule.names()), *more))
        chosen = RuleReader(rules, self._months)
        places = list(dict.fromkeys(place for rule in rules for place in self._places(rule)))
        bad = [op.Column(name=f"{what}_bad_{number}", type="int") for number, _ in enumerate(places, 1)]
        rows = []
        for values, texts in key.combinations:
            found = chosen.read(texts)
            if isinstance(found, Period):
                rows.append((*values, *cells(found, texts), *(None for _ in places)))
            else:
                rows.append((*values, *(None for _ in outputs), *self._problem(found, places)))
        why = f"the {what}, from {' or '.join(dict.fromkeys(rule.source for rule in rules))}"
        told = builder.attach(f"{what}s", key.columns, key.types, (*outputs, *bad), rows, why, whole=True)
        for column, place in zip(bad, places, strict=True):
            if column.name in told:
                builder.mark_bad(column.name, place, by_row="entry" not in key.columns)

    def _problem(self, found: Unread, places: list[str]) -> tuple[op.Scalar, ...]:
        """The number of the problem in the column of its place."""
        start, end = self._places(found.rule)
        place = end if found.is_end else start
        number = self._findings.number(found.wrong, found.text)
        return tuple(number if one == place else None for one in places)

    def add_spans(self, builder: Builder) -> None:
        """Attach the period from the day after `since` to `period_end`, for increments of cumulative figures."""
        rules = self._binding.mapping.period_rules()
        ends, starts = sorted(self.period_ends), rules[0].fiscal_year_starts
        rows = []
        for since in sorted({*ends, *(year_start(end, starts) - timedelta(days=1) for end in ends)}):
            for end in ends:
                if since < end and year_start(end, starts) <= since + timedelta(days=1):
                    span = days_period(since + timedelta(days=1), end)
                    rows.append((since, end, span.text, span.frequency, span.start))
        outputs = (
            op.Column(name="span", type="text"),
            op.Column(name="span_frequency", type="text"),
            op.Column(name="span_start", type="date"),
        )
        days = [op.Column(name=name, type="date") for name in ("since", "period_end")]
        builder.attach(
            "spans", ("since", "period_end"), days, outputs, rows, "the span of each increment", whole=True
        )

    def _places(self, rule: PeriodRule) -> tuple[str, str]:
        """The slots of the cells that say the period and its end; '' for none."""
        slots = self._binding.slots
        start, end = (
            next((slots[n] for n in references(source) if n in slots), "")
            for source in (rule.source, rule.to or rule.source)
        )
        return start, end

    def _period_cells(self, found: Period, texts: dict[str, str]) -> tuple[op.Scalar, ...]:
        self.period_ends.add(found.end)
        note = _break_note(found, texts.get("header", ""), self._binding.mapping.breaks)
        before = found.start - timedelta(days=1) if found.start > date.min else None
        return (found.text, found.frequency, found.start, found.end, before, note)


def _vintage_cells(found: Period, texts: dict[str, str]) -> tuple[op.Scalar, ...]:  # noqa: ARG001
    return (found.end,)


def _break_note(period: Period, header: str, breaks: tuple[Break, ...]) -> str | None:
    notes = [
        f"break in series: {b.reason}"
        for b in breaks
        if period.start <= date.fromisoformat(b.since) <= period.end
        and (not b.columns or header in b.columns)
    ]
    return "; ".join(notes) or None
