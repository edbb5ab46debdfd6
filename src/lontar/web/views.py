"""The front page, the home page, and what is answered where there is nothing, or where something went wrong."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from lontar.members.signing_in import acting_in, reader_of
from lontar.members.waiting import waiting
from lontar.reporting import waiting as of_reporting


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for whoever is signed in; what Lontar is for everybody else."""
    if reader_of(request) is None:
        return render(request, "web/front.html")
    with acting_in(request) as acting:
        waits, count = waiting(acting)
        sent = of_reporting.waiting(acting)
    return render(request, "web/home.html", {"waiting": [*sent, *waits], "people_count": count})


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that there is nothing here for the reader, alike for what is absent and what is forbidden."""
    return render(request, "web/nothing_here.html", status=HTTPStatus.NOT_FOUND)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that a request was not understood."""
    return render(request, "web/not_understood.html", status=HTTPStatus.BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that this cannot be done now."""
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say that a form was not sent from our own page, or is too old."""
    return render(request, "web/form_expired.html", status=HTTPStatus.FORBIDDEN)


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that too much was tried, and when to come back."""
    wait = int(getattr(request, "seconds_to_wait", 60))
    told: dict[str, Any] = {"minutes": max(1, ceil(wait / 60))}
    return render(request, "web/too_many.html", told, status=HTTPStatus.TOO_MANY_REQUESTS)


def at_fault(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that Lontar is at fault: a page that asks nothing of anything that may be broken."""
    html = render_to_string("500.html", {"LANGUAGE_CODE": settings.LANGUAGE_CODE})
    return HttpResponse(html, status=HTTPStatus.INTERNAL_SERVER_ERROR)
