"""What a YAML file has wrong in its form, in the words of somebody who writes YAML and no programs."""

from __future__ import annotations

from typing import NamedTuple

import yaml

ALIASES = "anchors (&) and aliases (*) are not allowed"


class YamlComplaint(NamedTuple):
    """What is wrong, how to mend it, and the line (counted from 1), where that is known."""

    message: str
    remedy: str
    line: int | None


def yaml_complaint(error: yaml.MarkedYAMLError, text: str) -> YamlComplaint:
    """Say in plain words what the reader of YAML found wrong with this text."""
    problem, mark = str(error.problem), error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else None
    opened = error.context_mark.line + 1 if error.context_mark is not None else line
    if "cannot start any token" in problem or "tab character" in problem:
        sign = _sign_at(text, mark)
        if sign == "\t":
            return YamlComplaint("a tab stands where blanks should", "Indent with blanks.", line)
        remedy = "Put the text between quotation marks."
        return YamlComplaint(f"a text begins with {sign}, which means something else in YAML", remedy, line)
    if problem.startswith("mapping values are not allowed"):
        remedy = "Put text that holds ': ' between quotation marks, and line up the keys of one level."
        return YamlComplaint("a ': ' stands where no key can be", remedy, line)
    if problem.startswith("could not find expected ':'"):
        remedy = "Write `key: value`; indent a text that goes on in a further line."
        return YamlComplaint("a line without ': ' stands among keys", remedy, opened)
    if "unexpected end of stream" in problem:
        return YamlComplaint("a quotation mark that opens here is never closed", "Close it.", opened)
    if problem.startswith("did not find expected") and "flow" in str(error.context):
        remedy = "Close it, and part its entries by commas."
        return YamlComplaint("a bracket that opens here is not closed, or lacks a comma", remedy, opened)
    if problem.startswith("did not find expected"):
        remedy = "Line up the keys of one level; close each quotation mark, and double a ' that stands within '...'."
        return YamlComplaint("the line does not fit those above it", remedy, line)
    if problem == ALIASES:
        return YamlComplaint(ALIASES, "Put a text that begins with * or & between quotation marks.", line)
    remedy = "Check the indentation, quote text that holds ': ' or '#', and name each key once."
    return YamlComplaint(problem, remedy, line)


def _sign_at(text: str, mark: yaml.Mark | None) -> str:
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return ""
    return lines[mark.line][mark.column : mark.column + 1]
