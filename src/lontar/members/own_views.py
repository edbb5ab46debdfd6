"""The pages of one's own: the account, tokens, for whom one acts, an invitation; and who read what the participant owns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lontar.members import listing
from lontar.members.acting import NOTHING
from lontar.members.answering import do_and_return, in_words, signed_in
from lontar.members.forms import AcceptForm, TokenForm, may_make_tokens
from lontar.members.invitations import accept_as, accept_as_new, open_invitation
from lontar.members.names import participant_name, rule, topic_title
from lontar.members.signing_in import (
    acting_in,
    bound_participant,
    choose_participant,
    drop_if_ended,
    reader_of,
    reauthenticated,
)
from lontar.members.tokens import end_token, make_token
from lontar.model.errors import Refused


@signed_in
@require_safe
def settings(request: HttpRequest) -> HttpResponseBase:
    """What one signs in with, where one is signed in, tokens, and roles."""
    reader = reader_of(request)
    assert reader is not None
    kinds: dict[str, int] = dict(
        Authenticator.objects.filter(user=reader.person).values_list("type").annotate(Count("id")).order_by()
    )
    with acting_in(request) as acting:
        # A session through an issuer is of its participant, and tells that one nothing of others.
        bound = bound_participant(request)
        appointments = [one for one in listing.own_appointments(acting) if bound in {"", one["participant"]}]
        tokens = [one for one in listing.tokens(acting) if not one["is_over"]]
    told: dict[str, Any] = {
        "factors": {
            "passkeys": kinds.get("webauthn", 0),
            "totp": "totp" in kinds,
            "codes": _codes_left(reader.person) if "recovery_codes" in kinds else 0,
        },
        "sessions": UserSession.objects.filter(user=reader.person).count(),
        "tokens": len(tokens),
        "may_make_tokens": may_make_tokens(reader.roles),
        "appointments": [
            {**one, "participant": participant_name(one["participant"])} for one in appointments
        ],
        "has_password": reader.person.has_usable_password(),
    }
    return render(request, "members/settings.html", told)


def _codes_left(person: Any) -> int:
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    return len(codes.wrap().get_unused_codes())


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def acting_for(request: HttpRequest) -> HttpResponseBase:
    """Choose the participant that one acts for."""
    if request.method == "POST":
        if not choose_participant(request, request.POST.get("participant", "")):
            raise Http404
        return HttpResponseRedirect("/")
    reader = reader_of(request)
    assert reader is not None
    shown = [
        {"id": one, "name": participant_name(one), "is_current": one == reader.participant}
        for one in reader.appointments
    ]
    return render(request, "members/acting_for.html", {"participants": shown})


@signed_in
@reauthenticated
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponseBase:
    """One's own tokens for the participant acted for; make one, which is shown once."""
    form = TokenForm(request.POST or None)
    secret, told = "", {}
    with acting_in(request) as acting:
        if form.is_valid():
            told = form.cleaned_data
            try:
                secret = make_token(
                    acting,
                    told["name"],
                    told["topics"],
                    grain=told["grain"],
                    may_send=told["may_send"],
                    days=told["days"],
                )
            except Refused as refused:
                if refused.code == NOTHING:
                    raise
                form.add_error(None, in_words(refused))
        shown = listing.tokens(acting)
    if secret:
        return render(
            request,
            "members/token_made.html",
            {"token": secret, "name": told["name"], "expires": shown[0]["expires"]},
        )
    for one in shown:
        one["topics"] = [topic_title(topic) for topic in one["topics"]]
    may_make = may_make_tokens(acting.viewer.roles)
    return render(request, "members/tokens.html", {"tokens": shown, "form": form if may_make else None})


@signed_in
@require_POST
def token_end(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """End one of one's own tokens."""
    where = reverse("members:tokens")
    return do_and_return(
        request, lambda acting: end_token(acting, token), gettext("The token has ended."), where
    )


@signed_in
@require_safe
def readers(request: HttpRequest) -> HttpResponseBase:
    """Who read what the participant owns, a week late."""
    with acting_in(request) as acting:
        may_read = not acting.viewer.roles.isdisjoint({"auditor", "focal_point"})
        found = listing.readings(acting) if may_read else []
    for one in found:
        known = rule(one["rule"])
        one["participant"], one["topic"] = participant_name(one["participant"]), topic_title(one["topic"])
        one["reason"] = known.title if known else ""
    return render(request, "members/readers.html", {"readings": found, "may_read": may_read})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Accept an invitation: make an account, or join with the one that has the invited address."""
    now = timezone.now()
    invited = open_invitation(secret, now)
    reader = reader_of(request)
    if invited is None:
        return render(request, "members/invitation.html", {"invitation": None}, status=404)
    told: dict[str, Any] = {
        "invitation": {**invited._asdict(), "participant_name": participant_name(invited.participant)},
        "is_theirs": bool(
            reader
            and reader.person.email == invited.email
            and bound_participant(request) in {"", invited.participant}
        ),
        "form": None if invited.has_account else AcceptForm(request.POST or None, invited=invited),
    }
    if request.method == "POST" and _accepted(request, secret, told):
        return HttpResponseRedirect("/")
    return render(request, "members/invitation.html", told)


def _accepted(request: HttpRequest, secret: str, told: dict[str, Any]) -> bool:
    """Accept as whoever is signed in at the invited address, or as somebody new, and say whether that was done."""
    reader, form, now = reader_of(request), told["form"], timezone.now()
    if told["is_theirs"] and reader:
        done = accept_as(secret, now, reader.person.pk)
    elif form is not None and form.is_valid():
        done = accept_as_new(secret, now, form.cleaned_data["name"], form.cleaned_data["password"])
    else:
        return False
    if done:
        drop_if_ended(request)
        messages.success(
            request,
            gettext(
                "You accepted. Sign in. What a colleague has yet to agree to comes into force when they do."
            ),
        )
    return done is not None
