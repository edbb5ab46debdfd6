"""Steps that turn the texts of figure cells into numbers, bounds and absences."""

from decimal import Decimal

from lontar.harmonise.compiling.binding import Binding, Entry
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import Distinct, KeyMaker
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.figures import PLAIN, Figure, FigureReader, is_too_precise
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.model.mapping import FigureStyle

_OUTPUTS = (
    op.Column(name="figure_value", type="number"),
    op.Column(name="figure_low", type="number"),
    op.Column(name="figure_high", type="number"),
    op.Column(name="figure_absence", type="text"),
    op.Column(name="figure_status", type="text"),
    op.Column(name="figure_break", type="bool"),
    op.Column(name="is_nothing", type="bool"),
    op.Column(name="is_fraction", type="bool"),
    op.Column(name="figure_bad", type="int"),
)


class Figurer:
    """Adds the steps for the figures, after the table has been made long."""

    def __init__(self, binding: Binding, keys: KeyMaker, distinct: Distinct, findings: Findings) -> None:
        self._binding, self._keys, self._distinct, self._findings = binding, keys, distinct, findings

    def add_long(self, builder: Builder) -> None:
        """One row a figure cell: its entry, its text as found, and as corrected."""
        entries = self._binding.entries
        builder.step(
            op.Unpivot(entries=tuple((e.number, e.slot) for e in entries)), "one row for each figure cell"
        )
        corrected = [e for e in entries if self._keys.column(e.slot) != e.slot]
        cases = tuple(
            op.Case(when=op.OneOf(column="entry", values=(e.number,)), column=self._keys.column(e.slot))
            for e in corrected
        )
        builder.step(op.Choose(into="figure_read", type="text", cases=cases, otherwise="figure"))
        rows = [
            (file, entry.number, self._binding.positions.get((file, entry.slot)))
            for file in self._binding.files
            for entry in entries
        ]
        types = [op.Column(name=name, type="int") for name in ("file", "entry")]
        outputs = [op.Column(name="source_column", type="int")]
        builder.attach(
            "places", ("file", "entry"), types, outputs, rows, "where each figure stands", whole=True
        )

    def add_figures(self, builder: Builder) -> None:
        """Read the figures: plain digits by the engine, every other distinct text resolved beforehand."""
        styles = self._styles()
        readers = [FigureReader(style) for style in styles]
        rows: list[tuple[op.Scalar, ...]] = []
        found: list[tuple[op.Scalar, ...]] = []
        for number, (style, reader) in enumerate(zip(styles, readers, strict=True), start=1):
            mine = [entry for entry in self._binding.entries if entry.style == style]
            texts = self._texts(mine)
            if reader.lets_engine_read_digits():
                texts = {text for text in texts if not PLAIN.fullmatch(text)}
            for text in sorted(texts):
                figure = reader.read(text)
                found.append((number, text, _number(figure.value)))
                rows.append((number, text, *self._cells(_in_units(figure, style), text)))
        by_entry = [(e.number, styles.index(e.style) + 1) for e in self._binding.entries]
        style_column, entry_column = op.Column(name="style", type="int"), op.Column(name="entry", type="int")
        builder.attach(
            "styles", ("entry",), [entry_column], [style_column], by_entry, "how each column writes figures"
        )
        reads_digits = tuple(n for n, reader in enumerate(readers, 1) if reader.lets_engine_read_digits())
        self._add_found(builder, found, style_column, reads_digits)
        keys = [style_column, op.Column(name="figure_read", type="text")]
        builder.attach(
            "figures", ("style", "figure_read"), keys, _OUTPUTS, rows, "what figure texts mean", whole=True
        )
        builder.mark_bad("figure_bad", None, by_row=False)
        self._add_value(builder, reads_digits)

    def _add_found(
        self,
        builder: Builder,
        rows: list[tuple[op.Scalar, ...]],
        style: op.Column,
        reads_digits: tuple[int, ...],
    ) -> None:
        """The number in the cell as it was found, for the account; corrections do not change it."""
        keys = [style, op.Column(name="figure", type="text")]
        found = [op.Column(name="figure_found", type="number")]
        builder.attach(
            "found",
            ("style", "figure"),
            keys,
            found,
            rows,
            "figures as found",
            whole=True,
        )
        builder.step(op.Digits(column="figure", into="digits_found"))
        case = op.Case(when=op.OneOf(column="style", values=reads_digits), column="digits_found")
        builder.step(op.Choose(into="plain_found", type="number", cases=(case,)))
        builder.step(op.Pick(into="found_value", type="number", options=("figure_found", "plain_found")))

    def _add_value(self, builder: Builder, reads_digits: tuple[int, ...]) -> None:
        builder.step(op.Digits(column="figure_read", into="plain"), "plain digits stand for themselves")
        case = op.Case(when=op.OneOf(column="style", values=reads_digits), column="plain")
        builder.step(op.Choose(into="plain_value", type="number", cases=(case,)))
        builder.step(op.Pick(into="value", type="number", options=("figure_value", "plain_value")))

    def add_not_yet(self, builder: Builder) -> None:
        """Fillers after the vintage become absences; a figure there is a problem."""
        awaiting = [(n, s.not_yet) for n, s in enumerate(self._styles(), start=1) if s.not_yet is not None]
        late = op.Compared(left="period_start", holds=">", right="vintage")
        fillers = tuple(
            op.Case(
                when=op.All(
                    of=(
                        op.OneOf(column="style", values=(n,)),
                        late,
                        op.OneOf(column="figure_read", values=rule.values),
                    )
                ),
                value=rule.absence,
            )
            for n, rule in awaiting
        )
        builder.step(
            op.Choose(into="filler", type="text", cases=fillers), "fillers after the day of the report"
        )
        is_filler = op.Not(of=op.Missing(column="filler"))
        builder.step(op.Pick(into="absence", type="text", options=("filler", "figure_absence")))
        for name, into in (("value", "value_told"), ("figure_low", "low_told"), ("figure_high", "high_told")):
            builder.step(
                op.Choose(
                    into=into, type="number", cases=(op.Case(when=is_filler, value=None),), otherwise=name
                )
            )
        self._add_unread(builder)
        if awaiting:
            number = self._findings.number(Wrong.of("figure_after_vintage"))
            styled = op.OneOf(column="style", values=tuple(n for n, _ in awaiting))
            is_figure = op.Any(
                of=(op.Not(of=op.Missing(column="value_told")), op.Not(of=op.Missing(column="low_told")))
            )
            case = op.Case(when=op.All(of=(styled, late, is_figure)), value=number)
            builder.step(op.Choose(into="late_bad", type="int", cases=(case,)))
            builder.mark_bad("late_bad", None, by_row=False)

    def _add_unread(self, builder: Builder) -> None:
        """A figure cell that says nothing at all would be a figure lost: it is refused."""
        told = ("value_told", "low_told", "high_told", "absence", "is_nothing", "figure_bad")
        number = self._findings.number(Wrong.of("no_figure"))
        case = op.Case(when=op.All(of=tuple(op.Missing(column=name) for name in told)), value=number)
        builder.step(op.Choose(into="unread_bad", type="int", cases=(case,)))
        builder.mark_bad("unread_bad", None, by_row=False)

    def is_scaled(self) -> op.Condition | None:
        """Which figures are given in other units than the source's; None where none is."""
        scaled = tuple(n for n, style in enumerate(self._styles(), start=1) if style.times is not None)
        return op.OneOf(column="style", values=scaled) if scaled else None

    def _styles(self) -> list[FigureStyle]:
        styles: list[FigureStyle] = []
        for entry in self._binding.entries:
            if entry.style not in styles:
                styles.append(entry.style)
        return styles

    def _texts(self, entries: list[Entry]) -> set[str]:
        found: set[str] = set()
        for entry in entries:
            key = self._keys.keys((entry.header,))
            found |= {str(values[0]) for values, _ in key.combinations}
            found |= {str(values[0]) for values in self._distinct((entry.slot,))}
        return found

    def _cells(self, figure: Figure, text: str) -> tuple[op.Scalar, ...]:
        bad = None if figure.wrong is None else self._findings.number(figure.wrong, text)
        return (
            _number(figure.value), _number(figure.low), _number(figure.high), figure.absence, figure.status,
            figure.is_break or None, figure.is_nothing or None, figure.is_fraction or None, bad,
        )  # fmt: skip


def _in_units(figure: Figure, style: FigureStyle) -> Figure:
    """The figure in units of one; one that grows too large is refused."""
    whole = figure.times(style.times) if style.times is not None else figure
    if whole.wrong is None and whole.value is not None and is_too_precise(whole.value):
        return Figure(wrong=Wrong.of("too_precise"))
    return whole


def _number(value: Decimal | None) -> op.Scalar:
    """A number as lookups carry it: decimal text, which every engine reads alike."""
    return None if value is None else f"{value:f}"
