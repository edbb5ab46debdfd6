"""Signing in through an issuer: for its participant alone, whatever it says, and for nobody who was not invited."""

import json
import time
from hashlib import sha256
from typing import Any

import pytest

from tests.members.passkeys import Key, add_key, sign_in_by_key
from tests.members.providers import (
    Provider,
    come_back,
    enter,
    go,
    is_refused,
    sign_in_through,
)
from tests.portal import ADMIN, OFFICER, OTHER, PASSWORD, Browser, Portal, code_of, text_of


def test_whoever_was_invited_signs_in_and_stays_known(entered: Portal, provider: Provider) -> None:
    provider.knows("officer", email="Officer.XA@lontar.example", email_verified=True)
    browser = Browser()
    assert sign_in_through(browser, provider, "xa-login", "officer")["Location"] == "/"
    reader = browser.get("/").context["reader"]
    assert (reader["email"], reader["participant"]) == (OFFICER, "XA")
    provider.knows("officer", email="another@elsewhere.example", email_verified=True)
    again = Browser()
    sign_in_through(again, provider, "xa-login", "officer")
    assert again.get("/").context["reader"]["email"] == OFFICER
    assert entered.sql("select extra_data from socialaccount_socialaccount") == [({},)]
    assert entered.sql("select count(*) from socialaccount_socialtoken") == [(0,)]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": OFFICER},
        {"email": OFFICER, "email_verified": False},
        {"email": OFFICER, "email_verified": "false"},
        {"email": OFFICER, "email_verified": 1},
        {"email": "nobody@lontar.example", "email_verified": True},
        {"email": OTHER, "email_verified": True},  # of another participant
        {"email": "", "email_verified": True},
        {"email_verified": True},
        {"email": f"{OFFICER} ", "email_verified": True, "participant": "XA"},
    ],
)  # fmt: skip
def test_whoever_is_not_known_finds_nothing(
    entered: Portal, provider: Provider, claims: dict[str, Any], request: Any
) -> None:
    sub = f"stranger-{sha256(request.node.name.encode()).hexdigest()}"
    provider.knows(sub, **claims)
    browser = Browser()
    people = entered.sql("select count(*) from members_person")
    assert is_refused(browser, sign_in_through(browser, provider, "xa-login", sub))
    assert entered.sql("select count(*) from members_person") == people
    assert entered.sql("select count(*) from socialaccount_socialaccount") == [(0,)]


def test_another_issuer_s_same_address_is_refused(
    entered: Portal, provider: Provider, second: Provider
) -> None:
    enter(entered, second, "xb-login", "XB")
    for one in (provider, second):
        one.knows("same", email=OFFICER, email_verified=True)
    browser = Browser()
    assert is_refused(browser, sign_in_through(browser, second, "xb-login", "same"))
    assert sign_in_through(browser, provider, "xa-login", "same")["Location"] == "/"
    assert (
        is_refused(Browser(), sign_in_through(browser := Browser(), second, "xb-login", "same"))
        or not browser.is_signed_in
    )


def test_a_name_at_one_issuer_is_nobody_at_another(
    entered: Portal, provider: Provider, second: Provider
) -> None:
    enter(entered, second, "xa-too", "XA")
    provider.knows("one-name", email=OFFICER, email_verified=True)
    second.knows("one-name", email="nobody@lontar.example", email_verified=True)
    sign_in_through(Browser(), provider, "xa-login", "one-name")
    browser = Browser()
    assert is_refused(browser, sign_in_through(browser, second, "xa-too", "one-name"))


def test_a_second_name_at_the_same_issuer_does_not_become_the_same_person(
    entered: Portal, provider: Provider
) -> None:
    provider.knows("first", email=OFFICER, email_verified=True)
    provider.knows("heir-of-the-address", email=OFFICER, email_verified=True)
    sign_in_through(Browser(), provider, "xa-login", "first")
    browser = Browser()
    assert is_refused(browser, sign_in_through(browser, provider, "xa-login", "heir-of-the-address"))


def test_what_a_claim_says_of_the_participant_changes_nothing(entered: Portal, provider: Provider) -> None:
    entered.sql(
        "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
        " select gen_random_uuid(), id, 'XB', 'data_officer', now(), now() from members_person where email = %s",
        OFFICER,
    )
    told = {"participant": "XB", "bound_participant": "XB", "groups": ["XB"]}
    provider.knows("claims", email=OFFICER, email_verified=True, **told)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "claims")
    reader = browser.get("/").context["reader"]
    assert (reader["participant"], reader["others"]) == ("XA", [])
    browser.post("/account/acting-for/", {"participant": "XB"})
    assert browser.get("/").context["reader"]["participant"] == "XA"
    browser.change_session(participant="XB")
    assert browser.get("/").context["reader"]["participant"] == "XA"
    with_password = Browser()
    with_password.sign_in()
    assert [one["id"] for one in with_password.get("/").context["reader"]["others"]] == ["XB"]


def test_whoever_no_longer_works_there_is_refused(entered: Portal, provider: Provider) -> None:
    provider.knows("leaver", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "leaver")
    entered.sql("update members_appointment set until = now() where person_id = %s", entered.id_of(OFFICER))
    again = Browser()
    assert is_refused(again, sign_in_through(again, provider, "xa-login", "leaver"))


def test_whoever_is_suspended_is_refused(entered: Portal, provider: Provider) -> None:
    provider.knows("suspended", email=OFFICER, email_verified=True)
    entered.suspend(OFFICER)
    browser = Browser()
    assert is_refused(browser, sign_in_through(browser, provider, "xa-login", "suspended"))


def test_no_session_opens_without_pressing_the_button(entered: Portal, provider: Provider) -> None:
    browser = Browser()
    page = browser.get("/account/oidc/xa-login/login/")
    assert page.status_code == 200
    assert "<form" in text_of(page)
    assert browser.get("/account/login/").status_code == 200
    assert not browser.is_signed_in


@pytest.mark.parametrize(("mark", "over"), [("seen", 30 * 60), ("opened", 12 * 60 * 60)])
def test_a_session_through_an_issuer_ends_as_any_other_and_asks_it_anew(
    entered: Portal, provider: Provider, mark: str, over: int
) -> None:
    provider.knows("ends", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "ends")
    browser.change_session(**{mark: time.time() - over + 20})
    assert browser.is_signed_in
    browser.change_session(**{mark: time.time() - over})
    assert not browser.is_signed_in
    assert go(browser, "xa-login").startswith(provider.url)


def test_an_issuer_that_became_another_is_not_believed(entered: Portal, provider: Provider) -> None:
    entered.sql("update members_issuer set url = %s", provider.url.replace("127.0.0.1", "localhost"))
    provider.knows("moved", email=OFFICER, email_verified=True)
    entered.sql("update members_issuer set url = %s", f"{provider.url}/")
    answer = Browser().post("/account/oidc/xa-login/login/")
    assert answer["Location"] == "/account/login/"


def test_an_issuer_that_does_not_answer_is_said_in_a_sentence(entered: Portal) -> None:
    entered.sql("update members_issuer set url = 'http://127.0.0.1:9'")
    browser = Browser()
    answer = browser.post("/account/oidc/xa-login/login/")
    assert answer["Location"] == "/account/login/"
    assert "did not work" in text_of(browser.get("/account/login/"))


def test_an_issuer_that_is_not_there_is_nothing(entered: Portal) -> None:
    for path in ("/account/oidc/xx/login/", "/account/oidc/xx/login/callback/"):
        assert Browser().get(path).status_code == 404


def test_saying_no_there_brings_one_back(entered: Portal, provider: Provider) -> None:
    import requests

    browser = Browser()
    back = requests.post(
        go(browser, "xa-login"), data={"action": "deny"}, allow_redirects=False, timeout=10
    ).headers["Location"]
    assert come_back(browser, back)["Location"] == "/account/login/"


def test_the_page_of_signing_in_lets_its_form_lead_there(entered: Portal, provider: Provider) -> None:
    page = Browser().get("/account/login/")
    assert f"form-action 'self' {provider.url}" in page["Content-Security-Policy"]
    assert "Amberland" in text_of(page)
    assert "form-action 'self';" in Browser().get("/")["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    ("is_believed", "claims", "is_asked"),
    [
        (False, {"amr": ["pwd", "mfa"]}, True),
        (True, {"amr": ["pwd", "mfa"]}, False),
        (True, {"acr": "https://refeds.org/profile/mfa"}, False),
        (True, {"amr": ["pwd"]}, True),
        (True, {"amr": "mfa"}, True),
        (True, {}, True),
    ],
)
def test_a_second_factor_is_asked_here_unless_the_issuer_is_believed(
    real: Portal, provider: Provider, is_believed: bool, claims: dict[str, Any], is_asked: bool
) -> None:
    enter(real, provider, "xa-login", "XA", second_factor=is_believed)
    provider.knows("factor", email=OFFICER, email_verified=True, amr=claims.get("amr"), acr=claims.get("acr"))
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "factor")
    answer = browser.get("/")
    assert (answer.status_code == 302 and answer["Location"] == "/account/2fa/") is is_asked


def test_whoever_has_a_factor_here_is_asked_for_it_after_the_issuer(real: Portal, provider: Provider) -> None:
    enter(real, provider, "xa-login", "XA")
    provider.knows("own-factor", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "own-factor")
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.get("/account/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]
    browser.post("/account/2fa/totp/activate/", {"code": code_of(secret, -1)})
    again = Browser()
    assert (
        sign_in_through(again, provider, "xa-login", "own-factor")["Location"] == "/account/2fa/authenticate/"
    )
    kept = json.dumps(again.session["account_login"])
    assert "scrypt" not in kept
    assert OFFICER not in kept
    again.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert again.get("/").context["reader"]["participant"] == "XA"
    assert again.session["bound_participant"] == "XA"


def test_signing_in_by_password_afterwards_is_bound_to_nothing(entered: Portal, provider: Provider) -> None:
    provider.knows("bound", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "bound")
    assert browser.session["bound_participant"] == "XA"
    browser.post("/account/logout/")
    browser.sign_in(ADMIN)
    assert "bound_participant" not in browser.session


def test_a_connection_can_be_ended(entered: Portal, provider: Provider) -> None:
    provider.knows("ended", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "ended")
    page = browser.get("/account/issuers/")
    assert "Amberland" in text_of(page)
    ((account,),) = entered.sql("select id from socialaccount_socialaccount")
    assert browser.post("/account/issuers/", {"account": account})["Location"].startswith(
        "/account/reauthenticate/"
    )
    browser.post("/account/reauthenticate/", {"password": "lontar-demo"})
    browser.post("/account/issuers/", {"account": account})
    assert entered.sql("select count(*) from socialaccount_socialaccount") == [(0,)]


def test_an_issuer_of_one_participant_opens_no_session_for_another_by_a_factor(
    real: Portal, provider: Provider
) -> None:
    enter(real, provider, "xa-login", "XA", second_factor=True)
    real.sql(
        "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
        " values (gen_random_uuid(), %s, 'XB', 'data_officer', now(), now())", real.id_of(OFFICER),
    )  # fmt: skip
    provider.knows("rogue", email=OFFICER, email_verified=True, amr=["mfa"])
    browser, key = Browser(), Key()
    sign_in_through(browser, provider, "xa-login", "rogue")
    told = browser.get("/account/").context["appointments"]
    assert len(told) == 1, "the issuer's participant is told of no other"
    answer = browser.get("/account/2fa/webauthn/add/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/reauthenticate/")
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    assert add_key(browser, key).status_code == 302
    own = Browser()
    sign_in_by_key(own, key)
    assert "XB" in {one["id"] for one in own.get("/").context["reader"]["others"]}


def test_an_issuer_of_one_participant_accepts_no_invitation_of_another(
    entered: Portal, provider: Provider
) -> None:
    from lontar.members.secrets import hashed

    provider.knows("accepts", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "accepts")
    entered.sql("select invite_administrator('XB', %s, %s, now())", OFFICER, hashed("the secret"))
    browser.post("/account/invitation/the secret/")
    assert entered.sql("select person_id from members_invitation") == [(None,)]
    own = Browser()
    own.sign_in()
    assert own.get("/account/invitation/the secret/").headers["Cache-Control"].count("no-store")
    assert own.post("/account/invitation/the secret/").status_code == 302
