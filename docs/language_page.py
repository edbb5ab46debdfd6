"""The page of the mapping language: every part of it, every key, what it may hold, and how it is written."""

import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect as kinds

from docs.language_clauses import Part, described, fields, holds, inner_structs, parts, summary
from docs.language_examples import Example, crosswalk_example, examples
from lontar.catalogue.loader import open_catalogue
from lontar.model.mapping import FIELDS, LIST_OF_FIELD, ROLES, CrosswalkLine
from lontar.model.mapping.formats import TOKENS

OPENING = """\
# The mapping language

A mapping is a YAML file that says how one table becomes observations; [Write a mapping](../how-to/write-a-mapping.md) leads through a
first one. This page lists every part of the language and every key. A key that is not named here is refused, and so is a value that is
not of the kind described. Only `true`, `false`, `null` and whole numbers are anything but text. Where an example names a case of the
tests in brackets, the case says what becomes of it (`tests/harmonise/language`).
"""
ROLE_WORDS = {
    "figure": "It holds figures: each cell becomes an observation.",
    "total": "It declares the total of other columns, which is compared with their sum and becomes no observation.",
    "ignore": "It is passed over, for a reason that the account shows.",
    "personal": "It names or describes single persons, and is dropped before anything is kept.",
    "used": "It becomes nothing itself, but periods, vintages or checks look at it.",
}
TOKEN_WORDS = {
    "year": "a year, `2025`",
    "short_year": "the last two digits of a year, `25`",
    "fiscal_year": "a fiscal year, `2025`, `FY25` or `2024/25`; `fiscal_year_starts` and `fiscal_year_named` say which months",
    "month": "a month in digits, `1` or `01`",
    "month_name": "a month by name, in one of the `languages`: `March`, `Mar.`",
    "day": "a day of the month, `1`, `01` or `1st`",
    "quarter": "a quarter, `1`, `Q1`, `T1` or `I`",
    "half": "a half-year, `1`, `S1`, `H1` or `I`",
    "week": "a week as ISO 8601 counts them, `7` or `W07`",
    "weekday": "the name of a weekday, which is not looked at",
    "time": "a time of day, which is not looked at",
    "serial": "a day as a spreadsheet counts it, `45658`",
    "period": "a period as SDMX writes it, `2025`, `2025-Q1`, `2025-01`, `2025-W07`",
}
CROSSWALK_WORDS = """\
A crosswalk is a CSV file beside the mapping, one line for each code or label of the source. It has the columns below, and between
`from` and `match` a column `to`, or one for each thing that the mapping's column says (`unit`, `sex`, ...). A line either gives codes, or
says under `ignore` why such rows are no data. Several codes parted by `|` stand for what lies over them all: such a figure goes to their
nearest common parent, or to unknown.
"""
TITLES = {"mapping": "A mapping", "corrections": "A file of corrections", "crosswalk": "A crosswalk"}
"""What the parts at the top of a file are called."""


def mapping_language_page() -> str:
    """Every part of the language, in the order of a mapping."""
    lines = [OPENING, "| Part | What it is for |\n|---|---|"]
    lines += [f"| [{_heading(part)}](#{part.name}) | {_in_table(summary(part.struct))} |" for part in parts()]
    lines.append("")
    for part in parts():
        lines += _section(part)
    return "\n".join(lines)


def _section(part: Part) -> Iterator[str]:
    yield f"({part.name})=\n## {_heading(part)}\n"
    yield f"{_in_table(summary(part.struct))}\n"
    if part.struct is CrosswalkLine:
        yield CROSSWALK_WORDS
    if len(part.paths) > 1:
        yield f"It may stand under {' and under '.join(f'`{_short(path)}`' for path in part.paths)}.\n"
    yield "| Key | What it says | Holds |\n|---|---|---|"
    for field in fields(part.struct):
        yield f"| `{field.encode_name}` | {_in_table(described(field))} | {_held(field)} |"
    yield ""
    yield from _written(part)
    yield from {"Column": _column_words, "PeriodRule": _token_words}.get(part.struct.__name__, _nothing)()


def _held(field: kinds.Field) -> str:
    told = holds(field.type, "[keys of its own](#{})")
    if field.required:
        return f"{told}; **needed**"
    if not list(inner_structs(field.type)) and field.default not in (None, "", (), msgspec.NODEFAULT, False):
        return f"{told}; else {_default(field.default)}"
    return told


def _default(value: object) -> str:
    told = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"`{told}`" if told.strip() else "a blank"


def _written(part: Part) -> Iterator[str]:
    """One example of each key, those of one case together."""
    if part.struct is CrosswalkLine:
        yield f"For example ({crosswalk_example().case}):\n\n```text\n{crosswalk_example().text}\n```\n"
        return
    by_text: dict[Example, list[str]] = {}
    for field in fields(part.struct):
        example = examples().get((part.struct.__name__, field.encode_name))
        if example is not None:
            by_text.setdefault(example, []).append(field.encode_name)
    if not by_text:
        return
    yield "```yaml"
    for example, keys in by_text.items():
        comment = f"# {', '.join(keys)}" + (f" ({example.case})" if example.case else "")
        yield f"{comment}\n{example.text}"
    yield "```\n"


def _column_words() -> Iterator[str]:
    yield "### What a column can be\n"
    yield "| `is` | |\n|---|---|"
    for role in ROLES:
        yield f"| `{role}` | {ROLE_WORDS[role]} |"
    for name in FIELDS:
        codes = f", by a code of the list `{LIST_OF_FIELD[name]}`" if name in LIST_OF_FIELD else ""
        yield f"| `{name}` | It says the {name.replace('_', ' ')} of the row's figures{codes}. |"
    yield "\nor a dimension, by a code of its list, for the indicators that have it:\n"
    yield "| Dimension | Code list | Indicators |\n|---|---|---|"
    for dimension, (lists, indicators) in sorted(_dimensions().items()):
        yield f"| `{dimension}` | {', '.join(f'`{one}`' for one in lists)} | {', '.join(indicators)} |"
    yield ""


def _dimensions() -> dict[str, tuple[list[str], list[str]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    for indicator in open_catalogue().indicators():
        for dimension, codelist in indicator.dimensions.items():
            lists, indicators = found.setdefault(dimension, ([], []))
            lists += [codelist] if codelist not in lists else []
            indicators.append(indicator.id)
    return found


def _token_words() -> Iterator[str]:
    yield "### Formats\n"
    yield "A format is the text as it stands, with these parts in braces. Blanks may be any number of blanks.\n"
    yield "| Part | Stands for |\n|---|---|"
    for token in TOKENS:
        yield f"| `{{{token}}}` | {TOKEN_WORDS[token]} |"
    yield ""


def _nothing() -> Iterator[str]:
    yield from ()


def _heading(part: Part) -> str:
    """The path under which a part stands, from below the top of a mapping on; the shortest, where there are several."""
    path = min(map(_short, part.paths), key=len)
    return TITLES.get(path) or f"`{path}`"


def _short(path: str) -> str:
    return path.removeprefix("mapping.")


def _in_table(text: str) -> str:
    return re.sub(r"([|<>*_])", r"\\\1", " ".join(text.split()))
