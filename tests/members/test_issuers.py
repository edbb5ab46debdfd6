"""Signing in through an issuer: for its participant alone, whatever it says, and for nobody who was not invited."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Instance
from tests.members.passkeys import Key, add_key, sign_in_by_key
from tests.members.providers import (
    Provider,
    come_back,
    enter,
    go,
    query_of,
    running_provider,
    sign_in_through,
)
from tests.portal import ADMIN, OFFICER, OTHER, PASSWORD, Browser, Portal, code_of, text_of

NOTHING = "There is nothing here for you."


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def second() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def entered(portal: Portal, provider: Provider) -> Portal:
    enter(portal, provider, "xa-login", "XA")
    return portal


def is_refused(browser: Browser, answer: Any) -> bool:
    """Whether a browser is back where one signs in, hears that there is nothing, and left no trace."""
    assert answer.status_code == 302
    said = text_of(browser.get(answer["Location"]))
    return answer["Location"] == "/account/login/" and NOTHING in said and not browser.is_signed_in


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


def test_state_nonce_and_pkce_are_sent_and_nothing_can_be_slipped_in(
    entered: Portal, provider: Provider
) -> None:
    browser = Browser()
    asked = query_of(
        go(
            browser,
            "xa-login",
            auth_params="redirect_uri=https://evil.example&nonce=known",
            scope="admin",
            process="connect",
        )
    )
    assert asked["response_type"] == "code"
    assert sorted(asked["scope"].split()) == ["email", "openid"]
    assert asked["redirect_uri"] == "http://localhost/account/oidc/xa-login/login/callback/"
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) >= 32
    ((kept, _, _),) = browser.session["socialaccount_states"].values()
    verifier = kept["pkce_code_verifier"]
    digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", digest)
    assert (kept["nonce"], kept["process"]) == (asked["nonce"], "login")


def test_the_verifier_is_given_when_the_code_is_redeemed(
    entered: Portal, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    sent: list[dict[str, Any]] = []
    real = requests.Session.request

    def noted(self: Any, method: str, url: str, **more: Any) -> Any:
        sent.append(more.get("data") or {})
        return real(self, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", noted)
    provider.knows("pkce", email=OFFICER, email_verified=True)
    browser = Browser()
    address = go(browser, "xa-login")
    ((kept, _, _),) = browser.session["socialaccount_states"].values()
    back = provider.sign_in(address, "pkce")
    sent.clear()
    come_back(browser, back)
    assert kept["pkce_code_verifier"] in [data.get("code_verifier") for data in sent]


@pytest.mark.parametrize("state", ["", "x" * 16, None])
def test_an_answer_that_nobody_asked_for_is_not_taken(
    entered: Portal, provider: Provider, state: str | None
) -> None:
    provider.knows("unasked", email=OFFICER, email_verified=True)
    browser = Browser()
    back = provider.sign_in(go(browser, "xa-login"), "unasked")
    code = query_of(back)["code"]
    forged = f"/account/oidc/xa-login/login/callback/?code={code}" + (
        "" if state is None else f"&state={state}"
    )
    assert browser.get(forged)["Location"] == "/account/login/"
    assert not browser.is_signed_in


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(entered: Portal, provider: Provider) -> None:
    provider.knows("once", email=OFFICER, email_verified=True)
    victim, attacker = Browser(), Browser()
    back = provider.sign_in(go(attacker, "xa-login"), "once")
    come_back(victim, back)
    assert not victim.is_signed_in
    come_back(attacker, back)
    assert attacker.is_signed_in
    attacker.post("/account/logout/")
    come_back(attacker, back)
    assert not attacker.is_signed_in


def test_a_code_of_another_sign_in_is_not_taken(entered: Portal, provider: Provider) -> None:
    """The code belongs to another nonce: somebody put it into this browser's answer."""
    provider.knows("injected", email=OFFICER, email_verified=True)
    thief, other = Browser(), Browser()
    stolen = query_of(provider.sign_in(go(other, "xa-login"), "injected"))["code"]
    own = query_of(go(thief, "xa-login"))["state"]
    answer = thief.get(f"/account/oidc/xa-login/login/callback/?code={stolen}&state={own}")
    assert answer["Location"] == "/account/login/"
    assert not thief.is_signed_in


def test_an_answer_in_another_issuer_s_name_is_not_taken(entered: Portal, provider: Provider) -> None:
    provider.knows("mixed", email=OFFICER, email_verified=True)
    browser = Browser()
    back = provider.sign_in(go(browser, "xa-login"), "mixed")
    come_back(browser, f"{back}&iss=https://another.example")
    assert not browser.is_signed_in


def changed_token(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Change the identity token on its way from the provider."""
    from allauth.socialaccount.providers.oauth2.client import OAuth2Client

    real = OAuth2Client.get_access_token

    def changed(self: Any, *values: Any, **named: Any) -> Any:
        answer = real(self, *values, **named)
        return answer | {"id_token": change(answer["id_token"])}

    monkeypatch.setattr(OAuth2Client, "get_access_token", changed)


def part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def signed_by_somebody(token: str) -> str:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa

    return jwt.encode(claims_of(token), rsa.generate_private_key(65537, 2048), "RS256")


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: "a.b.c",
        lambda token: f"{part({'alg': 'none'})}.{token.split('.')[1]}.",
        lambda token: ".".join([token.split(".")[0], part(claims_of(token) | {"sub": "somebody"}), token.split(".")[2]]),
        signed_by_somebody,
    ],
    ids=["none", "no token", "unsigned", "changed", "another's key"],
)  # fmt: skip
def test_a_token_that_is_not_the_issuer_s_is_not_taken(
    entered: Portal, provider: Provider, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:  # fmt: skip
    changed_token(monkeypatch, change)
    provider.knows("token", email=OFFICER, email_verified=True)
    browser = Browser()
    assert sign_in_through(browser, provider, "xa-login", "token")["Location"] == "/account/login/"
    assert not browser.is_signed_in


def test_a_token_signed_by_a_secret_that_others_know_is_not_taken(
    entered: Portal, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """An issuer's published keys hold a symmetric one: whoever reads them could sign."""
    import jwt

    known = jwt.PyJWK(
        {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 64).decode().rstrip("="), "alg": "HS256"}
    )
    monkeypatch.setattr(jwt.PyJWKSet, "from_dict", lambda _: type("Set", (), {"keys": [known]}))
    changed_token(monkeypatch, lambda token: jwt.encode(claims_of(token), b"k" * 64, "HS256"))
    provider.knows("symmetric", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "symmetric")
    assert not browser.is_signed_in


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        ({}, True),
        ({"aud": "another client"}, False),
        ({"aud": ["another client"]}, False),
        ({"aud": ["lontar", "another client"], "azp": "another client"}, False),
        ({"iss": "https://another.example"}, False),
        ({"nonce": "of another sign-in"}, False),
        ({"exp": 1}, False),
        ({"aud": None}, False),
        ({"nonce": None}, False),
    ],
    ids=str,
)
def test_a_token_for_somebody_else_is_not_taken(
    entered: Portal, provider: Provider, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], is_taken: bool
) -> None:  # fmt: skip
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa

    from lontar.members.signing_in.openid import IssuerEndpoint

    key = rsa.generate_private_key(65537, 2048)
    monkeypatch.setattr(IssuerEndpoint, "_key", lambda *_: (key.public_key(), "RS256"))
    changed_token(
        monkeypatch,
        lambda token: jwt.encode(
            {name: told for name, told in (claims_of(token) | change).items() if told is not None},
            key,
            "RS256",
        ),
    )
    provider.knows("audience", email=OFFICER, email_verified=True)
    browser = Browser()
    sign_in_through(browser, provider, "xa-login", "audience")
    assert browser.is_signed_in is is_taken


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


def lontar(home: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lontar")
    return subprocess.run(
        [program, *words], env={**os.environ, "LONTAR_HOME": str(home)}, input=given, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_the_operator_adds_lists_and_removes(instance: Instance, provider: Provider) -> None:
    home = instance.home.folder
    words = (
        "issuer",
        "add",
        "xa-login",
        "--url",
        provider.url,
        "--client-id",
        "lontar",
        "--participant",
        "XA",
        "--second-factor",
    )
    added = lontar(home, *words, given="hush-hush\n")
    assert (added.returncode, added.stderr) == (0, "")
    try:
        listed = lontar(home, "issuer", "list", "--json")
        assert json.loads(listed.stdout) == [
            {
                "slug": "xa-login",
                "url": provider.url,
                "client_id": "lontar",
                "participant": "XA",
                "second_factor": True,
            }
        ]
        assert "believed" in lontar(home, "issuer", "list").stdout
        assert lontar(home, *words[:-1], given="other\n").returncode == 0
        with instance.cluster.access("lontar_owner").connect() as owner:
            ((secret, origin, believed),) = owner.execute(
                "select secret, sign_in_origin, second_factor from members_issuer"
            ).fetchall()
        assert "other" not in str(secret)
        assert (origin, believed) == (provider.url, False)
    finally:
        removed = lontar(home, "issuer", "remove", "xa-login")
    assert removed.returncode == 0
    assert "no issuers" in lontar(home, "issuer", "list").stdout
    again = lontar(home, "issuer", "remove", "xa-login")
    assert (again.returncode, "INS-034" in again.stderr) == (1, True)


def test_for_a_participant_that_is_not_there_none_is_added(instance: Instance, provider: Provider) -> None:
    words = (
        "issuer",
        "add",
        "xa-login",
        "--url",
        provider.url,
        "--client-id",
        "lontar",
        "--participant",
        "XX",
    )
    answer = lontar(instance.home.folder, *words, given="hush\n")
    assert (answer.returncode, "INS-033" in answer.stderr, len(answer.stderr.splitlines())) == (2, True, 1)


def test_what_is_no_issuer_is_not_believed_to_be_one(portal: Portal, provider: Provider) -> None:
    from django.test import override_settings

    from lontar.members.signing_in.issuing import add_issuer, sign_in_origin
    from lontar.model.errors import CatalogueProblem, Unavailable

    assert sign_in_origin(provider.url) == provider.url
    with pytest.raises(CatalogueProblem, match="INS-033"):
        sign_in_origin(f"{provider.url}/")
    with pytest.raises(Unavailable, match="INS-035"):
        sign_in_origin("http://127.0.0.1:9")
    with override_settings(IS_REAL=True), pytest.raises(CatalogueProblem, match="TLS"):
        sign_in_origin(provider.url)
    for slug, client, secret in (("a b", "c", "s"), ("a", "", "s"), ("a", "c", ""), ("../x", "c", "s")):
        with pytest.raises(CatalogueProblem, match="INS-033"):
            add_issuer(slug, provider.url, client, "XA", False, secret)


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
