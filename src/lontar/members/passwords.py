"""What no password may be: one that is known from breaches, or little more than words that stand near its owner.

Both are validators of Django, and hold wherever a password is chosen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lontar.members.names import participant_names
from lontar.members.signing_in.asking import appointments_of

HOUSE_WORDS = (
    "lontar", "password", "portal", "admin", "administrator", "analyst", "auditor", "case worker", "data officer", "officer",
    "focal point", "host operator", "operator", "liaison", "reviewer", "smuggling", "trafficking", "migration", "border",
)  # fmt: skip
"""The name of the system, its roles, and what it is about."""
SHORTEST_WORD = 4
"""Letters of a word that counts as one; shorter ones stand in too many others."""
_KEPT = 5
"""Bytes of a hash that are kept of a password known from breaches."""
_PARTS = re.compile(r"[\W_\d]+")


class KnownFromBreaches:
    """Refuses the passwords of twelve characters or more among the million that were found most often in breaches."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002
        """Raise ValidationError for one of them, in whatever letter case."""
        if is_known(password):
            raise ValidationError(gettext("This password is known from breaches elsewhere. Choose another."))

    def get_help_text(self) -> str:
        """Say it before somebody chooses."""
        return gettext("Not one that is known from breaches elsewhere.")


class WordsNearby:
    """Refuses a password that, without the words near its owner, is not long enough by itself."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for one that lives on the words of the house, of the person, or of their participants."""
        refuse_words(password, (*HOUSE_WORDS, *words_of(user)))

    def get_help_text(self) -> str:
        """Say it before somebody chooses."""
        return str(_WORDS)


_WORDS = _("Not made of your name, your address, your participant or words of this house alone.")


def refuse_words(password: str, words: Iterable[str]) -> None:
    """Raise ValidationError where what is left of a password without these words is too short, or is known from breaches."""
    left = without(password, words)
    if left != password.casefold() and (len(left) < shortest() or is_known(left)):
        raise ValidationError(
            gettext(
                "This password is made of words that stand near you, such as your name, your address, your participant or Lontar."
                " Add others."
            )
        )


def without(password: str, words: Iterable[str]) -> str:
    """Give what is left of a password, in small letters, where the parts of these words are taken out, the longest first."""
    left = password.casefold()
    parts = {part for word in words for part in (word.casefold(), *_PARTS.split(word.casefold()))}
    for part in sorted(parts, key=lambda one: (-len(one), one)):
        if len(part) >= SHORTEST_WORD:
            left = left.replace(part, "")
    return left


def words_of(person: Any) -> tuple[str, ...]:
    """Give the words near a person: the name, the address, and what the participants are called that they act for."""
    if person is None:
        return ()
    participants = appointments_of(person, timezone.now())
    return (person.name, person.email, *(name for one in participants for name in participant_names(one)))


def is_known(password: str) -> bool:
    """Say whether a password is known from breaches, in whatever letter case."""
    known, sought = _known(), hash_of(password)
    found = bisect_left(range(len(known) // _KEPT), sought, key=lambda n: known[n * _KEPT : (n + 1) * _KEPT])
    return known[found * _KEPT : (found + 1) * _KEPT] == sought


def packed(passwords: Iterable[str]) -> bytes:
    """Give what is kept of passwords that are known from breaches: the beginnings of their hashes, in order."""
    return b"".join(sorted({hash_of(one) for one in passwords if len(one) >= 12}))


def hash_of(password: str) -> bytes:
    """Give what is kept of one password."""
    return sha256(password.lower().encode()).digest()[:_KEPT]


def shortest() -> int:
    """Give how long a password is at least, on this instance."""
    lengths = [
        one.min_length for one in get_default_password_validators() if isinstance(one, MinimumLengthValidator)
    ]
    return max(lengths)


@cache
def _known() -> bytes:
    return (files("lontar.members") / "known_passwords.bin").read_bytes()
