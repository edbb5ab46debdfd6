"""An issuer of OpenID Connect, as a process of its own on this machine: with the users and the claims that a test gives it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.error import URLError

from playwright.sync_api import Page

_PATIENCE = 20.0


class Provider(NamedTuple):
    """An issuer that answers at `url`."""

    url: str

    def tell(self, user: str, claims: Mapping[str, Any]) -> None:
        """Let a user have these claims from now on."""
        body = json.dumps(dict(claims)).encode()
        asked = urllib.request.Request(
            f"{self.url}/users/{user}", body, {"Content-Type": "application/json"}, method="PUT"
        )
        urllib.request.urlopen(asked, timeout=_PATIENCE).close()

    def let_in(self, page: Page, user: str) -> None:
        """On the issuer's own page, go on as one of its users."""
        page.locator("input[name=sub]").fill(user)
        page.get_by_role("button", name="Authorize").click()

    def turn_away(self, page: Page) -> None:
        """On the issuer's own page, refuse."""
        page.get_by_role("button", name="Deny").click()


@contextmanager
def providing(users: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    """Run an issuer with these users (name -> claims: email, email_verified, amr and whatever else) until the end."""
    port = _free_port()
    told = [f"--user-claims={json.dumps({'sub': user, **claims})}" for user, claims in users.items()]
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    process = subprocess.Popen([*command, *told], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        provider = Provider(f"http://localhost:{port}")
        _wait(process, provider)
        yield provider
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], provider: Provider) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            urllib.request.urlopen(
                f"{provider.url}/.well-known/openid-configuration", timeout=_PATIENCE
            ).close()
            return
        except (URLError, OSError):
            assert process.poll() is None, "the issuer ended"
            assert time.monotonic() < deadline, "the issuer does not answer"
            time.sleep(0.1)
