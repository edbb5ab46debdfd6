"""Issuers of OpenID Connect as processes of their own on this machine, and browsers that go to them and come back."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.portal import Browser, Portal, text_of

CLIENT = "lontar"
NOTHING = "There is nothing here for you."


class Provider:
    """One running provider."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def knows(self, sub: str, **claims: Any) -> None:
        """Let it know somebody, and what it says of them."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def sign_in(self, address: str, sub: str) -> str:
        """Sign somebody in at the address to which the portal sent a browser, and give where it is sent back to."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that anybody may use as a client."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Provider(_answering(port, process))
    finally:
        process.terminate()
        process.wait()


def _answering(port: int, process: subprocess.Popen[bytes]) -> int:
    for _ in range(300):
        assert process.poll() is None
        try:
            requests.get(f"http://127.0.0.1:{port}/jwks", timeout=5).raise_for_status()
            return port
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the provider does not answer")


def enter(
    portal: Portal, provider: Provider, slug: str, participant: str, *, second_factor: bool = False
) -> str:
    """Enter a provider as issuer of a participant, as `lontar issuer add` does, and give the id."""
    from lontar.members.signing_in.factors import encrypt
    from lontar.members.signing_in.issuers import place_of_secret

    identity = uuid.uuid4()
    portal.sql(
        "insert into members_issuer (id, slug, url, client_id, secret, sign_in_origin, participant_id, second_factor)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        identity, slug, provider.url, CLIENT, encrypt("hush", place_of_secret(identity)), provider.url, participant, second_factor,
    )  # fmt: skip
    return str(identity)


def go(browser: Browser, slug: str, **query: str) -> str:
    """Press the button of an issuer, and give the address to which the browser is sent."""
    answer = browser.client.post(f"/account/oidc/{slug}/login/", query_params=query)
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(browser: Browser, address: str) -> Any:
    """Follow where the issuer sends the browser."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("http", "localhost"), address
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in_through(browser: Browser, provider: Provider, slug: str, sub: str) -> Any:
    """The whole way there and back."""
    return come_back(browser, provider.sign_in(go(browser, slug), sub))


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def is_refused(browser: Browser, answer: Any) -> bool:
    """Whether a browser is back where one signs in, hears that there is nothing, and left no trace."""
    assert answer.status_code == 302
    said = text_of(browser.get(answer["Location"]))
    return answer["Location"] == "/account/login/" and NOTHING in said and not browser.is_signed_in
