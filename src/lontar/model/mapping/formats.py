"""Formats of periods, and templates that name columns and facts in braces."""

import re

TOKENS = {
    "year": r"(?P<year>\d{4})",
    "short_year": r"(?P<short_year>\d{2})",
    "fiscal_year": r"(?:FY\s*)?(?P<fiscal_year>\d{4})(?:\s*[/-]\s*\d{2,4})?",
    "month": r"(?P<month>\d{1,2})",
    "month_name": r"(?P<month_name>[^\W\d_]+\.?)",
    "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th|º|°)?",
    "quarter": r"Q?(?P<quarter>[1-4])",
    "half": r"[SH]?(?P<half>[12])",
    "week": r"W?(?P<week>\d{1,2})",
    "weekday": r"[^\W\d_]+\.?",
    "time": r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?",
    "serial": r"(?P<serial>\d{1,6})(?:\.\d+)?",
    "period": r"(?P<period>\d{4}\S*)",
}
"""What a format may name, and the texts that it stands for. `serial` is a day as Excel counts it (1900 system)."""

_TOKEN = re.compile(r"\{(\w+)\}")


def references(source: str) -> tuple[str, ...]:
    """The columns and facts that a template names in braces, in order."""
    return tuple(re.findall(r"\{([^{}]+)\}", source))


def format_pattern(form: str) -> re.Pattern[str]:
    """The texts that a format describes; raises ValueError for a token that does not exist."""
    parts, end = [], 0
    for found in _TOKEN.finditer(form):
        if found[1] not in TOKENS:
            raise ValueError(f"{{{found[1]}}} is no part of a period; there are {', '.join(TOKENS)}")
        parts += [_blanks(form[end : found.start()]), TOKENS[found[1]]]
        end = found.end()
    return re.compile("".join(parts) + _blanks(form[end:]))


def captured(pattern: str) -> tuple[str, ...]:
    """The facts that a pattern of a file name or title captures."""
    return tuple(re.findall(r"\{(\w+)\}", pattern))


def _blanks(literal: str) -> str:
    return r"\s+".join(re.escape(word) for word in literal.split(" "))
