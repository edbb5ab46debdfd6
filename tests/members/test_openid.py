"""What passes between here and an issuer: nothing can be slipped in, taken twice, or signed by somebody else."""

import base64
import json
from hashlib import sha256
from typing import Any

import pytest

from tests.members.providers import (
    Provider,
    come_back,
    go,
    query_of,
    sign_in_through,
)
from tests.portal import OFFICER, Browser, Portal


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
