"""What a job does with the files of a submission: opened for the engine alone, harmonised, and what they became sealed again."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pyarrow.compute as pc
import pyarrow.parquet as pq

from lontar.catalogue import open_catalogue
from lontar.catalogue.additions import with_additions
from lontar.catalogue.loader import Catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.catalogue.policies import read_allegiances
from lontar.harmonise.own_people import KeptOut
from lontar.harmonise.progress import Tell
from lontar.harmonise.recognise import Recognised, recognise_files
from lontar.harmonise.run import Settings, harmonise_files
from lontar.members.loading import group_of
from lontar.reporting.actions import Kept
from lontar.reporting.desk import Desk
from lontar.reporting.jobs import Told
from lontar.reporting.mappings import bundle, own_mappings
from lontar.reporting.queries import Submission, key_of
from lontar.reporting.repairs import Repair, additions_of
from lontar.warehouse.intake.origins import own_codes

ENGINE_MEMORY = 2**30
"""Bytes that the engine may use for one job."""


class Place(NamedTuple):
    """Where a job works: the desk, and the folder in which files lie open meanwhile."""

    desk: Desk
    folder: Path


class Became(NamedTuple):
    """The papers that files became, and what is told of them."""

    papers: list[Kept]
    told: Told


def harmonise_submission(
    told: Submission, participant: str, repairs: Sequence[Repair], place: Place, tell: Tell
) -> Became:
    """Harmonise the files of a submission; what they became lies on the desk and belongs to nothing yet.

    Raises SourceProblem for what cannot be opened or may not be sent, Unavailable where the machine cannot go on; nothing is kept then.
    """
    key, catalogue = key_of(place.desk, told), open_catalogue()
    known = open_mapping(catalogue, told.mapping)
    with _opened(told, key, place) as (folder, sources):
        out = folder / "out"
        outcome = harmonise_files(
            sources,
            with_additions(known, additions_of(repairs, known)),
            out,
            settings=Settings(ENGINE_MEMORY),
            kept_out=_kept_out(catalogue, participant),
            tell=tell,
        )
        first, last = _days_of(out / "observations")
        refused = outcome.account.all.cells.refused
        return Became(_sealed(out, place.desk, key), Told(first, last, refused))


def recognise_submission(told: Submission, participant: str, place: Place) -> list[Recognised]:
    """Say which of the participant's own tables the files could be, the likeliest first. Raises Unavailable as the engine does."""
    with _opened(told, key_of(place.desk, told), place) as (_, sources):
        return recognise_files(sources, [bundle(one) for one in own_mappings(participant)])


def is_sure(found: Sequence[Recognised], files: int) -> bool:
    """Whether the likeliest table is the one: it fits every file by its name, with all its columns, and no other does so well."""
    if not found or not found[0].by_name or len(found[0].files) < files:
        return False
    if found[0].headers_found < found[0].headers_expected:
        return False
    return len(found) == 1 or (len(found[1].files), found[1].weight) < (len(found[0].files), found[0].weight)


@contextmanager
def _opened(told: Submission, key: bytes, place: Place) -> Iterator[tuple[Path, list[tuple[Path, str]]]]:
    """The files that were sent, open in a folder of their own; they are gone when this ends, however it ends."""
    folder, lock = _begun(place.folder)
    try:
        sources = []
        for paper in told.of_kind("raw"):
            path = folder / str(paper.id)
            with path.open("wb") as file:
                for part in place.desk.read(paper.id, key):
                    file.write(part)
            sources.append((path, paper.name))
        yield folder, sources
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _begun(workplace: Path) -> tuple[Path, int]:
    """A new folder, locked as long as this process works in it: it has its name once it is."""
    name = str(uuid4())
    unnamed = workplace / f".{name}"
    unnamed.mkdir(mode=0o700, parents=True)
    lock = os.open(unnamed, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return unnamed.rename(workplace / name), lock


def _sealed(out: Path, desk: Desk, key: bytes) -> list[Kept]:
    """Seal what a file became, each part as a paper; what was sealed already goes again where a part cannot be."""
    kept: list[Kept] = []
    try:
        for kind, name, path in _parts(out):
            paper = uuid4()
            with path.open("rb") as file, desk.written(paper, key) as pen:
                shutil.copyfileobj(file, pen, 2**20)
            kept.append(Kept(paper, kind, name, pen.written))
    except BaseException:
        desk.remove([one.id for one in kept])
        raise
    return kept


def _days_of(observations: Path) -> tuple[date | None, date | None]:
    """The first and the last day that figures are about; None where there are none."""
    starts, ends = [], []
    for path in observations.glob("*.parquet"):
        table = pq.read_table(path, columns=["period_start", "period_end"])
        starts.append(pc.min(table.column("period_start")).as_py())
        ends.append(pc.max(table.column("period_end")).as_py())
    return min(starts, default=None), max(ends, default=None)


def _parts(out: Path) -> Iterator[tuple[str, str, Path]]:
    yield "account", "account.json", out / "account.json"
    yield "problems", "problems.jsonl", out / "problems.jsonl"
    for path in sorted((out / "observations").glob("*.parquet")):
        yield "observations", path.stem, path


def _kept_out(catalogue: Catalogue, participant: str) -> KeptOut | None:
    """What a State may not send of its own people: figures of an indicator of asylum."""
    allegiances = read_allegiances(catalogue)
    group = group_of(catalogue.participant(participant), allegiances)
    indicators = frozenset(one.id for one in catalogue.indicators() if one.asylum_link == "yes")
    codes = {code for one in ("citizenship", "habitual_residence") for code in _codes(catalogue, one)}
    own = own_codes(allegiances, group, codes)
    return KeptOut(indicators, own) if own else None


def _codes(catalogue: Catalogue, dimension: str) -> set[str]:
    lists = {one.dimensions[dimension] for one in catalogue.indicators() if dimension in one.dimensions}
    return {code for name in lists for code in catalogue.codelist(name).codes}


def remove_left_open(workplace: Path) -> None:
    """Remove what processes that were stopped left open; where another works, its files stay."""
    for folder in workplace.glob("[!.]*"):
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
