"""The log holds no values: neither of requests, nor of what libraries say, nor of exceptions."""

import logging
import sys
from types import SimpleNamespace
from typing import Any

from lontar.web.log import WithoutPeople

HIDDEN = "somebody@ministry.example"


def line(name: str = "django.request", message: str = "%s", *values: object, **more: Any) -> str:
    record = logging.LogRecord(
        name, logging.ERROR, "/x/handlers.py", 17, message, values, more.pop("exc_info", None)
    )
    for key, value in more.items():
        setattr(record, key, value)
    return WithoutPeople().format(record)


def request(route: str | None) -> SimpleNamespace:
    match = None if route is None else SimpleNamespace(route=route)
    return SimpleNamespace(method="GET", path=f"/account/invitation/{HIDDEN}/", resolver_match=match)


def test_a_grant_is_told_by_its_route() -> None:
    told = line(
        "django.request",
        "Not Found: %s",
        HIDDEN,
        request=request("account/invitation/<str:secret>/"),
        status_code=404,
    )
    assert told.endswith("error django.request GET /account/invitation/<str:secret>/ 404")
    assert line("django.request", "x %s", HIDDEN, request=request(None), status_code=400).endswith(
        "GET /- 400"
    )


def test_what_a_library_says_is_told_by_its_place() -> None:
    assert line("django.security.DisallowedHost", f"Invalid HTTP_HOST header: {HIDDEN}").endswith(
        "handlers:17"
    )
    assert HIDDEN not in line("gunicorn.error", "Error handling request %s", f"/?email={HIDDEN}")


def test_what_we_say_is_written() -> None:
    assert line("lontar.signing_in", "signing in through %s failed", "xa").endswith(
        "lontar.signing_in signing in through xa failed"
    )
    assert "lontarish:" not in line("lontarish", HIDDEN)
    assert HIDDEN not in line("lontarish", HIDDEN)


def test_an_exception_is_told_by_its_kind_and_place() -> None:
    try:
        int(HIDDEN)
    except ValueError:
        told = line(message="at fault", exc_info=sys.exc_info())
    assert HIDDEN not in told
    assert "ValueError at test_an_exception_is_told_by_its_kind_and_place" in told
    assert len(told.splitlines()) == 1
