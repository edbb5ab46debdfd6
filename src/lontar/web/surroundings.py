"""What the process is told by its environment: the address, the proxy before it, and who takes its mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from lontar.instance.home import Kind
from lontar.model.errors import Unavailable

LOOPBACK = ["localhost", "127.0.0.1"]
NOWHERE = "https://localhost"
"""The address of a real instance that was not told its own: nobody reaches it from outside."""


class Address(NamedTuple):
    """Where people reach the instance: scheme and host, with the port where it is not the usual one."""

    origin: str
    host: str


class Mail(NamedTuple):
    """Who takes the instance's mail; `host` is '' where nobody does, and it goes nowhere."""

    host: str = ""
    port: int = 587
    user: str = ""
    secret: str = ""
    starts_tls: bool = True
    is_tls: bool = False


def public_address(kind: Kind, environment: Mapping[str, str]) -> Address:
    """Give the address that LONTAR_ADDRESS names (https://host); a demonstration is on this machine alone.

    Raises Unavailable for what is no such address.
    """
    if kind == "demo":
        return Address("", "localhost")
    told = environment.get("LONTAR_ADDRESS") or NOWHERE
    parts = _parts("LONTAR_ADDRESS", told, "Give https://host, without a path.")
    if parts.scheme != "https" or parts.path not in {"", "/"} or parts.query or parts.username:
        raise Unavailable(
            "INS-027",
            "LONTAR_ADDRESS",
            "this is no address of the portal.",
            "Give https://host, without a path.",
        )
    return Address(f"https://{parts.netloc}", str(parts.hostname))


def proxies(environment: Mapping[str, str]) -> int:
    """Give how many reverse proxies stand before the process (LONTAR_PROXY); 0 believes no header. Raises Unavailable for no number."""
    told = environment.get("LONTAR_PROXY") or "0"
    if not (told.isascii() and told.isdecimal() and len(told) == 1):
        raise Unavailable(
            "INS-027",
            "LONTAR_PROXY",
            "this is no number of proxies.",
            "Give how many reverse proxies stand before Lontar, mostly 1.",
        )
    return int(told)


def mail(environment: Mapping[str, str]) -> Mail:
    """Give who takes the mail: LONTAR_SMTP_URL is smtp+tls://user:secret@host:587, smtps:// or smtp://. Raises Unavailable for another."""
    told = environment.get("LONTAR_SMTP_URL")
    if not told:
        return Mail()
    remedy = "Give smtp+tls://user:secret@host:587."
    parts = _parts("LONTAR_SMTP_URL", told, remedy)
    ports = {"smtp+tls": 587, "smtps": 465, "smtp": 25}
    if parts.scheme not in ports:
        raise Unavailable("INS-027", "LONTAR_SMTP_URL", "this is no address of a mail server.", remedy)
    return Mail(
        str(parts.hostname), parts.port or ports[parts.scheme], unquote(parts.username or ""),
        unquote(parts.password or ""), parts.scheme == "smtp+tls", parts.scheme == "smtps",
    )  # fmt: skip


def _parts(name: str, told: str, remedy: str) -> SplitResult:
    """Take an address apart; what it holds is never said, since it may hold a secret."""
    try:
        parts = urlsplit(told)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if not parts.hostname:
        raise Unavailable("INS-027", name, "this is no address.", remedy)
    return parts


def memory(environment: Mapping[str, str]) -> tuple[int, int]:
    """Give how many bytes of opened figures a process keeps (LONTAR_FIGURES_CACHE), and may use for one answer (LONTAR_QUERY_MEMORY).

    Both are told in megabytes. Raises Unavailable for no such number.
    """
    found = []
    for name, usual in (("LONTAR_FIGURES_CACHE", "512"), ("LONTAR_QUERY_MEMORY", "512")):
        told = environment.get(name) or usual
        if not (told.isascii() and told.isdecimal() and 16 <= int(told) <= 2**20):
            said = "this is no number of megabytes between 16 and 1,048,576."
            raise Unavailable("INS-027", name, said, f"Give one such as {usual}.")
        found.append(int(told) * 2**20)
    return found[0], found[1]
