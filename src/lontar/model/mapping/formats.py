"""Formats of periods, and templates that name columns and facts in braces."""

import re

MONTHS = "month"
"""The code list that knows the names of months; a format that holds {month_name} needs it."""

_WORD = r"[^\s\d_.,;:/()\[\]{}'\"+*=<>|\\-]+"
"""Letters of any script with the marks that belong to them."""

TOKENS = {
    "year": r"(?P<year>\d{4})",
    "short_year": r"(?P<short_year>\d{2})",
    "fiscal_year": r"(?:FY\s*)?(?P<fiscal_year>\d{4}|(?<=FY)\d{2}|(?<=FY\s)\d{2})(?:\s*[/–-]\s*(?P<fiscal_end>\d{4}|\d{2}))?",
    "month": r"(?P<month>\d{1,2})",
    "month_name": rf"(?P<month_name>{_WORD}(?:\.{_WORD})*(?:\s{_WORD})?\.?)",
    "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°)?",
    "quarter": r"[QqTt]?(?P<quarter>[1-4]|I{1,3}|IV)",
    "half": r"[SsHh]?(?P<half>[12]|I{1,2})",
    "week": r"[Ww]?(?P<week>\d{1,2})",
    "weekday": rf"{_WORD}\.?",
    "time": r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?",
    "serial": r"(?P<serial>\d{1,6})(?:\.\d+)?",
    "period": r"(?P<period>\d{4}\S*)",
}
"""What a format may name, and the texts that it stands for. `serial` is a day as Excel counts it (1900 system)."""

COORDINATES = {
    "latitude": r"(?P<latitude>[-+]?\d{1,3}(?:\.\d+)?)",
    "longitude": r"(?P<longitude>[-+]?\d{1,3}(?:\.\d+)?)",
}
"""What a format of coordinates may name: degrees with a decimal point, negative to the south and the west."""

_REPEATABLE = ("weekday", "time")
"""Parts that say nothing of the period, so that they may stand in a format twice."""

REFERENCE = re.compile(r"\{([^{}]+)\}")
"""A column or fact that a template names."""
_TOKEN = re.compile(r"\{(\w+)\}")


def references(source: str) -> tuple[str, ...]:
    """The columns and facts that a template names in braces, in order."""
    return tuple(REFERENCE.findall(source))


def format_pattern(form: str, tokens: dict[str, str] = TOKENS) -> re.Pattern[str]:
    """The texts that a format describes; raises ValueError for a token that does not exist or stands in it twice."""
    parts, end, seen = [], 0, set[str]()
    for found in _TOKEN.finditer(form):
        if found[1] not in tokens:
            what = "period" if tokens is TOKENS else "position"
            raise ValueError(f"{{{found[1]}}} is no part of a {what}; there are {', '.join(tokens)}")
        if found[1] in seen and found[1] not in _REPEATABLE:
            raise ValueError(f"{{{found[1]}}} stands in it twice")
        seen.add(found[1])
        parts += [_blanks(form[end : found.start()]), tokens[found[1]]]
        end = found.end()
    return re.compile("".join(parts) + _blanks(form[end:]))


def tokens_of(form: str) -> tuple[str, ...]:
    """The parts of a period or position that a format names, in order."""
    return tuple(_TOKEN.findall(form))


def captured(pattern: str) -> tuple[str, ...]:
    """The facts that a pattern of a file name or title captures."""
    return tuple(re.findall(r"\{(\w+)\}", pattern))


def _blanks(literal: str) -> str:
    return r"\s+".join(re.escape(word) for word in literal.split(" "))
