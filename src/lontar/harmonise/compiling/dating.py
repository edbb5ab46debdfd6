"""Steps that turn texts into periods and vintages."""

from datetime import date, timedelta

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.harmonise.resolving.periods import PeriodReader, year_start
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
    op.Column(name="period_bad", type="int"),
)
"""`period_before` is the day before the period starts; `break_note` the reason of a break that falls within it."""


class Dater:
    """Adds the steps for the period and the vintage."""

    def __init__(self, binding: Binding, keys: KeyMaker, findings: Findings, months: CodeList | None) -> None:
        self._binding, self._keys, self._findings, self._months = binding, keys, findings, months
        self.period_ends: set[date] = set()

    def add_period(self, builder: Builder, rule: PeriodRule) -> set[str]:
        """Attach period, frequency, first and last day."""
        breaks = self._binding.mapping.breaks
        names = references(rule.source) + (("header",) if any(b.columns for b in breaks) else ())
        key = self._keys.keys(names)
        reader = PeriodReader(rule, self._months)
        rows = [(*values, *self._period_cells(reader, texts, breaks)) for values, texts in key.combinations]
        told = builder.attach(
            "periods",
            key.columns,
            key.types,
            PERIOD_COLUMNS,
            rows,
            f"the period, from {rule.source}",
            whole=True,
        )
        if "period_bad" in told:
            builder.mark_bad("period_bad", self._place(rule), by_row="entry" not in key.columns)
        return told

    def add_vintage(self, builder: Builder, rule: PeriodRule) -> set[str]:
        """Attach the date as of which the source reports."""
        key = self._keys.keys(references(rule.source))
        reader = PeriodReader(rule, self._months)
        outputs = (op.Column(name="vintage", type="date"), op.Column(name="vintage_bad", type="int"))
        rows = [(*values, *self._vintage_cells(reader, texts)) for values, texts in key.combinations]
        told = builder.attach(
            "vintages", key.columns, key.types, outputs, rows, f"the vintage, from {rule.source}", whole=True
        )
        if "vintage_bad" in told:
            builder.mark_bad("vintage_bad", self._place(rule), by_row="entry" not in key.columns)
        return told

    def add_spans(self, builder: Builder) -> None:
        """Attach the period from the day after `since` to `period_end`, for increments of cumulative figures."""
        ends, starts = sorted(self.period_ends), self._binding.mapping.period.fiscal_year_starts
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

    def _place(self, rule: PeriodRule) -> str:
        return next((self._binding.slots[n] for n in references(rule.source) if n in self._binding.slots), "")

    def _period_cells(
        self, reader: PeriodReader, texts: dict[str, str], breaks: tuple[Break, ...]
    ) -> tuple[op.Scalar, ...]:
        text = reader.text(texts)
        found = reader.read(text)
        if isinstance(found, Wrong):
            return (None,) * 6 + (self._findings.number(found, text),)
        self.period_ends.add(found.end)
        note = _break_note(found, texts.get("header", ""), breaks)
        before = found.start - timedelta(days=1) if found.start > date.min else None
        return (found.text, found.frequency, found.start, found.end, before, note, None)

    def _vintage_cells(self, reader: PeriodReader, texts: dict[str, str]) -> tuple[op.Scalar, ...]:
        text = reader.text(texts)
        found = reader.read(text)
        return (None, self._findings.number(found, text)) if isinstance(found, Wrong) else (found.end, None)


def _break_note(period: Period, header: str, breaks: tuple[Break, ...]) -> str | None:
    notes = [
        f"break in series: {b.reason}"
        for b in breaks
        if period.start <= date.fromisoformat(b.since) <= period.end
        and (not b.columns or header in b.columns)
    ]
    return "; ".join(notes) or None
