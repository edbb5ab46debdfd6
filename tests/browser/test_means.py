"""The means of the tests themselves: codes as RFC 6238 has them, letters as they are sent."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.browser.codes import STEP, code
from tests.browser.factors import Codes
from tests.browser.letters import Letter, Postbox, taking

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The twenty bytes of RFC 6238, appendix B, in base 32."""


@pytest.mark.parametrize(
    ("at", "wanted"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(at: int, wanted: str) -> None:
    assert code(SECRET, at) == wanted
    assert code(SECRET.lower(), at + STEP - 1 - at % STEP) == wanted


def test_no_code_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tests.browser.factors.time.sleep", waited.append)
    codes = Codes(SECRET)
    given = [codes.next() for _ in range(3)]
    assert len(set(given)) == 3
    assert waited[0] == 0
    assert 0 < waited[2] <= 2 * STEP


def test_letters_arrive_whole() -> None:
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "a@agency.example, b@agency.example", "Sandi \u2014 \u0631\u0645\u0632"
    letter.set_content(f"One\n.\n..two\n{'long ' * 60}\n\u0631\u0645\u0632\n")
    with taking() as postbox:
        with smtplib.SMTP("localhost", int(postbox.url.rpartition(":")[2])) as server:
            server.send_message(letter, "lontar@agency.example")
        assert postbox.letter_to("b@agency.example") == Letter(
            "b@agency.example", str(letter["Subject"]), letter.get_content()
        )
        assert [one.to for one in postbox.letters] == ["a@agency.example", "b@agency.example"]


def test_a_letter_that_never_comes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.browser.letters._WAIT", 0.1)
    with pytest.raises(AssertionError, match="no letter came to"):
        Postbox(1).letter_to("a@agency.example")
