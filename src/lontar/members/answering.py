"""How pages answer what the database refuses: nothing here for what is absent or forbidden, and one sentence for what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext

from lontar.members.acting import NOTHING, Acting
from lontar.members.signing_in import acting_in, drop_if_ended
from lontar.model.errors import LontarError, Refused

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let somebody who is signed in reach a view; whoever is not signs in first, whatever the address holds.

    What the policy refuses is answered as what is not there.
    """

    @wraps(view)
    def answering(request: HttpRequest, *values: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, *values, **named)
        except Refused as refused:
            if refused.code == NOTHING:
                raise Http404 from None
            raise

    return answering


Done = str | Callable[[Any], str]
"""What is said of an act that was done; where it depends on what came of it, what says so."""


class Came(NamedTuple):
    """What came of an act that was done: what the act gave."""

    of: Any


def do(request: HttpRequest, act: Callable[[Acting], object], done: Done) -> Came | None:
    """Do one act as the reader, and say what came of it on the next page; None where it was refused.

    Raises Refused where there is nothing here for the reader.
    """
    try:
        with acting_in(request) as acting:
            came = Came(act(acting))
    except Refused as refused:
        if refused.code == NOTHING:
            raise
        messages.error(request, in_words(refused))
        return None
    drop_if_ended(request)
    messages.success(request, done(came.of) if callable(done) else done)
    return came


def in_words(refused: LontarError) -> str:
    """Give what was refused, and the remedy, in the reader's language."""
    said = gettext(refused.message)
    return f"{said[:1].upper()}{said[1:]} {gettext(refused.remedy) if refused.remedy else ''}".strip()


def do_and_return(
    request: HttpRequest, act: Callable[[Acting], object], done: Done, where: str
) -> HttpResponseBase:
    """Do one act, and go to a page that shows how things stand then."""
    do(request, act, done)
    return HttpResponseRedirect(where)
