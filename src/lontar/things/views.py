"""Why somebody sees a thing: as a page, and as JSON for programs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lontar.members.acting import NOTHING
from lontar.members.answering import signed_in
from lontar.members.names import participant_name, policy, rule, topic_title
from lontar.members.signing_in import acting_by_token, acting_in
from lontar.model.errors import Refused
from lontar.model.policy.facts import GRAINS, Thing
from lontar.model.policy.language import Decision
from lontar.things.queries import read_thing


@signed_in
@require_safe
def why(request: HttpRequest, thing: UUID) -> HttpResponseBase:
    """Why the reader sees a thing: the rules, and what it is."""
    with acting_in(request) as acting:
        facts, decision = read_thing(acting, thing, policy())
        is_own = facts.owner == acting.viewer.participant
    told = {
        "thing": {
            "owner_name": participant_name(facts.owner), "topic": topic_title(facts.topic), "mark": facts.mark, "kind": facts.kind,
            "start": date.fromisoformat(facts.start), "end": date.fromisoformat(facts.end), "classes": sorted(facts.classes),
        },
        "rules": [_shown(one) for one in decision.rules],
        "is_own": is_own,
    }  # fmt: skip
    return render(request, "things/why.html", told)


def _shown(identity: str) -> dict[str, str]:
    known = rule(identity)
    assert known is not None
    return {"id": known.id, "title": known.title, "reason": known.reason}


@require_safe
def thing_as_json(request: HttpRequest, thing: UUID) -> HttpResponse:
    """The facts of a thing and why they are read, to a program with a token, to take away; `grain` is figure where it is not said."""
    grain = request.GET.get("grain", "figure")
    if grain not in GRAINS:
        return _problem(400, f"there is no grain '{grain[:40]}'", f"Give one of {', '.join(GRAINS)}.")
    with acting_by_token(request, timezone.now(), grain=grain, export=True) as acting:
        if acting is None:
            return _problem(401, "this is no token in force", "Make a new one under /account/tokens/.")
        try:
            facts, decision = read_thing(acting, thing, policy())
        except Refused as refused:
            if refused.code != NOTHING:
                raise
            answer = None
        else:
            answer = _answer(facts, decision)
    return answer or _problem(404, "there is nothing here for you", "")


def _answer(facts: Thing, decision: Decision) -> HttpResponse:
    told = {
        "thing": facts, "rules": decision.rules, "reasons": decision.reasons, "obligations": decision.obligations,
    }  # fmt: skip
    return HttpResponse(
        msgspec.json.encode(told), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _problem(status: int, said: str, remedy: str) -> HttpResponse:
    """One sentence as RFC 9457 has it."""
    told = {"status": status, "title": said, **({"detail": remedy} if remedy else {})}
    answer = HttpResponse(msgspec.json.encode(told), status=status, content_type="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Lontar", Basic realm="Lontar"'
    return answer
