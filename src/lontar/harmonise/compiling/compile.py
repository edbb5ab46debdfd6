"""Compiling: a mapping, the landed files and their distinct texts -> a plan that any engine can carry out."""

from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Bad, Builder
from lontar.harmonise.compiling.coding import Coder
from lontar.harmonise.compiling.correcting import Corrector
from lontar.harmonise.compiling.dating import Dater
from lontar.harmonise.compiling.demanding import Demander
from lontar.harmonise.compiling.fielding import Fielder
from lontar.harmonise.compiling.figuring import Figurer
from lontar.harmonise.compiling.judging import Judge
from lontar.harmonise.compiling.keys import Distinct, KeyMaker
from lontar.harmonise.compiling.met import Met
from lontar.harmonise.compiling.repairing import Repairer
from lontar.harmonise.compiling.totalling import Declared, Totaller
from lontar.harmonise.plan import operations as op
from lontar.harmonise.reading.landing import Landing
from lontar.harmonise.resolving.codes import CodeReader
from lontar.harmonise.resolving.findings import Findings
from lontar.model.mapping import Correction, MappingBundle
from lontar.model.mapping.formats import MONTHS


class Compiled(NamedTuple):
    """A plan, and what is needed to read its result."""

    plan: op.Plan
    binding: Binding
    findings: Findings
    bad: tuple[Bad, ...]
    declared: tuple[Declared, ...]
    ignores: tuple[str, ...]
    """Columns that hold the reason why a row is ignored."""
    dimensions: tuple[str, ...]
    listed: tuple[str, ...]
    """Dimensions that may hold several codes, with a column `<dimension>_list`."""
    readers: tuple[CodeReader, ...]
    idle_corrections: tuple[Correction, ...]
    idle_checks: tuple[str, ...]
    idle_totals: tuple[str, ...]
    key: tuple[str, ...]
    """Columns in which one observation differs from every other."""


def compile_plan(
    bundle: MappingBundle, binding: Binding, landing: Landing, distinct: Distinct, met: tuple[Met, ...] = ()
) -> Compiled:
    """The plan for these files; its last relation has one row for each figure cell, with its fate."""
    findings, builder = Findings(), Builder()
    repairer = Repairer(binding, met)
    keys = KeyMaker(binding, distinct, repairer.slots)
    corrector = Corrector(bundle, binding, keys, findings)
    demander = Demander(bundle, binding, keys, findings, repairer)
    coder = Coder(bundle, binding, keys, findings)
    dater = Dater(binding, keys, findings, bundle.codelists.get(MONTHS))
    figurer, totaller = Figurer(binding, keys, distinct, findings), Totaller(bundle.mapping, binding, keys)

    landed = (*binding.slots.values(), *binding.filled.values())
    builder.step(op.Read(files=binding.files, slots=landed), "the landed rows", "rows")
    repairer.add(builder)
    corrector.add(builder, landing)
    coder.add(builder, by_entry=False)
    coder.add_position(builder)
    demander.add_row_checks(builder)
    figurer.add_long(builder)
    repairer.add_kept(builder)
    coder.add(builder, by_entry=True)
    fielder = Fielder(bundle, binding, coder, findings, repairer.notes)
    fielder.add_constants(builder)
    dater.add_period(builder)
    dater.add_vintage(builder)
    figurer.add_figures(builder)
    figurer.add_not_yet(builder)
    demander.add_figure_checks(builder)
    repairer.add_beside(builder)
    fielder.add_fields(builder)
    is_total = totaller.add_roles(builder)
    totaller.add_sums(builder)
    judge = Judge(binding, keys, findings, fielder)
    ignores = judge.add_fate(builder, coder, (*repairer.ignores, *corrector.ignores), is_total)
    judge.add_increments(builder, dater, figurer.is_scaled(), (*repairer.mended, *corrector.mended))
    return Compiled(
        builder.plan(), binding, findings, tuple(builder.bad), tuple(totaller.declared), ignores,
        fielder.dimensions, fielder.listed, tuple(coder.readers), tuple(corrector.idle), tuple(demander.idle), tuple(totaller.idle),
        judge.key(),
    )  # fmt: skip
