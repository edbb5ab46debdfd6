"""Small relations and plans, made up: every operation, with nulls, empty texts and hostile texts and names."""

from datetime import date
from typing import Any, NamedTuple

from hypothesis import strategies as st

from lontar.harmonise.plan import operations as op

HOSTILE = (
    "", " ", "a", "A", "b", "'", "''", '"', '"; DROP TABLE landed; --', "a;b", "; ", "%", "_", "\\", "\\n", "\n",
    "NULL", "1", "01", "1.0", "99999999999999", "999999999999999", "١٢", "é", "e\u0301", "ß", "ẞ", "İ", "नेपाल",
    "🚤", "\ufeff", "\u00a0", "$1", "{x}", "?", ":x", "/* */", "-- x", "\x00", "a\x00b", "\uffff", "\U0010ffff",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
)
NUMBERS = st.one_of(
    st.sampled_from(["0", "1", "0.0001", "-1", "99999999999999.9999", "-99999999999999.9999"]),
    st.decimals(min_value=-(10**6), max_value=10**6, places=4).map(lambda number: f"{number:f}"),
)
VALUES: dict[op.Type, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "int": st.one_of(st.integers(0, 3), st.integers(-(2**63), 2**63 - 1)),
    "number": NUMBERS,
    "date": st.one_of(st.sampled_from([date(2025, 1, 1), date(2025, 1, 2)]), st.dates()),
    "bool": st.booleans(),
}
SLOTS = ("s0", 's"1"', "s2; --", "slot'3")
LANDED_COLUMNS = (
    *(op.Column(name=name, type="int") for name in ("file", "row", "line", "pieces")),
    *(op.Column(name=name, type="text") for name in SLOTS),
)
EXTRAS: dict[str, op.Type] = {
    f'{name} "{kind}"': kind for name in ("one", "two") for kind in ("text", "int", "number", "date", "bool")
}  # type: ignore[misc]


class Case(NamedTuple):
    """Landed rows and a plan for them."""

    landed: list[dict[str, Any]]
    plan: op.Plan


class Sketch:
    """A plan under construction: its steps, lookups, and the columns that it has so far, with types."""

    def __init__(self) -> None:
        self.steps: list[op.Step] = []
        self.lookups: dict[str, op.Lookup] = {}
        self.columns: dict[str, op.Type] = {}

    def add(self, does: op.Operation, **made: op.Type) -> None:
        self.steps.append(op.Step(name=f'step "{len(self.steps)}"', does=does, why="because; -- of\nthis"))
        self.columns |= made

    def named(self, *kinds: op.Type) -> list[str]:
        return [name for name, kind in self.columns.items() if not kinds or kind in kinds]

    def new(self) -> str:
        return f'new "{len(self.steps)}"; \''


@st.composite
def cases(draw: st.DrawFn, *operations: type, most: int = 1) -> Case:
    """Rows, the five types beside them, and then the operations wanted."""
    landed = draw(st.lists(_rows(), max_size=6))
    for number, row in enumerate(landed):
        row["row"] = number + 1
    sketch = Sketch()
    landed_types: dict[str, op.Type] = {c.name: c.type for c in LANDED_COLUMNS}
    sketch.add(op.Read(files=(0, 1), slots=SLOTS), **landed_types)
    _attach(draw, sketch, "extras'", ["row"], EXTRAS, [(row["row"],) for row in landed])
    for operation in draw(st.lists(st.sampled_from(operations), min_size=1, max_size=most)):
        _DRAWN[operation](draw, sketch)
    return Case(landed, op.Plan(steps=tuple(sketch.steps), lookups=sketch.lookups))


def _rows() -> st.SearchStrategy[dict[str, Any]]:
    places = {"file": st.integers(0, 2), "row": st.just(0), "line": st.one_of(st.none(), st.integers(1, 9))}
    return st.fixed_dictionaries(
        places | {"pieces": st.integers(0, 2)} | dict.fromkeys(SLOTS, st.one_of(st.none(), TEXTS))
    )


def _attach(
    draw: st.DrawFn,
    sketch: Sketch,
    name: str,
    keys: list[str],
    outputs: dict[str, op.Type],
    key_values: list[tuple[Any, ...]],
) -> None:
    cells = st.tuples(*(st.one_of(st.none(), VALUES[kind]) for kind in outputs.values()))
    rows = tuple(
        values + draw(cells) for values in {repr(v): v for v in key_values}.values() if draw(st.booleans())
    )
    columns = tuple(op.Column(name=n, type=kind) for n, kind in outputs.items())
    types = tuple(op.Column(name=f'key "{i}"', type=sketch.columns[key]) for i, key in enumerate(keys))
    sketch.lookups[name] = op.Lookup(keys=types, outputs=columns, rows=rows)
    sketch.add(op.Attach(lookup=name, keys=tuple(keys)), **outputs)


def _conditions(sketch: Sketch) -> st.SearchStrategy[op.Condition]:
    columns = sketch.named()
    testable = [name for name in columns if sketch.columns[name] != "number"]
    missing = st.sampled_from(columns).map(lambda name: op.Missing(column=name))
    one_of = st.sampled_from(testable).flatmap(
        lambda name: st.lists(st.one_of(st.none(), VALUES[sketch.columns[name]]), max_size=3).map(
            lambda values: op.OneOf(column=name, values=tuple(values))
        )
    )
    compared = st.sampled_from(columns).flatmap(
        lambda left: st.builds(
            lambda sign, right: op.Compared(left=left, holds=sign, right=right),
            st.sampled_from(["<", "<=", "=", ">=", ">", "!="]),
            st.sampled_from(sketch.named(sketch.columns[left])),
        )
    )
    return st.recursive(
        st.one_of(missing, one_of, compared),
        lambda inner: st.one_of(
            inner.map(lambda of: op.Not(of=of)),
            st.lists(inner, max_size=3).map(lambda of: op.All(of=tuple(of))),
            st.lists(inner, max_size=3).map(lambda of: op.Any(of=tuple(of))),
        ),
        max_leaves=4,
    )


def _some(draw: st.DrawFn, names: list[str], most: int = 3) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(names), max_size=most, unique=True)))


def _read(draw: st.DrawFn, sketch: Sketch) -> None:
    if len(sketch.steps) > 2:
        return
    files = tuple(draw(st.lists(st.integers(0, 2), max_size=3, unique=True)))
    step = sketch.steps[0]
    sketch.steps[0] = op.Step(name=step.name, does=op.Read(files=files, slots=SLOTS))


def _drawn_attach(draw: st.DrawFn, sketch: Sketch) -> None:
    keys = list(_some(draw, [name for name in sketch.named() if sketch.columns[name] != "number"]))
    cells = st.tuples(*(st.one_of(st.none(), VALUES[sketch.columns[key]]) for key in keys))
    values = draw(st.lists(cells, max_size=4 if keys else 1))
    into = sketch.new()
    _attach(draw, sketch, f"known {into}", keys, {into: draw(st.sampled_from(list(VALUES)))}, values)


def _unpivot(draw: st.DrawFn, sketch: Sketch) -> None:
    if "entry" in sketch.columns:
        return
    slots = draw(st.lists(st.sampled_from(SLOTS), min_size=1, max_size=4))
    entries = tuple((number, slot) for number, slot in enumerate(slots, start=1))
    sketch.add(op.Unpivot(entries=entries), entry="int", figure="text")


def _pick(draw: st.DrawFn, sketch: Sketch) -> None:
    kind, into = draw(st.sampled_from(list(VALUES))), sketch.new()
    options = _some(draw, sketch.named(kind))
    sketch.add(op.Pick(into=into, type=kind, options=options), **{into: kind})


def _digits(draw: st.DrawFn, sketch: Sketch) -> None:
    into = sketch.new()
    column = draw(st.sampled_from(sketch.named("text")))
    sketch.add(op.Digits(column=column, into=into), **{into: "number"})


def _choose(draw: st.DrawFn, sketch: Sketch) -> None:
    kind, into = draw(st.sampled_from(list(VALUES))), sketch.new()
    columns = st.one_of(st.none(), st.sampled_from(sketch.named(kind)))
    values = st.one_of(st.none(), VALUES[kind])
    drawn = st.builds(
        lambda when, column, value: op.Case(when=when, column=column, value=value),
        _conditions(sketch),
        columns,
        values,
    )
    told = tuple(draw(st.lists(drawn, max_size=3)))
    sketch.add(op.Choose(into=into, type=kind, cases=told, otherwise=draw(columns)), **{into: kind})


def _concat(draw: st.DrawFn, sketch: Sketch) -> None:
    into = sketch.new()
    sketch.add(op.Concat(into=into, columns=_some(draw, sketch.named("text"))), **{into: "text"})


def _count(draw: st.DrawFn, sketch: Sketch) -> None:
    into, where = sketch.new(), draw(_conditions(sketch))
    sketch.add(op.Count(into=into, by=_some(draw, sketch.named()), where=where), **{into: "int"})


def _total(draw: st.DrawFn, sketch: Sketch) -> None:
    into, where = sketch.new(), draw(_conditions(sketch))
    column = draw(st.sampled_from(sketch.named("number")))
    by = _some(draw, sketch.named())
    sketch.add(op.Total(column=column, into=into, by=by, where=where), **{into: "number"})


def _gather(draw: st.DrawFn, sketch: Sketch) -> None:
    into, where = sketch.new(), draw(_conditions(sketch))
    column = draw(st.sampled_from(sketch.named("text")))
    by = _some(draw, sketch.named())
    given = draw(_conditions(sketch))
    sketch.add(op.Gather(column=column, into=into, by=by, where=where, given=given), **{into: "text"})


def _previous(draw: st.DrawFn, sketch: Sketch) -> None:
    """In order of the row, which is unique among rows until they are made long; then entries part them."""
    into, where = sketch.new(), draw(_conditions(sketch))
    by = tuple({*_some(draw, sketch.named()), *(["entry"] if "entry" in sketch.columns else [])})
    column = draw(st.sampled_from(sketch.named()))
    does = op.Previous(columns=((column, into),), by=by, order="row", where=where)
    sketch.add(does, **{into: sketch.columns[column]})


def _subtract(draw: st.DrawFn, sketch: Sketch) -> None:
    into, numbers = sketch.new(), st.sampled_from(sketch.named("number"))
    sketch.add(op.Subtract(left=draw(numbers), right=draw(numbers), into=into), **{into: "number"})


def _keep(draw: st.DrawFn, sketch: Sketch) -> None:
    sketch.add(op.Keep(where=draw(_conditions(sketch))))


_DRAWN = {
    op.Read: _read,
    op.Attach: _drawn_attach,
    op.Unpivot: _unpivot,
    op.Pick: _pick,
    op.Digits: _digits,
    op.Choose: _choose,
    op.Concat: _concat,
    op.Count: _count,
    op.Total: _total,
    op.Gather: _gather,
    op.Previous: _previous,
    op.Subtract: _subtract,
    op.Keep: _keep,
}
OPERATIONS = tuple(_DRAWN)
