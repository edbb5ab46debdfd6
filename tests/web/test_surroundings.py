"""What the environment may say of address, proxies and mail."""

import pytest

from lontar.model.errors import Unavailable
from lontar.web.surroundings import Address, Mail, mail, proxies, public_address


def test_a_demonstration_is_on_this_machine_whatever_it_is_told() -> None:
    assert public_address("demo", {"LONTAR_ADDRESS": "https://lontar.example"}) == Address("", "localhost")


@pytest.mark.parametrize(
    ("told", "origin", "host"),
    [
        ("https://lontar.example", "https://lontar.example", "lontar.example"),
        ("https://lontar.example/", "https://lontar.example", "lontar.example"),
        ("https://lontar.example:8443", "https://lontar.example:8443", "lontar.example"),
        ("", "https://localhost", "localhost"),
    ],
)
def test_a_real_instance_has_an_address(told: str, origin: str, host: str) -> None:
    assert public_address("real", {"LONTAR_ADDRESS": told}) == Address(origin, host)


def test_no_header_is_believed_unless_a_proxy_is_told_of() -> None:
    assert [proxies(told) for told in ({}, {"LONTAR_PROXY": ""}, {"LONTAR_PROXY": "2"})] == [0, 0, 2]
    for wrong in ("yes", "10", "-1", "1.0", "²"):
        with pytest.raises(Unavailable, match="INS-027"):
            proxies({"LONTAR_PROXY": wrong})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "smtp+tls://me:hush%40hush@mail.example:587",
            Mail("mail.example", 587, "me", "hush@hush", True, False),
        ),
        ("smtps://mail.example", Mail("mail.example", 465, "", "", False, True)),
        ("smtp://127.0.0.1:2525", Mail("127.0.0.1", 2525, "", "", False, False)),
        ("", Mail()),
    ],
)
def test_mail_goes_by_an_address(told: str, expected: Mail) -> None:
    assert mail({"LONTAR_SMTP_URL": told}) == expected


@pytest.mark.parametrize(
    "told",
    ["smtp://", "http://mail.example", "mail.example", "smtp://me:hush@mail.example:x", "smtp://[hush"],
)
def test_what_is_no_address_of_mail_is_said_without_its_secret(told: str) -> None:
    with pytest.raises(Unavailable) as caught:
        mail({"LONTAR_SMTP_URL": told})
    assert "hush" not in str(caught.value)
