"""Files made wrong: bytes anywhere, and parts of packed files before they are packed again."""

import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from tests.harmonise.fuzzing.cells import awkward

Damage = Callable[[Random, bytes], bytes]
_MATTERS = re.compile(r"sheet1|content|Strings|\.csv")
"""Parts of workbooks in which the cells stand."""
_NUMBERS = (0, 1, 127, 128, 255)
_ATTRIBUTE = re.compile(rb'="([^"<]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(rb"<(\w[\w:]*)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_TAG = re.compile(rb"<[^<>]+>")
_VALUES = (
    b"", b"0", b"1", b"-1", b"2", b"9", b"99999", b"1048577", b"16385", b"2147483648", b"4294967296", b"99999999999999999999",
    b"NaN", b"A0", b"A1", b"XFD1048576", b"XFE1", b"ZZZ9999999", b"A1:XFD1048576", b"B2:A1", b"A1:A1", b"true", b"false", b"s",
    b"str", b"b", b"e", b"d", b"n", b"inlineStr", b"../../x", b"rId1", b"rId99", b"&#0;", b"&lt;", b"&nosuch;", b"\xff",
    b"\xc3\xa9", b"float", b"string", b"date", b"boolean", b"percentage", b"PT99999999H", b"2024-02-30", b"collapse",
    b"_x0000_", b"_xD800_", b"_x005F_", b" 1 ", b"1.5", b"1e308",
)  # fmt: skip
_HEADS = (
    b'<!DOCTYPE a [<!ENTITY b "b">]>', b'<!DOCTYPE a SYSTEM "file:///etc/hostname">', b"<!-- -- -->", b"<![CDATA[<c>]]>", b"<?a b?>",
    b'<?xml version="1.0" encoding="utf-16"?>', b'<?xml version="1.0" encoding="cp037"?>', b'<?xml version="9.9"?>', b"\xef\xbb\xbf",
    b"\xff\xfe", b"\x00", b"<a>", b"</a>", b"<a " + b'x="1" ' * 50 + b"/>", b"<x>" * 300, b"&#x10FFFF;",
)  # fmt: skip


def some_bytes(rng: Random, data: bytes) -> bytes:
    """Bytes flipped, cut, doubled, put in, moved; up to four times."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(_BYTES)(rng, data)
    return data


def _flip(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 4, 32)) if data else 0):
        at = rng.randrange(len(changed))
        changed[at] = rng.choice(
            (changed[at] ^ 1 << rng.randrange(8), rng.choice(_NUMBERS), rng.randrange(256))
        )
    return bytes(changed)


def _stretch(rng: Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 2, 4, 8, 100, 1000)))


def _cut(rng: Random, data: bytes) -> bytes:
    start, end = _stretch(rng, data)
    return data[:start] + data[end:]


def _cut_off(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _double(rng: Random, data: bytes) -> bytes:
    start, end = _stretch(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def _put_in(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    new = (
        awkward(rng).encode("utf-8", "surrogatepass")
        if rng.random() < 0.5
        else rng.randbytes(rng.randint(1, 9))
    )
    return data[:at] + new + data[at:]


def _write_over(rng: Random, data: bytes) -> bytes:
    """A number of two, four or eight bytes, as lengths and places are written."""
    at, form = rng.randrange(len(data) + 1), rng.choice(("<H", "<I", "<Q", ">I"))
    told = struct.pack(form, rng.choice((0, 1, 2 ** (8 * struct.calcsize(form)) - 1, rng.randrange(1 << 16))))
    return data[:at] + told + data[at + len(told) :]


def _move(rng: Random, data: bytes) -> bytes:
    (start, end), (to, _) = _stretch(rng, data), _stretch(rng, data)
    rest = data[:start] + data[end:]
    return rest[:to] + data[start:end] + rest[to:]


_BYTES = (_flip, _flip, _flip, _cut, _cut_off, _double, _put_in, _write_over, _write_over, _move)


def spliced(rng: Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def xml(rng: Random, data: bytes) -> bytes:
    """XML with other attributes, texts and elements, mostly still well formed."""
    for _ in range(rng.choice((1, 1, 2, 6))):
        data = rng.choice(_XML)(rng, data)
    return data


def _replace(
    rng: Random, data: bytes, form: re.Pattern[bytes], told: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    found = list(form.finditer(data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start()] + told(one) + data[one.end() :]


def _attribute(rng: Random, data: bytes) -> bytes:
    return _replace(rng, data, _ATTRIBUTE, lambda _: b'="' + rng.choice(_VALUES) + b'"')


def _escaped(text: str) -> bytes:
    for sign, told in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, told)
    return text.encode("utf-8", "surrogatepass")


def _text(rng: Random, data: bytes) -> bytes:
    told = rng.choice(_VALUES) if rng.random() < 0.5 else _escaped(awkward(rng))
    return _replace(rng, data, _TEXT, lambda _: b">" + told + b"<")


def _element_gone(rng: Random, data: bytes) -> bytes:
    return _replace(rng, data, _ELEMENT, lambda _: b"")


def _element_doubled(rng: Random, data: bytes) -> bytes:
    return _replace(rng, data, _ELEMENT, lambda one: one[0] * rng.choice((2, 3, 40)))


def _element_moved(rng: Random, data: bytes) -> bytes:
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    moved = rng.choice(found)[0]
    return _replace(rng, data, _TAG, lambda one: one[0] + moved)


def _head(rng: Random, data: bytes) -> bytes:
    return _replace(
        rng, data, _TAG, lambda one: rng.choice((rng.choice(_HEADS) + one[0], one[0] + rng.choice(_HEADS)))
    )


def _attribute_gone(rng: Random, data: bytes) -> bytes:
    return _replace(rng, data, re.compile(rb'\s[\w:]+="[^"<]*"'), lambda _: b"")


def _swap_attributes(rng: Random, data: bytes) -> bytes:
    found = list(_ATTRIBUTE.finditer(data))
    return _replace(rng, data, _ATTRIBUTE, lambda _: rng.choice(found)[0])


_XML = (
    _attribute, _attribute, _attribute, _text, _text, _element_gone, _element_doubled, _element_moved, _head, _attribute_gone,
    _swap_attributes, _swap_attributes, some_bytes,
)  # fmt: skip


def zipped(rng: Random, data: bytes) -> bytes:
    """A zip file with one part changed and packed anew, so that its check sum holds; or one that is damaged itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, zlib.error, NotImplementedError, RuntimeError):
        return some_bytes(rng, data)
    if not parts or rng.random() < 0.15:
        return some_bytes(rng, data)
    name = rng.choice(list(parts) + 8 * [name for name in parts if _MATTERS.search(name)])
    kind = rng.random()
    if kind < 0.06:
        del parts[name]
    elif kind < 0.12:
        parts[rng.choice((name.upper(), "/" + name, "../x", name.replace("/", "\\"), "a" * 300, "x/"))] = (
            parts.pop(name)
        )
    else:
        parts[name] = (xml if parts[name][:200].lstrip(b"\xef\xbb\xbf").startswith(b"<") else some_bytes)(
            rng, parts[name]
        )
    return packed(parts, zipfile.ZIP_BZIP2 if rng.random() < 0.02 else zipfile.ZIP_DEFLATED)


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return stream.getvalue()


def gzipped(rng: Random, data: bytes) -> bytes:
    """A gzip file with other contents, or one that is damaged itself."""
    try:
        plain = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return some_bytes(rng, data)
    if rng.random() < 0.4:
        return some_bytes(rng, data)
    return gzip.compress(some_bytes(rng, plain), mtime=0) * rng.choice((1, 1, 1, 2))


def parquet(rng: Random, data: bytes) -> bytes:
    """A Parquet file with its footer or a page changed; lengths are right again where only the footer grew."""
    size = int.from_bytes(data[-8:-4], "little")
    if len(data) < 12 or size > len(data) - 12 or rng.random() < 0.2:
        return some_bytes(rng, data)
    pages, footer, end = data[: -8 - size], data[-8 - size : -8], data[-4:]
    if rng.random() < 0.5:
        footer = some_bytes(rng, footer)
    else:
        pages = data[:4] + _flip(rng, pages[4:])
    return pages + footer + len(footer).to_bytes(4, "little") + end


def old_workbook(rng: Random, data: bytes) -> bytes:
    """An old workbook with records of its stream changed, left out, doubled, or longer than they say."""
    if len(data) <= 512 or rng.random() < 0.25:
        return some_bytes(rng, data)
    head, records, rest = data[:512], *_records(data[512:])
    for _ in range(rng.choice((1, 1, 2, 4)) if records else 0):
        at = rng.randrange(len(records))
        kind, held = records[at]
        records[at] = rng.choice((
            (kind, some_bytes(rng, held)), (kind, _flip(rng, held)), (rng.choice(records)[0], held), (kind, rng.choice(records)[1]),
            (rng.randrange(1 << 16), held),
        ))  # fmt: skip
        if rng.random() < 0.2:
            records.insert(rng.randrange(len(records)), rng.choice(records))
    stream = b"".join(struct.pack("<HH", kind, len(held) & 0xFFFF) + held for kind, held in records) + rest
    return head + (stream + bytes(len(data)))[: len(data) - 512]


def _records(stream: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The records of a stream of BIFF, up to where they end, and what follows."""
    found, at = [], 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > len(stream) or not (kind or size):
            break
        found.append((kind, stream[at + 4 : at + 4 + size]))
        at += 4 + size
    return found, stream[at:]


def json_text(rng: Random, data: bytes) -> bytes:
    """JSON with other values, names and brackets."""
    if rng.random() < 0.1:
        return some_bytes(rng, data)
    if rng.random() < 0.5:
        return _json_values(rng, data)
    values = (
        b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-0", b"[]", b"{}", b'""', b'"\\ud800"', b'"\\u0000"', b"[" * 50 + b"]" * 50,
        b"[1,[2]]", b'{"a":{"a":1}}', b'{"a":1,"a":2}', b"9" * 5000, b'"a; b"', b"[1,2,null]", b'[" ", ";"]', b"01", b"'x'", b"\xff",
        b'{"":0}', b'{"a.b":1}', b'{"a":1,"b":[{"c":2}]}', b'"\\"', b"/*x*/1",
    )  # fmt: skip
    forms = (rb'"[^"\\]*"(?=\s*:)', rb':\s*("[^"]*"|[\w.+-]+)', rb"[\[\]{},:]", rb'"[^"]*"')
    form = re.compile(rng.choice(forms))
    told = (
        b":" + rng.choice(values)
        if form.pattern.startswith(b":")
        else rng.choice((*values, b'"x"', b'""', b"", b","))
    )
    return _replace(rng, data, form, lambda _: told)


def _json_values(rng: Random, data: bytes) -> bytes:
    """JSON that stays JSON, with other values in it."""
    told = [
        None,
        True,
        0,
        -1,
        1.5,
        1e300,
        [],
        {},
        "",
        [1, 2],
        ["a", None],
        [[1]],
        {"a": 1},
        {"a": {"b": 2}},
        {"": 1},
    ]

    def changed(value: Any) -> Any:
        chance = rng.random()
        if chance < 0.04:
            return rng.choice((awkward(rng), rng.choice(told)))
        if isinstance(value, dict):
            return {
                awkward(rng) if rng.random() < 0.01 else name: changed(one) for name, one in value.items()
            }
        if isinstance(value, list):
            return [changed(one) for one in value for _ in range(2 if rng.random() < 0.05 else 1)]
        return value

    try:
        parts = data.decode().splitlines() if data.startswith(b"{") and b"\n{" in data else [data.decode()]
        return "\n".join(
            json.dumps(changed(json.loads(part)), ensure_ascii=rng.random() < 0.5) for part in parts
        ).encode()
    except (ValueError, RecursionError):
        return some_bytes(rng, data)


def text(rng: Random, data: bytes) -> bytes:
    """Text with signs, lines or stretches of it in other places; in an encoding of one byte a sign, and often in others."""
    if rng.random() < 0.3:
        return some_bytes(rng, data)
    for _ in range(rng.choice((1, 1, 2, 6))):
        at = rng.choice([0, len(data), *(one.end() for one in re.finditer(rb'[\r\n,;\t|"]', data))])
        told = rng.choice(_SIGNS) if rng.random() < 0.7 else awkward(rng).encode("ascii", "replace")
        data = data[:at] + told + data[at + rng.choice((0, 0, 0, 1)) :]
    return data


_SIGNS = (
    b'"', b'"', b'""', b'""""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r\n", b"\n\r", b"\0",
    b"\x1a", b"\x0c", b"\x0b", b"\x1c", b"\xef\xbb\xbf", b" ", b'" ', b' "', b'",', b',"', b'"\n"', b'\n"', b'"\r', b",,,,",
    b'"a"b"', b"\\", b'\\"', b"x" * 5000, b"\n" * 70, b"sep=;\n", b"# note\n",
)  # fmt: skip
