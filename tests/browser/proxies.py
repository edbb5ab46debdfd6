"""A reverse proxy as an operator of a real instance has: it speaks TLS to browsers, and says so to the portal behind it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
            threading.Thread(target=_pour, args=(visitor, portal), daemon=True).start()
            _pour(portal, visitor)


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, until no more comes."""
    with contextlib.suppress(OSError, ValueError):
        while more := source.recv(_CHUNK):
            target.sendall(more)


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
