"""Instances that are served by processes of their own, and plain requests to them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

LONTAR = Path(sys.executable).with_name("lontar")
ADDRESS = "https://lontar.example"
BEHIND_A_PROXY = {"LONTAR_ADDRESS": ADDRESS, "LONTAR_PROXY": "1"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LONTAR_", "DJANGO_"))}
    return {**kept, "LONTAR_HOME": str(home), **(more or {})}


def lontar(
    home: Path, *words: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [LONTAR, *words],
        env=environment(home, more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class Served:
    """A served instance: its process, and the file that takes what it says."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, said: Path) -> None:
        self.process, self.port, self.said = process, port, said

    @property
    def log(self) -> str:
        return self.said.read_text("utf-8")

    def children(self) -> set[int]:
        """All processes that it started, and that those started."""
        found, looked = set(), {self.process.pid}
        while looked:
            told = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", ",".join(map(str, looked))],
                capture_output=True,
                text=True,
                check=False,
            )
            looked = {int(line) for line in told.stdout.split()} - found
            found |= looked
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def served(home: Path, *words: str, more: Mapping[str, str] | None = None) -> Iterator[Served]:
    """An instance that `lontar serve` or `lontar demo` serves, once it is ready."""
    port, said = free_port(), home.with_name(f"{home.name}.log")
    with said.open("wb") as log:
        process = subprocess.Popen(
            [LONTAR, *words, "--port", str(port)], env=environment(home, more), stdout=log, stderr=log
        )
    running = Served(process, port, said)
    try:
        deadline = time.monotonic() + 90
        while "answers on" not in running.log and "is ready: http" not in running.log:
            assert process.poll() is None, running.log
            assert time.monotonic() < deadline, running.log
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def are_gone(processes: set[int], seconds: float = 15) -> bool:
    """Whether none of these processes is there any longer, after a while at most."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{one}").exists() for one in processes):
            return True
        time.sleep(0.1)
    return False


class Visitor:
    """Sends plain requests as a reverse proxy passes them on, and keeps cookies."""

    def __init__(self, port: int, host: str = "lontar.example", **headers: str) -> None:
        self.port, self.origin = port, ADDRESS
        self.headers = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", **headers}
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> Any:
        """Give the answer, read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = dict(self.headers)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"{self.origin}/",
                "Origin": self.origin,
            }
        connection.request(method, path, body, headers)
        answer: Any = connection.getresponse()
        answer.text = answer.read().decode()
        for told in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(told).items()}
        connection.close()
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> Any:
        """Send a form, with the token of the page on which it stands."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).text)
        assert token
        return self.ask("POST", path, fields | {"csrfmiddlewaretoken": token[1]})
