"""Whether the process answers (/healthz) and whether it can serve (/readyz): for probes, which know neither the address nor TLS."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lontar.model.errors import LontarError
from lontar.web.fingerprint import refuse_another_version

ALIVE, READY = "/healthz", "/readyz"


class Health:
    """Answers the two addresses before anything else is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == ALIVE:
            return _plain("ok", 200)
        if request.path_info == READY:
            return _ready()
        return self.get_response(request)


def _ready() -> HttpResponse:
    """Whether the database answers and is as this version needs it; why not is said to the log of whoever starts it."""
    try:
        refuse_another_version(settings.HOME)  # type: ignore[misc]
    except LontarError as error:
        return _plain(f"not ready: {error.code}", 503)
    return _plain("ok", 200)


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
