"""Steps that turn the texts of code columns into codes."""

from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import FILE, KeyMaker, meets
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.codes import CodeReader, Resolved
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.harmonise.resolving.names import NameBook
from lontar.harmonise.resolving.positions import POSITION, PositionReader
from lontar.model.mapping import STATUS_FLAGS, Column, MappingBundle
from lontar.model.mapping.formats import references

LIST_SEPARATOR = ";"


class Coded(NamedTuple):
    """What one source column filled: the plan's columns for each target, and for match, note and ignore."""

    source: str
    targets: dict[str, str]
    lists: dict[str, str]
    match: str | None
    note: str | None
    ignore: str | None
    is_break: str | None
    said: tuple[str, ...]
    """Every field and dimension that the column may fill, in these files or in others."""


class Coder:
    """Adds the steps for every source column that fills fields or dimensions."""

    def __init__(self, bundle: MappingBundle, binding: Binding, keys: KeyMaker, findings: Findings) -> None:
        self._bundle, self._binding, self._keys, self._findings = bundle, binding, keys, findings
        self._book = NameBook()
        self.readers: list[CodeReader] = []
        self.coded: list[Coded] = []

    def add(self, builder: Builder, *, by_entry: bool) -> None:
        """Add the columns that need the header of the figure (`by_entry`), or those that do not."""
        for source, columns in self._sources().items():
            names = tuple(dict.fromkeys([*(n for c in columns for n in c.when), source]))
            known = tuple(name for name in names if self._is_known(name))
            needs_entry = any(not self._is_row_level(name) for name in known)
            if needs_entry == by_entry and self._is_known(source):
                self._add_source(builder, source, columns, known)

    def add_position(self, builder: Builder) -> None:
        """Add the cell in which the row's coordinates lie, if the mapping says where they stand."""
        rule = self._bundle.mapping.position
        if rule is None:
            return
        names, reader = references(rule.source), PositionReader(rule)
        key = self._keys.keys(names)
        rows: list[tuple[op.Scalar, ...]] = []
        for values, texts in key.combinations:
            found = reader.read(texts)
            bad = None if found.wrong is None else self._findings.number(found.wrong, reader.text(texts))
            rows.append((*values, found.codes.get(POSITION), bad))
        outputs = [
            op.Column(name="code_position", type="text"),
            op.Column(name="code_position_bad", type="int"),
        ]
        told = builder.attach(
            "positions_of_rows",
            key.columns,
            key.types,
            outputs,
            rows,
            f"the position, from {rule.source}",
            whole=True,
        )
        if "code_position_bad" in told:
            place = next((self._binding.slots[n] for n in names if n in self._binding.slots), "")
            builder.mark_bad("code_position_bad", place)
        self.coded.append(
            Coded(POSITION, {POSITION: "code_position"}, {}, None, None, None, None, (POSITION,))
        )

    def _sources(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = {}
        for column in self._bundle.mapping.columns:
            if not column.targets() and not (column.says == "used" and column.when):
                continue
            for header in column.headers():
                found.setdefault(header.strip("{}") if header.startswith("{") else header, []).append(column)
        return {source: columns for source, columns in found.items() if any(c.targets() for c in columns)}

    def _is_row_level(self, name: str) -> bool:
        return name in self._binding.slots or self._binding.is_fact(name)

    def _is_known(self, name: str) -> bool:
        return self._is_row_level(name) or name.startswith("header")

    def _add_source(
        self, builder: Builder, source: str, columns: list[Column], names: tuple[str, ...]
    ) -> None:
        readers = [(column, CodeReader(column, self._bundle, self._book)) for column in columns]
        self.readers += [reader for _, reader in readers]
        targets = tuple(dict.fromkeys(target for column in columns for target in column.targets()))
        prefix = f"code_{len(self.coded) + 1}"
        lacking = (
            frozenset(map(str, self._binding.lacks(source))) if source in self._binding.slots else frozenset()
        )
        key = self._keys.keys(names, by_file=bool(lacking))
        rows = [
            (*values, *self._cells(texts, source, readers, targets))
            for values, texts in key.combinations
            if texts.get(FILE) not in lacking
        ]
        outputs = [op.Column(name=f"{prefix}_{t}", type="text") for t in targets]
        outputs += [op.Column(name=f"{prefix}_{t}_list", type="text") for t in targets]
        outputs += [
            op.Column(name=f"{prefix}_match", type="int"),
            op.Column(name=f"{prefix}_break", type="bool"),
        ]
        outputs += [op.Column(name=f"{prefix}_{t}", type="text") for t in ("note", "ignore")]
        outputs += [op.Column(name=f"{prefix}_bad", type="int")]
        told = builder.attach(prefix, key.columns, key.types, outputs, rows, f"what '{source}' says")
        self.coded.append(_coded(source, prefix, targets, told))
        if f"{prefix}_bad" in told:
            builder.mark_bad(
                f"{prefix}_bad", self._binding.slots.get(source, ""), by_row="entry" not in key.columns
            )

    def _cells(
        self,
        texts: dict[str, str],
        source: str,
        readers: list[tuple[Column, CodeReader]],
        targets: tuple[str, ...],
    ) -> tuple[op.Scalar, ...]:
        text = texts.get(source, "")
        fitting = [pair for pair in readers if meets(texts, pair[0].when)]
        read = [reader.read(text) for column, reader in fitting if column.targets()]
        wrong = next((one.wrong for one in read if one.wrong is not None), None)
        if not fitting and text.strip():
            wrong = Wrong.of("no_meaning")
        found = _merged(read) if wrong is None else Resolved()
        bad = None if wrong is None else self._findings.number(wrong, text)
        is_break = found.codes.get("status") in STATUS_FLAGS or None
        codes = tuple(None if t == "status" and is_break else found.codes.get(t) for t in targets)
        lists = tuple(LIST_SEPARATOR.join(found.listed[t]) if found.listed.get(t) else None for t in targets)
        return (*codes, *lists, found.match or None, is_break, found.note or None, found.ignore or None, bad)


def _merged(read: list[Resolved]) -> Resolved:
    codes = {target: code for one in read for target, code in one.codes.items()}
    listed = {target: found for one in read for target, found in one.listed.items()}
    note = "; ".join(dict.fromkeys(one.note for one in read if one.note))
    ignore = next((one.ignore for one in read if one.ignore), "")
    return Resolved(codes, listed, max((one.match for one in read), default=0), note, ignore)


def _coded(source: str, prefix: str, targets: tuple[str, ...], told: set[str]) -> Coded:
    def name(suffix: str) -> str | None:
        return f"{prefix}_{suffix}" if f"{prefix}_{suffix}" in told else None

    return Coded(
        source,
        {t: f"{prefix}_{t}" for t in targets if name(t)},
        {t: f"{prefix}_{t}_list" for t in targets if name(f"{t}_list")},
        name("match"), name("note"), name("ignore"), name("break"), targets,
    )  # fmt: skip
