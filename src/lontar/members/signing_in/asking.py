"""Who reads a page: the person who is signed in, and the participant that they act for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connections, router
from django.http import HttpRequest
from django.utils import timezone

from lontar.members.acting import Acting, acting
from lontar.members.models import Person
from lontar.members.signing_in import marks
from lontar.model.policy.facts import Grain

_CHOSEN = "participant"


@dataclass(frozen=True)
class Reader:
    """Who is signed in; the participant acted for ('' for none), the roles there, and all participants with roles in force."""

    person: Person
    participant: str
    appointments: dict[str, tuple[str, ...]]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles for the participant acted for."""
        return self.appointments.get(self.participant, ())


def waives_second_factor() -> bool:
    """Whether no second factor is asked: in a demonstration, which is on one machine alone."""
    return not settings.IS_REAL


def hands_links_over() -> bool:
    """Whether links that mail would bring are shown to whoever has them sent: where mail goes nowhere."""
    return not settings.SENDS_MAIL


def reader_of(request: HttpRequest) -> Reader | None:
    """Give who is signed in, or None for the public. It is looked up once for a request."""
    person = request.user
    if not person.is_authenticated:
        return None
    assert isinstance(person, Person)
    known: Reader | None = getattr(request, "_reader", None)
    if known is None or known.person.pk != person.pk:
        known = _look_up(request, person)
        request._reader = known  # type: ignore[attr-defined] # noqa: SLF001
    return known


def choose_participant(request: HttpRequest, participant: str) -> bool:
    """Act for another participant from now on, and say whether that may be."""
    reader = reader_of(request)
    if reader is None or participant not in reader.appointments:
        return False
    request.session[_CHOSEN] = participant
    request._reader = None  # type: ignore[attr-defined] # noqa: SLF001
    return True


@contextmanager
def acting_in(
    request: HttpRequest, *, grain: Grain = "figure", export: bool = False, now: datetime | None = None
) -> Iterator[Acting]:
    """Open the transaction in which the reader of a page acts for the chosen participant; not signed in is the public.

    The database looks anew whether the person may act for it.
    """
    reader = reader_of(request)
    person, participant = (str(reader.person.pk), reader.participant) if reader else ("", "")
    if not participant:
        person = ""
    with acting(person, participant, now or timezone.now(), grain=grain, export=export) as act:
        yield act


def appointments_of(person: Person, now: datetime) -> dict[str, tuple[str, ...]]:
    """Give the participants for which a person has roles in force, with the roles. Raises nothing for a person who has none."""
    with connections[router.db_for_read(Person)].cursor() as cursor:
        cursor.execute("select participant, roles from appointments_of(%s, %s)", (person.pk, now))
        return {participant: tuple(roles) for participant, roles in cursor.fetchall()}


def _look_up(request: HttpRequest, person: Person) -> Reader:
    appointments = appointments_of(person, timezone.now())
    bound = marks.bound_participant(request)
    if bound:
        appointments = {one: roles for one, roles in appointments.items() if one == bound}
    chosen = request.session.get(_CHOSEN, "")
    if chosen not in appointments:
        chosen = next(iter(appointments), "")
    return Reader(person, chosen, appointments)
