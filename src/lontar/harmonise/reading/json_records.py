"""Records in JSON (RFC 8259) or JSON Lines -> batches of text cells. Numbers keep the text that they have in the file.

An object within a record becomes columns of its own, `a.b` for the value b in a. A list of single values becomes one cell,
its values parted by `; `; any other list is one cell with its JSON, which a mapping can only ignore.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from lontar.harmonise.reading import layout
from lontar.harmonise.reading.batches import RowBatch, as_text
from lontar.harmonise.reading.encodings import as_utf8, check_utf8
from lontar.harmonise.reading.landing import ReadRequest
from lontar.harmonise.reading.opened import Aside, Opened
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.text import is_blank
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileFormat, FileShape

OUTSIDE = "outside the records"
_BATCH_ROWS = 50_000
_DEEPEST, _MOST_COLUMNS = 40, 1 << 14
_PART = "; "
Name = tuple[str, ...]
Record = tuple[int, dict[Name, str]]
"""The number of a record, and its cells by the path of their names."""


class _Number(str):
    """A number, by its text."""

    __slots__ = ()


class _Twice:
    """An object in which one name stands twice."""

    def __init__(self, name: str) -> None:
        half_signs_replaced = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.name = half_signs_replaced


def open_table(path: Path, request: ReadRequest, scratch: Scratch) -> Opened:
    """The records of a file as a table; raises Unreadable where it is no JSON or holds no list of records."""
    aside = Aside()
    plain = as_utf8(path, request.shape, scratch)
    if is_blank(plain):
        raise Unreadable("empty_file")
    lines = request.shape.format == "jsonl"
    records = list(_lines(plain, request.shape) if lines else _document(plain, request.shape, aside))
    if not records:
        raise Unreadable("no_rows")
    names = list(dict.fromkeys(name for _, cells in records for name in cells))
    if len(names) > _MOST_COLUMNS:
        raise Unreadable("too_large", detail=f"{_MOST_COLUMNS} columns")
    _check_names(names, records)
    heading = layout.named_heading(names, request.expected, bool(request.personal))
    return Opened(heading, _batches(records, names, lines), aside, rows=records[-1][0])


def _document(path: Path, shape: FileShape, aside: Aside) -> Iterator[Record]:
    return _records(_list_of_records(_parsed(_text(path, shape), "json"), shape, aside))


def _lines(path: Path, shape: FileShape) -> Iterator[Record]:
    """One record a line; a blank line counts, and is none."""
    for number, line in enumerate(_text(path, shape).split("\n"), start=1):
        if line.strip(" \t\r"):
            yield from _records([_parsed(line, "jsonl", number)], number)


def _text(path: Path, shape: FileShape) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        check_utf8(path, shape)
        raise


def _parsed(text: str, expected: FileFormat, line: int = 1) -> Any:
    """The value that a text in JSON says; `line` is where it begins. What is wrong is told without a word of the file."""
    try:
        return json.loads(
            text,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        is_lines = error.msg == "Extra data" and expected == "json"
        more = "; more stands after its end, as in JSON Lines (file.format jsonl)" if is_lines else ""
        detail = f"line {line + error.lineno - 1}, column {error.colno}: {error.msg}{more}"
        raise Unreadable("wrong_format", expected=expected, detail=detail) from error
    except RecursionError as error:
        raise _too_deep(expected) from error


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable("wrong_format", expected="json", detail=f"{name} is no number that JSON knows")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Twice:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    return _Twice(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]


def _list_of_records(whole: Any, shape: FileShape, aside: Aside) -> list[Any]:
    """The list that the mapping's path leads to; what stands beside the path is counted as set aside."""
    steps = shape.records.split(".") if shape.records else []
    for number, step in enumerate(steps, start=1):
        if not isinstance(whole, dict) or step not in whole:
            raise Unreadable("no_records", detail=f"nothing is called {'.'.join(steps[:number])}")
        for name, beside in whole.items():
            aside.ignore(OUTSIDE, _filled(beside) if name != step else 0)
        whole = whole[step]
    if not isinstance(whole, list):
        place = f"what {shape.records} names" if steps else "the document"
        raise Unreadable("no_records", detail=f"{place} is no list of records but {_kind(whole)}")
    return whole


def _filled(value: Any, depth: int = 0) -> int:
    """How many single values there are in a value."""
    if depth > _DEEPEST:
        raise _too_deep("json")
    if isinstance(value, _Twice):
        raise Unreadable("name_twice", value=value.name)
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return sum(_filled(one, depth + 1) for one in inside)
    return bool(_single(value))


def _records(values: list[Any], first: int = 1) -> Iterator[Record]:
    for number, value in enumerate(values, start=first):
        if isinstance(value, _Twice):
            raise Unreadable("name_twice", row=number, value=value.name)
        if not isinstance(value, dict):
            raise Unreadable("no_record", row=number, detail=f"it is {_kind(value)}")
        cells: dict[Name, str] = {}
        _flatten(value, (), number, cells)
        yield number, cells


def _flatten(value: dict[str, Any], above: Name, number: int, cells: dict[Name, str]) -> None:
    if len(above) > _DEEPEST:
        raise _too_deep("json", number)
    for name, inner in value.items():
        if isinstance(inner, _Twice):
            raise Unreadable("name_twice", row=number, value=".".join((*above, name, inner.name)))
        if isinstance(inner, dict):
            _flatten(inner, (*above, name), number, cells)
        else:
            cells[*above, name] = _cell(inner, number)


def _cell(value: Any, number: int) -> str:
    text = _joined(value, number) if isinstance(value, list) else _single(value)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _half_a_sign(number) from error
    return as_text(text)


def _half_a_sign(row: int) -> Unreadable:
    """JSON can spell a text that is none."""
    detail = "it holds half a sign (a lone surrogate)"
    return Unreadable("wrong_format", row=row, expected="json", detail=detail)


def _joined(values: list[Any], number: int) -> str:
    """A list as one cell."""
    texts = [_single(one) for one in values if not isinstance(one, dict | list | _Twice)]
    if len(texts) == len(values) and not any(_PART.strip() in text for text in texts):
        return _PART.join(text for text in texts if text)
    return _written(values, number)


def _written(value: Any, number: int, depth: int = 0) -> str:
    """A value as JSON again, numbers as they stand."""
    if depth > _DEEPEST:
        raise _too_deep("json", number)
    if isinstance(value, _Twice):
        raise Unreadable("name_twice", row=number, value=value.name)
    if isinstance(value, list):
        return "[" + ",".join(_written(one, number, depth + 1) for one in value) + "]"
    if isinstance(value, dict):
        told = (f"{json.dumps(name)}:{_written(one, number, depth + 1)}" for name, one in value.items())
        return "{" + ",".join(told) + "}"
    return value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _single(value: Any) -> str:
    """A single value as text; null is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _kind(value: Any) -> str:
    if isinstance(value, _Number):
        return "a number"
    names = {dict: "an object", _Twice: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), "null")


def _too_deep(expected: str, row: int | None = None) -> Unreadable:
    return Unreadable(
        "wrong_format", row, expected=expected, detail=f"it is nested more than {_DEEPEST} deep"
    )


def _check_names(names: list[Name], records: list[Record]) -> None:
    """A name must be a text, and no two of one record may come to the same header: `a.b` can be a name, or b within a."""
    headers: dict[str, Name] = {}
    for name in names:
        header = layout.tidy(".".join(name))
        try:
            header.encode()
        except UnicodeEncodeError as error:
            raise _half_a_sign(next(number for number, cells in records if name in cells)) from error
        other = headers.setdefault(header, name)
        if other != name:
            row = next(
                (number for number, cells in records if name in cells and other in cells), records[0][0]
            )
            raise Unreadable("name_twice", row=row, value=header)


def _batches(records: list[Record], names: list[Name], are_lines: bool) -> Iterator[RowBatch]:
    for start in range(0, len(records), _BATCH_ROWS):
        part = records[start : start + _BATCH_ROWS]
        rows = pa.array([number for number, _ in part], pa.int64())
        columns = [pa.array([cells.get(name, "") for _, cells in part], pa.string()) for name in names]
        yield RowBatch(rows, rows if are_lines else pa.nulls(len(part), pa.int64()), columns, [])
