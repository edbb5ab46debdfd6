"""What waits for somebody among submissions, as the home page tells it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from lontar.members.acting import Acting
from lontar.members.names import digits
from lontar.members.waiting import Waiting
from lontar.reporting import queries

_LOOKED_AT = 200


def waiting(acting: Acting) -> list[Waiting]:
    """Give what waits for the viewer: what can be signed, and what is to be repaired."""
    if acting.viewer.roles.isdisjoint({"data_officer", "focal_point"}):
        return []
    drafts = [one for one in queries.submissions(acting, acting.now, _LOOKED_AT) if one.step == "draft"]
    ready = [one for one in drafts if one.refused == 0]
    broken = [one for one in drafts if one.refused]
    found = []
    if ready and "focal_point" in acting.viewer.roles:
        title = ngettext("One submission to sign", "%(number)s submissions to sign", len(ready))
        text = gettext("Every cell is accounted for. See who would read the figures, and sign.")
        found.append(Waiting(title % {"number": digits(len(ready))}, text, _page(ready)))
    if broken:
        title = ngettext("One submission to repair", "%(number)s submissions to repair", len(broken))
        text = gettext("Some cells were not understood. Everything else is kept as it is.")
        found.append(Waiting(title % {"number": digits(len(broken))}, text, _page(broken)))
    return found


def _page(those: list[queries.Listed]) -> str:
    return (
        reverse("reporting:submission", args=[those[0].id])
        if len(those) == 1
        else reverse("reporting:submissions")
    )
