"""People and their rights, in several browsers at once: suspending, a role that a second person agrees to, and invitations."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.deeds import (
    ASKED_AGAIN,
    HELD,
    acts,
    age,
    confirm,
    follow,
    give_password,
    is_in,
    must_sign_in,
    newcomer,
    press,
    says,
)
from tests.browser.factors import set_up_passkey
from tests.browser.letters import Postbox
from tests.browser.passkeys import Authenticator
from tests.browser.portal import Portal, serving
from tests.browser.visiting import Visits
from tests.inhabitants import Person

MINE = "four plain words here"
"""The password of whoever was invited."""
A_WHILE = 5 * 60 + 1
"""Seconds after which an act that weighs asks again who it is."""


def entered(visit: Visits, person: Person, portal: Portal) -> Page:
    """A browser in which somebody has just signed in; on a real instance, with a passkey that was just set up."""
    page = visit(site=portal)
    give_password(page, person.email)
    if HELD.search(page.url):
        set_up_passkey(page)
    page.goto("/")
    return page


def open_person(page: Page, name: str) -> None:
    """Go to the page of somebody, as an administrator does."""
    follow(page, "Administration")
    follow(page, name)
    expect(page.locator("h1")).to_contain_text(name)


def go_to_grants(page: Page) -> None:
    """Look at the first page what waits, and go there."""
    page.goto("/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("grants? waits? for you$")).click()


def suspend(page: Page) -> None:
    """Suspend whoever the page is about."""
    page.locator("summary", has_text="Suspend").click()
    press(page, "Suspend this person")


def test_whoever_is_suspended_is_out_at_the_next_click(visit: Visits, portal: Portal) -> None:
    admin = newcomer(portal, "Ada Administers", {"XC": ("administrator",)}, ())
    them = newcomer(portal, "Sorin Suspended", {"XC": ("data_officer",)})
    inside, other = entered(visit, them, portal), entered(visit, admin, portal)
    follow(inside, "Your account")
    is_in(inside, "Sorin Suspended")
    open_person(other, "Sorin Suspended")
    suspend(other)
    says(other, "The person is suspended.")
    must_sign_in(inside, "Manage tokens")
    expect(inside.locator(".who")).to_have_count(0)
    assert acts(portal, "XC", them.id) == ["suspended"]


def test_a_session_in_which_a_factor_was_set_up_ends_too(visit: Visits, real_portal: Portal) -> None:
    admin = newcomer(real_portal, "Alva Administers", {"LK": ("administrator",)}, ())
    them = newcomer(real_portal, "Sabo Suspended", {"LK": ("data_officer",)})
    inside, other = entered(visit, them, real_portal), entered(visit, admin, real_portal)
    follow(inside, "Your account")
    is_in(inside, "Sabo Suspended")
    open_person(other, "Sabo Suspended")
    suspend(other)
    says(other, "The person is suspended.")
    must_sign_in(inside, "Manage tokens")


def test_an_act_that_weighs_asks_again_after_a_while_and_is_then_done(visit: Visits, portal: Portal) -> None:
    admin = newcomer(portal, "Ana Asked", {"XC": ("administrator",)}, ())
    them = newcomer(portal, "Sef Suspended", {"XC": ("data_officer",)})
    page = entered(visit, admin, portal)
    open_person(page, "Sef Suspended")

    def long_ago(session: dict[str, list[dict[str, float]]]) -> None:
        shown = session["account_authentication_methods"]
        session["account_authentication_methods"] = [{**one, "at": one["at"] - A_WHILE} for one in shown]

    age(portal, page, long_ago)
    suspend(page)
    expect(page).to_have_url(ASKED_AGAIN)
    assert acts(portal, "XC", them.id) == []
    page.locator("input[name=password]").fill("wrong")
    press(page, "Confirm")
    says(page, "The password is not right.")
    assert acts(portal, "XC", them.id) == []
    confirm(page)
    says(page, "The person is suspended.")
    assert acts(portal, "XC", them.id) == ["suspended"]


def test_a_role_that_a_second_person_agrees_to_is_there_after_signing_in_anew(
    visit: Visits, portal: Portal
) -> None:
    admin = newcomer(portal, "Abe Asks", {"XE": ("administrator",)}, ())
    focal = newcomer(portal, "Fay Agrees", {"XE": ("focal_point",)})
    them = newcomer(portal, "Rida Rises", {"XE": ("analyst",)})
    inside, asking, agreeing = (entered(visit, one, portal) for one in (them, admin, focal))
    open_person(asking, "Rida Rises")
    asking.locator("summary", has_text="Give a role").click()
    asking.get_by_label("Role").select_option("Auditor")
    press(asking, "Ask for the role")
    says(asking, "It was asked, and waits until a colleague agrees.")
    follow(asking, "Administration")
    expect(asking.get_by_role("button", name=re.compile("Agree.*Rida Rises"))).to_have_count(0)

    follow(inside, "Your account")
    is_in(inside, "Rida Rises")
    expect(inside.get_by_role("link", name="Readers")).to_have_count(0)
    go_to_grants(agreeing)
    press(agreeing, "Agree: Rida Rises")
    says(agreeing, "You agreed, and it is in force.")

    must_sign_in(inside, "Manage tokens")
    give_password(inside, them.email)
    follow(inside, "Readers")
    says(inside, "Which participant read which topic of yours")
    expect(inside.locator("main")).not_to_contain_text("This page is for focal points and auditors.")
    assert acts(portal, "XE", them.id) == ["asked_grant", "agreed_grant"]


def invite(page: Page, address: str) -> None:
    """Invite somebody at an address as data officer, whom no other State sent."""
    follow(page, "Administration")
    follow(page, "Invite somebody")
    page.get_by_label("Address").fill(address)
    page.get_by_label("Agency").select_option(index=1)
    page.get_by_label("Data officer").check()
    page.get_by_label("No other State sent the person").check()
    page.locator("main form button").last.click()
    expect(page.locator("h1")).to_contain_text("The invitation was")


def accept(page: Page, link: str, name: str) -> None:
    """Open the link of an invitation, and make the account."""
    page.goto(link)
    says(page, "Data officer")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(MINE)
    page.get_by_label("The same password again").fill(MINE)
    press(page, "Make the account")


def test_an_invitation_goes_by_mail_and_ends_in_a_role(visit: Visits, real_portal: Portal) -> None:
    admin = newcomer(real_portal, "Ari Invites", {"NZ": ("administrator",)})
    focal = newcomer(real_portal, "Finn Agrees", {"NZ": ("focal_point",)})
    inviting, agreeing = entered(visit, admin, real_portal), entered(visit, focal, real_portal)
    invite(inviting, "gita.guest@agency.example")
    expect(inviting.locator(".secret")).to_have_count(0)
    letter = real_portal.postbox.letter_to("gita.guest@agency.example")
    (link,) = re.findall(rf"{real_portal.url}/account/invitation/\S+/", letter.text)

    guest = visit(site=real_portal)
    key = Authenticator(guest)
    accept(guest, link, "Gita Guest")
    give_password(guest, "gita.guest@agency.example", MINE)
    expect(guest).to_have_url(HELD)
    follow(guest, "Add a passkey")
    guest.get_by_label("Name").fill("My phone")
    guest.get_by_label("Sign in with it alone, without the password").check()
    press(guest, "Add it")
    follow(guest, "Your account")
    says(guest, "Nobody has given you a role yet.")

    go_to_grants(agreeing)
    press(agreeing, "Agree: gita.guest@agency.example")
    says(agreeing, "You agreed, and it is in force.")

    must_sign_in(guest)
    press(guest, "Sign in with a passkey")
    is_in(guest, "Gita Guest")
    follow(guest, "Your account")
    says(guest, "Data officer")
    assert len(key.passkeys) == 1
    again = visit(site=real_portal)
    answer = again.goto(link)
    assert answer is not None
    assert answer.status == 404
    says(again, "It was used already, or has run out.")
    (invitation,) = real_portal.asked(
        "select id from members_invitation where email = 'gita.guest@agency.example'"
    )[0]
    done = acts(real_portal, "NZ", str(invitation))
    assert [one for one in done if one != "asked_grant"] == ["invited", "accepted_invitation"]


def test_where_no_mail_goes_out_the_page_hands_the_link_over(
    visit: Visits, portal: Portal, tmp_path: Path
) -> None:
    admin = newcomer(portal, "Ole Offline", {"XC": ("administrator",)}, ())
    nowhere = Postbox(0)
    nowhere.url = ""
    with serving(portal.copy, tmp_path / "log", nowhere) as offline:
        page = entered(visit, admin, offline)
        invite(page, "gil.guest@agency.example")
        link = page.locator(".secret").inner_text()
        guest = visit(site=offline)
        accept(guest, link, "Gil Guest")
        give_password(guest, "gil.guest@agency.example", MINE)
        is_in(guest, "Gil Guest")
        assert "gil.guest@agency.example" not in [letter.to for letter in portal.letters]
