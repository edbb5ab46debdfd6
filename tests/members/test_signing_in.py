"""Signing in by address and password, and the sessions that it opens."""

import time

import pytest

from tests.portal import ADMIN, OFFICER, OTHER, PASSWORD, Browser, Portal, text_of


def test_the_contract_s_fields_open_a_session(portal: Portal) -> None:
    browser = Browser()
    answer = browser.sign_in()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    home = browser.get("/")
    assert home.context["reader"]["email"] == OFFICER
    assert (home.context["reader"]["participant"], home.context["reader"]["roles"]) == (
        "XA",
        ["data_officer"],
    )
    assert home["Cache-Control"] == "no-store"
    cookie = answer.cookies["lontar"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert portal.sql("select count(*) from usersessions_usersession")[0][0] == 1


@pytest.mark.parametrize("address", ["Officer.XA@lontar.example", " officer.xa@lontar.example "])
def test_an_address_is_the_same_however_it_is_written(portal: Portal, address: str) -> None:
    browser = Browser()
    browser.sign_in(address)
    assert browser.is_signed_in


def test_a_session_has_a_new_key_after_signing_in(portal: Portal) -> None:
    browser = Browser()
    browser.client.cookies["lontar"] = "fixed-by-somebody-else-0000000000"
    browser.get("/account/login/")
    browser.change_session(anything=1)
    before = browser.session.session_key
    browser.sign_in()
    assert browser.is_signed_in
    assert browser.session.session_key not in {before, "fixed-by-somebody-else-0000000000"}
    assert portal.sql("select 1 from django_session where session_key = %s", before) == []


def test_unknown_wrong_and_suspended_hear_the_same(portal: Portal) -> None:
    portal.suspend(OTHER)
    said = set()
    for email, password in ((OFFICER, "wrong"), ("nobody@lontar.example", PASSWORD), (OTHER, PASSWORD)):
        answer = Browser().sign_in(email, password)
        said.add((answer.status_code, text_of(answer).replace(email, "someone")))
        assert "lontar" not in answer.cookies
    assert len(said) == 1
    assert "is not right" in said.pop()[1]


def test_unknown_and_suspended_take_as_long_as_wrong(slow: Portal) -> None:
    slow.suspend(OTHER)
    taken = {}
    for email in (OFFICER, "nobody@lontar.example", OTHER):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            Browser().sign_in(email, "wrong")
            times.append(time.perf_counter() - start)
        taken[email] = min(times)
    assert max(taken.values()) < 2 * min(taken.values())


def test_what_is_not_offered_has_no_address(portal: Portal) -> None:
    from django.urls import NoReverseMatch, reverse

    for path in (
        "signup",
        "password/reset",
        "email",
        "confirm-email",
        "login/code",
        "inactive",
        "2fa/webauthn/signup",
        "signup/passkey",
    ):
        assert Browser().get(f"/account/{path}/").status_code == 404
    for name in (
        "account_signup",
        "account_email",
        "account_reset_password",
        "socialaccount_signup",
        "mfa_signup_webauthn",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_absent_and_forbidden_are_answered_alike(portal: Portal) -> None:
    answer = Browser().get("/there/is/no/such/page/")
    assert answer.status_code == 404
    assert answer.templates[0].name == "web/nothing_here.html"


def test_a_new_password_ends_other_sessions_and_changes_nothing_else(portal: Portal) -> None:
    here, there = Browser(), Browser()
    here.sign_in()
    there.sign_in()
    before = portal.sql("select id, email, name, is_suspended from members_person order by id")
    new = "a quite different sentence"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/change/", fields).status_code == 302
    assert here.is_signed_in
    assert not there.is_signed_in
    assert portal.sql("select id, email, name, is_suspended from members_person order by id") == before
    assert Browser().sign_in().status_code == 200
    assert Browser().sign_in(password=new).status_code == 302


@pytest.mark.parametrize("new", ["short", "password123", "officer.xa@lontar"])
def test_weak_passwords_are_not_taken(portal: Portal, new: str) -> None:
    browser = Browser()
    browser.sign_in()
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browser.post("/account/password/change/", fields).status_code == 200
    assert Browser().sign_in().status_code == 302


def test_the_hash_of_a_password_is_slow_and_salted(slow: Portal) -> None:
    kept = [row[0] for row in slow.sql("select password from members_person")]
    assert all(one.startswith("scrypt$") for one in kept)
    assert int(kept[0].split("$")[1]) >= 2**14


@pytest.mark.parametrize(("mark", "over"), [("seen", 30 * 60), ("opened", 12 * 60 * 60)])
def test_sessions_end_unused_and_in_any_case(portal: Portal, mark: str, over: int) -> None:
    browser = Browser()
    browser.sign_in()
    browser.change_session(**{mark: time.time() - over + 20})
    assert browser.is_signed_in
    browser.change_session(**{mark: time.time() - over})
    key = browser.session.session_key
    assert not browser.is_signed_in
    assert portal.sql("select 1 from django_session where session_key = %s", key) == []
    assert portal.sql("select count(*) from usersessions_usersession")[0][0] == 0


def test_a_session_without_its_marks_is_over(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    session = browser.session
    del session["opened"]
    session.save()
    assert not browser.is_signed_in


def test_being_used_is_noted_once_a_minute(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    seen = browser.session["seen"]
    browser.get("/")
    assert browser.session["seen"] == seen
    browser.change_session(seen=seen - 61)
    browser.get("/")
    assert browser.session["seen"] > seen - 61


def test_a_session_ends_with_its_row(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    assert browser.is_signed_in
    portal.sql("delete from django_session")
    assert not browser.is_signed_in


def test_whoever_is_suspended_is_out_at_once(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    key = browser.session.session_key
    portal.suspend(OFFICER)
    assert not browser.is_signed_in
    assert portal.sql("select 1 from django_session where session_key = %s", key) == []


def test_sessions_are_listed_and_ended(portal: Portal) -> None:
    here, there, others = Browser(), Browser("198.51.100.7"), Browser()
    here.sign_in()
    there.sign_in()
    others.sign_in(ADMIN)
    listed = here.get("/account/sessions/")
    assert len(listed.context["sessions"]) == 2
    assert "198.51.100.7" in text_of(listed)
    here.post("/account/sessions/")
    assert here.is_signed_in
    assert not there.is_signed_in
    assert others.is_signed_in


def test_signing_out_ends_the_session(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    key = browser.session.session_key
    assert browser.get("/account/logout/").status_code == 200
    assert browser.is_signed_in
    browser.post("/account/logout/")
    assert not browser.is_signed_in
    assert portal.sql("select 1 from django_session where session_key = %s", key) == []
    assert portal.sql("select count(*) from usersessions_usersession")[0][0] == 0


def test_forms_need_their_token(portal: Portal) -> None:
    from django.test import Client

    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": OFFICER, "password": PASSWORD})
    assert answer.status_code == 403
    assert answer.templates[0].name == "web/form_expired.html"


def test_nobody_is_sent_elsewhere_after_signing_in(portal: Portal) -> None:
    answer = Browser().sign_in(headers={"host": "localhost"})
    assert answer["Location"] == "/"
    browser = Browser()
    answer = browser.post(
        "/account/login/?next=https://evil.example/", {"login": OFFICER, "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def shown_long_ago(browser: Browser) -> None:
    """Five minutes pass."""
    records = browser.session["account_authentication_methods"]
    for record in records:
        record["at"] -= 5 * 60
    browser.change_session(account_authentication_methods=records)


def test_an_act_that_weighs_asks_again_who_it_is(portal: Portal) -> None:
    from django.test import override_settings

    with override_settings(ROOT_URLCONF="tests.members.weighing"):
        browser = Browser()
        assert browser.get("/weigh/")["Location"].startswith("/account/login/")
        browser.sign_in()
        assert browser.get("/weigh/").content == b"done GET "  # the password was given just now
        shown_long_ago(browser)
        asked = browser.post("/weigh/", {"what": "this"})
        assert asked["Location"] == "/account/reauthenticate/?next=%2Fweigh%2F"
        assert browser.post(asked["Location"], {"password": "wrong"}).status_code == 200
        assert browser.get("/weigh/").status_code == 302
        done = browser.post(asked["Location"], {"password": PASSWORD})
        assert done.content == b"done POST this"
        assert browser.get("/weigh/").content == b"done GET "
        shown_long_ago(browser)
        assert browser.get("/weigh/").status_code == 302


def test_what_is_left_of_sessions_is_cleared_away(portal: Portal) -> None:
    old, gone = Browser(), Browser()
    old.sign_in()
    gone.sign_in()
    portal.sql(
        "update django_session set expire_date = now() - interval '1 second' where session_key = %s",
        old.session.session_key,
    )
    portal.sql("delete from django_session where session_key = %s", gone.session.session_key)
    new = Browser()
    new.sign_in()
    kept = [(new.session.session_key,)]
    assert portal.sql("select session_key from django_session") == kept
    assert portal.sql("select session_key from usersessions_usersession") == kept
