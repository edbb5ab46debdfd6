"""The pages of an administrator: the people of one's own participant. Each act asks once more who it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lontar.members import listing, people
from lontar.members.acting import Acting, nothing_here
from lontar.members.addresses import read_address
from lontar.members.answering import do, do_and_return, in_words, signed_in
from lontar.members.forms import AgencyForm, DeclareForm, InviteForm, NewAgencyForm, RoleForm
from lontar.members.names import participant_name
from lontar.members.renewing import send_password_link, tell_of_reset
from lontar.members.signing_in import acting_in, hands_links_over, reauthenticated
from lontar.members.words import ASKED, OUTCOMES, ROLES
from lontar.model.errors import Refused


@signed_in
@require_safe
def administration(request: HttpRequest) -> HttpResponseBase:
    """The people of the participant, what waits for a second person, and open invitations."""
    with acting_in(request) as acting:
        _manages(acting)
        grants = listing.open_grants(acting)
        told = {
            "people": listing.people(acting),
            "grants": grants,
            "invitations": listing.invitations(acting),
            "may_change": "administrator" in acting.viewer.roles,
        }
    for asked in grants:
        asked["sent_by"] = [participant_name(one) for one in asked["states"]]
    return render(request, "members/administration.html", told)


@signed_in
@reauthenticated
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponseBase:
    """Invite somebody: the link goes by mail, and is shown where mail goes nowhere."""
    with acting_in(request) as acting:
        _administers(acting)
        joinable, sending = listing.choices(acting)
        form = InviteForm(request.POST or None, agencies=joinable, sending=sending)
        secret = _invited(acting, form) if form.is_valid() else None
        participant = acting.viewer.participant
    if secret is None:
        return render(request, "members/invite.html", {"form": form})
    link = request.build_absolute_uri(reverse("members:invitation", args=[secret]))
    email = read_address(form.cleaned_data["email"])
    told = {"link": link, "participant": participant_name(participant)}
    subject = gettext("%(participant)s invites you to Lontar") % told
    try:
        send_mail(subject, render_to_string("members/invitation.txt", told), None, [email])
    except OSError:  # also what a mail server refuses
        messages.error(request, gettext("The mail could not be sent. Invite the person again in a while."))
        return HttpResponseRedirect(reverse("members:administration"))
    shown = {"email": email, "link": link if hands_links_over() else ""}
    return render(request, "members/invited.html", shown)


def _invited(acting: Acting, form: InviteForm) -> str | None:
    told = form.cleaned_data
    try:
        return people.invite(acting, told["email"], UUID(told["agency"]), told["roles"], form.sent_by())[1]
    except Refused as refused:
        form.add_error("email", in_words(refused))
        return None


@signed_in
@reauthenticated
@require_http_methods(["GET", "HEAD", "POST"])
def agencies(request: HttpRequest) -> HttpResponseBase:
    """The agencies of the participant, with what they do; add one."""
    form = NewAgencyForm(request.POST or None)
    with acting_in(request) as acting:
        _administers(acting)
        found = listing.own_agencies(acting)
    if form.is_valid():
        told = form.cleaned_data
        done = gettext("The agency was added.")
        if do(request, lambda acting: people.add_agency(acting, told["name"], told["functions"]), done):
            return HttpResponseRedirect(reverse("members:agencies"))
    return render(request, "members/agencies.html", {"agencies": found, "form": form})


@signed_in
@require_safe
def person(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """One person: roles, agencies, who sent them, and what was done."""
    with acting_in(request) as acting:
        _administers(acting)
        told = listing.one_person(acting, subject)
        joinable, sending = listing.choices(acting)
        told["acts"] = [_as_act(one) for one in listing.history(acting, subject)]
    told["secondments"] = [participant_name(one) for one in told["secondments"]]
    joined = {str(one["id"]) for one in told["belongings"]}
    forms = {
        "role": RoleForm(held=[one["role"] for one in told["appointments"]]),
        "agency": AgencyForm(agencies=[one for one in joinable if one[0] not in joined]),
        "secondment": DeclareForm(sending=sending),
    }
    return render(request, "members/person.html", {"person": told, "forms": forms})


def _as_act(asked: dict[str, Any]) -> dict[str, Any]:
    what = str(ASKED.get(asked["what"], asked["what"]))
    of = str(ROLES.get(asked["role"], "")) or asked["agency"] or ""
    outcome = str(OUTCOMES.get(asked["outcome"], ""))
    said = f"{what}: {of}" if of else what
    return {
        "what": f"{said} ({outcome})" if outcome else said,
        "when": asked["decided_at"] or asked["asked_at"],
        "by": asked["decided_by"] or asked["asked_by"],
    }


@signed_in
@reauthenticated
@require_POST
def ask(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Ask for a right of a person, which waits for a second one."""
    what = request.POST.get("what", "")
    where = reverse("members:person", args=[subject])
    with acting_in(request) as acting:
        _administers(acting)
        form = _form_of(acting, what, request)
    if form is None:
        raise Http404
    if not form.is_valid():
        for said in form.errors.values():
            messages.error(request, str(said[0]))
        return HttpResponseRedirect(where)
    told = form.cleaned_data
    agency = UUID(told["agency"]) if "agency" in told else None
    states = (form.sent_by() or ()) if isinstance(form, DeclareForm) else ()
    return do_and_return(
        request,
        lambda acting: people.ask_grant(
            acting, what, subject, role=told.get("role", ""), agency=agency, states=states
        ),
        _came_of,
        where,
    )


def _form_of(acting: Acting, what: str, request: HttpRequest) -> RoleForm | AgencyForm | DeclareForm | None:
    """The form that a right is asked by; None for a right that is not asked so."""
    joinable, sending = listing.choices(acting)
    if what == "appoint":
        return RoleForm(request.POST)
    if what in {"join", "leave"}:
        return AgencyForm(request.POST, agencies=joinable)
    return DeclareForm(request.POST, sending=sending) if what == "declare" else None


@signed_in
@reauthenticated
@require_POST
def resume(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Ask that somebody who was suspended may act again."""
    return do_and_return(
        request,
        lambda acting: people.ask_grant(acting, "resume", subject),
        _came_of,
        reverse("members:person", args=[subject]),
    )


@signed_in
@reauthenticated
@require_POST
def reset(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Ask that somebody's second factor ends, for a new one to be set up."""
    came = do(request, lambda acting: people.ask_grant(acting, "reset", subject), _came_of)
    if came and came.of is None:
        tell_of_reset(subject)
    return HttpResponseRedirect(reverse("members:person", args=[subject]))


def _came_of(waits: UUID | None) -> str:
    """Say whether what was asked waits for somebody."""
    if waits is None:
        return gettext("It is in force. Nobody else could agree, and your journal says so.")
    return gettext("It was asked, and waits until a colleague agrees.")


@signed_in
@reauthenticated
@require_POST
def renew(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Send a colleague a link to choose a new password; a demonstration, where mail goes nowhere, shows it."""
    done = gettext("A link to choose a new password was sent to them. It holds for an hour.")
    if do(request, lambda acting: people.renew_password(acting, subject), done):
        link = send_password_link(request, subject)
        if hands_links_over():
            messages.info(request, link)
    return HttpResponseRedirect(reverse("members:person", args=[subject]))


@signed_in
@reauthenticated
@require_POST
def suspend(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Suspend a colleague at once."""
    where = reverse("members:person", args=[subject])
    return do_and_return(
        request, lambda acting: people.suspend(acting, subject), gettext("The person is suspended."), where
    )


@signed_in
@reauthenticated
@require_POST
def certify(request: HttpRequest, subject: UUID) -> HttpResponseBase:
    """Say that a colleague still works here."""
    where = reverse("members:person", args=[subject])
    return do_and_return(
        request,
        lambda acting: people.certify(acting, subject),
        gettext("Confirmed for another quarter."),
        where,
    )


@signed_in
@reauthenticated
@require_POST
def end(request: HttpRequest, appointment: UUID) -> HttpResponseBase:
    """End a role of a colleague at once."""
    where = reverse("members:administration")
    return do_and_return(
        request,
        lambda acting: people.end_appointment(acting, appointment),
        gettext("The role has ended."),
        where,
    )


@signed_in
@reauthenticated
@require_POST
def agree(request: HttpRequest, grant: UUID) -> HttpResponseBase:
    """Agree to what a colleague asked."""

    def act(acting: Acting) -> list[UUID]:
        ended = listing.resets(acting, grant)
        people.agree_grant(acting, grant)
        return ended

    came = do(request, act, gettext("You agreed, and it is in force."))
    for subject in came.of if came else ():
        tell_of_reset(subject)
    return HttpResponseRedirect(reverse("members:administration"))


@signed_in
@require_POST
def decline(request: HttpRequest, grant: UUID) -> HttpResponseBase:
    """Decline what a colleague asked, or take what one asked oneself back."""
    where = reverse("members:administration")
    return do_and_return(
        request, lambda acting: people.decline_grant(acting, grant), gettext("It was declined."), where
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, invitation: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    where = reverse("members:administration")
    return do_and_return(
        request,
        lambda acting: people.withdraw_invitation(acting, invitation),
        gettext("The invitation was taken back."),
        where,
    )


def _administers(acting: Acting) -> None:
    if "administrator" not in acting.viewer.roles:
        raise nothing_here()


def _manages(acting: Acting) -> None:
    """Administrators, and the focal points who agree with them."""
    if acting.viewer.roles.isdisjoint({"administrator", "focal_point"}):
        raise nothing_here()
