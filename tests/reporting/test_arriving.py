"""Files come in through the page of sending: sealed as they come, and whatever is refused leaves nothing."""

from __future__ import annotations

import errno
import re
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.reporting.senders import EXAMPLES, Senders
from tests.warehouse.scenes import OFFICES

FILE = EXAMPLES / "fictional" / "xa" / "salidas_por_mar_2024.csv"
CANARY = b"kestrel-7919-"
NEW = "/submissions/new/"


@pytest.fixture(autouse=True)
def _today(senders: Senders) -> None:
    senders.today()


def form(*files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    """What a browser sends."""
    some = [named(name, content) for name, content in files]
    return {"file": some, "pasted": "", "mapping": "", "agency": OFFICES["XA"], **fields}


def named(name: str, content: bytes) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def begun(senders: Senders) -> list[tuple[object, ...]]:
    with senders.copy.owner() as owner:
        return owner.execute("select id, mapping from reporting_submission").fetchall()


def holders(folder: Path) -> list[Path]:
    """Every file below a folder that holds the canary as it is."""
    return [path for path in folder.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


def test_a_file_that_is_sent_waits_for_its_worker_and_is_known_by_its_name(senders: Senders) -> None:
    client = senders.browser(senders.officer["XA"])
    told = client.post(NEW, form((FILE.name, FILE.read_bytes())))
    ((identity, mapping),) = begun(senders)
    assert (told.status_code, told["Location"]) == (HTTPStatus.FOUND, f"/submissions/{identity}/")
    assert mapping == "xa/salidas_por_mar"
    page = client.get(told["Location"]).content.decode()
    assert "Waits for its turn" in page
    assert client.get(f"{told['Location']}progress").json()["is_under_way"]
    senders.work()
    assert client.get(f"{told['Location']}progress").json() == {"is_under_way": False}
    assert "The account balances" in client.get(told["Location"]).content.decode()


def test_what_comes_lies_open_nowhere(senders: Senders, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it comes (the first megabytes of it are on the disk) and afterwards, in the database too."""
    from lontar.reporting.arriving import ToDesk

    folder, seen = senders.copy.instance.home.folder, []
    receive = ToDesk.receive_data_chunk

    def looking(self: ToDesk, raw_data: bytes, start: int) -> None:
        receive(self, raw_data, start)
        if start > 2**21 and not seen:
            seen.append((holders(folder), senders.lying()))

    monkeypatch.setattr(ToDesk, "receive_data_chunk", looking)
    senders.browser(senders.officer["XA"]).post(NEW, form(("unknown.csv", CANARY * 2**18)))
    ((while_it_came, lying),) = seen
    assert while_it_came == []
    assert any(name.startswith(".") for name in lying), "half of it is on the disk"
    assert len(begun(senders)) == 1
    senders.copy.instance.as_superuser("checkpoint")
    assert holders(folder) == []


def test_a_table_that_is_pasted_lies_on_the_desk_as_it_was(senders: Senders) -> None:
    from lontar.reporting.queries import key_of

    text = FILE.read_text("utf-8")
    told = senders.browser(senders.officer["XA"]).post(NEW, form(pasted=text, mapping="xa/salidas_por_mar"))
    assert told.status_code == HTTPStatus.FOUND
    ((identity, _),) = begun(senders)
    seen = senders.look(identity, senders.officer["XA"], "XA")  # type: ignore[arg-type]
    (paper,) = seen.of_kind("raw")
    assert (paper.name, seen.is_under_way) == ("pasted.csv", True)
    assert senders.desk.whole(paper.id, key_of(senders.desk, seen)).decode() == text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (form(), "Choose a file, or paste a table."),
        (form(("empty.csv", b""), ("full.csv", b"a,b")), "The file empty.csv is empty."),
        (form(*[(f"{one}.csv", b"a,b") for one in range(101)]), "These are more than 100 files."),
        (form(("a.csv", b"a,b"), agency="00000000-0000-0000-0000-000000000009"), "is not among them"),
        (form(("a.csv", b"a,b"), mapping="xb/masuk_ilegal"), "is not among them"),
    ],
    ids=["nothing", "an empty file", "101 files", "a foreign agency", "a foreign mapping"],
)
def test_what_cannot_be_sent_is_said_and_leaves_nothing(
    senders: Senders, sent: dict[str, Any], sentence: str
) -> None:
    before = senders.lying()
    told = senders.browser(senders.officer["XA"]).post(NEW, sent)
    assert sentence in told.content.decode()
    assert begun(senders) == []
    assert senders.lying() == before


def test_a_form_that_says_it_is_too_large_is_refused_before_it_is_read(senders: Senders) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it is read")

    before = senders.lying()
    told = senders.browser(senders.officer["XA"]).generic(
        "POST", NEW, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 10**9), **{"wsgi.input": Unread()}
    )  # fmt: skip
    assert told.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "This is more than 512 MB at once. Send it in parts." in told.content.decode()
    assert senders.lying() == before


def test_a_form_that_is_larger_than_it_may_is_stopped_on_its_way(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.reporting import arriving

    before = senders.lying()
    monkeypatch.setattr(arriving, "says_too_much", lambda _: False)
    monkeypatch.setattr(arriving, "MOST_BYTES", 2**20)
    told = senders.browser(senders.officer["XA"]).post(NEW, form(("large.csv", b"a" * 2**22)))
    assert "This is more than 512 MB at once." in told.content.decode()
    assert senders.lying() == before


def test_a_file_that_comes_too_slowly_is_stopped(senders: Senders, monkeypatch: pytest.MonkeyPatch) -> None:
    from lontar.reporting import arriving

    monkeypatch.setattr(arriving, "GRACE", -1)
    monkeypatch.setattr(arriving, "SLOWEST", 10**12)
    before = senders.lying()
    told = senders.browser(senders.officer["XA"]).post(NEW, form(("slow.csv", b"a,b")))
    assert "The file came too slowly." in told.content.decode()
    assert senders.lying() == before


def test_the_limit_is_what_the_sentences_say() -> None:
    from lontar.reporting.arriving import MOST_BYTES, MOST_FILES

    assert (MOST_BYTES, MOST_FILES) == (512 * 2**20, 100)


def test_too_much_text_is_refused_in_a_sentence(senders: Senders) -> None:
    told = senders.browser(senders.officer["XA"]).post(NEW, form(pasted="á" * 1_900_000))
    assert told.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "Send it in parts." in told.content.decode()


def test_without_the_token_of_the_form_nothing_is_left(senders: Senders) -> None:
    client = senders.browser(senders.officer["XA"])
    client.handler.enforce_csrf_checks = True
    before = senders.lying()
    told = client.post(NEW, form((FILE.name, FILE.read_bytes())))
    assert told.status_code == HTTPStatus.FORBIDDEN
    assert (begun(senders), senders.lying()) == ([], before)
    page = client.get(NEW).content.decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.partition("<main")[2]))
    told = client.post(NEW, form((FILE.name, FILE.read_bytes()), csrfmiddlewaretoken=token))
    assert told.status_code == HTTPStatus.FOUND


def test_a_form_that_breaks_off_leaves_nothing(senders: Senders) -> None:
    """As browsers send it: the files first, then the rest; cut off in a file, and within the last fields."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    whole = encode_multipart(BOUNDARY, form((FILE.name, FILE.read_bytes())))
    before = senders.lying()
    client = senders.browser(senders.officer["XA"])
    for size in (len(whole) // 3, whole.index(b'name="agency"') + 30):
        told = client.generic("POST", NEW, whole[:size], MULTIPART_CONTENT)
        assert told.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        assert (begun(senders), senders.lying()) == ([], before), size


@pytest.mark.parametrize("moment", ["write", "finish"])
def test_a_full_disk_is_told_and_leaves_nothing(
    senders: Senders, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from lontar.reporting import desk

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(desk.ChunkSealer, moment, full)
    before = senders.lying()
    told = senders.browser(senders.officer["XA"]).post(NEW, form((FILE.name, FILE.read_bytes())))
    assert "no space left on device. Nothing of it was kept." in told.content.decode()
    assert (begun(senders), senders.lying()) == ([], before)


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>.csv", "a\x00b\r\nSet-Cookie: x=1\x1b[31m.csv", "\u202egnp.exe.csv", "../../etc/passwd"],
)  # fmt: skip
def test_the_name_of_a_file_does_nothing(senders: Senders, name: str) -> None:
    client = senders.browser(senders.officer["XA"])
    told = client.post(NEW, form((name, b"a,b\n1,2\n")))
    assert told.status_code == HTTPStatus.FOUND
    for path in (told["Location"], "/submissions/"):
        answer = client.get(path)
        text = answer.content.decode()
        assert "<script>alert" not in text
        assert not set(text) & set("\x00\x1b\u202e")
        assert "etc/passwd" not in text
        assert "x" not in answer.cookies


def test_nobody_sends_for_an_agency_of_another_or_without_a_role(senders: Senders) -> None:
    before = senders.lying()
    administrator = senders.browser(senders.administrator)
    assert administrator.get(NEW).status_code == HTTPStatus.NOT_FOUND
    assert administrator.post(NEW, form((FILE.name, FILE.read_bytes()))).status_code == HTTPStatus.NOT_FOUND
    assert (begun(senders), senders.lying()) == ([], before)


def test_what_is_of_another_participant_is_answered_as_what_is_not_there(senders: Senders) -> None:
    identity = senders.send("XA", {FILE.name: FILE.read_bytes()})
    nowhere = "00000000-0000-4000-8000-000000000000"
    client = senders.browser(senders.focal["XB"])
    for method, end in (("get", ""), ("get", "progress"), ("get", "sign/"), ("post", "sign/"), ("post", "stop/"),
                        ("post", "discard/"), ("post", "mapping/")):  # fmt: skip
        fields = {"mapping": "xb/masuk_ilegal"} if end == "mapping/" else {}
        there, absent = (
            getattr(client, method)(f"/submissions/{one}/{end}", fields, follow=True)
            for one in (identity, nowhere)
        )
        assert there.status_code == absent.status_code, end
        assert there.content.decode().replace(str(identity), nowhere).count(
            "<h1"
        ) == absent.content.decode().count("<h1")
    assert senders.look(identity, senders.officer["XA"], "XA").is_under_way
