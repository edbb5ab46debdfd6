"""What is wrong with a mapping before any file is read: names that exist nowhere, codes that no list holds."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.loader import Catalogue
from lontar.catalogue.mappings import mapping_ids, names_months, open_mapping
from lontar.model.errors import CatalogueProblem
from lontar.model.mapping import FIELDS, ROLES, Column, MappingBundle, PeriodRule
from lontar.model.mapping.formats import MONTHS, captured, format_pattern, references

_HEADERS = ("header", "header_1", "header_2", "header_3")
_ROW_FIELDS = ("period_start", "period_end", "vintage", "value")


def check_mappings(catalogue: Catalogue) -> list[CatalogueProblem]:
    """Give everything that is wrong with the mappings of a catalogue."""
    found: list[CatalogueProblem] = []
    for mapping_id in mapping_ids(catalogue):
        try:
            bundle = open_mapping(catalogue, mapping_id)
        except CatalogueProblem as problem:
            found.append(problem)
            continue
        found += check_mapping(bundle, catalogue)
        if bundle.mapping.id != mapping_id:
            found.append(_problem(bundle, f"its id is '{bundle.mapping.id}'.", f"Call it '{mapping_id}'."))
    return found


def check_mapping(bundle: MappingBundle, catalogue: Catalogue) -> list[CatalogueProblem]:
    """Give everything that is wrong with one mapping."""
    checker = _Checker(bundle, catalogue)
    return [_problem(bundle, message, remedy) for message, remedy in checker.complaints()]


def _problem(bundle: MappingBundle, message: str, remedy: str) -> CatalogueProblem:
    return CatalogueProblem("CAT-040", f"mappings/{bundle.mapping.id}.yml", message, remedy)


class _Checker:
    """Looks at a mapping from every side; a complaint is a message and a remedy."""

    def __init__(self, bundle: MappingBundle, catalogue: Catalogue) -> None:
        self._bundle, self._mapping, self._catalogue = bundle, bundle.mapping, catalogue
        self._headers = {h for c in self._mapping.columns for h in c.headers() if not h.startswith("{")}
        self._headers |= set(self._mapping.table.header)
        names = [captured(p) for p in (*self._mapping.file.names, *(f.pattern for f in self._mapping.facts))]
        self._facts = {name for found in names for name in found} | set(_HEADERS)
        self._dimensions = {d for i in bundle.indicators.values() for d in i.dimensions}

    def complaints(self) -> Iterator[tuple[str, str]]:
        """All complaints, in the order of the file."""
        yield from self._constants()
        for column in self._mapping.columns:
            yield from self._column(column)
        yield from self._periods()
        yield from self._rules()
        yield from self._crosswalks()
        if not any(column.says == "figure" for column in self._mapping.columns):
            yield "no column is a figure.", "Say with `is: figure` where the figures stand."

    def _constants(self) -> Iterator[tuple[str, str]]:
        mapping = self._mapping
        for name, folder in (("reporter", "reporters"), ("indicator", "indicators")):
            told = getattr(mapping, name)
            if told is not None and told not in self._catalogue.ids(folder):
                yield f"{name} '{told}' is not in the catalogue.", f"Use one of {folder}/."
        for name, codelist in (("area", "reference_area"), ("source_kind", "source_kind")):
            yield from self._code(name, getattr(mapping, name), codelist)
        filled = {target for column in mapping.columns for target in column.targets()}
        for name in ("reporter", "source_kind", "area"):
            if getattr(mapping, name) is None and name not in filled:
                yield f"nothing says the {name}.", f"Add `{name}:`, or a column with `is: {name}`."
        yield from self._dimension_codes(mapping.dimensions, "dimensions")

    def _code(self, name: str, code: str | None, codelist: str) -> Iterator[tuple[str, str]]:
        if code is not None and not self._catalogue.codelist(codelist).has(code):
            yield (
                f"{name} '{code}' is not in the code list {codelist}.",
                f"Use a code of codelists/{codelist}.csv.",
            )

    def _dimension_codes(self, codes: dict[str, str], place: str) -> Iterator[tuple[str, str]]:
        for dimension, code in codes.items():
            lists = {
                i.dimensions[dimension] for i in self._bundle.indicators.values() if dimension in i.dimensions
            }
            if not lists:
                yield (
                    f"{place} names '{dimension}', which its indicators do not have.",
                    self._known_dimensions(),
                )
            elif not any(self._catalogue.codelist(name).has(code) for name in lists):
                yield (
                    f"{place} gives {dimension} '{code}', which {' or '.join(sorted(lists))} does not hold.",
                    "Use one of its codes.",
                )

    def _known_dimensions(self) -> str:
        return f"They have: {', '.join(sorted(self._dimensions))}."

    def _column(self, column: Column) -> Iterator[tuple[str, str]]:
        shown = ", ".join(column.headers()) or "a column entry"
        if not column.headers():
            yield "a column entry names no column.", "Add `column:` or `columns:`."
        for target in column.targets():
            if target not in FIELDS and target not in self._dimensions:
                known = ", ".join((*ROLES, *FIELDS, *sorted(self._dimensions)))
                yield (
                    f"column {shown} is '{target}', which is neither a role, a field nor a dimension.",
                    f"Allowed: {known}.",
                )
        for header in column.headers():
            if header.startswith("{") and header.strip("{}") not in self._facts:
                yield (
                    f"column {header} names a fact that nothing captures.",
                    f"Known: {', '.join(sorted(self._facts))}.",
                )
        yield from self._unknown_columns(f"column {shown}, under when", column.when)
        yield from self._unknown_columns(f"column {shown}, under of", column.of)
        if column.says == "ignore" and not column.reason:
            yield f"column {shown} is ignored without a reason.", "Add `reason:`; the account shows it."
        yield from self._figure(column, shown)

    def _figure(self, column: Column, shown: str) -> Iterator[tuple[str, str]]:
        if column.says != "figure":
            return
        filled = {target for c in self._mapping.columns for target in c.targets()}
        name = column.indicator or self._mapping.indicator
        if name is None:
            if "indicator" not in filled:
                yield f"figure {shown} has no indicator.", "Add `indicator:`."
            return
        indicator = self._bundle.indicators[name]
        for kind, allowed in (("unit", indicator.units), ("stage", indicator.stages)):
            told = getattr(column, kind) or getattr(self._mapping, kind)
            if told is None and len(allowed) > 1 and kind not in filled:
                yield f"figure {shown} has no {kind}.", f"Add `{kind}:`, one of {', '.join(allowed)}."
            if told is not None and told not in allowed:
                yield (
                    f"figure {shown} has {kind} '{told}', which {name} does not have.",
                    f"Allowed: {', '.join(allowed)}.",
                )
        yield from self._dimension_codes(column.dimensions, f"figure {shown}")

    def _unknown_columns(self, place: str, names: object) -> Iterator[tuple[str, str]]:
        assert isinstance(names, dict | tuple | list)
        for name in names:
            if name not in self._headers and name not in self._facts:
                yield (
                    f"{place}: there is no column '{name}'.",
                    "Name it under columns, as `used` if it only serves this.",
                )

    def _periods(self) -> Iterator[tuple[str, str]]:
        for name, rule in (("period", self._mapping.period), ("vintage", self._mapping.vintage)):
            if rule is None:
                continue
            yield from self._unknown_columns(f"{name}, under from", references(rule.source))
            for form in rule.formats:
                try:
                    format_pattern(form)
                except ValueError as error:
                    yield f"{name}, format '{form}': {error}.", "Correct the format."
            yield from self._languages(name, rule)

    def _languages(self, name: str, rule: PeriodRule) -> Iterator[tuple[str, str]]:
        if not names_months(self._mapping):
            return
        known = {one for month in self._catalogue.codelist(MONTHS).names for one in month.language.split()}
        for language in rule.languages:
            if language not in known:
                yield (
                    f"{name}: no month has a name in the language '{language}'.",
                    f"Add names to codelists/{MONTHS}_names.csv; it has {', '.join(sorted(known))}.",
                )

    def _rules(self) -> Iterator[tuple[str, str]]:
        for total in self._mapping.totals:
            yield from self._unknown_columns("totals", (*total.where, *total.of, *total.within))
        for check in self._mapping.checks:
            columns = [*check.required, *check.unique, *check.listed]
            columns += [check.range.column] if check.range else []
            columns += [*check.implies.when, *check.implies.then] if check.implies else []
            compared = (check.compare.left, check.compare.right) if check.compare else ()
            columns += [name for name in compared if name not in _ROW_FIELDS]
            yield from self._unknown_columns(f"check {check.id}", columns)
        for correction in self._bundle.corrections:
            yield from self._unknown_columns(
                f"correction {correction.id}", (correction.column, *correction.where)
            )

    def _crosswalks(self) -> Iterator[tuple[str, str]]:
        for column in self._mapping.columns:
            if column.crosswalk is None:
                continue
            crosswalk = self._bundle.crosswalks[column.crosswalk]
            targets = column.targets()
            if crosswalk.targets != ("to",) and not set(crosswalk.targets) >= set(targets):
                yield (
                    f"{crosswalk.path} has no column for {', '.join(set(targets) - set(crosswalk.targets))}.",
                    "Add it.",
                )
            for line in crosswalk.lines:
                for target in targets:
                    code = line.to.get(target) or line.to.get("to")
                    for one in (code or "").split("|"):
                        if one and not self._allows(target, column, one):
                            yield (
                                f"{crosswalk.path}, line {line.line}: '{one}' is no code of {target}.",
                                "Correct the line.",
                            )

    def _allows(self, target: str, column: Column, code: str) -> bool:
        if target == "indicator":
            return code in self._catalogue.ids("indicators")
        if target == "reporter":
            return code in self._catalogue.ids("reporters")
        named = {
            "area": "reference_area",
            "unit": "unit",
            "stage": "stage",
            "source_kind": "source_kind",
            "status": "status",
        }
        lists = [column.codes] if column.codes else [named[target]] if target in named else []
        lists = lists or [
            i.dimensions[target] for i in self._bundle.indicators.values() if target in i.dimensions
        ]
        return not lists or any(self._catalogue.codelist(name).has(code) for name in lists)
