"""A real instance behind a reverse proxy: what it answers, what it tells browsers, what it logs, and how it ends."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from lontar.instance.cluster import OWNER, Cluster
from lontar.instance.home import Home
from tests.databases import Instance
from tests.web.serving import ADDRESS, BEHIND_A_PROXY, Served, Visitor, are_gone, environment, lontar, served

EMAIL, PASSWORD = "somebody@ministry.example", "a password of the tests"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "home"
    made = lontar(folder, "create", "--kind", "real")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def real(home: Path) -> Iterator[Served]:
    with served(home, "serve", more=BEHIND_A_PROXY) as running:
        let_somebody_be(home)
        yield running


def let_somebody_be(home: Path) -> None:
    from django.contrib.auth.hashers import ScryptPasswordHasher

    them, hashed = uuid.uuid4(), ScryptPasswordHasher().encode(PASSWORD, "salt-of-the-tests")
    with Cluster(Home(home)).access(OWNER).connect() as owner:
        owner.execute(
            "insert into members_person (id, email, name, password, is_suspended) values (%s, %s, '', %s, false)",
            (them, EMAIL, hashed),
        )
        owner.execute(
            "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
            " values (%s, %s, 'MY', 'data_officer', now(), now())",
            (uuid.uuid4(), them),
        )


def test_probes_are_answered_whatever_they_know(real: Served) -> None:
    for path in ("/healthz", "/readyz"):
        answer = Visitor(real.port, "10.1.2.3", **{"X-Forwarded-Proto": "http"}).get(path)
        assert (answer.status, answer.text) == (200, "ok")


def test_pages_are_told_by_tls_alone(real: Served) -> None:
    answer = Visitor(real.port, **{"X-Forwarded-Proto": "http"}).get("/account/login/")
    assert (answer.status, answer.headers["Location"]) == (301, f"{ADDRESS}/account/login/")


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "lontar.example.evil.example"])
def test_no_other_address_is_answered(real: Served, host: str) -> None:
    answer = Visitor(real.port, host).get("/")
    assert answer.status == 400
    assert host not in answer.text


def test_browsers_are_told_what_no_page_may_do(real: Served) -> None:
    for path in ("/", "/account/login/", "/no/such/page", "/static/no-such-file.css"):
        headers = Visitor(real.port).get(path).headers
        policy = dict(
            part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'self'"
        assert policy["form-action"] == "'self'"
        assert {policy[name] for name in ("base-uri", "object-src", "frame-ancestors")} == {"'none'"}
        assert policy["require-trusted-types-for"] == "'script'"
        assert "upgrade-insecure-requests" in policy
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_cookies_are_for_this_address_and_tls_alone(real: Served) -> None:
    visitor = Visitor(real.port)
    answer = visitor.post("/account/login/", login=EMAIL, password=PASSWORD)
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    told = {line.partition("=")[0]: line for line in answer.headers.get_all("Set-Cookie")}
    assert {"__Host-lontar", "__Host-lontar-form"} <= set(told)
    assert any(name.startswith("__Host-lontar-device-") for name in told)
    for line in told.values():
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= {part.strip() for part in line.split(";")}
        assert "Domain" not in line


def test_every_cookie_is_small_and_named_for_this_address(real: Served) -> None:
    visitor = Visitor(real.port)
    lines = visitor.post("/account/login/", login=EMAIL, password=PASSWORD).headers.get_all("Set-Cookie")
    token = re.findall(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.get("/account/2fa/totp/activate/").text
    )
    told = visitor.ask("POST", "/language/", {"language": "id", "csrfmiddlewaretoken": token[0]})
    lines += told.headers.get_all("Set-Cookie")
    names = {line.partition("=")[0] for line in lines}
    assert "__Host-lontar-language" in names
    assert all(name.startswith("__Host-") for name in names)
    for line in lines:
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= {part.strip() for part in line.split(";")}
        assert len(line.partition(";")[0]) < 4096
    assert not any(
        visitor.cookies["__Host-lontar"] in visitor.get(path).text for path in ("/", "/account/2fa/")
    )


def test_nobody_has_an_account_who_was_not_invited(real: Served, home: Path) -> None:
    with Cluster(Home(home)).access(OWNER).connect() as owner:
        assert owner.execute("select email from members_person").fetchall() == [(EMAIL,)]
        assert owner.execute("select count(*) from members_invitation").fetchall() == [(0,)]
        assert owner.execute("select count(*) from members_issuer").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [("elevenchars", False), ("twelve chars", True), ("1qaz2wsx3edc", False), ("lontar2026xx", False)],
)
def test_a_password_has_at_least_twelve_characters(
    real: Served, home: Path, password: str, is_taken: bool
) -> None:
    asked = (
        "import django, sys; django.setup();"
        "from django.contrib.auth.password_validation import validate_password; validate_password(sys.argv[1])"
    )
    environs = environment(home, BEHIND_A_PROXY | {"DJANGO_SETTINGS_MODULE": "lontar.web.settings"})
    told = subprocess.run(
        [sys.executable, "-c", asked, password], env=environs, capture_output=True, text=True, check=False
    )
    assert (told.returncode == 0) is is_taken, told.stderr
    assert is_taken or "ValidationError" in told.stderr


@pytest.mark.parametrize("mail", ["", "smtp+tls://user:secret@mail.example:587"])
def test_people_are_told_by_mail_where_it_is_configured(home: Path, mail: str) -> None:
    asked = (
        "from django.conf import settings; print(settings.ACCOUNT_EMAIL_NOTIFICATIONS, settings.SENDS_MAIL)"
    )
    more = BEHIND_A_PROXY | {"DJANGO_SETTINGS_MODULE": "lontar.web.settings", "LONTAR_SMTP_URL": mail}
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment(home, more), capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [str(bool(mail))] * 2


def test_a_second_factor_is_compulsory(real: Served) -> None:
    visitor = Visitor(real.port)
    visitor.post("/account/login/", login=EMAIL, password=PASSWORD)
    for path in ("/", "/account/tokens/"):
        answer = visitor.get(path)
        assert (answer.status, answer.headers["Location"]) == (302, "/account/2fa/")
    assert visitor.get("/account/2fa/totp/activate/").status == 200


def test_a_form_of_another_site_is_refused(real: Served) -> None:
    visitor = Visitor(real.port)
    visitor.get("/account/login/")
    answer = visitor.ask("POST", "/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.status == 403


def test_files_are_kept_by_browsers_for_good(real: Served) -> None:
    page = Visitor(real.port).get("/account/login/").text
    names = re.findall(r'"(/static/[^"]+)"', page)
    assert names
    for name in names:
        answer = Visitor(real.port).get(name)
        assert answer.status == 200
        assert re.search(r"\.[0-9a-f]{12}\.", name)
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_log_tells_of_nobody(real: Served) -> None:
    visitor = Visitor(real.port)
    secret = "Zm9yLW5vYm9keQ"
    visitor.get(f"/account/invitation/{secret}/?email={EMAIL}")
    visitor.get(f"/no/such/page/{secret}?token={secret}")
    visitor.post("/account/login/", login=EMAIL, password=secret)
    Visitor(real.port, f"{secret}.example").get("/")
    Visitor(real.port).ask("GET", f"/{'x' * 5000}{secret}")
    for word in (secret, EMAIL, "somebody", "192.0.2.7", "evil"):
        assert word not in real.log


def test_the_server_has_no_secret_of_the_owner_in_its_environment(real: Served) -> None:
    for process in real.children():
        told = Path(f"/proc/{process}/environ").read_bytes()
        assert b"LONTAR_DATABASE_URL" not in told
        assert b"LONTAR_ROLE" not in told


def test_what_django_says_of_a_deployment(real: Served, home: Path) -> None:
    environs = environment(home, BEHIND_A_PROXY | {"DJANGO_SETTINGS_MODULE": "lontar.web.settings"})
    told = subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environs, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LONTAR_ADDRESS", "http://lontar.example"),
        ("LONTAR_ADDRESS", "lontar.example"),
        ("LONTAR_ADDRESS", "https://lontar.example/portal"),
        ("LONTAR_ADDRESS", "https://"),
        ("LONTAR_PROXY", "yes"),
        ("LONTAR_PROXY", "-1"),
        ("LONTAR_SMTP_URL", "https://mail.example"),
        ("LONTAR_SMTP_URL", "smtp://user:hush@mail.example:port"),
    ],
)
def test_what_the_environment_says_wrongly_is_a_sentence(
    home: Path, real: Served, name: str, value: str
) -> None:
    told = lontar(home, "serve", "--port", "18999", more=BEHIND_A_PROXY | {name: value})
    assert told.returncode == 3
    assert "hush" not in told.stderr
    assert re.search(rf"^\[INS-027\] {name}: ", told.stderr, re.MULTILINE)
    assert "Traceback" not in told.stderr


def test_a_port_that_is_taken_is_a_sentence(home: Path, real: Served) -> None:
    told = lontar(home, "serve", "--port", str(real.port), more=BEHIND_A_PROXY)
    assert (told.returncode, len(told.stderr.splitlines())) == (3, 1)
    assert "[INS-031]" in told.stderr


def test_a_database_of_another_version_is_not_served(home: Path, real: Served) -> None:
    with Cluster(Home(home)).access(OWNER).connect(autocommit=True) as owner:
        ((is_now,),) = owner.execute("select installed()").fetchall()
        owner.execute(
            "create or replace function installed() returns text language sql immutable as $$ select 'another'::text $$"
        )
        try:
            told = lontar(home, "serve", "--port", "18998", more=BEHIND_A_PROXY)
            assert Visitor(real.port).get("/readyz").status == 503
            assert Visitor(real.port).get("/healthz").status == 200
        finally:
            owner.execute(
                f"create or replace function installed() returns text language sql immutable as $$ select '{is_now}'::text $$".encode()
            )
    assert told.returncode == 3
    assert "Run 'lontar migrate'." in told.stderr
    assert Visitor(real.port).get("/readyz").status == 200


def test_what_lacks_is_said_and_probes_are_answered_all_the_same(
    home: Path, real: Served, tmp_path: Path
) -> None:
    with served(home, "serve") as bare:
        assert "LONTAR_ADDRESS is not set" in bare.log
        assert "LONTAR_PROXY is not set" in bare.log
        assert Visitor(bare.port, "localhost").get("/readyz").status == 200
        assert Visitor(bare.port, "localhost").get("/").status == 301  # no header is believed


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real instance that is not served."""
    folder = tmp_path_factory.mktemp("other") / "home"
    assert lontar(folder, "create", "--kind", "real").returncode == 0
    return folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_ends_when_it_is_told_to(other: Path, number: int) -> None:
    with served(other, "serve", more=BEHIND_A_PROXY) as running:
        started = running.children()
        assert len(started) > 3
        assert running.stop(number) == 0
        assert running.log.splitlines()[-1] == "Stopped."
        assert are_gone(started)


def test_the_server_ends_with_whoever_started_it(other: Path) -> None:
    with served(other, "serve", more=BEHIND_A_PROXY) as running:
        postgres = int((other / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        serving = _serving(running)
        while len(serving) < 4:  # one that answers does so before the other and the worker are there
            time.sleep(0.05)
            serving = _serving(running)
        assert len(serving) == 4
        running.stop(signal.SIGKILL)
        assert are_gone(serving)
    with served(other, "serve", more=BEHIND_A_PROXY) as again:
        assert Visitor(again.port).get("/readyz").status == 200
        assert not Path(f"/proc/{postgres}").exists()


def _serving(running: Served) -> set[int]:
    return {one for one in running.children() if "postgres" not in _name(one)}


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text()
    except FileNotFoundError:
        return ""


def test_a_demonstration_is_not_served_to_others(instance: Instance) -> None:
    told = lontar(instance.home.folder, "serve", more=BEHIND_A_PROXY)
    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)
    assert "[INS-030]" in told.stderr


def test_connections_on_which_nothing_is_asked_keep_nobody_waiting(real: Served) -> None:
    """Browsers open some in advance; were each to hold a process, two would stop the portal."""
    idle = [socket.create_connection(("127.0.0.1", real.port)) for _ in range(12)]
    try:
        for _ in range(8):
            answer = http.client.HTTPConnection("127.0.0.1", real.port, timeout=10)
            answer.request("GET", "/healthz")
            assert answer.getresponse().status == 200
            answer.close()
    finally:
        for one in idle:
            one.close()
