"""The account of a submission and what is wrong with it, out of the sealed papers, as pages show them."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import msgspec

from lontar.harmonise.account import Account
from lontar.reporting.desk import Desk
from lontar.reporting.queries import Submission, key_of


class Problem(NamedTuple):
    """One thing wrong with one place of a file, as problems.csv tells it."""

    code: str
    severity: str
    file: str
    sheet: str
    row: str
    column: str
    value: str
    message: str
    remedy: str


class Problems(NamedTuple):
    """The first problems, and how many there are in all."""

    first: list[Problem]
    total: int


def account_of(desk: Desk, told: Submission) -> Account | None:
    """Give the account of the last pass; None where there is none."""
    papers = told.of_kind("account")
    if not papers:
        return None
    return msgspec.json.decode(desk.whole(papers[0].id, key_of(desk, told)), type=Account)


def problems_of(desk: Desk, told: Submission, most: int) -> Problems:
    """Give the first problems of the last pass."""
    papers = told.of_kind("problems")
    if not papers:
        return Problems([], 0)
    text = desk.whole(papers[0].id, key_of(desk, told)).decode()
    rows = csv.reader(io.StringIO(text, newline=""))
    next(rows, None)
    first, count = [], 0
    for row in rows:
        count += 1
        if count <= most:
            first.append(Problem(*row))
    return Problems(first, count)
