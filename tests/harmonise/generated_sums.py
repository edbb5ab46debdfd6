"""What must become of a made-up table whose mapping adds up the places that mean the same."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from tests.harmonise.generated_tables import Figure, Record, Shape, Table, fate_of, key_of

Part = tuple[str, str, Figure]
"""The national code of a figure's place, what else the row is labelled with, and the figure."""


class Sums(NamedTuple):
    """Sums by fate, and each observation: key, value, low, high, absence, whether it is a sum."""

    sums: dict[str, Decimal]
    observations: Counter[tuple[Any, ...]]


class Group(NamedTuple):
    """The figures of one file that share a key: those that could be observed, and those that are wrong themselves."""

    parts: list[Part]
    wrong: list[Figure]


def expected_sums(table: Table, *, adds_alike: bool = False) -> Sums:
    """What must become of this table; `adds_alike` says whether rows alike in all their labels are added up."""
    sums = dict.fromkeys(("found", "observed", "ignored", "refused"), Decimal(0))
    groups: dict[tuple[Any, ...], dict[int, Group]] = defaultdict(dict)
    for number, records in enumerate(table.files):
        for record, figure, name in _figures(table.shape, records):
            fate = fate_of(table.shape, record, figure, name)
            sums["found"] += figure.value or 0
            if fate == "observed" or (fate == "refused" and _is_placed(table.shape, record)):
                group = groups[key_of(table.shape, record, name)].setdefault(number, Group([], []))
                if fate == "observed":
                    group.parts.append((record.place, _remark(table.shape, record), figure))
                else:
                    group.wrong.append(figure)
            else:
                sums[fate] += figure.value or 0
    observations = Counter[tuple[Any, ...]]()
    for key, by_file in groups.items():
        of_key = list(by_file.values())
        _judge(table.shape, key, of_key, _alone(of_key, adds_alike), sums, observations)
    return Sums(sums, observations)


def _figures(shape: Shape, records: list[Record]) -> list[tuple[Record, Figure, str]]:
    rows = [record for record in records if record.kind == "row"]
    return [(r, f, name) for r in rows for f, name in zip(r.figures, shape.figures(), strict=True)]


def _is_placed(shape: Shape, record: Record) -> bool:
    """Whether place, month and vintage are known, so that only the figure is wrong."""
    sure = Figure("1", "value", Decimal(1))
    return fate_of(shape, record, sure, shape.figures()[0]) == "observed"


def _remark(shape: Shape, record: Record) -> str:
    """What a row says in the column that serves as a label and no more."""
    name = "Note; 2"
    return record.cells[shape.header().index(name)].strip() if name in shape.extras else ""


def _alone(groups: list[Group], adds_alike: bool) -> list[list[Figure]]:
    """The figures of each group that are not told twice."""
    codes = Counter(code for group in groups for code, _, _ in group.parts)
    alone: list[list[Figure]] = []
    for group in groups:
        alike = Counter((code, remark) for code, remark, _ in group.parts)
        may_be = {part[:2]: alike[part[:2]] if adds_alike else 1 for part in group.parts}
        alone.append([part[2] for part in group.parts if codes[part[0]] == may_be[part[:2]]])
    return alone


def _judge(
    shape: Shape, key: tuple[Any, ...], groups: list[Group], alone: list[list[Figure]], sums: dict[str, Decimal],
    observations: Counter[tuple[Any, ...]],
) -> None:  # fmt: skip
    filled = [figures for figures in alone if figures]
    for group, figures in zip(groups, alone, strict=True):
        is_whole = len(figures) == len(group.parts) and not group.wrong and len(filled) == 1
        absences = {shape.style.absences.get(figure.text) for figure in figures}
        is_sum = is_whole and len(absences) == 1 and bool(figures)
        fate = "observed" if is_sum else "refused"
        sums[fate] += sum((figure.value or 0 for _, _, figure in group.parts), Decimal(0))
        sums["refused"] += sum((figure.value or 0 for figure in group.wrong), Decimal(0))
        if is_sum:
            observations[key, *_added(shape, figures), absences.pop(), len(figures) > 1] += 1


def _added(shape: Shape, figures: list[Figure]) -> tuple[float | None, float | None, float | None]:
    """Value, low and high of a sum."""
    bounds = [_bounds(shape, figure) for figure in figures if figure.says != "absence"]
    if not bounds:
        return None, None, None
    has_value = all(figure.value is not None for figure in figures)
    value = float(sum(figure.value or 0 for figure in figures)) if has_value else None
    if has_value and shape.style.rounded_to is None:
        return value, None, None
    return value, float(sum(low for low, _ in bounds)), float(sum(high for _, high in bounds))


def _bounds(shape: Shape, figure: Figure) -> tuple[Decimal, Decimal]:
    if figure.value is None:
        return Decimal(0), Decimal(4)
    reach = Decimal((shape.style.rounded_to or 0) // 2)
    low = figure.value - reach
    return (low if figure.value < 0 else max(low, Decimal(0))), figure.value + reach
