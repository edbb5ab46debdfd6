"""What waits for somebody, as the home page tells it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from lontar.members import listing
from lontar.members.acting import Acting
from lontar.members.names import digits


class Waiting(NamedTuple):
    """One thing that waits: what, a sentence, and where to go."""

    title: str
    text: str
    url: str


def waiting(acting: Acting) -> tuple[list[Waiting], int | None]:
    """Give what waits for the viewer among the people of the participant, and how many they are (None for whoever looks after none)."""
    if acting.viewer.roles.isdisjoint({"administrator", "focal_point"}):
        return [], None
    found, where = [], reverse("members:administration")
    open_grants = [one for one in listing.open_grants(acting) if one["may_agree"]]
    if open_grants:
        number = len(open_grants)
        title = ngettext("A grant waits for you", "%(number)s grants wait for you", number) % {
            "number": digits(number)
        }
        found.append(
            Waiting(
                title, gettext("A colleague asked for a right; a second person agrees or declines."), where
            )
        )
    people = listing.people(acting)
    due = [one for one in people if one["is_due"] and not one["is_oneself"]]
    if due and "administrator" in acting.viewer.roles:
        number = len(due)
        title = ngettext("One person to confirm", "%(number)s people to confirm", number) % {
            "number": digits(number)
        }
        found.append(
            Waiting(
                title,
                gettext("Say whether they still work for you; a month later their roles end by themselves."),
                where,
            )
        )
    return found, len(people)
