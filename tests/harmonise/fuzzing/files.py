"""Files made up from a seed: the same seed makes the same files, mapping and settings."""

import codecs
from random import Random
from typing import NamedTuple

import msgspec

from lontar.catalogue.check_mapping_layout import layout_complaints
from lontar.catalogue.mapping_names import MappingNames
from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.run import Settings
from lontar.model.mapping import MappingBundle
from lontar.model.mapping.layout import FileFormat, FileShape
from tests.harmonise.cases import catalogue
from tests.harmonise.fuzzing import damage
from tests.harmonise.fuzzing.cells import awkward, spoiled, table
from tests.harmonise.fuzzing.sources import Source, any_source
from tests.harmonise.fuzzing.written import WRITERS, as_text, wrapped

LIMITS = Limits(memory_bytes=3 << 29, seconds=30, inflated_bytes=1 << 26)
"""What reading a made-up file may use, which is small."""
_FORMATS: tuple[FileFormat, ...] = ("text", "text", "text", "xlsx", "xlsx", "ods", "json", "jsonl", "parquet")
_ENCODINGS = (
    "utf-8", "utf-8", "utf-8", "utf-8-sig", "ascii", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso-8859-1", "cp1256", "shift_jis",
    "gb18030", "cp437", "utf-7", "iso2022_jp", "big5", "hz",
)  # fmt: skip
_DAMAGE = {
    "text": damage.text,
    "xlsx": damage.zipped, "ods": damage.zipped, "xls": damage.old_workbook, "json": damage.json_text, "jsonl": damage.json_text,
    "parquet": damage.parquet,
}  # fmt: skip


class Fuzzed(NamedTuple):
    """Files by name under one mapping, and what the call may use; `kind` names the format and wrapping in the tally."""

    seed: int
    kind: str
    files: dict[str, bytes]
    bundle: MappingBundle
    settings: Settings


def fuzzed(seed: int) -> Fuzzed:
    """The files of this seed."""
    rng = Random(seed)
    source = any_source(rng)
    if source.raw and (not source.rows or rng.random() < 0.15):
        kind, bundle, files = source.bundle.mapping.file.format, source.bundle, dict(source.raw)
    else:
        bundle = _shaped(rng, source.bundle)
        kind = bundle.mapping.file.format
        files = {name: _written(rng, source, name, bundle.mapping.file) for name in source.rows}
    name = rng.choice(list(files))
    data = _damaged(rng, files.pop(name), _told(kind, name))
    name, data, wrapping = _wrapped(rng, name, data)
    files[_renamed(rng, name)] = data
    many = rng.choice((100_000, 0, 1, 7))
    return Fuzzed(seed, kind + wrapping, files, bundle, Settings(limits=LIMITS, many=many))


def _told(kind: str, name: str) -> str:
    """What a file is: its format, or what it is wrapped in."""
    return "gz" if name.endswith(".gz") else kind


def _shaped(rng: Random, bundle: MappingBundle) -> MappingBundle:
    """The mapping for a file of another format, encoding, delimiter; as it was where it cannot speak of such a file."""
    was, form = bundle.mapping.file, rng.choice(_FORMATS)
    if form == "text":
        quote = was.quote if rng.random() < 0.9 else rng.choice(("", "'"))
        delimiter = was.delimiter if rng.random() < 0.6 else rng.choice(",;\t|:")
        shape = FileShape(names=was.names, encoding=rng.choice(_ENCODINGS), delimiter=delimiter, quote=quote)
    elif form in ("xlsx", "ods"):
        hidden = rng.choice(("read", "read", "ignore", "refuse"))
        shape = FileShape(
            names=was.names, format=form, sheet=rng.choice((None, "Data", "Tafel 4 & 'x'")), hidden=hidden
        )
    else:
        within = rng.choice(("", "", "data", "a.b")) if form == "json" else ""
        shape = FileShape(names=was.names, format=form, records=within)
    return _allowed(bundle, shape) or _allowed(bundle, FileShape(names=was.names)) or bundle


def _allowed(bundle: MappingBundle, shape: FileShape) -> MappingBundle | None:
    made = msgspec.structs.replace(bundle, mapping=msgspec.structs.replace(bundle.mapping, file=shape))
    return None if [*layout_complaints(MappingNames(made, catalogue()))] else made


def _written(rng: Random, source: Source, name: str, shape: FileShape) -> bytes:
    rows = table(rng) if rng.random() < 0.04 else spoiled(rng, source.rows[name])
    if shape.format == "text":
        return as_text(rng, rows, shape)
    if shape.format == "xls":  # nothing here writes old workbooks
        return rng.randbytes(2000)
    return WRITERS[shape.format](rng, rows, shape.records or shape.sheet or "Data")


def _damaged(rng: Random, data: bytes, kind: str) -> bytes:
    """The file damaged by chance, mostly as fits its format."""
    chance = rng.random()
    if chance < 0.4:
        return data
    if chance < 0.42:
        return damage.spliced(rng, data, damage.some_bytes(rng, data))
    if chance < 0.44:
        return rng.choice(
            (
                b"",
                b" \n",
                b"\x00" * 600,
                codecs.BOM_UTF8,
                codecs.BOM_UTF16_LE,
                b"\xff" * 9,
                rng.randbytes(700),
            )
        )
    if kind == "gz":
        return damage.gzipped(rng, data)
    return _DAMAGE.get(kind, damage.some_bytes)(rng, data)


def _wrapped(rng: Random, name: str, data: bytes) -> tuple[str, bytes, str]:
    chance = rng.random()
    if name.endswith(".gz"):
        return name, data, ".gz"
    if chance < 0.92:
        return name, data, ""
    kind = rng.choice(("gz", "zip"))
    packed = wrapped(rng, data, kind)
    if rng.random() < 0.5:
        packed = damage.gzipped(rng, packed) if kind == "gz" else damage.zipped(rng, packed)
    return f"{name}.{kind}", packed, f".{kind}"


def _renamed(rng: Random, name: str) -> str:
    """The name of the file, or now and then one that nobody would give."""
    if rng.random() < 0.95:
        return name
    odd = awkward(rng).replace("/", "").replace("\0", "")[:40]
    return odd + name
