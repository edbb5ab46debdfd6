"""What every page knows: who reads it and for whom, of which kind the instance is, and the languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi, get_language_info

from lontar.members.names import participant_name
from lontar.members.signing_in.accounts import name_of
from lontar.members.signing_in.asking import Reader, reader_of, waives_second_factor


def about_the_reader(request: HttpRequest) -> dict[str, Any]:
    """Give what the frame of every page shows; who reads is looked up when it is asked for."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "reader": SimpleLazyObject(lambda: _as_shown(reader_of(request))) if _is_signed_in(request) else None,
        "sends_mail": settings.SENDS_MAIL,
        "instance_kind": settings.KIND,
        "languages": [
            {"code": code, "name": get_language_info(code)["name_local"], "is_current": code == language}
            for code, _ in settings.LANGUAGES
        ],
        "LANGUAGE_CODE": language,
        "is_rtl": get_language_bidi(),
    }


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is; errors may be shown before anybody was looked for."""
    return hasattr(request, "user") and request.user.is_authenticated


def _as_shown(reader: Reader | None) -> dict[str, Any] | None:
    if reader is None:
        return None
    return {
        "name": name_of(reader.person),
        "email": reader.person.email,
        "participant": reader.participant,
        "participant_name": participant_name(reader.participant) if reader.participant else "",
        "roles": list(reader.roles),
        "others": [
            {"id": one, "name": participant_name(one)}
            for one in reader.appointments
            if one != reader.participant
        ],
        "is_administrator": "administrator" in reader.roles,
        "sends": not {"data_officer", "focal_point"}.isdisjoint(reader.roles),
        "is_focal_point": "focal_point" in reader.roles,
        "waived": waives_second_factor(),
    }
