"""How long a page takes to its first byte, as a browser that is signed in asks for it. `python -m benchmarks.pages [--write]`."""

import argparse
import http.client
import http.cookies
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import tell_page

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "benchmarks-pages.md"
HOME = ROOT / "var" / "bench-pages"
RUNS = 40
_HEAD = """# Benchmarks of pages

What `python -m benchmarks.pages` measured, on one machine and in one run of it: milliseconds from sending a request to the first byte of
the answer, over one open connection, one request at a time, after three that do not count. `lontar demo` serves, with its database, on
the same machine. At most 150 ms are asked of the median of each page.
"""
PAGES = (
    ("", ("/", "/account/login/", "/healthz")),
    ("admin.xa", ("/", "/administration/", "/administration/invite/", "/administration/agencies/", "PERSON")),
    ("focal.xa", ("/readers/", "/administration/")),
    (
        "officer.xa",
        (
            "/account/", "/account/tokens/", "/account/acting-for/", "/account/2fa/", "/account/sessions/",
            "/account/password/change/", "/why/00000000-0000-0000-0000-000000000000/",
        ),
    ),
)  # fmt: skip
"""Who asks ('' for nobody), and for what; PERSON is the first person that the administration lists."""


class Asking:
    """One open connection that keeps its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("localhost", port)
        self.cookies = http.cookies.SimpleCookie()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[float, bytes]:
        """Seconds to the first byte, and the page."""
        kept = "; ".join(f"{one.key}={one.coded_value}" for one in self.cookies.values())
        headers = {"Cookie": kept, "Referer": f"http://localhost:{self.port}{path}", "Accept-Language": "en"}
        body = urllib.parse.urlencode(form) if form else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        taken = time.perf_counter() - began
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return taken, answer.read()

    def sign_in(self, person: str) -> None:
        """Sign in to the demonstration."""
        token = re.findall(rb'csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", "/account/login/")[1])[
            -1
        ].decode()
        self.ask("POST", "/account/login/", {
            "csrfmiddlewaretoken": token, "login": f"{person}@lontar.example", "password": "lontar-demo",
        })  # fmt: skip


@contextmanager
def demonstration() -> Iterator[int]:
    """A demonstration that answers on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("lontar"), "demo", "--port", str(port)]
    process = subprocess.Popen(
        command, env={**os.environ, "LONTAR_HOME": str(HOME)}, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the demonstration did not start"
                time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def measured(port: int) -> Iterator[str]:
    """One line of the table for each page."""
    for person, paths in PAGES:
        asking = Asking(port)
        if person:
            asking.sign_in(person)
        for path in paths:
            if path == "PERSON":
                path = re.findall(
                    rb'"(/administration/people/[\w-]+/)"', asking.ask("GET", "/administration/")[1]
                )[0].decode()
            taken = sorted(asking.ask("GET", path)[0] for _ in range(RUNS + 3)[3:])
            size = len(asking.ask("GET", path)[1])
            shown = re.sub(r"[0-9a-f-]{36}", "<id>", path)
            yield (
                f"| {person or 'nobody'} | `{shown}` | {statistics.median(taken) * 1000:.0f} | {taken[int(RUNS * 0.95)] * 1000:.0f}"
                f" | {size / 1000:.1f} |"
            )


def main() -> int:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write docs/reference/benchmarks-pages.md too")
    asked = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    with demonstration() as port:
        rows = list(measured(port))
    head = ["| Who asks | Page | Median, ms | 95 of 100, ms | Page, kB |", "|---|---|---|---|---|"]
    return tell_page(PAGE, _HEAD, [*head, *rows], write=asked.write)


if __name__ == "__main__":
    sys.exit(main())
