"""Drafting a mapping for a file that nobody has mapped yet."""

from pathlib import Path

from lontar.harmonise.drafting.asking import look_at
from lontar.harmonise.drafting.judging import Judge
from lontar.harmonise.drafting.layout import find_table
from lontar.harmonise.drafting.timing import find_timing
from lontar.harmonise.drafting.writing import About, Draft, draft_text
from lontar.model.figures.codelists import CodeList


def draft_mapping(
    path: Path, name: str, *, reporter: str, area: str | None, indicator: str | None, dimensions: dict[str, CodeList],
    months: CodeList, sheet: str | None = None, source_kind: str = "official",
    choices: dict[str, tuple[str, ...]] | None = None, is_stock: bool = False,
) -> str:  # fmt: skip
    """Propose a mapping, as YAML with doubts as comments.

    `dimensions` maps each dimension, and `area` where a column may say it, to its code list; what comes first is
    proposed first. `area` is what the figures are about, None where the reporter stands for no area. `choices` maps
    `stage` and `unit` to their codes where the indicator has several; `is_stock` says that it counts what there is on
    a day. Nothing is guessed silently: what is not certain stands there as a comment, and the text is no valid mapping
    until somebody has answered it. Raises SourceProblem where the file cannot be opened.
    """
    seen = look_at(path, name, sheet)
    layout = find_table(seen.rows)
    judge = Judge(dimensions, months)
    columns = judge.columns(layout)
    timing = find_timing(name, layout, columns, judge.dated_headers(columns), months)
    about = About(reporter, area, source_kind, indicator, choices or {}, is_stock)
    return draft_text(Draft(name, about, seen.shape, layout, columns, timing, seen.is_whole))
