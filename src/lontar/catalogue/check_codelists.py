"""What must hold of code lists: labels, parents, validity, intervals, and names that stand for a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from lontar.catalogue.codelist_files import CodeListHead, read_codes, read_head, read_names
from lontar.catalogue.findings import Findings, closest
from lontar.model.figures.codelists import NAME_KINDS, Code, CodeList

Lists = Callable[[str], CodeList]


def check_codelists(findings: Findings, give: Lists) -> None:
    """Check every code list of the catalogue; `give` loads a list with all that it includes."""
    folder = findings.root / "codelists"
    for path in sorted(folder.glob("*.yml")):
        _check_list(findings, folder, path, give)
    for path in sorted(folder.glob("*.csv")):
        list_id = path.stem.removesuffix("_names")
        if not (folder / f"{list_id}.yml").is_file():
            findings.in_table(
                path,
                1,
                "CAT-036",
                f"no {list_id}.yml says what this list is.",
                "Write it: owner, source, licence, version.",
            )


def _check_list(findings: Findings, folder: Path, path: Path, give: Lists) -> None:
    head = findings.attempt(lambda: read_head(folder, path.stem))
    if head is None:
        return
    if head.id != path.stem:
        findings.in_yaml(
            path,
            ["id"],
            "CAT-020",
            f"the id is '{head.id}', the file is called '{path.stem}'.",
            "Give both one name.",
        )
    for key in ("title", "owner", "source", "licence", "version"):
        if not getattr(head, key).strip():
            findings.in_yaml(path, [key], "CAT-033", f"{key} is empty.", "Say it, or 'unknown'.")
    known = tuple(sorted(other.stem for other in folder.glob("*.yml")))
    lost = [(step, other) for step, other in _named_lists(head) if other not in known]
    for step, other in lost:
        findings.in_yaml(path, step, "CAT-031", f"there is no code list '{other}'.", closest(other, known))
    if not lost:
        findings.attempt(lambda: _check_rows(findings, folder, head, give))


def _named_lists(head: CodeListHead) -> list[tuple[list[str | int], str]]:
    named: list[tuple[list[str | int], str]] = [
        (["includes", at], other) for at, other in enumerate(head.includes)
    ]
    return [*named, (["parents_from"], head.parents_from)] if head.parents_from else named


def _check_rows(findings: Findings, folder: Path, head: CodeListHead, give: Lists) -> None:
    path = folder / f"{head.id}.csv"
    rows = list(enumerate(read_codes(path), start=2))
    own = {code.code: code for _, code in reversed(rows)}
    around = dict(own)
    for other in (*head.includes, *([head.parents_from] if head.parents_from else [])):
        included = give(other).codes
        _check_twice(
            findings,
            path,
            rows,
            set(included) if other in head.includes else set(),
            f"also in the list {other}",
        )
        around.update({code: entry for code, entry in included.items() if code not in around})
    _check_codes(findings, path, rows, around)
    _check_names(findings, folder / f"{head.id}_names.csv", own)


def _check_twice(
    findings: Findings, path: Path, rows: Iterable[tuple[int, Code]], seen: set[str], where: str
) -> None:
    for row, code in rows:
        if code.code in seen:
            findings.in_table(
                path, row, "CAT-024", f"the code '{code.code}' is {where}.", "A code stands once."
            )


def _check_codes(
    findings: Findings,
    path: Path,
    rows: list[tuple[int, Code]],
    around: dict[str, Code],
) -> None:
    seen: set[str] = set()
    for row, code in rows:
        _check_twice(findings, path, [(row, code)], seen, "there twice")
        seen.add(code.code)
        if not code.code or code.code != code.code.strip() or not code.labels.get("en", "").strip():
            findings.in_table(
                path,
                row,
                "CAT-021",
                f"the code '{code.code}' has no English label or is badly written.",
                "Fill label_en; no blanks around.",
            )
        _check_parent(findings, path, row, code, around)
        _check_validity(findings, path, row, code)
        _check_interval(findings, path, row, code, around)


def _check_parent(findings: Findings, path: Path, row: int, code: Code, around: dict[str, Code]) -> None:
    if code.parent is None:
        return
    if code.parent not in around:
        message = f"the parent '{code.parent}' of '{code.code}' is no code of this list."
        findings.in_table(path, row, "CAT-022", message, closest(code.parent, tuple(around)))
        return
    chain = [code.code]
    while (parent := around[chain[-1]].parent) in around and parent is not None:
        chain.append(parent)
        if parent == code.code:
            findings.in_table(
                path,
                row,
                "CAT-023",
                f"parents run in a circle: {' -> '.join(chain)}.",
                "Take one parent out.",
            )
        if chain.count(parent) > 1:
            return


def _check_validity(findings: Findings, path: Path, row: int, code: Code) -> None:
    days = [day for day in (code.valid_from, code.valid_to) if day]
    wrong = [day for day in days if not is_day(day)]
    for day in wrong:
        findings.in_table(path, row, "CAT-025", f"'{day}' is no date.", "Write a year or YYYY-MM-DD.")
    if len(days) == 2 and not wrong and days[0][: len(days[1])] > days[1]:
        findings.in_table(
            path,
            row,
            "CAT-026",
            f"'{code.code}' ends ({days[1]}) before it begins ({days[0]}).",
            "Swap or mend them.",
        )


def is_day(text: str) -> bool:
    """Say whether this is a year or a day of the calendar, as ISO 8601 writes them."""
    if re.fullmatch(r"\d{4}", text):
        return True
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_interval(findings: Findings, path: Path, row: int, code: Code, around: dict[str, Code]) -> None:
    low, high = _bounds(code)
    if low is None:
        return
    if low > high:
        findings.in_table(
            path,
            row,
            "CAT-030",
            f"the interval of '{code.code}' ends before it begins.",
            "Swap low and high.",
        )
    outer_low, outer_high = _bounds(around[code.parent]) if code.parent in around else (None, high)
    if outer_low is not None and not outer_low <= low <= high <= outer_high:
        findings.in_table(
            path,
            row,
            "CAT-030",
            f"'{code.code}' does not lie within its parent '{code.parent}'.",
            "Choose another parent.",
        )


def _bounds(code: Code) -> tuple[int | None, int]:
    low, high = code.attributes.get("low", ""), code.attributes.get("high", "")
    return (int(low) if low.isdecimal() else None), (int(high) if high.isdecimal() else 999)


def _check_names(findings: Findings, path: Path, own: dict[str, Code]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for row, name in enumerate(read_names(path), start=2):
        if name.code not in own:
            findings.in_table(
                path,
                row,
                "CAT-028",
                f"'{name.text}' stands for '{name.code}', which is no code of this list.",
                closest(name.code, tuple(own)),
            )
        if name.kind not in NAME_KINDS:
            findings.in_table(
                path, row, "CAT-029", f"'{name.kind}' is no kind of name.", closest(name.kind, NAME_KINDS)
            )
        if not name.text.strip() or (name.text, name.code, name.kind) in seen:
            findings.in_table(
                path,
                row,
                "CAT-024",
                f"the name '{name.text}' is empty or there twice.",
                "A name stands once for a code.",
            )
        seen.add((name.text, name.code, name.kind))
