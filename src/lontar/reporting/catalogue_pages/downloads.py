"""Tables as files to take away: CSV as RFC 4180 has it, in UTF-8."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from hashlib import sha256

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

_FORMULA = re.compile(r"[=@\t\r\n]|[+-][^0-9.,]")


def inert(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_csv(request: HttpRequest, name: str, rows: Iterable[Iterable[str]]) -> HttpResponseBase:
    """Answer with rows as a file of this name; whoever has it already is told so."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([inert(cell) for cell in row] for row in rows)
    body = written.getvalue().encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return get_conditional_response(request, etag, response=answer) or answer
