"""What pages list of people: as much as row-level security lets whoever asks see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from lontar.members.acting import Acting, nothing_here
from lontar.members.words import FUNCTIONS

DUE = timedelta(days=90)
"""After which a person is to be certified anew; a month later the roles lapse."""
LAPSES = timedelta(days=120)
_PEOPLE = """
select p.id, p.name, p.email, p.last_login,
       coalesce(r.roles, '{}') as roles, coalesce(b.agencies, '{}') as agencies, r.certified,
       coalesce(r.is_suspended, false) as is_suspended
  from members_person p
  left join (select a.person_id, array_agg(a.role order by a.role) as roles, min(a.certified) as certified,
                    bool_and(a.suspended is not null) as is_suspended
               from members_appointment a where a.until is null and a.participant_id = %(participant)s group by 1) r on r.person_id = p.id
  left join (select b.person_id, array_agg(g.name order by g.name) as agencies
               from members_belonging b join members_agency g on g.id = b.agency_id where b.until is null
              group by 1) b on b.person_id = p.id
 where (r.person_id is not null or b.person_id is not null) and (%(only)s::uuid is null or p.id = %(only)s) order by lower(p.name), p.email
"""
_GRANTS = """
select g.id, g.what, g.role, g.states, g.asked_at, g.outcome, g.decided_at, n.name as agency, n.functions,
       i.email as invited, i.roles as invited_to, coalesce(s.email, i.email, '') as address,
       coalesce(nullif(s.name, ''), s.email, i.email, '') as name, coalesce(nullif(asks.name, ''), asks.email, '') as asked_by,
       coalesce(nullif(decides.name, ''), decides.email, '') as decided_by, g.asked_by = %(me)s as is_mine,
       g.asked_by <> %(me)s and (g.person_id::text is distinct from %(me)s or not exists (
         select from members_appointment a where a.role in ('administrator', 'focal_point') and a.until is null
            and a.person_id::text <> g.asked_by and a.person_id <> g.person_id and a.participant_id = g.participant_id)) as may_agree,
       g.invitation_id, g.person_id
  from members_grant g
  left join members_invitation i on i.id = g.invitation_id
  left join members_agency n on n.id = g.agency_id
  left join members_person s on s.id = g.person_id
  left join members_person asks on asks.id::text = g.asked_by
  left join members_person decides on decides.id::text = g.decided_by
"""
_BOUND = """
select (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'role', a.role, 'since', a.since) order by a.role), '[]')
          from members_appointment a
         where a.person_id = %(person)s and a.participant_id = %(participant)s and a.until is null) as appointments,
       (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'agency', g.name, 'since', b.since) order by g.name), '[]')
          from members_belonging b join members_agency g on g.id = b.agency_id
         where b.person_id = %(person)s and b.until is null) as belongings,
       (select m.states from members_secondment m
         where m.person_id = %(person)s and m.participant_id = %(participant)s and m.until is null) as declared
"""
_CHOICES = """
select (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'functions', g.functions) order by g.name), '[]')
          from members_agency g) as agencies,
       (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'states', p.states) order by p.id), '[]') from members_participant p
         where p.kind in ('State', 'territory')) as sending
"""
_INVITATIONS = """
select i.id, i.email, i.roles, i.made_at as sent, i.expires from members_invitation i
 where i.ended is null and i.person_id is null and i.expires > %s order by i.made_at
"""


def people(acting: Acting, only: UUID | None = None) -> list[dict[str, Any]]:
    """Give the people of the participant, each with roles, agencies, and when they are to be certified."""
    told = _rows(acting, _PEOPLE, {"participant": acting.viewer.participant, "only": only})
    for one in told:
        one["due"] = one["certified"] + DUE if one["certified"] else None
        one["is_due"] = bool(one["due"] and one["due"] <= acting.now and not one["is_suspended"])
        one["has_lapsed"] = bool(one["certified"] and one["certified"] + LAPSES <= acting.now)
        one["is_oneself"] = str(one["id"]) == acting.viewer.person
    return told


def one_person(acting: Acting, person: UUID) -> dict[str, Any]:
    """Give one person of the participant with every role, agency and declaration. Raises Refused where there is none."""
    found = people(acting, person)
    if not found:
        raise nothing_here()
    (more,) = _rows(acting, _BOUND, {"person": person, "participant": acting.viewer.participant})
    declared = more["declared"]
    return {
        **found[0],
        "appointments": _dated(more["appointments"]),
        "belongings": _dated(more["belongings"]),
        "secondments_declared": declared is not None,
        "secondments": declared or [],
    }


def _dated(told: str) -> list[dict[str, Any]]:
    """Rows that came as JSON, with their moments as such."""
    return [{**one, "since": datetime.fromisoformat(one["since"])} for one in msgspec.json.decode(told)]


def open_grants(acting: Acting) -> list[dict[str, Any]]:
    """Give what waits for a second person, the oldest first. An invitation is one, with all that it gives, while it stands or is accepted.

    `declared` says whether somebody tells who sent the person, `states` whom.
    """
    values = {"me": acting.viewer.person, "now": acting.now, "since": acting.now - timedelta(days=30)}
    told = _rows(
        acting, f"{_GRANTS} where g.outcome = '' and g.asked_at > %(since)s"
        " and (i.id is null or i.person_id is not null or (i.ended is null and i.expires > %(now)s))"
        " order by g.asked_at, g.what, g.id", values,
    )  # fmt: skip
    whole: dict[Any, dict[str, Any]] = {}
    for one in told:
        one["declared"] = one["what"] == "declare"
        first = whole.setdefault(one["invitation_id"] or one["id"], one)
        if one["what"] == "join":
            first |= {"agency": one["agency"], "functions": one["functions"]}
        if one["declared"]:
            first |= {"declared": True, "states": one["states"]}
    return list(whole.values())


def resets(acting: Acting, grant: UUID) -> list[UUID]:
    """Give whose second factor a grant would end; nobody's where it asks for something else."""
    told = _rows(
        acting, "select g.person_id from members_grant g where g.id = %s and g.what = 'reset'", (grant,)
    )
    return [one["person_id"] for one in told]


def history(acting: Acting, person: UUID) -> list[dict[str, Any]]:
    """Give what was asked and decided about a person, the newest first."""
    values = {"me": acting.viewer.person, "person": person}
    return _rows(
        acting,
        f"{_GRANTS} where g.person_id = %(person)s order by g.asked_at desc, g.what, g.id limit 100",
        values,
    )


def invitations(acting: Acting) -> list[dict[str, Any]]:
    """Give the invitations that nobody accepted yet and that still stand."""
    return _rows(acting, _INVITATIONS, (acting.now,))


def choices(acting: Acting) -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """Give the agencies of the participant (id, and name with what each does), and who could send somebody.

    Each participant that could has its closed set of States.
    """
    (found,) = _rows(acting, _CHOICES, ())
    agencies, sending = (msgspec.json.decode(found[name]) for name in ("agencies", "sending"))
    own = acting.viewer.participant
    return [(one["id"], named(one["name"], one["functions"])) for one in agencies], {
        one["id"]: one["states"] for one in sending if one["id"] != own
    }


def named(agency: str, functions: list[str]) -> str:
    """Give the name of an agency with what it does, since that decides what its people may read."""
    return (
        f"{agency} ({', '.join(str(FUNCTIONS.get(one, one)) for one in functions)})" if functions else agency
    )


def own_agencies(acting: Acting) -> list[dict[str, Any]]:
    """Give the agencies of the participant: name and functions."""
    return _rows(acting, "select g.id, g.name, g.functions from members_agency g order by g.name", ())


def tokens(acting: Acting) -> list[dict[str, Any]]:
    """Give one's own tokens for the participant acted for, the newest first."""
    told = _rows(
        acting, "select t.id, t.name, t.topics, t.grain, t.may_send, t.made, t.expires, t.ended, t.used as last_used"
        " from members_token t order by t.made desc, t.id limit 100", (),
    )  # fmt: skip
    for one in told:
        one["is_over"] = one["ended"] is not None or one["expires"] <= acting.now
    return told


def own_appointments(acting: Acting) -> list[dict[str, Any]]:
    """Give the roles of whoever asks that did not end: participant, role, since, suspended."""
    return _rows(
        acting, "select a.participant_id as participant, a.role, a.since, a.suspended from members_appointment a"
        " where a.person_id::text = %s and a.until is null order by a.participant_id, a.role", (acting.viewer.person,),
    )  # fmt: skip


def readings(acting: Acting) -> list[dict[str, Any]]:
    """Give who read what the participant owns, a week late: participant, day, topic and rule; the newest day first."""
    return _rows(
        acting, "select r.reader as participant, r.day, r.topic, r.rule, count(*) as times from journal_reading r"
        " group by 1, 2, 3, 4 order by r.day desc, r.topic, r.reader limit 500", (),
    )  # fmt: skip


def _rows(acting: Acting, statement: str, values: Any) -> list[dict[str, Any]]:
    acting.cursor.execute(statement, values)
    names = [column.name for column in acting.cursor.description]
    return [dict(zip(names, row, strict=True)) for row in acting.cursor.fetchall()]
