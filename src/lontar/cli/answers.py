"""What the command line prints with --json: one class an answer, so that each has a schema."""

from datetime import datetime
from typing import Any

import msgspec

from lontar.harmonise.account import Account
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.indicators import Indicator, Topic
from lontar.model.mapping import MappingBundle
from lontar.model.people.participants import Participant, Reporter
from lontar.model.policy.language import Decision, Rule


class MappingFindings(msgspec.Struct, kw_only=True):
    """`lontar mapping check`: what is wrong in the mapping, what the files have that it does not, and the reverse."""

    mapping: str
    wrong: list[str]
    problems: list[str]
    leftovers: list[str]


class MappingTitles(msgspec.Struct, kw_only=True):
    """`lontar mapping list`: id -> title."""

    mappings: dict[str, str]


class PlanTold(msgspec.Struct, kw_only=True):
    """`lontar mapping plan`: the steps, each with its operation, and the lookups; see the explanation of the plan."""

    steps: list[dict[str, Any]]
    lookups: dict[str, dict[str, Any]]


class CatalogueFinding(msgspec.Struct, kw_only=True):
    """One thing wrong with the catalogue."""

    code: str
    place: str
    message: str
    remedy: str


class CatalogueFindings(msgspec.Struct, kw_only=True):
    """`lontar catalogue check`: everything wrong with the catalogue."""

    problems: list[CatalogueFinding]


class Shown(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`lontar catalogue show`: everything that has the id asked for."""

    indicator: Indicator | None = None
    topic: Topic | None = None
    codelist: CodeList | None = None
    participant: Participant | None = None
    reporter: Reporter | None = None
    mapping: MappingBundle | None = None
    rule: Rule | None = None


class PolicyVerdict(msgspec.Struct, kw_only=True):
    """What came of one claim: proved, broken (with a world that breaks it) or undecided."""

    id: str
    title: str
    verdict: str
    seconds: float
    world: str


class PolicyVerdicts(msgspec.Struct, kw_only=True):
    """`lontar policy prove`: every claim and what came of it."""

    verdicts: list[PolicyVerdict]


class JournalFindings(msgspec.Struct, kw_only=True):
    """`lontar journal verify`: everything that is wrong with the chains and the checkpoints."""

    findings: list[str]


class FiguresLeftOut(msgspec.Struct, kw_only=True):
    """How many tables were not counted, and why."""

    unaligned: int
    other_voices: int
    not_by_that: int
    holding_others: int


class FiguresSource(msgspec.Struct, kw_only=True):
    """Whose figures an answer rests on: the addresses of the parcels."""

    owner: str
    series: str
    parcels: list[str]


class FiguresTold(msgspec.Struct, kw_only=True):
    """`lontar figures`: the figures, a row a cell (of a list: as they were sent), and what they rest on. `rules` are why they are read."""

    figures: list[dict[str, Any]]
    notes: list[str] = []
    sources: list[FiguresSource] = []
    rules: list[str] = []
    left_out: FiguresLeftOut | None = None


class StoreDamage(msgspec.Struct, kw_only=True):
    """`lontar store check`: what is damaged or missing, in sentences."""

    damage: list[str]


class BackupTold(msgspec.Struct, kw_only=True):
    """`lontar backup` and `lontar restore`: what is in a backup, of which instance and moment.

    `tables` is how many rows each has, `files` how many files of the store there are; `missing` are those that the database calls
    current and that were not there to be taken. `folder` is where it was restored to, '' where it was not.
    """

    file: str
    folder: str
    bytes: int
    seconds: float
    instance: str
    kind: str
    version: str
    moment: datetime
    tables: dict[str, int]
    files: int
    missing: list[str]


class EditionTold(msgspec.Struct, kw_only=True):
    """`lontar totals freeze`: the edition's number, how many totals it shows and withholds, and which figures are given away already."""

    number: int
    shown: int
    withheld: int
    exposed: list[str]


ANSWERS: dict[str, type[msgspec.Struct]] = {
    "harmonise": Account,
    "mapping_check": MappingFindings,
    "mapping_list": MappingTitles,
    "mapping_plan": PlanTold,
    "catalogue_check": CatalogueFindings,
    "catalogue_show": Shown,
    "policy_explain": Decision,
    "policy_prove": PolicyVerdicts,
    "journal_verify": JournalFindings,
    "figures": FiguresTold,
    "store_check": StoreDamage,
    "totals_freeze": EditionTold,
    "backup": BackupTold,
    "restore": BackupTold,
}
"""Name of the schema under docs/reference/schemas/ -> the class of the answer."""
