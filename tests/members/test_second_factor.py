"""The second factor: compulsory on a real instance, shown in each session, limited, and unreadable where it is kept."""

import json
import time
from typing import Any

import pytest

from tests.members.passkeys import Key, add_key, sign_in_by_key
from tests.portal import OFFICER, OTHER, PASSWORD, Browser, Portal, code_of, text_of

ENROL = "/account/2fa/totp/activate/"
SHOW = "/account/2fa/authenticate/"


def enrol(browser: Browser) -> str:
    """Set up an authenticator app, and give its secret. The code is of the step before, so that the present one is not used up."""
    assert browser.get(ENROL).status_code == 200
    secret = str(browser.session["mfa.totp.secret"])
    answer = browser.post(ENROL, {"code": code_of(secret, -1)})
    assert answer.status_code == 302, text_of(answer)
    return secret


def signed_in_with_factor(email: str = OFFICER) -> tuple[Browser, str]:
    browser = Browser()
    browser.sign_in(email)
    return browser, enrol(browser)


def told_to(answer: Any) -> str:
    return str(answer["Location"]) if answer.status_code == 302 else f"page {answer.status_code}"


def test_the_demonstration_waives_it(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    assert browser.get("/").context["reader"]["waived"] is True


def test_whoever_has_none_reaches_nothing_but_enrolment(real: Portal) -> None:
    browser = Browser()
    assert told_to(browser.sign_in()) == "/"
    for path in (
        "/",
        "/administration/",
        "/readers/",
        "/account/",
        "/account/tokens/",
        "/account/sessions/",
        "/account/password/change/",
    ):
        assert told_to(browser.get(path)) == "/account/2fa/", path
        assert told_to(browser.post(path)) == "/account/2fa/", path
    for path in ("/account/2fa/", ENROL, "/account/2fa/webauthn/add/", "/account/logout/"):
        assert browser.get(path).status_code == 200, path
    assert told_to(browser.post("/language/", {"language": "id"})) == "/"
    enrol(browser)
    assert browser.get("/").status_code == 200
    assert browser.get("/").context["reader"]["waived"] is False


def test_the_first_factor_is_set_up_right_after_signing_in_without_a_second_password(real: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    browser.change_session(opened=time.time() - 14 * 60)
    assert browser.get(ENROL).status_code == 200
    browser.change_session(opened=time.time() - 15 * 60)
    assert told_to(browser.get(ENROL)).startswith("/account/login/")
    assert "account_authentication_methods" not in browser.session


def test_a_second_one_asks_again_who_it_is(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    assert browser.get("/account/2fa/webauthn/add/").status_code == 200, "everything was shown just now"
    records = [{**one, "at": one["at"] - 5 * 60} for one in browser.session["account_authentication_methods"]]
    browser.change_session(account_authentication_methods=records)
    assert told_to(browser.get("/account/2fa/webauthn/add/")).startswith("/account/reauthenticate/")


def test_the_code_is_asked_after_the_password(real: Portal) -> None:
    _, secret = signed_in_with_factor()
    browser = Browser()
    assert told_to(browser.sign_in()) == SHOW
    assert browser.get("/").context["reader"] is None
    assert browser.post(SHOW, {"code": "000000"}).status_code == 200
    assert not browser.is_signed_in
    code = code_of(secret)
    assert told_to(browser.post(SHOW, {"code": code})) == "/"
    assert browser.is_signed_in
    again = Browser()
    again.sign_in()
    assert again.post(SHOW, {"code": code}).status_code == 200  # a code is good for once
    assert not again.is_signed_in


def test_without_the_password_there_is_no_second_step(real: Portal) -> None:
    _, secret = signed_in_with_factor()
    browser = Browser()
    assert told_to(browser.post(SHOW, {"code": code_of(secret)})) == "/account/login/"


def test_a_session_from_before_the_first_factor_does_not_profit_from_it(real: Portal) -> None:
    thief = Browser()
    thief.sign_in()
    real.sql(
        "insert into mfa_authenticator (type, data, user_id, created_at) values ('totp', '{}', %s, now())",
        real.id_of(OFFICER),
    )
    assert told_to(thief.get("/")).startswith("/account/login/")
    assert "_auth_user_id" not in thief.session


def test_a_session_in_which_a_factor_was_set_up_can_be_ended_by_others(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    assert real.sql("select session_key from usersessions_usersession") == [(browser.session.session_key,)]
    real.sql("select end_sessions(%s)", real.id_of(OFFICER))
    assert not browser.is_signed_in


def test_the_session_in_which_a_factor_was_set_up_is_listed_and_ends_with_the_others(real: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    enrol(browser)
    person = real.id_of(OFFICER)
    listed = real.sql("select session_key from usersessions_usersession where user_id = %s", person)
    assert listed == [(browser.session.session_key,)]
    with real.owner() as owner:
        owner.execute("select end_sessions(%s)", (person,))
    assert not browser.is_signed_in


def test_erasing_a_person_leaves_no_address_in_any_session(real: Portal) -> None:
    from django.contrib.sessions.models import Session

    _browser, _ = signed_in_with_factor()
    begun = Browser()
    begun.sign_in()
    other = Browser()
    other.sign_in(OTHER)
    with real.owner() as owner:
        owner.execute("select erase_person(%s, now())", (real.id_of(OFFICER),))
    assert OFFICER not in str([one.get_decoded() for one in Session.objects.all()])
    assert other.session.session_key in set(Session.objects.values_list("session_key", flat=True))


def test_a_recovery_code_stands_in_once(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    codes = browser_codes(browser)
    assert len(codes) == 10
    assert told_to(browser.post("/account/logout/")) == "/"
    for expected in (True, False):
        other = Browser()
        other.sign_in()
        other.post(SHOW, {"code": codes[0]})
        assert other.is_signed_in is expected


def browser_codes(browser: Browser) -> list[str]:
    """The recovery codes, which are shown once, to whoever has shown who it is."""
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/account/2fa/recovery-codes/")
    return list(page.context["unused_codes"])


def test_recovery_codes_are_shown_once_and_made_anew(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    first = browser_codes(browser)
    assert set(browser_codes(browser)) == {"****"}
    assert told_to(browser.post("/account/2fa/recovery-codes/generate/")) == "/account/2fa/recovery-codes/"
    second = browser_codes(browser)
    assert len(set(first) & set(second)) == 0


def test_what_codes_are_made_from_is_kept_unreadable(real: Portal) -> None:
    browser, secret = signed_in_with_factor()
    kept = real.sql("select type, data from mfa_authenticator order by type")
    assert [row[0] for row in kept] == ["recovery_codes", "totp"]
    assert secret not in json.dumps([row[1] for row in kept])
    assert kept[1][1]["secret"].startswith("1:")
    assert "mfa.totp.secret" not in browser.session


def test_what_is_kept_of_one_person_opens_nothing_for_another(real: Portal) -> None:
    _, secret = signed_in_with_factor(OTHER)
    signed_in_with_factor(OFFICER)
    real.sql(
        "update mfa_authenticator t set data = o.data from mfa_authenticator o where t.type = 'totp' and o.type = 'totp'"
        " and t.user_id = %s and o.user_id = %s", real.id_of(OFFICER), real.id_of(OTHER),
    )  # fmt: skip
    browser = Browser()
    browser.client.raise_request_exception = False
    browser.sign_in(OFFICER)
    assert browser.post(SHOW, {"code": code_of(secret)}).status_code == 500
    assert not browser.is_signed_in


@pytest.mark.parametrize("change", ["1:AAAA", "2:{}", "{}", "", "1:"])
def test_what_was_changed_is_not_opened(portal: Portal, change: str) -> None:
    from lontar.members.signing_in.factors import decrypt, encrypt
    from lontar.model.errors import Unavailable

    kept = encrypt("secret", "here")
    assert decrypt(kept, "here") == "secret"
    assert encrypt("secret", "here") != kept
    with pytest.raises(Unavailable, match="INS-028"):
        decrypt(change.format(kept[2:]), "here")
    with pytest.raises(Unavailable, match="INS-028"):
        decrypt(kept, "there")


def test_codes_are_guessed_five_times_and_no_device_suffers_for_another(real: Portal) -> None:
    known, secret = signed_in_with_factor()
    known.post("/account/logout/")
    known.sign_in()
    known.post(SHOW, {"code": code_of(secret)})  # from now on the device is known
    known.post("/account/logout/")
    guesser = Browser("203.0.113.9")
    guesser.sign_in()
    told = [guesser.post(SHOW, {"code": f"{number:06}"}).status_code for number in range(7)]
    assert told == [200] * 5 + [429] * 2
    again = Browser("203.0.113.10")
    again.sign_in()
    assert again.post(SHOW, {"code": code_of(secret, 1)}).status_code == 429
    known.sign_in()
    assert told_to(known.post(SHOW, {"code": code_of(secret, 1)})) == "/"


def test_a_right_code_spends_nothing(real: Portal) -> None:
    from lontar.members.signing_in.budgets import FACTOR, take

    browser, secret = signed_in_with_factor()
    other = Browser("203.0.113.9")
    other.sign_in()
    assert told_to(other.post(SHOW, {"code": code_of(secret)})) == "/"
    waits = [take(FACTOR, f"person {real.id_of(OFFICER)}").wait for _ in range(6)]
    assert [wait > 0 for wait in waits] == [False] * 5 + [True]
    assert browser.is_signed_in


def test_the_last_factor_stays_on_a_real_instance(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = browser.post("/account/2fa/totp/deactivate/")
    assert answer.status_code == 200
    assert "last second factor" in text_of(answer)
    assert real.sql("select count(*) from mfa_authenticator where type = 'totp'") == [(1,)]
    add_key(browser, Key())
    assert told_to(browser.post("/account/2fa/totp/deactivate/")) == "/account/2fa/"
    ((number,),) = real.sql("select id from mfa_authenticator where type = 'webauthn'")
    assert told_to(browser.post(f"/account/2fa/webauthn/keys/{number}/remove/")) == "/account/2fa/webauthn/"
    assert real.sql("select count(*) from mfa_authenticator where type = 'webauthn'") == [(1,)]


def test_a_passkey_signs_in_alone_and_is_both_factors(real: Portal) -> None:
    key, browser = Key(), Browser()
    browser.sign_in()
    assert told_to(add_key(browser, key)) == "/account/2fa/recovery-codes/"
    other = Browser()
    assert told_to(sign_in_by_key(other, key)) == "/"
    assert other.is_signed_in


def test_a_passkey_that_asked_for_nothing_does_not_sign_in_alone(real: Portal) -> None:
    key, browser = Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    other = Browser()
    assert told_to(sign_in_by_key(other, key, is_verified=False)) == "/account/login/"
    assert not other.is_signed_in


def test_a_passkey_of_somebody_suspended_hears_what_a_strange_one_hears(real: Portal) -> None:
    key, stranger, browser = Key(), Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    stranger.owner = key.owner
    real.suspend(OFFICER)
    said = set()
    for one in (key, stranger):
        other = Browser()
        assert told_to(sign_in_by_key(other, one)) == "/account/login/"
        said.add(text_of(other.get("/account/login/")))
    assert len(said) == 1


@pytest.mark.parametrize(
    "given", ["", "null", "[]", "{}", '{"id": 1}', '{"response": {"userHandle": "AAAA"}}', "not json"]
)
def test_what_is_no_passkey_is_refused(real: Portal, given: str) -> None:
    browser = Browser()
    browser.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert told_to(browser.post("/account/2fa/webauthn/login/", {"credential": given})) == "/account/login/"
    assert not browser.is_signed_in
    signed_in, _ = signed_in_with_factor()
    signed_in.post("/account/reauthenticate/", {"password": PASSWORD})
    assert signed_in.post("/account/2fa/webauthn/add/", {"credential": given}).status_code == 200
    browser.sign_in()
    assert browser.post(SHOW, {"credential": given}).status_code == 200


def test_a_key_is_shown_after_the_password_or_before_what_weighs(real: Portal) -> None:
    key, browser = Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    other = Browser()
    assert told_to(other.sign_in()) == SHOW
    assert told_to(other.post(SHOW, {"credential": key.sign(asked_of(other.get(SHOW)))})) == "/"
    assert other.is_signed_in
    again = "/account/2fa/webauthn/reauthenticate/"
    assert told_to(other.post(again, {"credential": key.sign(asked_of(other.get(again)))})) == "/"


def asked_of(page: Any) -> Any:
    """What a page asks of a key."""
    return json.loads(json.dumps(page.context["js_data"]["request_options"], default=dict))


def test_a_passkey_is_bound_to_the_address_of_a_real_instance(real: Portal) -> None:
    from django.test import override_settings

    with override_settings(
        ALLOWED_HOSTS=["lontar.example", "localhost"], MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=False
    ):
        browser = Browser()
        browser.sign_in()
        phished = add_key(browser, Key("https://1ontar.example"))
        assert phished.status_code == 200
        assert told_to(add_key(browser, Key("https://lontar.example"))) == "/account/2fa/recovery-codes/"


def test_whoever_is_suspended_between_the_two_steps_is_not_let_in(real: Portal) -> None:
    _, secret = signed_in_with_factor()
    browser = Browser()
    browser.sign_in()
    real.suspend(OFFICER)
    assert told_to(browser.post(SHOW, {"code": code_of(secret)})) == "/account/login/"
    assert not browser.is_signed_in


def test_secrets_of_second_factors_are_long_and_left_to_chance(portal: Portal) -> None:
    import base64
    import random

    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import generate_totp_secret

    seeds, secrets = set(), set()
    for _ in range(8):
        random.seed(7)
        seeds.add(RecoveryCodes.generate_seed())
        secrets.add(generate_totp_secret())
    assert (len(seeds), len(secrets)) == (8, 8)
    assert all(len(bytes.fromhex(seed)) * 8 >= 160 for seed in seeds)
    assert all(len(base64.b32decode(secret)) * 8 >= 160 for secret in secrets)


def test_recovery_codes_are_of_more_than_twenty_bits(real: Portal) -> None:
    browser, _ = signed_in_with_factor()
    codes = browser_codes(browser)
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert len(set(codes)) == len(codes)


def test_a_key_is_asked_something_new_each_time(portal: Portal) -> None:
    from fido2.utils import websafe_decode

    asked = set()
    for _ in range(4):
        told = Browser().get("/account/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
        asked.add(websafe_decode(told["request_options"]["publicKey"]["challenge"]))
    assert len(asked) == 4
    assert all(len(challenge) * 8 >= 128 for challenge in asked)


def test_an_answer_to_an_earlier_question_is_no_answer(real: Portal) -> None:
    key, browser = Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    other, login = Browser(), "/account/2fa/webauthn/login/"
    old = other.get(login, headers={"accept": "application/json"}).json()["request_options"]
    other.get(login, headers={"accept": "application/json"})
    assert told_to(other.post(login, {"credential": key.sign(old)})) == "/account/login/"
    assert not other.is_signed_in


def test_the_clock_is_the_server_s(real: Portal) -> None:
    _, secret = signed_in_with_factor()
    browser = Browser()
    browser.sign_in()
    later = {"date": "Tue, 01 Jan 2030 00:00:00 GMT", "x-date": "1893456000"}
    answer = browser.post(SHOW, {"code": code_of(secret, 40), "time": "1893456000"}, headers=later)
    assert answer.status_code == 200
    assert not browser.is_signed_in


def test_a_code_lasts_for_its_own_step_and_the_one_beside_it(real: Portal) -> None:
    _, secret = signed_in_with_factor()
    for step in (-2, 2):
        browser = Browser()
        browser.sign_in()
        assert browser.post(SHOW, {"code": code_of(secret, step)}).status_code == 200
        assert not browser.is_signed_in
