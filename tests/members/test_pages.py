"""The pages of people and tokens as a browser without scripts uses them, against a real database."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Instance, served
from tests.members.scenes import OFFICE, PASSWORD, People, visitor

MOST_QUERIES = 12


@pytest.fixture
def people(instance: Instance) -> Iterator[People]:
    with instance.copied() as copy, served(copy):
        made = People(copy)
        made.today()
        yield made


def queries(client: Any, address: str) -> int:
    """How many statements a page asks of both connections."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with (
        CaptureQueriesContext(connections["default"]) as first,
        CaptureQueriesContext(connections["gate"]) as second,
    ):
        told = client.get(address)
    assert told.status_code == 200, address
    return len(first) + len(second)


def test_no_page_asks_more_than_twelve_questions(people: People) -> None:
    admin, officer, island = (people.browser(one) for one in (people.admin, people.officer, people.island))
    asked = {
        address: queries(client, address)
        for client, addresses in (
            (
                admin,
                [
                    "/",
                    "/administration/",
                    "/administration/invite/",
                    f"/administration/people/{people.officer}/",
                ],
            ),
            (
                officer,
                [
                    "/readers/",
                    "/account/",
                    "/account/tokens/",
                    "/account/acting-for/",
                    "/account/sessions/",
                    "/account/2fa/",
                ],
            ),
            (island, ["/", "/readers/"]),
        )
        for address in addresses
    }
    assert {address: number for address, number in asked.items() if number > MOST_QUERIES} == {}


def test_an_administrator_invites_and_the_invited_signs_in(people: People) -> None:
    admin = people.browser(people.admin)
    told = admin.post(
        "/administration/invite/",
        {"email": "New@Agency.example", "agency": OFFICE, "roles": ["data_officer"], "sent": "nobody"},
    )
    assert told.status_code == 200, told
    (link,) = re.findall(r"/account/invitation/[\w-]+/", told.content.decode())
    invited = visitor()
    assert "new@agency.example" in invited.get(link).content.decode()
    short = invited.post(link, {"name": "New", "password": "short", "again": "short"}).content.decode()
    assert "at least" in short
    told = invited.post(link, {"name": "New", "password": PASSWORD, "again": PASSWORD})
    assert told.status_code == 302
    assert invited.post(link, {"name": "New", "password": PASSWORD, "again": PASSWORD}).status_code == 404
    told = invited.post("/account/login/", {"login": "new@agency.example", "password": PASSWORD})
    assert told.status_code == 302
    focal = people.browser(people.focal)
    page = focal.get("/administration/").content.decode()
    (agree,) = set(re.findall(r"/administration/requests/[\w-]+/agree/", page))
    assert focal.post(agree).status_code == 302
    told = invited.get("/account/")
    assert told.status_code == 302, "what one may do has changed, and so one signs in anew"


def test_a_role_is_asked_agreed_to_and_ended(people: People) -> None:
    admin, second = people.browser(people.admin), people.browser(people.second)
    subject = f"/administration/people/{people.officer}/"
    told = admin.post(f"{subject}ask/", {"what": "appoint", "role": "analyst"}, follow=True).content.decode()
    assert "It was asked" in told
    again = admin.post(f"{subject}ask/", {"what": "appoint", "role": "analyst"}, follow=True).content.decode()
    assert "asked for already" in again
    page = second.get("/administration/").content.decode()
    (agree,) = set(re.findall(r"/administration/requests/[\w-]+/agree/", page))
    second.post(agree)
    page = admin.get(subject).content.decode()
    assert "Analyst" in page
    ends = re.findall(r"/administration/roles/[\w-]+/end/", page)
    assert len(ends) == 2
    for end in ends:
        admin.post(end)
    left = "select 1 from members_appointment where person_id = %s and until is null"
    assert people.asked(left, people.officer) == []


def test_suspension_ends_an_open_session(people: People) -> None:
    officer, admin = people.browser(people.officer), people.browser(people.admin)
    assert officer.get("/account/").status_code == 200
    admin.post(f"/administration/people/{people.officer}/suspend/")
    assert officer.get("/account/").status_code == 302


def test_tokens_are_made_shown_once_and_ended(people: People) -> None:
    officer = people.browser(people.officer)
    form = {"name": "monthly", "topics": ["returns"], "grain": "figure", "days": "30"}
    page = officer.post("/account/tokens/", form).content.decode()
    (secret,) = re.findall(r"lontar_[\w-]{43}", page)
    assert secret not in officer.get("/account/tokens/").content.decode()
    absent = f"/api/things/{uuid.uuid4()}"
    program = visitor(authorization=f"Bearer {secret}")
    assert program.get(absent).status_code == 404
    assert program.get(f"{absent}?grain=row").status_code == 400
    (end,) = set(re.findall(r"/account/tokens/[\w-]+/end/", officer.get("/account/tokens/").content.decode()))
    officer.post(end)
    told = program.get(absent)
    assert (told.status_code, told.headers["Content-Type"]) == (401, "application/problem+json")


def test_whoever_is_not_signed_in_signs_in_first_whatever_the_address_holds(people: People) -> None:
    public = visitor()
    for address in ("/administration/", f"/administration/people/{people.officer}/", f"/administration/people/{uuid.uuid4()}/",
                    f"/why/{uuid.uuid4()}/", "/readers/", "/account/", "/account/tokens/"):  # fmt: skip
        told = public.get(address)
        assert told.status_code == 302, address
        assert told.headers["Location"].startswith("/account/login/?next="), address


@pytest.mark.parametrize("who", ["officer", "police", "both", "xb_admin"])
def test_absent_and_forbidden_people_answer_alike(people: People, who: str) -> None:
    client = people.browser(getattr(people, who))
    answers = {
        masked(client.get(f"/administration/people/{one}/").content.decode())
        for one in (people.admin, str(uuid.uuid4()), people.island)
    }
    assert len(answers) == 1


def masked(page: str) -> str:
    """A page without what differs each time, the address that was asked, and tokens of forms."""
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", page)
    return re.sub(r'(name="csrfmiddlewaretoken" value="|nonce=")[^"]+', r"\1", page)


def test_whoever_agrees_is_told_all_that_is_agreed_to(people: People) -> None:
    admin, second = people.browser(people.admin), people.browser(people.second)
    subject = f"/administration/people/{people.officer}/"
    admin.post(f"{subject}ask/", {"what": "declare", "sent": "states", "states": ["XB"]})
    page = second.get("/administration/").content.decode()
    assert "Sent by: <bdi>Beryllia" in page
    people.asked("update members_grant set outcome = 'declined' returning 1")
    people.asked("update members_agency set name = 'Office' where id = %s returning 1", OFFICE)
    admin.post(
        "/administration/invite/",
        {"email": "new@agency.example", "agency": OFFICE, "roles": ["analyst"], "sent": "nobody"},
    )
    page = second.get("/administration/").content.decode()
    waits = page[page.index("Waits for a second person") : page.index('<caption class="unseen">People')]
    assert "<bdi>Office</bdi> (Statistics)" in waits
    assert "No other State sent the person" in waits
    people.asked(
        "update members_person set name = 'A Well-Known Colleague' where id = %s returning 1", people.officer
    )
    admin.post(f"{subject}ask/", {"what": "appoint", "role": "analyst"})
    page = second.get("/administration/").content.decode()
    waits = page[page.index("Waits for a second person") : page.index('<caption class="unseen">People')]
    assert f"{people.officer}@lontar.example" in waits


def test_whoever_is_given_a_right_at_once_signs_in_anew_and_hears_so(people: People) -> None:
    island = people.browser(people.island)
    answer = island.post(
        f"/administration/people/{people.island}/ask/", {"what": "appoint", "role": "auditor"}, follow=True
    )
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].startswith("/account/login/")


def test_what_the_database_refuses_is_said_in_the_readers_language(people: People) -> None:
    admin = people.browser(people.admin)
    asked = f"/administration/people/{people.officer}/ask/"
    told = {"what": "appoint", "role": "analyst"}
    admin.post(asked, told)
    page = admin.post(asked, told, follow=True, headers={"accept-language": "fa"}).content.decode()
    assert "این پیش‌تر درخواست شده است" in page


def test_nobody_is_given_the_first_of_a_list_by_oversight(people: People) -> None:
    admin = people.browser(people.admin)
    form = {"email": "new@agency.example", "roles": ["data_officer"], "sent": "nobody", "agency": ""}
    page = admin.post("/administration/invite/", form).content.decode()
    assert "Agency: This needs an answer." in page
    asked = f"/administration/people/{people.officer}/ask/"
    page = admin.post(asked, {"what": "appoint", "role": ""}, follow=True).content.decode()
    assert "This needs an answer." in page


def test_whoever_is_invited_takes_no_password_like_their_own_address(people: People) -> None:
    form = {
        "email": "some.body@agency.example",
        "agency": OFFICE,
        "roles": ["data_officer"],
        "sent": "nobody",
    }
    told = people.browser(people.admin).post("/administration/invite/", form).content.decode()
    (link,) = re.findall(r"/account/invitation/[\w-]+/", told)
    address = "some.body@agency.example"
    told = visitor().post(link, {"name": "Some Body", "password": address, "again": address}).content.decode()
    assert "too much like" in told


def test_days_and_codes_are_taken_in_the_digits_of_every_keyboard() -> None:
    from lontar.members.forms import TokenForm
    from lontar.members.signing_in.forms import with_plain_digits

    form = TokenForm({"name": "monthly", "topics": ["returns"], "grain": "figure", "days": "۴۵"})
    assert form.is_valid()
    assert form.cleaned_data["days"] == 45
    assert with_plain_digits("۱۲۳ ٤٥٦ 789") == "123 456 789"
