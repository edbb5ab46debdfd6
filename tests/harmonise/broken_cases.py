"""The table of broken files (broken/expected.yml), and how each of its lines is carried out."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import yaml

from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.reading.starting import Process
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.errors import SourceProblem
from lontar.model.mapping import MappingBundle
from tests.factories import Harmonised, read_output
from tests.harmonise.broken_files import MADE
from tests.harmonise.cases import catalogue

FOLDER = Path(__file__).parent / "broken"


class Broken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A broken file and what must be said of it."""

    text: str = ""
    """What it holds, in UTF-8; without this the file lies in the folder, or broken_files makes it."""
    bytes: str = ""
    """What it holds, one byte for each sign up to U+00FF."""
    mapping: dict[str, Any] = {}
    """What its mapping says besides or in place of what broken/mapping.yml says."""
    limits: dict[str, int] = {}
    """What the reader may use, where that is less than usual."""
    again: str = ""
    """The name under which it is given a second time."""
    refused: str = ""
    """The one sentence, where it cannot be opened as a table: nothing is written then."""
    says: tuple[str, ...] = ()
    """Else what is said of its parts: `severity [code] place: what is wrong`."""
    observed: int = 0
    """And how many observations its other parts become."""

    @property
    def is_text(self) -> bool:
        """Whether it is read as text, plain or packed."""
        return self.mapping.get("file", {}).get("format", "text") == "text"

    @property
    def is_no_file(self) -> bool:
        """Whether it cannot be opened at all."""
        return self.refused.startswith(("[HAR-001]", "[HAR-002]"))


def table() -> dict[str, Broken]:
    """File name -> what it is, in the order of the table."""
    told = yaml.safe_load((FOLDER / "expected.yml").read_text("utf-8"))
    return {name: msgspec.convert(one, Broken) for name, one in told.items()}


def put(name: str, case: Broken, folder: Path) -> Path:
    """Put the file of a case into a folder."""
    path = folder / name
    if case.text or case.bytes:
        path.write_bytes(case.text.encode() + case.bytes.encode("latin-1"))
    elif name in MADE:
        MADE[name](path)
    else:
        path.write_bytes((FOLDER / name).read_bytes())
    return path


@cache
def _bundle(changes: str) -> MappingBundle:
    """The mapping of broken files with these changes (JSON); the catalogue has nothing against it."""
    mapping = yaml.safe_load((FOLDER / "mapping.yml").read_text("utf-8")) | msgspec.json.decode(changes)
    with TemporaryDirectory() as folder:
        path = Path(folder, "mapping.yml")
        path.write_text(yaml.safe_dump(mapping), "utf-8")
        shutil.copy(FOLDER / "sectors.csv", folder)
        return open_checked_mapping(catalogue(), str(path))


def bundle_for(case: Broken) -> MappingBundle:
    """The mapping of this case."""
    return _bundle(msgspec.json.encode(case.mapping, order="sorted").decode())


def said_of(
    path: Path, case: Broken, out: Path, many: int = Settings().many, child: Process | None = None
) -> Broken:
    """Carry it out, and tell what was said in the words of the table; `out` may be there before, and is replaced."""
    files = [(path, name) for name in (path.name, case.again) if name]
    settings = Settings(limits=msgspec.convert(case.limits, Limits), many=many)
    try:
        harmonise_files(files, bundle_for(case), out, replace=True, settings=settings, child=child)
    except SourceProblem as refusal:
        return msgspec.structs.replace(case, refused=str(refusal), says=(), observed=0)
    made = read_output(out)
    assert made.account["all"]["balanced"]
    observed = sum(map(len, made.observations.values()))
    return msgspec.structs.replace(case, refused="", says=tuple(sentences(made)), observed=observed)


def sentences(made: Harmonised) -> list[str]:
    """The problems of a call as the table writes them."""
    return [f"{p['severity']} [{p['code']}] {_place(p)}: {p['message']}" for p in made.problems]


def _place(problem: dict[str, str]) -> str:
    parts = [
        problem["file"],
        *(f"{name} {problem[name]}" for name in ("sheet", "row", "column") if problem[name]),
    ]
    return ", ".join(parts)
