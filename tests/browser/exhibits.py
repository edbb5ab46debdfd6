"""Small pages with one thing wrong in each, served on this machine: what shows that the tests of pages can fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

STRICT = "default-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
SOUND = """
<a class="skip" href="#main">Skip to the content</a>
<nav aria-label="Lontar"><a href="/">First page</a></nav>
<main id="main" tabindex="-1"><h1>A sound page</h1><p>With words.</p><form><label>Name <input name="name"></label>
<fieldset><legend>Grain</legend><label><input type="radio" name="grain" value="a" checked> total</label>
<label><input type="radio" name="grain" value="b"> figure</label></fieldset><button type="button">Go on</button></form></main>
"""
"""A page in which nothing is wrong."""
LOOKS = ".skip { position: absolute; left: -999px } .skip:focus { left: 0 } :focus-visible { outline: 3px solid black }"


@dataclass(frozen=True)
class Exhibition:
    """Where the exhibits are shown."""

    url: str
    log: Path
    shown: dict[str, tuple[int, str, str, str]] = field(default_factory=dict)

    def show(
        self, body: str, *, path: str = "/", head: str = '<link rel="stylesheet" href="/looks.css">', root: str = 'lang="en" dir="ltr"',
        status: int = 200, policy: str = STRICT,
    ) -> str:  # fmt: skip
        """Show a page with this body at a path, and give the path."""
        html = f"<!DOCTYPE html><html {root}><head><title>Exhibit</title><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
        self.shown[path] = (status, "text/html; charset=utf-8", policy, html)
        return path

    def serve(self, path: str, content_type: str, text: str) -> None:
        """Show a file of another kind."""
        self.shown[path] = (200, content_type, STRICT, text)


@contextmanager
def exhibiting(log: Path) -> Iterator[Exhibition]:
    """Serve exhibits until the end."""
    log.touch()
    shown: dict[str, tuple[int, str, str, str]] = {}

    class Guard(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, content_type, policy, text = shown.get(
                urlsplit(self.path).path, (404, "text/plain", STRICT, "no")
            )
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Guard)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        exhibition = Exhibition(f"http://localhost:{server.server_port}", log, shown)
        exhibition.serve("/looks.css", "text/css", LOOKS)
        yield exhibition
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
