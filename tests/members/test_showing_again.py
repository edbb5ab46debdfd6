"""Showing once more who it is: what asks for it, what it changes, and what else ends when one's way of signing in changes."""

import random
import re
from typing import Any

import pytest

from tests.members.passkeys import Key, add_key, sign_in_by_key
from tests.members.test_second_factor import SHOW, asked_of, signed_in_with_factor, told_to
from tests.members.test_signing_in import shown_long_ago
from tests.portal import ADMIN, OFFICER, OTHER, PASSWORD, Browser, Portal, code_of, text_of

AGAIN, CODE_AGAIN = "/account/reauthenticate/", "/account/2fa/reauthenticate/"


def minutes_pass(browser: Browser) -> None:
    """Five minutes pass in which nothing was shown."""
    shown_long_ago(browser)
    if browser.session.get("enrolled"):
        browser.change_session(enrolled=browser.session["enrolled"] - 5 * 60)


def keys(portal: Portal) -> set[str]:
    return {row[0] for row in portal.sql("select session_key from django_session")}


def test_whoever_shows_it_again_goes_on_under_a_new_key(real: Portal) -> None:
    browser, secret = signed_in_with_factor()
    for address, fields in ((AGAIN, {"password": PASSWORD}), (CODE_AGAIN, {"code": code_of(secret)})):
        before = browser.session.session_key
        assert told_to(browser.post(address, fields)) == "/"
        after = browser.session.session_key
        assert before != after
        assert before not in keys(real)
        assert real.sql("select session_key from usersessions_usersession") == [(after,)]
    assert len(browser.get("/account/sessions/").context["sessions"]) == 1


def test_the_first_factor_gives_a_new_key_that_the_list_knows(real: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    before = browser.session.session_key
    add_key(browser, Key())
    assert browser.session.session_key != before
    assert real.sql("select session_key from usersessions_usersession") == [(browser.session.session_key,)]


def test_a_key_of_a_session_is_not_guessed(portal: Portal) -> None:
    found = set()
    for _ in range(8):
        random.seed(7)
        browser = Browser()
        browser.sign_in()
        found.add(browser.session.session_key)
    assert len(found) == 8
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in found)  # 165 bits


def test_other_sessions_are_ended_by_whoever_shows_it_again(portal: Portal) -> None:
    here, there = Browser(), Browser()
    here.sign_in()
    there.sign_in()
    shown_long_ago(here)
    asked = here.post("/account/sessions/")
    assert told_to(asked) == f"{AGAIN}?next=%2Faccount%2Fsessions%2F"
    assert there.is_signed_in
    here.post(asked["Location"], {"password": PASSWORD})
    assert here.is_signed_in
    assert not there.is_signed_in


def test_other_sessions_end_when_a_second_factor_comes_or_goes(portal: Portal) -> None:
    key, here, stranger = Key(), Browser(), Browser()
    here.sign_in()
    stranger.sign_in(OTHER)

    def removed() -> Any:
        ((number,),) = portal.sql("select id from mfa_authenticator where type = 'webauthn'")
        return here.post(f"/account/2fa/webauthn/keys/{number}/remove/")

    def elsewhere() -> Browser:
        browser = Browser()
        if browser.sign_in()["Location"] == SHOW:
            browser.post(SHOW, {"credential": key.sign(asked_of(browser.get(SHOW)))})
        assert browser.is_signed_in
        return browser

    for change in (
        lambda: add_key(here, key),
        lambda: here.post("/account/2fa/recovery-codes/generate/"),
        removed,
    ):
        there = elsewhere()
        here.post(AGAIN, {"password": PASSWORD})
        assert there.is_signed_in
        assert change().status_code == 302
        assert here.is_signed_in
        assert not there.is_signed_in
    assert stranger.is_signed_in


CHANGES = (
    "/account/password/change/", "/account/2fa/totp/activate/", "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/", "/account/2fa/recovery-codes/download/", "/account/2fa/webauthn/add/", "/account/issuers/",
)  # fmt: skip


def test_what_one_signs_in_with_is_changed_by_whoever_shows_everything(real: Portal) -> None:
    browser, secret = signed_in_with_factor()
    minutes_pass(browser)
    for address in CHANGES:
        for answer in (browser.get(address), browser.post(address)):
            assert told_to(answer).startswith(AGAIN), address
    browser.post(AGAIN, {"password": PASSWORD})
    for address in CHANGES:
        assert told_to(browser.get(address)).startswith(CODE_AGAIN), address
    browser.post(CODE_AGAIN, {"code": code_of(secret)})
    assert browser.get("/account/password/change/").status_code == 200
    assert browser.get("/account/2fa/webauthn/add/").status_code == 200
    minutes_pass(browser)
    assert told_to(browser.get("/account/2fa/webauthn/add/")).startswith(AGAIN)


def test_signing_in_by_a_passkey_shows_everything(real: Portal) -> None:
    key, browser = Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    other = Browser()
    sign_in_by_key(other, key)
    assert other.get("/account/password/change/").status_code == 200
    minutes_pass(other)
    assert told_to(other.get("/account/password/change/")).startswith(AGAIN)


# ---------------------------------------------------------------- what is told by mail


@pytest.fixture
def mailed(portal: Portal) -> Any:
    """The portal where mail is sent, and what was sent."""
    from django.core import mail
    from django.test import override_settings

    with override_settings(
        ACCOUNT_EMAIL_NOTIFICATIONS=True,
        SENDS_MAIL=True,
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    ):
        mail.outbox = []
        yield mail.outbox


def sent(outbox: list[Any]) -> list[str]:
    """The subjects of what was sent to the officer, and nobody else; and forget them."""
    told = [one.subject for one in outbox]
    assert all(one.to == [OFFICER] for one in outbox)
    outbox.clear()
    return told


def test_a_person_is_told_of_every_change_of_how_they_sign_in(mailed: Any, portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    sent(mailed)
    new = "a quite different sentence"
    browser.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    browser.post(AGAIN, {"password": new})
    assert "changed" in mailed[0].body
    assert "192.0.2.1" in mailed[0].body
    assert sent(mailed) == ["Your password was changed"]
    add_key(browser, Key())
    browser.post("/account/2fa/recovery-codes/generate/")
    ((number,),) = portal.sql("select id from mfa_authenticator where type = 'webauthn'")
    browser.get("/account/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]
    browser.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    browser.post(f"/account/2fa/webauthn/keys/{number}/remove/")
    browser.post("/account/2fa/totp/deactivate/")
    assert len(sent(mailed)) == 5


def test_a_mail_that_cannot_be_sent_keeps_nobody_from_anything(mailed: Any, portal: Portal) -> None:
    from django.test import override_settings

    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    ):
        browser = Browser()
        browser.sign_in()
        assert browser.is_signed_in


def test_a_person_is_told_of_a_device_that_was_not_known(mailed: Any, portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    assert sent(mailed) == ["You signed in on a new device"]
    browser.post("/account/logout/")
    browser.sign_in()
    assert sent(mailed) == []
    Browser("198.51.100.7").sign_in()
    assert sent(mailed) == ["You signed in on a new device"]


def test_a_person_is_told_once_that_somebody_guesses_at_codes(mailed: Any, portal: Portal) -> None:
    signed_in_with_factor()
    sent(mailed)
    guesser = Browser("203.0.113.9")
    guesser.sign_in()
    for number in range(8):
        guesser.post(SHOW, {"code": f"{number:06}"})
    assert sent(mailed) == ["Somebody guesses at your codes"]


def test_a_person_is_told_that_an_administrator_ended_the_second_factor(mailed: Any, portal: Portal) -> None:
    signed_in_with_factor()
    admin, focal = Browser(), Browser()
    admin.sign_in(ADMIN)
    focal.sign_in("focal.xa@lontar.example")
    mailed.clear()
    admin.post(f"{person_page(portal, OFFICER)}reset/")
    assert sent(mailed) == [], "it waits for a second person"
    ((grant,),) = portal.sql("select id from members_grant where what = 'reset' and outcome = ''")
    focal.post(f"/administration/requests/{grant}/agree/")
    assert portal.sql("select 1 from mfa_authenticator") == []
    assert sent(mailed) == ["Your second factor was ended"]


# ---------------------------------------------------------------- a password that was forgotten


def person_page(portal: Portal, email: str) -> str:
    return f"/administration/people/{portal.id_of(email)}/"


def test_a_forgotten_password_is_chosen_anew_by_its_person_alone(mailed: Any, portal: Portal) -> None:
    admin = Browser()
    admin.sign_in(ADMIN)
    mailed.clear()
    page = admin.post(f"{person_page(portal, OFFICER)}password/", follow=True)
    assert "was sent" in text_of(page)
    assert "/password/new/" not in text_of(page)
    (link,) = re.findall(r"http://localhost(/account/password/new/\S+)", mailed[0].body)
    assert sent(mailed) == ["Choose a new password"]
    old = Browser()
    old.sign_in()
    mailed.clear()
    assert Browser().get(link).status_code == 200, "signing in since then makes the link void"
    admin.post(f"{person_page(portal, OFFICER)}password/")
    (link,) = re.findall(r"http://localhost(/account/password/new/\S+)", mailed[0].body)
    browser, new = Browser(), "a quite different sentence"
    form = browser.get(link)["Location"]
    assert "set-password" in form, "the secret does not stay in the address"
    weak = browser.post(form, {"new_password1": "lontar lontar", "new_password2": "lontar lontar"})
    assert (weak.status_code, "stand near you" in text_of(weak)) == (200, True)
    assert (
        told_to(browser.post(form, {"new_password1": new, "new_password2": new}))
        == "/account/password/new/done/"
    )
    assert browser.get("/account/password/new/done/").status_code == 200
    assert not browser.is_signed_in
    assert not old.is_signed_in
    assert mailed[-1].subject == "Your password was changed"
    assert "no longer works" in text_of(Browser().get(link))
    assert Browser().sign_in().status_code == 200
    again = Browser()
    assert again.sign_in(password=new).status_code == 302
    assert again.get("/account/2fa/totp/activate/").status_code == 200
    assert portal.sql("select 1 from account_emailaddress") == []


def test_a_new_password_does_not_step_around_the_second_factor(real: Portal) -> None:
    from lontar.members.models import Person

    signed_in_with_factor()
    browser, new = Browser(), "a quite different sentence"
    link = link_for(Person.objects.get(email=OFFICER))
    form = browser.get(link)["Location"]
    browser.post(form, {"new_password1": new, "new_password2": new})
    assert not browser.is_signed_in
    assert told_to(browser.sign_in(password=new)) == SHOW
    assert not browser.is_signed_in


def link_for(person: Any) -> str:
    """The link that an administrator has sent."""
    from django.test import RequestFactory

    from lontar.members.renewing import send_password_link

    made = send_password_link(RequestFactory().get("/", headers={"host": "localhost"}), person.pk)
    return made.removeprefix("http://localhost")


def test_a_link_to_a_new_password_holds_for_an_hour(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.contrib.auth.tokens import default_token_generator
    from django.utils import timezone

    from lontar.members.models import Person

    link = link_for(Person.objects.get(email=OFFICER))
    now = timezone.now().replace(tzinfo=None)
    monkeypatch.setattr(type(default_token_generator), "_now", lambda self: now + timedelta(minutes=61))
    assert "no longer works" in text_of(Browser().get(link))


def test_such_a_link_is_sent_by_an_administrator_of_the_same_participant(mailed: Any, portal: Portal) -> None:
    for who in (OFFICER, "admin.xb@lontar.example"):
        browser = Browser()
        browser.sign_in(who)
        mailed.clear()
        assert browser.post(f"{person_page(portal, ADMIN)}password/").status_code == 404
        assert mailed == []


def test_where_no_mail_is_sent_no_administrator_gets_the_link(real: Portal) -> None:
    admin, secret = signed_in_with_factor(ADMIN)
    page = admin.post(f"{person_page(real, OFFICER)}password/", follow=True)
    assert "no mail is sent from here" in text_of(page).lower()
    assert "/password/new/" not in text_of(page)
    assert secret


# ---------------------------------------------------------------- acts that weigh, and signing out


def test_every_act_that_gives_or_ends_a_right_asks_again(portal: Portal) -> None:
    admin = Browser()
    admin.sign_in(ADMIN)
    nobody, person = "00000000-0000-0000-0000-000000000001", person_page(portal, OFFICER)
    acts = [
        "/administration/invite/", "/administration/agencies/", "/account/tokens/", f"/administration/roles/{nobody}/end/",
        f"/administration/requests/{nobody}/agree/",
        *(f"{person}{act}/" for act in ("ask", "suspend", "resume", "certify", "reset", "password")),
    ]  # fmt: skip
    shown_long_ago(admin)
    for address in acts:
        assert told_to(admin.post(address)).startswith(AGAIN), address
    assert portal.sql("select is_suspended from members_person where email = %s", OFFICER) == [(False,)]
    admin.post(AGAIN, {"password": PASSWORD})
    for address in acts:
        assert not told_to(admin.post(address)).startswith(AGAIN), address


def test_every_page_lets_one_sign_out(portal: Portal) -> None:
    for who in (OFFICER, ADMIN):
        browser = Browser()
        browser.sign_in(who)
        for address in (
            "/", "/readers/", "/account/", "/account/tokens/", "/account/sessions/", "/account/2fa/", "/account/acting-for/",
            "/account/password/change/", "/account/issuers/", "/administration/", "/administration/invite/", "/no/such/page/",
        ):  # fmt: skip
            assert "/account/logout/" in text_of(browser.get(address)), address


def test_whoever_is_erased_is_out_at_once(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    ((them,),) = portal.sql(
        "insert into members_person (id, email, name, password, is_suspended)"
        " select gen_random_uuid(), 'leaver@lontar.example', '', password, false from members_person where email = %s returning id",
        OFFICER,
    )
    browser.post("/account/logout/")
    browser.sign_in("leaver@lontar.example")
    assert browser.is_signed_in
    portal.sql("select erase_person(%s, now())", them)
    assert not browser.is_signed_in
    assert portal.sql("select 1 from django_session") == []
