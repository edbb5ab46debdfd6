"""A forgotten password: the link by mail, once, within an hour, and alike for whoever has an account and whoever has none."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail

from tests.portal import OFFICER, OTHER, PASSWORD, Browser, Portal, text_of

ASKING = "/account/password/forgotten/"
NEW = "a quite new password of mine"


@pytest.fixture
def letters(portal: Portal) -> Iterator[list[Any]]:
    """The letters that were sent, where mail is sent at all."""
    from django.conf import settings

    before = settings.SENDS_MAIL, settings.EMAIL_BACKEND
    settings.SENDS_MAIL, settings.EMAIL_BACKEND = True, "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    yield mail.outbox
    settings.SENDS_MAIL, settings.EMAIL_BACKEND = before


def letter_to(letters: list[Any], address: str) -> str:
    """The address within the letter that arrives, on its own time, for somebody."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = [one for one in letters if one.to == [address]]
        if found:
            (link,) = re.findall(r"https?://[^/]+(/account/password/new/\S+)", found[-1].body)
            return str(link)
        time.sleep(0.02)
    raise AssertionError("no letter arrived")


def chosen(browser: Browser, link: str, password: str = NEW) -> Any:
    """Choose a new password at a link."""
    opened = browser.get(link)
    return browser.post(opened["Location"], {"new_password1": password, "new_password2": password})


def test_the_link_sets_a_new_password_and_ends_every_session(portal: Portal, letters: list[Any]) -> None:
    before = Browser()
    before.sign_in()
    asking = Browser()
    assert asking.post(ASKING, {"email": " Officer.XA@lontar.example "})["Location"] == f"{ASKING}sent/"
    link = letter_to(letters, OFFICER)
    assert chosen(asking, link).status_code == 302
    assert not before.is_signed_in
    assert Browser().sign_in(OFFICER, PASSWORD).status_code == 200
    assert Browser().sign_in(OFFICER, NEW).status_code == 302
    assert "no longer works" in text_of(Browser().get(link)), "a link is used once"


def test_whoever_has_no_account_is_answered_alike_and_gets_no_mail(
    portal: Portal, letters: list[Any]
) -> None:
    portal.suspend(OTHER)
    answers = {
        (answer.status_code, answer["Location"], answer.content)
        for answer in (
            Browser().post(ASKING, {"email": one}) for one in (OTHER, "nobody@lontar.example", OFFICER)
        )
    }
    assert len(answers) == 1
    letter_to(letters, OFFICER)
    assert {one.to[0] for one in letters} == {OFFICER}


def test_a_link_holds_for_an_hour(
    portal: Portal, letters: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    Browser().post(ASKING, {"email": OFFICER})
    link = letter_to(letters, OFFICER)
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    monkeypatch.setattr(settings, "PASSWORD_RESET_TIMEOUT", -1)
    assert "no longer works" in text_of(Browser().get(link))


def test_a_weak_password_is_not_taken(portal: Portal, letters: list[Any]) -> None:
    Browser().post(ASKING, {"email": OFFICER})
    answer = chosen(Browser(), letter_to(letters, OFFICER), "short")
    assert answer.status_code == 200
    assert Browser().sign_in(OFFICER, PASSWORD).status_code == 302


def test_where_no_mail_is_sent_the_page_is_absent(portal: Portal) -> None:
    assert Browser().get(ASKING).status_code == 404
    assert Browser().post(ASKING, {"email": OFFICER}).status_code == 404
    assert ASKING not in Browser().get("/account/login/").content.decode()


def test_asking_has_a_budget(portal: Portal, letters: list[Any]) -> None:
    answers = [Browser().post(ASKING, {"email": "nobody@lontar.example"}).status_code for _ in range(31)]
    assert answers == [302] * 30 + [429]


def test_nobody_is_sent_letter_after_letter(portal: Portal, letters: list[Any]) -> None:
    for number in range(6):
        told = Browser(f"203.0.113.{number}").post(ASKING, {"email": OFFICER})
        assert told["Location"] == f"{ASKING}sent/"
    until = time.monotonic() + 10
    while len(letters) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    assert len(letters) == 3


def test_a_mailbox_alone_does_not_become_somebody_who_acts_for_others_too(
    portal: Portal, letters: list[Any]
) -> None:
    """Who runs a State's mailboxes would choose a password, set up a factor, and act for the other participant."""
    portal.sql(
        "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
        " select gen_random_uuid(), id, 'XB', 'data_officer', now(), now() from members_person where email = %s", OFFICER,
    )  # fmt: skip
    assert Browser().post(ASKING, {"email": OFFICER})["Location"] == f"{ASKING}sent/"
    Browser().post(ASKING, {"email": OTHER})
    letter_to(letters, OTHER)
    assert {one.to[0] for one in letters} == {OTHER}
    portal.sql(
        "insert into mfa_authenticator (type, data, user_id, created_at)"
        " select 'totp', '{}', id, now() from members_person where email = %s",
        OFFICER,
    )
    Browser().post(ASKING, {"email": OFFICER})
    letter_to(letters, OFFICER)
