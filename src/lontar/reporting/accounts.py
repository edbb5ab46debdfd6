"""The account of a submission and what is wrong with it, out of the sealed papers, as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from lontar.harmonise.account import Account
from lontar.harmonise.problem_facts import ProblemLine
from lontar.reporting.desk import Desk
from lontar.reporting.queries import Submission, key_of


def account_of(desk: Desk, told: Submission) -> Account | None:
    """Give the account of the last pass; None where there is none."""
    papers = told.of_kind("account")
    if not papers:
        return None
    return msgspec.json.decode(desk.whole(papers[0].id, key_of(desk, told)), type=Account)


def first_problems(desk: Desk, told: Submission, most: int) -> list[ProblemLine]:
    """Give the first problems of the last pass, in the order of the files; no more is opened than they need."""
    return list(islice(problems_of(desk, told), most))


def problems_of(desk: Desk, told: Submission) -> Iterator[ProblemLine]:
    """Give every problem of the last pass, one after the other."""
    decode = msgspec.json.Decoder(ProblemLine).decode
    for paper in told.of_kind("problems"):
        rest = b""
        for part in desk.read(paper.id, key_of(desk, told)):
            *lines, rest = (rest + part).split(b"\n")
            yield from map(decode, filter(None, lines))
        if rest:
            yield decode(rest)
