"""What administrators do with the people of their participant. Each verb is a function of the database, which checks and journals it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from lontar.members.acting import Acting, call
from lontar.members.addresses import read_address
from lontar.members.secrets import hashed, new_secret
from lontar.model.errors import Refused


def invite(
    acting: Acting, email: str, agency: UUID, roles: Iterable[str], sent_by: Iterable[str] | None
) -> tuple[UUID, str]:
    """Invite somebody at an address, and give the invitation with the secret of its link, which is kept nowhere.

    `sent_by` are the closed sets of the States that sent the person, together; empty where nobody did; None where that is not declared.
    What it gives waits for a second person. Raises Refused where the viewer administers nobody, and for what is no address.
    """
    address = read_address(email)
    if not address:
        raise Refused("MEM-007", "", "this is no address.", "Give one such as name@agency.example.")
    secret = new_secret()
    states = None if sent_by is None else sorted(sent_by)
    invitation = _call(
        acting, "invite_person(%s, %s, %s, %s, %s)", address, agency, sorted(roles), states, hashed(secret)
    )
    return UUID(str(invitation)), secret


def withdraw_invitation(acting: Acting, invitation: UUID) -> None:
    """Take an invitation back that nobody accepted."""
    _call(acting, "withdraw_invitation(%s)", invitation)


def add_agency(acting: Acting, name: str, functions: Iterable[str]) -> UUID:
    """Add an agency of the participant with what it does, which never changes. Raises Refused where there is one of that name."""
    return UUID(str(_call(acting, "add_agency(%s, %s)", name.strip(), sorted(functions))))


def ask_grant(
    acting: Acting,
    what: str,
    person: UUID,
    *,
    role: str = "",
    agency: UUID | None = None,
    states: Iterable[str] = (),
) -> UUID | None:
    """Ask for a right of a person, and give the grant that waits for another person (None: there is none, and it is in force).

    `what` is appoint, join, leave, declare, resume or reset (lontar.members.models.Grant).
    """
    told = _call(acting, "ask_grant(%s, %s, %s, %s, %s)", what, person, role, agency, sorted(states))
    return UUID(str(told)) if told else None


def agree_grant(acting: Acting, grant: UUID) -> None:
    """Agree to what somebody else asked for somebody else: an administrator or a focal point of the participant."""
    _call(acting, "agree_grant(%s)", grant)


def decline_grant(acting: Acting, grant: UUID) -> None:
    """Decline what was asked, or take what one asked oneself back."""
    _call(acting, "decline_grant(%s)", grant)


def renew_password(acting: Acting, person: UUID) -> None:
    """Note that a colleague is sent a link to choose a new password. Raises Refused where it could only be handed to who asks."""
    _call(acting, "renew_password(%s)", person)
    if not settings.SENDS_MAIL and settings.IS_REAL:
        raise Refused("MEM-013", "", "no mail is sent from here.", "Have the host operator set it up.")


def suspend(acting: Acting, person: UUID) -> None:
    """Suspend a colleague at once: roles, tokens and open sessions. Suspending twice is suspending once."""
    _call(acting, "suspend_person(%s)", person)


def end_appointment(acting: Acting, appointment: UUID) -> None:
    """End a role of a colleague at once."""
    _call(acting, "end_appointment(%s)", appointment)


def certify(acting: Acting, person: UUID) -> None:
    """Say that a colleague still works here, with the roles as they are; due every quarter."""
    _call(acting, "certify_person(%s)", person)


def _call(acting: Acting, function: str, *values: object) -> object:
    return call(acting, function, *values, refusals=_refusals())


def _refusals() -> dict[str, Refused]:
    """Error of the database -> how it is told."""
    return {
        "LV040": Refused("MEM-001", "", "the grant no longer stands.", "Ask anew: whoever asked must still administer."),
        "LV041": Refused(
            "MEM-002", "", "the person acts for another participant too.", "Have the host operator help."
        ),
        "LV042": Refused("MEM-003", "", "it was asked for already.", "A colleague can agree to it under 'Waits for a second person'."),
        "LV043": Refused("MEM-004", "", "nobody suspends oneself.", "Ask another administrator."),
        "LV044": Refused("MEM-005", "", "the last administrator stays.", "Appoint another first."),
        "LV049": Refused(
            "MEM-014", "", "the roles have lapsed.", "Ask that the person may act again; a colleague agrees."
        ),
        "LV045": Refused("MEM-006", "", "nobody certifies oneself where a colleague can.", "Ask a colleague."),
        "LV046": Refused("MEM-008", "", "an invitation names a role that there is.", "Choose at least one role."),
        "LV048": Refused(
            "MEM-012", "", "there is an agency of that name, or it does nothing.", "Give another name, and say what it does."
        ),
        "23514": Refused("MEM-009", "", "there is no such right.", "Choose one of those that the page offers."),
    }  # fmt: skip
