"""Invitations: what they give, to whom, how long they stand, and what ends them."""

from datetime import timedelta
from uuid import UUID

import pytest

from lontar.model.errors import Refused
from tests.members.scenes import ISLAND, LATER, OFFICE, OTHER, People, agree, ask, invite
from tests.things.worlds import NOW


def test_an_invitation_gives_what_two_persons_agreed_to(people: People) -> None:
    from lontar.members.invitations import accept_as_new, open_invitation
    from lontar.members.listing import open_grants

    _, secret = invite(people, people.admin, "XA", OFFICE)
    told = open_invitation(secret, NOW)
    assert told
    assert (told.email, told.roles, told.has_account) == (
        "new@agency.example",
        ("data_officer",),
        False,
    )
    person = accept_as_new(secret, NOW, "New", "a long password indeed")
    assert person
    assert people.roles(str(person), now=LATER) == set(), "nobody agreed yet"
    with people.as_(people.focal) as act:
        (waiting,) = open_grants(act)
    agree(people, people.focal, waiting["id"], now=LATER)
    with people.as_(str(person), now=LATER + timedelta(days=1)) as act:
        assert (act.viewer.roles, act.viewer.agencies, act.viewer.everyone) == (
            {"data_officer"},
            {OFFICE},
            False,
        )


def test_an_invitation_agreed_to_before_it_is_accepted(people: People) -> None:
    from lontar.members.invitations import accept_as_new
    from lontar.members.listing import open_grants

    _, secret = invite(people, people.admin, "XA", OFFICE, sent_by=None)
    with people.as_(people.second) as act:
        (waiting,) = open_grants(act)
    agree(people, people.second, waiting["id"])
    person = accept_as_new(secret, LATER, "New", "a long password indeed")
    with people.as_(str(person), now=LATER + timedelta(days=1)) as act:
        assert act.viewer.everyone, "who sent the person is not declared"


def test_an_invitation_is_accepted_once_by_its_own_address(people: People) -> None:
    from lontar.members.invitations import accept_as, accept_as_new, open_invitation

    address = f"{people.police}@lontar.example"
    _, secret = invite(people, people.xb_admin, "XB", OTHER, email=address)
    assert open_invitation(secret, NOW) is not None
    assert accept_as_new(secret, NOW, "I am not", "a long password indeed") is None
    assert accept_as(secret, NOW, UUID(people.officer)) is None
    assert accept_as(secret, NOW + timedelta(days=15), UUID(people.police)) is None
    assert accept_as(secret, NOW, UUID(people.police)) == UUID(people.police)
    assert accept_as(secret, NOW, UUID(people.police)) is None
    assert open_invitation(secret, NOW) is None


def test_whoever_is_invited_by_another_participant_is_bound_to_it_only_then(people: People) -> None:
    from lontar.members.invitations import accept_as
    from lontar.members.listing import open_grants

    _, secret = invite(people, people.xb_admin, "XB", OTHER, email=f"{people.police}@lontar.example")
    with people.as_(people.xb_focal, "XB") as act:
        (waiting,) = open_grants(act)
    agree(people, people.xb_focal, waiting["id"], "XB")
    with people.as_(people.police) as act:
        assert act.viewer.allegiance == {"XA"}, "nobody is bound by being invited"
    accept_as(secret, NOW, UUID(people.police))
    with people.as_(people.police, now=LATER) as act:
        assert act.viewer.allegiance == {"XA", "XB"}


def test_a_new_invitation_ends_the_earlier_and_a_withdrawn_one_is_none(people: People) -> None:
    from lontar.members.invitations import open_invitation
    from lontar.members.people import withdraw_invitation

    _, first = invite(people, people.admin, "XA", OFFICE)
    again, second = invite(people, people.admin, "XA", OFFICE)
    assert open_invitation(first, NOW) is None
    with pytest.raises(Refused, match="nothing here"), people.as_(people.xb_admin, "XB") as act:
        withdraw_invitation(act, again)
    with people.as_(people.second) as act:
        withdraw_invitation(act, again)
    assert open_invitation(second, NOW) is None


@pytest.mark.parametrize("email", ["", "no", "a b@c.example", "a@b@c.example", "a|b@c.example"])
def test_what_is_no_address_is_told(people: People, email: str) -> None:
    with pytest.raises(Refused, match="MEM-007"):
        invite(people, people.admin, "XA", OFFICE, email=email)


def test_an_invitation_without_a_role_or_to_none_is_told(people: People) -> None:
    for roles in ([], ["king"]):
        with pytest.raises(Refused, match="MEM-008"):
            invite(people, people.admin, "XA", OFFICE, roles=roles)
    with pytest.raises(Refused, match="MEM-009"):
        ask(people, people.admin, people.officer, role="king")


def test_the_island_invites_alone_and_is_then_two(people: People) -> None:
    from lontar.members.invitations import accept_as_new

    _, secret = invite(people, people.island, "XF", ISLAND, roles=["administrator"])
    person = accept_as_new(secret, NOW, "Second", "a long password indeed")
    assert people.roles(str(person), "XF", LATER) == {"administrator"}
    assert ask(people, people.island, people.island, participant="XF", role="analyst", now=LATER) is not None


def test_a_second_person_is_shown_all_that_an_invitation_gives(people: People) -> None:
    from lontar.members.listing import open_grants

    invite(people, people.admin, "XA", OFFICE, roles=["auditor"])
    invite(people, people.admin, "XA", OFFICE, roles=["analyst", "data_officer"], sent_by=["XB"])
    with people.as_(people.focal) as act:
        (waiting,) = open_grants(act)
    assert waiting["invited_to"] == ["analyst", "data_officer"], "the first invitation ended with the second"
    assert (waiting["functions"], waiting["declared"], waiting["states"]) == (["statistics"], True, ["XB"])
    with people.as_(people.focal, now=NOW + timedelta(days=15)) as act:
        assert open_grants(act) == [], "nobody agrees to an invitation that has run out"


def test_an_officer_whose_own_roles_lapsed_is_let_in_by_a_new_invitation(people: People) -> None:
    from lontar.members.invitations import accept_as
    from lontar.members.secrets import hashed

    late = NOW + timedelta(days=130)
    assert people.roles(people.island, "XF", late) == set()
    with people.copy.owner() as owner:
        address = f"{people.island}@lontar.example"
        owner.execute("select invite_administrator('XF', %s, %s, %s)", (address, hashed("a secret"), late))
    assert accept_as("a secret", late, UUID(people.island)) == UUID(people.island)
    assert people.roles(people.island, "XF", late + timedelta(days=1)) == {"administrator"}
