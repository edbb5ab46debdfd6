"""The page on which cells are repaired that were not understood, and what is done there."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from lontar.members.acting import NOTHING, Acting, nothing_here
from lontar.members.answering import do_and_return, in_words, signed_in
from lontar.members.signing_in import acting_in
from lontar.model.errors import Refused
from lontar.model.mapping import MappingBundle
from lontar.reporting import actions, queries, repairs
from lontar.reporting.accounts import problems_of
from lontar.reporting.grouping import Question, questions_of
from lontar.reporting.mappings import bundle, mapping_title
from lontar.reporting.opening import the_desk
from lontar.reporting.repairs import Said

_LONGEST = 1000


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Say of each cell that was not understood what it should be; then it is read again."""
    desk = the_desk()
    with acting_in(request) as acting:
        told = queries.submission(acting, identity)
        if not told.may_be_repaired:
            raise nothing_here()
        key = queries.key_of(desk, told)
        standing = repairs.read_repairs(acting, identity, key)
    asked, beyond = questions_of(problems_of(desk, told), standing, key)
    if request.method == "POST":
        said, problems = _answers(request.POST, asked, bundle(told.mapping))
        if said and not problems and _kept(request, identity, key, said):
            return HttpResponseRedirect(reverse("reporting:submission", args=[identity]))
        for problem in problems or ([] if said else [gettext("Nothing was said of any cell yet.")]):
            messages.error(request, problem)
    return render(request, "reporting/repair.html", {
        "told": told, "title": mapping_title(told.mapping), "questions": asked, "beyond": beyond,
        "known": {one.first.crosswalk: _known(bundle(told.mapping), one) for one in asked if one.is_code}, "posted": request.POST,
    })  # fmt: skip


def _known(known: MappingBundle, question: Question) -> list[str]:
    return sorted(line.source for line in known.crosswalks[question.said.crosswalk].lines if line.source)


def _kept(request: HttpRequest, identity: UUID, key: bytes, said: list[tuple[Said, str]]) -> bool:
    """Keep what was said and have the files read again; says why not."""

    def act(acting: Acting) -> None:
        repairs.keep_repairs(acting, identity, key, said)
        actions.ask_job(acting, identity, "harmonise")

    try:
        with acting_in(request) as acting:
            act(acting)
    except Refused as refused:
        if refused.code == NOTHING:
            raise
        messages.error(request, in_words(refused))
        return False
    return True


def _answers(
    posted: QueryDict, asked: list[Question], known: MappingBundle
) -> tuple[list[tuple[Said, str]], list[str]]:
    """What was said of the cells that were asked about, each with the repair that was seen there; and what is wrong with it."""
    said, problems = [], []
    for question in asked:
        try:
            answer = _answer(posted, question, known)
        except ValueError as error:
            problems.append(f"{question.first.value or gettext('nothing')}: {error}")
            continue
        if answer is not None:
            said.append((answer, posted.get(f"seen.{question.key}", "")))
    return said, problems


def _answer(posted: QueryDict, question: Question, known: MappingBundle) -> Said | None:
    """What was said of one question; None for nothing. Raises ValueError, in words, for what cannot be."""
    what = str(posted.get(f"do.{question.key}", ""))
    if not what:
        return None
    text = str(posted.get(f"{what}.{question.key}", "")).strip()[:_LONGEST]
    if what not in {"like", "to", "keep", "ignore"} or not text:
        raise ValueError(gettext("say what it should be, or why."))
    if what == "like" and (not question.is_code or text not in _known(known, question)):
        raise ValueError(gettext("choose one of the texts that are known."))
    if what == "keep" and not question.may_be_kept:
        raise ValueError(gettext("it cannot be kept as it stands."))
    if what in {"keep", "ignore"} and len(text) < 3:
        raise ValueError(gettext("say why in a few words."))
    answer = msgspec.structs.replace(question.said, **{what: text})
    return None if question.standing is not None and question.standing.said == answer else answer


@signed_in
@require_POST
def choose(request: HttpRequest, identity: UUID, chosen: UUID) -> HttpResponseBase:
    """Let one of several repairs of a cell stand, and have the files read again."""

    def act(acting: Acting) -> None:
        repairs.choose_repair(acting, identity, chosen)
        actions.ask_job(acting, identity, "harmonise")

    where = reverse("reporting:submission", args=[identity])
    return do_and_return(request, act, gettext("It stands now, and the files are read again."), where)


@signed_in
@require_POST
def undo(request: HttpRequest, identity: UUID, undone: UUID) -> HttpResponseBase:
    """Take a repair back, and have the files read again."""

    def act(acting: Acting) -> None:
        repairs.undo_repair(acting, identity, undone)
        actions.ask_job(acting, identity, "harmonise")

    where = reverse("reporting:submission", args=[identity])
    return do_and_return(
        request, act, gettext("The repair is taken back, and the files are read again."), where
    )
