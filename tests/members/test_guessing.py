"""Guessing at passwords is slow, and whoever guesses keeps no colleague out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.portal import OFFICER, OTHER, PASSWORD, Browser, Portal

DEVICE = "lontar-device-"


def device_of(browser: Browser) -> tuple[str, str]:
    """Name and value of the cookie by which a device is known."""
    ((name, morsel),) = [(n, m) for n, m in browser.client.cookies.items() if n.startswith(DEVICE)]
    return name, morsel.value


def spend(email: str = OFFICER, network: str = "203.0.113.{}", tries: int = 1000) -> list[int]:
    """Guess at an address from many networks, until it is not answered for ten times."""
    told: list[int] = []
    for number in range(tries):
        told.append(Browser(network.format(number % 250)).sign_in(email, f"guess {number}").status_code)
        if told[-10:] == [429] * 10:
            break
    return told


def test_a_known_device_is_not_kept_out_by_whoever_guesses(portal: Portal) -> None:
    known = Browser()
    known.sign_in()
    known.post("/account/logout/")
    told = spend()
    assert told.count(200) == 10
    assert set(told[10:]) == {429}
    assert (
        Browser("198.51.100.1").sign_in().status_code == 429
    )  # a device that is not known waits, with the right password too
    assert known.sign_in().status_code == 302
    assert known.is_signed_in


def test_a_known_device_is_not_kept_out_by_its_own_network(portal: Portal) -> None:
    known = Browser("203.0.113.5")
    known.sign_in()
    known.post("/account/logout/")
    for number in range(32):
        Browser("203.0.113.5").sign_in(f"somebody{number}@lontar.example", "guess")
    assert Browser("203.0.113.5").sign_in(OTHER).status_code == 429
    assert known.sign_in().status_code == 302


def test_it_is_said_when_to_come_back(portal: Portal) -> None:
    spend()
    answer = Browser().sign_in()
    assert answer.status_code == 429
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert answer.context["minutes"] == 15
    assert answer.templates[0].name == "web/too_many.html"


def test_whether_an_address_is_known_is_not_told_by_how_long_one_may_guess(portal: Portal) -> None:
    assert spend("nobody@lontar.example") == spend(OFFICER, "198.51.100.{}")


def test_guesses_count_however_the_address_is_written(portal: Portal) -> None:
    for number in range(10):
        Browser(f"203.0.113.{number}").sign_in(
            "officer.xa@lontar.example" if number % 2 else "Officer.XA@Lontar.example", "guess"
        )
    assert Browser("198.51.100.1").sign_in().status_code == 429


def test_the_cookie_of_one_person_is_no_help_with_another(portal: Portal) -> None:
    thief = Browser()
    thief.sign_in(OTHER)
    name, value = device_of(thief)
    spend()
    other = Browser()
    other.sign_in(OFFICER)
    stolen = Browser("198.51.100.1")
    stolen.client.cookies[name] = value
    assert stolen.sign_in(OFFICER).status_code == 429
    known = Browser()
    known.sign_in(OTHER)
    own_name, _ = device_of(known)
    stolen.client.cookies[own_name.replace(own_name, _name_for(OFFICER))] = value
    assert stolen.sign_in(OFFICER).status_code == 429


def _name_for(email: str) -> str:
    from lontar.members.signing_in.devices import _name

    return _name(email)


@pytest.mark.parametrize(
    "change", [lambda v: v[:-2] + "aa", lambda v: "", lambda v: v.replace(":", "."), lambda v: "x" * 4000]
)
def test_a_forged_cookie_is_no_cookie(portal: Portal, change: object) -> None:
    known = Browser()
    known.sign_in()
    name, value = device_of(known)
    spend()
    forged = Browser("198.51.100.1")
    forged.client.cookies[name] = change(value)  # type: ignore[operator]
    assert forged.sign_in().status_code == 429


def test_a_known_device_cannot_guess_on_and_on(portal: Portal) -> None:
    known = Browser()
    known.sign_in()
    known.post("/account/logout/")
    told = [known.sign_in(password=f"guess {number}").status_code for number in range(12)]
    assert told == [200] * 10 + [429] * 2
    assert known.sign_in().status_code == 429
    assert Browser("198.51.100.1").sign_in().status_code == 302  # others have their own budget


def test_a_device_stays_known_by_the_same_name_and_for_half_a_year(portal: Portal) -> None:
    browser = Browser()
    first = browser.sign_in()
    name, value = device_of(browser)
    assert first.cookies[name]["max-age"] == 180 * 24 * 60 * 60
    assert (first.cookies[name]["httponly"], first.cookies[name]["samesite"]) == (True, "Lax")
    assert OFFICER not in value
    from django.core import signing

    browser.post("/account/logout/")
    browser.sign_in()
    assert signing.loads(device_of(browser)[1], salt="lontar.device") == signing.loads(
        value, salt="lontar.device"
    )


def test_a_device_is_known_only_after_the_second_factor(portal: Portal) -> None:
    portal.sql(
        "insert into mfa_authenticator (type, data, user_id, created_at)"
        " select 'totp', '{\"secret\": \"1:AAAA\"}', id, now() from members_person where email = %s",
        OFFICER,
    )
    browser = Browser()
    assert browser.sign_in()["Location"] == "/account/2fa/authenticate/"
    assert not [name for name in browser.client.cookies if name.startswith(DEVICE)]


def test_signing_in_rightly_spends_nothing(portal: Portal) -> None:
    for _ in range(12):
        assert Browser().sign_in().status_code == 302


def test_tries_that_arrive_together_are_each_counted(portal: Portal) -> None:
    from django.db import connections

    from lontar.members.signing_in.budgets import PASSWORD as BUDGET
    from lontar.members.signing_in.budgets import take

    def one_try(number: int) -> int:
        try:
            return take(BUDGET, "address together@lontar.example").wait
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as threads:
        waits = list(threads.map(one_try, range(64)))
    assert waits.count(0) == 10


def test_a_budget_is_whole_again_after_its_while(portal: Portal) -> None:
    from lontar.members.signing_in.budgets import Budget, take

    budget = (Budget("test", 2, 600),)
    assert [take(budget, "it").wait > 0 for _ in range(3)] == [False, False, True]
    assert take(budget, "something else").wait == 0
    portal.sql("update gate_cache set expires = now() - interval '1 second'")
    assert [take(budget, "it").wait > 0 for _ in range(3)] == [False, False, True]


def test_what_is_past_is_cleared_away(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from lontar.members.signing_in import budgets

    budgets.take(budgets.NETWORK, "a")
    portal.sql("update gate_cache set expires = now() - interval '1 second'")
    monkeypatch.setattr(budgets._RANDOM, "randrange", lambda most: 0)
    budgets.take(budgets.NETWORK[:1], "b")
    assert portal.sql("select count(*) from gate_cache") == [(1,)]


def test_what_is_counted_names_nobody(portal: Portal) -> None:
    Browser("203.0.113.77").sign_in(password="wrong")
    kept = repr(portal.sql("select * from gate_cache"))
    assert "budget:" in kept
    assert not any(word in kept for word in ("203.0.113.77", OFFICER, "officer"))


def test_guessing_at_the_old_password_is_counted_too(portal: Portal) -> None:
    browser = Browser()
    browser.sign_in()
    new = "a quite different sentence"
    told = []
    for number in range(11):
        portal.sql(
            "delete from gate_cache where cache_key like '%%change_password%%'"
        )  # the library's own, of a minute
        fields = {"oldpassword": f"guess {number}", "password1": new, "password2": new}
        told.append(browser.post("/account/password/change/", fields).status_code)
    assert told == [200] * 10 + [429]
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 429
