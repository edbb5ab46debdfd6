"""A reverse proxy as an operator of a real instance has: it speaks TLS to browsers, and says so to the portal behind it."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.browser.certificates import Certificate

_CHUNK = 65536


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """One connection is one request: the portal is told to close each. One that asks nothing never reaches the portal."""
        try:
            with self.server.tls.wrap_socket(self.request, server_side=True) as visitor:
                self._pass_on(visitor)
        except OSError:
            return

    def _pass_on(self, visitor: ssl.SSLSocket) -> None:
        """Read the request whole and then write the answer: a connection that speaks TLS is not used by two threads at once."""
        head, _, body = self._until(visitor, b"", lambda read: b"\r\n\r\n" in read).partition(b"\r\n\r\n")
        if not head:
            return
        told = re.search(rb"^content-length:\s*(\d+)", head, re.IGNORECASE | re.MULTILINE)
        length = int(told[1]) if told else 0
        body = self._until(visitor, body, lambda read: len(read) >= length)
        head = re.sub(rb"\r\nconnection:[^\r]*", b"", head, flags=re.IGNORECASE)
        from_here = (
            "\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n"
            f"X-Forwarded-For: {self.client_address[0]}\r\n\r\n"
        ).encode()
        with socket.create_connection(("127.0.0.1", self.server.portal)) as portal:
            portal.sendall(head + from_here + body)
            while more := portal.recv(_CHUNK):
                visitor.sendall(more)

    def _until(self, visitor: ssl.SSLSocket, read: bytes, is_enough: Callable[[bytes], bool]) -> bytes:
        """Read on until it is enough; nothing where no more comes."""
        while not is_enough(read):
            more = visitor.recv(_CHUNK)
            if not more:
                return b""
            read += more
        return read


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
