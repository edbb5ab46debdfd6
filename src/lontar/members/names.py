"""What participants, topics and rules are called, out of the catalogue; read once a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.utils.translation import get_language

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.policy.language import Rule
from lontar.sharing.deciding import Policy

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def participant_name(participant: str) -> str:
    """Give the name of a participant in the reader's language, else in English, else its id."""
    return _in_language(_participants().get(participant, {}), participant)


def participant_names(participant: str) -> tuple[str, ...]:
    """Give what a participant is called in all languages."""
    return tuple(_participants().get(participant, {}).values())


def topic_title(topic: str) -> str:
    """Give the title of a topic in the reader's language, else in English, else its id."""
    return _in_language(_topics().get(topic, {}), topic)


def topic_ids() -> tuple[str, ...]:
    """Give the ids of all topics."""
    return tuple(_topics())


@cache
def policy() -> Policy:
    """Give the rules of sharing."""
    return Policy(_rules().values())


def rule(identity: str) -> Rule | None:
    """Give a rule by its id, or None where there is none."""
    return _rules().get(identity)


def digits(value: object) -> str:
    """Give a number, or a text that holds one, in the digits of the reader's language. Not for codes, which are the same everywhere."""
    text = str(value)
    return text.translate(_PERSIAN_DIGITS) if get_language() == "fa" else text


def _in_language(labels: Mapping[str, str], identity: str) -> str:
    return labels.get(get_language() or "en") or labels.get("en") or identity


@cache
def _participants() -> Mapping[str, Mapping[str, str]]:
    return {one.id: one.labels for one in open_catalogue().participants()}


@cache
def _topics() -> Mapping[str, Mapping[str, str]]:
    return {one.id: {"en": one.title, **one.labels} for one in open_catalogue().topics()}


@cache
def _rules() -> Mapping[str, Rule]:
    return {one.id: one for one in read_rules(open_catalogue().root)}
