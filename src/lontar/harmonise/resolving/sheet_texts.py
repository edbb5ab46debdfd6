"""Texts that come from a spreadsheet rather than from a writer: errors, formulas, shares, days, what is struck out or marked."""

import re
from collections.abc import Callable

from lontar.harmonise.reading.sheets.shown import is_error
from lontar.harmonise.resolving.findings import Wrong

_SHARE = re.compile(r"-?[\d.,' \u00a0\u202f]*\d\s*%")
_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?|\d{2}:\d{2}:\d{2}(?:\.\d+)?|(?:\d+ days?, )?\d{1,2}:\d{2}:\d{2}"
)
_MARK = re.compile(r"[⁰¹²³⁴-⁹⁺⁻⁼⁽⁾₀-₉₊₋₌₍₎*†‡§¶#]+$|[\^_]\([^()]*\)$")
"""Signs that footnotes are called by, at the end of a text; a raised letter of a workbook is written ^(a)."""


def sheet_wrong(text: str) -> Wrong | None:
    """What is wrong with a cell whose value the sheet does not hold or strikes out; None where it is a text like any other."""
    if is_error(text):
        return Wrong.of("error_cell")
    if len(text) > 1 and not text.strip("#"):
        return Wrong.of("too_narrow")
    if text.startswith("=") and len(text) > 1:
        return Wrong.of("formula")
    return Wrong.of("struck_out") if text.count("~~") >= 2 else None


def is_day(text: str) -> bool:
    """Whether a text is a day or a time as cells of workbooks are written."""
    return _DAY.fullmatch(text) is not None


def figure_wrong(text: str, is_numeric: Callable[[str], bool]) -> Wrong:
    """Why a text is no figure, in the closest words; `is_numeric` tells whether what is left without a mark looks like one."""
    told = sheet_wrong(text)
    if told is not None:
        return told
    if _SHARE.fullmatch(text):
        return Wrong.of("share")
    if is_day(text):
        return Wrong.of("day_as_figure")
    mark = _MARK.search(text)
    if mark is not None and mark.start() and is_numeric(text[: mark.start()].rstrip()):
        return Wrong.of("unknown_mark", found=mark[0])
    return Wrong.of("no_figure")
