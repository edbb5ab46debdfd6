"""Texts of a file as YAML reads them back, and as comments hold them."""

import json
import re

_PLAIN = re.compile(r"[^\W\d][\w .()/*+;-]*(?<! )")
_UNPRINTABLE = re.compile(
    "[^\\n\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
"""Signs that YAML does not take as they are, or takes for the end of a line."""
_NOT_TEXT = ("true", "false", "null")


def scalar(text: str) -> str:
    """A text as YAML reads it back: plain where that is safe, else between quotation marks."""
    is_plain = _PLAIN.fullmatch(text) and text not in _NOT_TEXT and len(text) > 2
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """A text between quotation marks, in one line."""
    return json.dumps(text, ensure_ascii=False)


def listed(texts: tuple[str, ...]) -> str:
    """Texts as a list in one line."""
    return f"[{', '.join(map(scalar, texts))}]"


def csv_cell(text: str) -> str:
    """A text as a cell of a crosswalk, in one line."""
    line = " ".join(text.split())
    return '"' + line.replace('"', '""') + '"' if set(line) & set(',"') else line


def printable(text: str) -> str:
    """A document without signs that YAML refuses; between quotation marks they read back as they were."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
