"""A right on one thing acts on no other, and what is forbidden is answered as what is absent (tests/web/two_objects.py)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.databases import Copy, Instance, configured, served
from tests.estates import furnish, give_means
from tests.inhabitants import PASSWORD, fill, person
from tests.routes import Route, routes
from tests.web.two_objects import (
    ATTACKS,
    FOREIGN,
    OWN,
    Answer,
    Attack,
    answer_of,
    kept,
    nowhere,
    unclassified,
)

Parts = Mapping[str, str]


class Ground:
    """A copy of the database in which two participants have one of everything, and people of one are signed in."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        with copy.owner() as owner:
            fill(owner.cursor())
        estates = {one: asdict(furnish(copy, one)) for one in (OWN, FOREIGN)}
        self.cookies = {who: self._signed_in(who) for who in _people()}
        self.parts: dict[str, Parts] = {
            one: {**estate, **asdict(give_means(copy, one))} for one, estate in estates.items()
        }
        for cookies in self.cookies.values():
            self._let_show_everything(cookies["lontar"].value)

    def _let_show_everything(self, key: str) -> None:
        """Let a session have shown the second factor too, which came with the means."""
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore(key)
        session["enrolled"] = time.time()
        session.save()

    def _signed_in(self, who: str) -> Any:
        from django.test import Client

        client = Client(HTTP_HOST="localhost")
        told = client.post("/account/login/", {"login": person(who).email, "password": PASSWORD})
        assert told.status_code == 302, who
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        return client.cookies

    def come(self, attack: Attack, method: str, who: str, parts: Parts) -> Answer:
        """Do it as somebody, with these parts of estates, and read what comes of it."""
        from django.test import Client
        from django.urls import reverse

        headers = {"authorization": f"Bearer {self.parts[OWN]['bearer']}"} if attack.bearer else {}
        client = Client(HTTP_HOST="localhost", headers=headers, raise_request_exception=False)
        if not attack.bearer:
            client.cookies.load({name: one.value for name, one in self.cookies[who].items()})
        path = reverse(attack.route, kwargs={name: parts[part] for name, part in attack.address.items()})
        fields = {**attack.fixed, **{name: parts[part] for name, part in attack.form.items()}}
        body = (
            {}
            if method == "GET"
            else {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}
        )
        told = getattr(client, method.lower())(path, **body, follow=True)
        return answer_of(told, {parts[part] for part in attack.parts})


def _people() -> set[str]:
    return {attack.who for attack in ATTACKS} | {other for attack in ATTACKS for other in attack.others}


@pytest.fixture(scope="module")
def ground(instance: Instance) -> Iterator[Ground]:
    configured(instance)
    from django.test import override_settings

    with instance.copied() as copy:
        with served(copy), override_settings(PASSWORD_HASHERS=["tests.portal.Light"]):
            made = Ground(copy)
        yield made


def attempts(ground: Ground, attack: Attack) -> Iterator[tuple[str, str, Parts]]:
    """Who comes with which parts: the one who may with each part in turn of XB, and the others with what is XA's own."""
    own, foreign = ground.parts[OWN], ground.parts[FOREIGN]
    for part in sorted(attack.parts):
        yield attack.who, part, {**own, part: foreign[part]}
    for other in attack.others:
        for part in sorted(set(attack.address.values())):
            yield other, part, own


BY_METHOD = [
    pytest.param(attack, method, id=f"{attack.name}-{method}")
    for attack in ATTACKS
    for method in attack.methods
]


@pytest.mark.parametrize(("attack", "method"), BY_METHOD)
def test_forbidden_is_answered_as_absent_and_changes_nothing(
    ground: Ground, attack: Attack, method: str
) -> None:
    with served(ground.copy), ground.copy.owner() as owner:
        before = kept(owner, attack)
        for who, part, parts in attempts(ground, attack):
            absent = {**parts, part: nowhere(part, parts[part])}
            answers = [ground.come(attack, method, who, one) for one in (parts, absent)]
            assert answers[0] == answers[1], f"{who} can tell that {part} is somewhere"
            assert answers[0].status < 500
            assert kept(owner, attack) == before, f"{who} acted on {part}"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_to_what_is_ones_own_it_works(instance: Instance, ground: Ground, attack: Attack) -> None:
    method = attack.methods[-1] if attack.methods[-1] != "PUT" else "POST"
    own = ground.parts[OWN]
    with instance.copied(ground.copy.name) as copy, served(copy), copy.owner() as owner:
        before = kept(owner, attack)
        answer = ground.come(attack, method, attack.who, own)
        assert answer.status == 200, answer
        if attack.changes:
            assert kept(owner, attack) != before
        else:
            part = min(attack.parts)
            assert answer != ground.come(attack, method, attack.who, {**own, part: nowhere(part, own[part])})


def test_every_route_that_acts_is_classified(instance: Instance) -> None:
    configured(instance)
    assert list(unclassified(routes())) == []


@pytest.mark.parametrize(
    ("route", "sentence"),
    [
        (Route("members:shred", ("subject",), frozenset({"POST"})), "members:shred is in neither table"),
        (Route("members:peek", ("subject",), frozenset({"GET"})), "members:peek is in neither table"),
        (
            Route("members:end", ("appointment",), frozenset({"POST", "DELETE"})),
            "members:end takes DELETE too",
        ),
    ],
)
def test_a_route_that_nobody_classified_is_told(instance: Instance, route: Route, sentence: str) -> None:
    configured(instance)
    others = [one for one in routes() if one.name != route.name]
    (told,) = unclassified([*others, route])
    assert told.startswith(sentence)


def test_a_route_that_is_gone_is_told(instance: Instance) -> None:
    configured(instance)
    assert list(unclassified([one for one in routes() if one.name != "members:end"])) == [
        "members:end is in a table of tests/web/two_objects.py, and no route of the portal"
    ]
