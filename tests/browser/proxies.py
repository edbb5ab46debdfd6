"""A reverse proxy as an operator of a real instance has: it speaks TLS to browsers, and says so to the portal behind it."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from tests.browser.certificates import Certificate

_CHUNK = 65536
_LONGEST_HEAD = 65536


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """One connection is one request, since the portal closes each. A connection that asks nothing never reaches the portal."""
        try:
            with self.server.tls.wrap_socket(self.request, server_side=True) as visitor:
                self._pass_on(visitor)
        except OSError:
            return

    def _pass_on(self, visitor: ssl.SSLSocket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            more = visitor.recv(_CHUNK)
            if not more:
                return
            head += more
        first, _, rest = head.partition(b"\r\n")
        told = f"X-Forwarded-Proto: https\r\nX-Forwarded-For: {self.client_address[0]}\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.server.portal)) as portal:
            portal.sendall(first + b"\r\n" + told + rest)
            _pour(visitor, portal, _left(head))
            _pour(portal, visitor)


def _left(start: bytes) -> int:
    """How much of the body of a request is still to come, of which this is the start; browsers say its length, and send no chunks."""
    head, _, body = start.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    return sum(lengths) - len(body)


def _pour(source: socket.socket, target: socket.socket, length: float = inf) -> None:
    """Pass on what comes, until no more comes or that much came. One way after the other: threads may not share a TLS socket."""
    while length > 0 and (more := source.recv(_CHUNK)):
        target.sendall(more)
        length -= len(more)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate.file, certificate.key)
        self.portal = 0


@contextmanager
def proxying(certificate: Certificate) -> Iterator[_Server]:
    """Speak TLS until the end; `portal` of what is given is the port of the portal behind."""
    with _Server(certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
