"""The pages of submissions: what was sent, send something, and one submission from its file to its account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lontar.catalogue import open_catalogue
from lontar.members.acting import Acting, nothing_here
from lontar.members.answering import do_and_return, in_words, signed_in
from lontar.members.names import digits
from lontar.members.signing_in import acting_in, reauthenticated
from lontar.model.errors import LontarError, Refused
from lontar.reporting import actions, queries
from lontar.reporting.accounts import account_of, first_problems
from lontar.reporting.arriving import ToDesk, says_too_much, too_large
from lontar.reporting.desk import Key
from lontar.reporting.forms import PASTED, MappingForm, SendForm, WithdrawForm
from lontar.reporting.mappings import by_name, indicators_of, mapping_title, own_mappings
from lontar.reporting.opening import the_desk
from lontar.reporting.previewing import previews
from lontar.reporting.repairs import read_repairs
from lontar.reporting.signing import digest_of, sign_submission
from lontar.reporting.statement_form import StatementForm
from lontar.reporting.statements import Statement
from lontar.reporting.stating import state_without_file
from lontar.reporting.terms_form import TermsForm
from lontar.reporting.words import EVENTS, STAGES, STEPS
from lontar.warehouse.accepting import Terms

_SHOWN = 50


@signed_in
@require_safe
def submissions(request: HttpRequest) -> HttpResponseBase:
    """What one's participant sent and is sending, the latest first."""
    with acting_in(request) as acting:
        found = queries.submissions(acting, acting.now, _SHOWN)
        may_send = _may_send(acting)
    shown = [
        {"told": one, "title": mapping_title(one.mapping), "step": STEPS[one.step], "is_refused": one.outcome in {"refused", "failed"}}
        for one in found
    ]  # fmt: skip
    return render(request, "reporting/submissions.html", {"submissions": shown, "may_send": may_send})


@signed_in
@csrf_exempt  # what comes is sealed as it comes, which is settled before any of it is read; `_send` asks for the token
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Send files, or a table that was pasted."""
    with acting_in(request) as acting:
        if not _may_send(acting):
            raise nothing_here()
        agencies = queries.own_agencies(acting)
        participant = acting.viewer.participant
    named: dict[str, Any] = {"agencies": agencies, "mappings": own_mappings(participant)}
    if request.method != "POST":
        return render(request, "reporting/new.html", {"form": SendForm(**named)})
    return _take(request, named)


def _take(request: HttpRequest, named: dict[str, Any]) -> HttpResponseBase:
    """Take what comes; whatever keeps it from becoming a submission, nothing of it is left on the desk."""
    if says_too_much(request):
        return _not_taken(request, named, too_large())
    identity = uuid4()
    key = the_desk().new_key(identity)
    handler = ToDesk(request, the_desk(), key.plain)
    request.upload_handlers = [handler]
    try:
        return _send(request, handler, identity, key, named)
    except RequestDataTooBig:
        return _not_taken(request, named, too_large())
    finally:
        handler.drop()


def _not_taken(request: HttpRequest, named: dict[str, Any], problem: LontarError) -> HttpResponseBase:
    """Answer what was not read to its end: why, and an empty form, since what else was written in it did not come."""
    form = SendForm({"agency": next((one for one, _ in named["agencies"]), "")}, **named)
    form.errors.clear()
    form.add_error("file", in_words(problem))
    return render(request, "reporting/new.html", {"form": form}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@csrf_protect
def _send(
    request: HttpRequest, handler: ToDesk, identity: UUID, key: Key, named: dict[str, Any]
) -> HttpResponseBase:
    form = SendForm(request.POST, {"file": request.FILES.getlist("file")}, **named)
    if handler.problem is not None:
        return _not_taken(request, named, handler.problem)
    if form.is_valid():
        try:
            _begin(request, form, identity, key, handler)
        except Refused as refused:
            form.add_error(None, in_words(refused))
        else:
            handler.is_kept = True
            return HttpResponseRedirect(_page(identity))
    return render(request, "reporting/new.html", {"form": form})


def _begin(request: HttpRequest, form: SendForm, identity: UUID, key: Key, handler: ToDesk) -> None:
    told = form.cleaned_data
    kept = [one.kept for one in told["file"]]
    if not kept:
        paper = uuid4()
        handler.papers.append(paper)
        with the_desk().written(paper, key.plain) as pen:
            pen.write(told["pasted"].encode())
        kept = [actions.Kept(paper, "raw", PASTED, pen.written)]
    with acting_in(request) as acting:
        mapping = told["mapping"] or by_name(acting.viewer.participant, (one.name for one in kept))
        indicators = indicators_of(mapping)
        actions.begin_submission(acting, identity, told["agency"], mapping, indicators, key)
        actions.keep_papers(acting, identity, kept)
        if mapping:
            actions.ask_job(acting, identity, "harmonise")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest) -> HttpResponseBase:
    """Say without a file that there was none, or why there is no figure."""
    with acting_in(request) as acting:
        if not _may_send(acting):
            raise nothing_here()
        agencies = queries.own_agencies(acting)
    form = StatementForm(request.POST or None, agencies=agencies, indicators=open_catalogue().indicators())
    if not form.is_valid():
        return render(request, "reporting/state.html", {"form": form})
    identity, told = uuid4(), form.cleaned_data
    with acting_in(request) as acting:
        participant = acting.viewer.participant
        indicator = open_catalogue().indicator(told["indicator"])
        said = Statement(
            participant, participant, indicator, told["period"], told["what"], told["reason"].strip()
        )
        state_without_file(acting, the_desk(), identity, told["agency"], said)
    return HttpResponseRedirect(_page(identity))


@signed_in
@require_safe
def submission(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """One submission: what is being done with it, its account, and what is wrong with it."""
    desk = the_desk()
    with acting_in(request) as acting:
        told = queries.submission(acting, identity)
        mappings = own_mappings(acting.viewer.participant)
        repairs = read_repairs(acting, identity, queries.key_of(desk, told))
    account = account_of(desk, told)
    shown = {
        "told": told,
        "title": mapping_title(told.mapping),
        "step": STEPS[told.step],
        "said": queries.said_of(desk, told).splitlines(),
        "stage": STAGES.get(told.job.stage, "") if told.job else "",
        "events": [{"told": one, "word": EVENTS.get(one.what, one.what)} for one in told.events],
        "form": MappingForm(mappings=mappings, initial={"mapping": told.mapping}) if told.may_write else None,
        "account": account,
        "problems": first_problems(desk, told, _SHOWN),
        "repairs": [one for one in repairs if one.rival_of is None],
        "problem_count": sum(account.all.problems.values()) if account else 0,
    }
    return render(request, "reporting/submission.html", shown)


@signed_in
@require_safe
def progress(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """How far what is being done is, for the page that shows it."""
    with acting_in(request) as acting:
        told = queries.submission(acting, identity)
    job = told.job
    if job is None or not job.is_under_way:
        return JsonResponse({"is_under_way": False})
    return JsonResponse(
        {
            "is_under_way": True,
            "stage": str(STAGES.get(job.stage, "")),
            "rows": rows_told(job),
            "percent": job.percent,
        }
    )


def rows_told(job: queries.Job) -> str:
    """Give how many rows are done, in words; '' where that is not known."""
    if not job.done:
        return ""
    done, total = digits(f"{job.done:,}"), digits(f"{job.total:,}")
    if not job.total:
        return gettext("%(done)s rows") % {"done": done}
    return gettext("%(done)s of %(total)s rows") % {"done": done, "total": total}


@signed_in
@reauthenticated
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Choose under which terms the figures are sent, see who would read them, and sign."""
    with acting_in(request) as acting:
        told = queries.submission(acting, identity)
        if not told.may_be_signed or told.days is None:
            raise nothing_here()
        earlier = queries.taken_place_of(acting, identity)
        form = TermsForm(request.POST or None, participants=_others(acting), corrects=earlier.met)
        has_changed = request.POST.get("seen", digest_of(told).hex()) != digest_of(told).hex()
        if has_changed:
            form.add_error(
                None, gettext("It was read anew meanwhile. Look at what it became, and sign that.")
            )
        if request.POST.get("act") == "sign" and form.is_valid():
            sign_submission(acting, told, form.terms(), form.why)
            return HttpResponseRedirect(_page(identity))
        terms = form.terms() if form.is_bound and form.is_valid() else Terms(mark="GREEN")
        indicators = list(indicators_of(told.mapping))
        topics = list(previews(acting, told.agency, indicators, told.days, terms))
    shown = {
        "told": told,
        "title": mapping_title(told.mapping),
        "form": form,
        "topics": topics,
        "mark": terms.mark,
        "seen": digest_of(told).hex(),
    }
    return render(request, "reporting/sign.html", shown)


def _others(acting: Acting) -> list[str]:
    """The participants that figures can be shared with by name."""
    acting.cursor.execute(
        "select p.id from members_participant p where p.id <> %s order by p.id", (acting.viewer.participant,)
    )
    return [str(one) for (one,) in acting.cursor.fetchall()]


@signed_in
@require_POST
def say_mapping(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Say which table it is, and have it harmonised as that."""

    def act(acting: Acting) -> None:
        form = MappingForm(request.POST, mappings=own_mappings(acting.viewer.participant))
        told = queries.submission(acting, identity)
        if not form.is_valid():
            raise nothing_here()
        mapping = form.cleaned_data["mapping"]
        actions.say_mapping(acting, identity, told.agency, mapping, indicators_of(mapping))
        actions.ask_job(acting, identity, "harmonise")

    return do_and_return(request, act, gettext("It is read as that table now."), _page(identity))


@signed_in
@reauthenticated
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Withdraw what was accepted, and say why."""
    form = WithdrawForm(request.POST or None)
    with acting_in(request) as acting:
        told = queries.submission(acting, identity)
    if not told.may_be_withdrawn:
        raise nothing_here()
    if form.is_valid():
        done = gettext("It is withdrawn: nobody else reads it from now on, and who read it before is told.")
        reason = form.cleaned_data["reason"]
        return do_and_return(
            request, lambda acting: actions.withdraw_sent(acting, identity, reason), done, _page(identity)
        )
    return render(
        request, "reporting/withdraw.html", {"told": told, "title": mapping_title(told.mapping), "form": form}
    )


@signed_in
@require_POST
def stop(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Stop what is being done with it."""
    done = gettext("It is being stopped; nothing is half done.")
    return do_and_return(request, lambda acting: actions.cancel_job(acting, identity), done, _page(identity))


@signed_in
@require_POST
def discard(request: HttpRequest, identity: UUID) -> HttpResponseBase:
    """Throw it away."""
    where = reverse("reporting:submissions")
    done = gettext("The draft and its files are gone.")
    return do_and_return(
        request, lambda acting: actions.discard_submission(acting, the_desk(), identity), done, where
    )


def _page(identity: UUID) -> str:
    return reverse("reporting:submission", args=[identity])


def _may_send(acting: Acting) -> bool:
    return not acting.viewer.roles.isdisjoint({"data_officer", "focal_point"})
