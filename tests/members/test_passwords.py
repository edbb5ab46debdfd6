"""What a password may be, and what becomes of it; what may not be one is tested on the pages where it is chosen."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Instance, served
from tests.members.scenes import OFFICE, People, visitor
from tests.portal import PASSWORD, Browser, Portal, text_of

CHANGE = "/account/password/change/"
LENGTHS_OF_A_REAL_INSTANCE = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "lontar.members.passwords.KnownFromBreaches"},
    {"NAME": "lontar.members.passwords.WordsNearby"},
]
EVERY_KIND = (
    "719480265331", "only small letters here", "!!?? ..,, ;;-- ++==", "گذرواژه‌ای که یادم می‌ماند", "密码很长不容易猜到的句子",
    "🐟🦀🐙🐋 in deep water",
)  # fmt: skip
STAND_NEAR = (
    "lontar-lontar-2026", "Lontar!Password1", "officer.xa@lontar.example", "Amberland 12345678", "focal point 2026",
    "lontarunbelievable",
)  # fmt: skip


@pytest.fixture
def long(portal: Portal) -> Iterator[None]:
    """Passwords are at least as long as those of a real instance."""
    from django.test import override_settings

    with override_settings(AUTH_PASSWORD_VALIDATORS=LENGTHS_OF_A_REAL_INSTANCE):
        yield


def change(portal: Portal, new: str, old: str = PASSWORD, *, first: str = PASSWORD) -> Any:
    """Sign in, and choose a new password; the library's own limit, of a minute, is not what is tested here."""
    portal.sql("delete from gate_cache")
    browser = Browser()
    browser.sign_in(password=first)
    return browser.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def works(password: str) -> bool:
    return bool(Browser().sign_in(password=password).status_code == 302)


def test_the_old_password_is_needed_for_a_new_one(portal: Portal) -> None:
    new = "a quite different sentence"
    assert change(portal, new, old="not the old one").status_code == 200
    assert change(portal, new, old="").status_code == 200
    assert not works(new)
    assert change(portal, new).status_code == 302
    assert works(new)


def test_any_characters_make_a_password(portal: Portal, long: None) -> None:
    old = PASSWORD
    for new in EVERY_KIND:
        assert change(portal, new, old, first=old).status_code == 302, new
        assert works(new), new
        old = new


def test_a_password_is_checked_exactly_as_it_was_written(portal: Portal) -> None:
    new = f"  Ä Sentence with Blanks {'x' * 200} and an end 7 "
    assert change(portal, new).status_code == 302
    for near in (new.strip(), new.lower(), new[:-2], new[:72], f"{new} ", new.replace("Ä", "A\u0308")):
        assert not works(near), near
    assert works(new)


def test_long_passwords_are_taken(portal: Portal) -> None:
    old = PASSWORD
    for length in (64, 128, 1000):
        new = ("six words and a fish " * 50)[:length]
        assert change(portal, new, old, first=old).status_code == 302, length
        assert works(new), length
        old = new


def test_a_password_stays_until_it_is_changed(portal: Portal) -> None:
    portal.sql("update members_person set last_login = now() - interval '9 years'")
    browser = Browser()
    assert browser.sign_in()["Location"] == "/"
    assert browser.get("/account/").status_code == 200
    dated = "select column_name from information_schema.columns where table_name = 'members_person' and data_type ~ 'time|date'"
    assert portal.sql(dated) == [("last_login",)], "nothing remembers how old a password is"


def test_at_least_three_thousand_known_passwords_are_as_long_as_ours(portal: Portal) -> None:
    from lontar.members.passwords import _KEPT, _known, is_known, packed

    assert len(_known()) // _KEPT >= 3000
    assert len({_known()[n : n + _KEPT] for n in range(0, len(_known()), _KEPT)}) == len(_known()) // _KEPT
    for known in ("1qaz2wsx3edc", "qwerty123456", "123456789987654321", "Unbelievable", "chickenwing101"):
        assert is_known(known), known
    chance = random.Random(7)
    made = ("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=14)) for _ in range(2000))
    assert not any(map(is_known, made))
    assert packed(["short", "Unbelievable", "unbelievable", "qwerty123456"]) == b"".join(
        sorted(
            one for one in (_known()[n : n + _KEPT] for n in range(0, len(_known()), _KEPT)) if one in _two()
        )
    )


def _two() -> set[bytes]:
    from lontar.members.passwords import hash_of

    return {hash_of("unbelievable"), hash_of("qwerty123456")}


def test_a_password_known_from_breaches_is_refused(portal: Portal, long: None) -> None:
    for new in ("1qaz2wsx3edc", "UNBELIEVABLE", "123456789987654321"):
        answer = change(portal, new)
        assert (answer.status_code, "known from breaches" in text_of(answer)) == (200, True), new
        assert not works(new), new


def test_words_that_stand_near_are_refused(portal: Portal, long: None) -> None:
    for new in STAND_NEAR:
        answer = change(portal, new)
        assert (answer.status_code, "stand near you" in text_of(answer)) == (200, True), new
        assert not works(new), new


def test_words_that_stand_near_may_be_part_of_a_longer_one(portal: Portal, long: None) -> None:
    assert change(portal, "lontar leaves by a slow grey river").status_code == 302


def test_every_word_of_the_house_is_refused(portal: Portal, long: None) -> None:
    from django.core.exceptions import ValidationError

    from lontar.members.passwords import HOUSE_WORDS, WordsNearby

    for word in HOUSE_WORDS:
        with pytest.raises(ValidationError):
            WordsNearby().validate(f"{word} {word}")


@pytest.fixture
def invited(instance: Instance) -> Iterator[tuple[People, str]]:
    """Somebody with the link of an invitation."""
    with instance.copied() as copy, served(copy):
        people = People(copy)
        people.today()
        form = {
            "email": "wayan.suta@agency.example",
            "agency": OFFICE,
            "roles": ["analyst"],
            "sent": "nobody",
        }
        told = people.browser(people.admin).post("/administration/invite/", form).content.decode()
        yield people, re.findall(r"/account/invitation/[\w-]+/", told)[0]


def test_whoever_is_invited_chooses_under_the_same_rules(invited: tuple[People, str]) -> None:
    _, link = invited
    for new, said in (
        ("1qaz2wsx3edc", "known from breaches"),
        ("wayan.suta", "stand near you"),
        ("Wayan Suta 77", "stand near you"),
        ("Amberland", "stand near you"),
        ("lontar", "at least"),
    ):
        told = visitor().post(link, {"name": "Wayan Suta", "password": new, "again": new})
        assert (told.status_code, said in told.content.decode()) == (200, True), new


def test_every_field_of_a_password_hides_it_and_helps_password_managers(
    invited: tuple[People, str],
) -> None:
    people, link = invited
    officer = people.browser(people.officer)
    pages = {address: officer.get(address) for address in (CHANGE, "/account/reauthenticate/")}
    pages |= {address: visitor().get(address) for address in ("/account/login/", link)}
    for address, page in pages.items():
        fields = re.findall(
            r"<input[^>]*name=\"(?:password\w*|oldpassword|again)\"[^>]*>", page.content.decode()
        )
        assert fields, address
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field), (address, field)
            assert not re.search(r"onpaste|readonly|maxlength", field), (address, field)


def test_no_script_of_ours_hears_of_pasting() -> None:
    from tests.house.places import SOURCE

    scripts = [*(SOURCE / "web" / "static").rglob("*.js")]
    assert scripts
    assert [path.name for path in scripts if "paste" in path.read_text("utf-8")] == []


def test_a_reminder_of_a_password_is_nowhere_kept(portal: Portal) -> None:
    columns = portal.sql(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    )
    assert ("members_person", "password") in columns
    assert [one for one in columns if re.search(r"hint|question|answer|security_", one[1])] == []
