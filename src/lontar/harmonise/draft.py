"""Drafting a mapping for a file that nobody has mapped yet."""

from pathlib import Path

from lontar.harmonise.drafting.asking import look_at
from lontar.harmonise.drafting.judging import Judge
from lontar.harmonise.drafting.layout import find_table
from lontar.harmonise.drafting.writing import Draft, draft_text
from lontar.model.figures.codelists import CodeList


def draft_mapping(
    path: Path, name: str, *, reporter: str, area: str, indicator: str | None, dimensions: dict[str, CodeList],
    months: CodeList, sheet: str | None = None,
) -> str:  # fmt: skip
    """Propose a mapping, as YAML with doubts as comments; `dimensions` maps each dimension to its code list.

    Nothing is guessed silently: what is not certain stands there as a comment, and the text is no valid mapping
    until somebody has answered it. Raises SourceProblem where the file cannot be opened.
    """
    seen = look_at(path, name, sheet)
    layout = find_table(seen.rows)
    judge = Judge(dimensions, months)
    columns = judge.columns(layout)
    headers = judge.dated_headers(columns)
    return draft_text(
        Draft(name, reporter, area, indicator, seen.shape, layout, columns, headers, seen.is_whole)
    )
