"""Letters that the portal sends, taken by a server of the tests: as much of SMTP (RFC 5321) as a client without secrets needs."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import NamedTuple

_WAIT = 10.0


class Letter(NamedTuple):
    """A letter: to whom, about what, and its text."""

    to: str
    subject: str
    text: str


class Postbox:
    """Where letters arrive."""

    def __init__(self, port: int) -> None:
        self.url = f"smtp://localhost:{port}"
        self.letters: list[Letter] = []

    def letter_to(self, address: str) -> Letter:
        """The newest letter to an address, waited for. Raises AssertionError where none comes."""
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            found = [letter for letter in self.letters if letter.to == address]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no letter came to {address}, but to {[letter.to for letter in self.letters]}")


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 localhost")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.take(self._text())
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 localhost")

    def _text(self) -> bytes:
        """The letter until the line that is a point; a point before a line that begins with one is taken away."""
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.postbox = Postbox(self.server_address[1])

    def take(self, raw: bytes) -> None:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        text = body.get_content().replace("\r\n", "\n") if body else ""
        for one in str(message["To"]).split(","):
            self.postbox.letters.append(Letter(one.strip(), str(message["Subject"]), text))


@contextmanager
def taking() -> Iterator[Postbox]:
    """Take letters until the end."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.postbox
        finally:
            server.shutdown()
            thread.join()
