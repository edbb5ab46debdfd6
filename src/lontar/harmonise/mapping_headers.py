"""What a mapping says of names: of files, of columns, of facts in braces."""

import re
from fnmatch import fnmatchcase
from typing import Literal

from lontar.harmonise.reading.landing import Use
from lontar.model.mapping import REST, Mapping, MappingBundle
from lontar.model.mapping.columns import is_fact_name
from lontar.model.problems import Problem


def expected_headers(mapping: Mapping) -> tuple[str, ...]:
    """Headers that every file of the family has."""
    named = [
        h for c in mapping.columns if not c.optional for h in c.headers() if not is_fact_name(h) and h != REST
    ]
    return tuple(dict.fromkeys(named))


def personal_headers(mapping: Mapping) -> tuple[str, ...]:
    """Headers of columns that are dropped before anything is written."""
    return tuple(h for column in mapping.columns if column.says == "personal" for h in column.headers())


def use_of_columns(bundle: MappingBundle) -> Use:
    """What is made of the columns of a file: a column that nothing in the mapping reads need not be landed."""
    mapping = bundle.mapping
    passed = {h for c in mapping.columns if c.says in ("ignore", "personal") for h in c.headers()}
    told = {h for c in mapping.columns for h in c.headers()} - passed
    told |= {name for c in mapping.columns for name in c.when}
    told |= {
        *mapping.dating_columns(),
        *mapping.add_over,
        *(name for c in mapping.columns for name in c.once_for),
    }
    told |= {name for total in mapping.totals for name in (*total.where, *total.of, *total.within)}
    told |= {name for check in mapping.checks for name in check.columns()}
    told |= {name for correction in bundle.corrections for name in (correction.column, *correction.where)}
    read = {name for name in told if not is_fact_name(name)} - set(personal_headers(mapping)) - {REST}
    figures = {h for c in mapping.columns if c.says in ("figure", "total") for h in c.headers()}
    rest: Literal["read", "figure", "passed", "stray"] = "stray"
    if REST in passed | told:
        rest = "passed" if REST in passed else "figure" if REST in figures else "read"
    return Use(
        read=tuple(sorted(read)), passed=tuple(sorted(passed - read - {REST})),
        figures=tuple(sorted(figures - {REST})), rest=rest,
    )  # fmt: skip


def name_problem(mapping: Mapping, name: str) -> Problem | None:
    """What is wrong with a file's name, before it is opened."""
    if match_name(mapping.file.names, name) is not None:
        return None
    return Problem(
        "unknown_name", file=name, details={"expected": " or ".join(f"'{n}'" for n in mapping.file.names)}
    )


def base_name(name: str) -> str:
    """A file's own name; files that share one are called by their whole path."""
    return name.rpartition("/")[2]


def match_name(patterns: tuple[str, ...], name: str) -> dict[str, str] | None:
    """The facts that a file name holds by the first pattern that fits; None if none does."""
    for pattern in patterns:
        found = name_pattern(pattern).fullmatch(base_name(name))
        if found is not None:
            return found.groupdict()
    return None


def name_pattern(pattern: str) -> re.Pattern[str]:
    """The texts that a pattern with {facts} and * describes."""
    parts = re.split(r"(\{\w+\}|\*)", pattern)
    return re.compile(
        "".join(
            ".*" if part == "*" else f"(?P<{part[1:-1]}>.+?)" if part.startswith("{") else re.escape(part)
            for part in parts
        ),
        re.DOTALL,
    )


def fits(patterns: tuple[str, ...], name: str) -> bool:
    """Whether a file name fits one of these patterns, in which * stands for anything."""
    return any(
        fnmatchcase(base_name(name), re.sub(r"\{\w+\}", "*", pattern).replace("[", "[[]"))
        for pattern in patterns
    )
