"""What the operator of the machine does with issuers: add, change, list, remove; what is no issuer is not believed to be one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Instance
from tests.members.providers import Provider
from tests.portal import Portal


def lontar(home: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lontar")
    return subprocess.run(
        [program, *words], env={**os.environ, "LONTAR_HOME": str(home)}, input=given, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_the_operator_adds_lists_and_removes(instance: Instance, provider: Provider) -> None:
    home = instance.home.folder
    words = (
        "issuer",
        "add",
        "xa-login",
        "--url",
        provider.url,
        "--client-id",
        "lontar",
        "--participant",
        "XA",
        "--second-factor",
    )
    added = lontar(home, *words, given="hush-hush\n")
    assert (added.returncode, added.stderr) == (0, "")
    try:
        listed = lontar(home, "issuer", "list", "--json")
        assert json.loads(listed.stdout) == [
            {
                "slug": "xa-login",
                "url": provider.url,
                "client_id": "lontar",
                "participant": "XA",
                "second_factor": True,
            }
        ]
        assert "believed" in lontar(home, "issuer", "list").stdout
        assert lontar(home, *words[:-1], given="other\n").returncode == 0
        with instance.cluster.access("lontar_owner").connect() as owner:
            ((secret, origin, believed),) = owner.execute(
                "select secret, sign_in_origin, second_factor from members_issuer"
            ).fetchall()
        assert "other" not in str(secret)
        assert (origin, believed) == (provider.url, False)
    finally:
        removed = lontar(home, "issuer", "remove", "xa-login")
    assert removed.returncode == 0
    assert "no issuers" in lontar(home, "issuer", "list").stdout
    again = lontar(home, "issuer", "remove", "xa-login")
    assert (again.returncode, "INS-034" in again.stderr) == (1, True)


def test_for_a_participant_that_is_not_there_none_is_added(instance: Instance, provider: Provider) -> None:
    words = (
        "issuer",
        "add",
        "xa-login",
        "--url",
        provider.url,
        "--client-id",
        "lontar",
        "--participant",
        "XX",
    )
    answer = lontar(instance.home.folder, *words, given="hush\n")
    assert (answer.returncode, "INS-033" in answer.stderr, len(answer.stderr.splitlines())) == (2, True, 1)


def test_what_is_no_issuer_is_not_believed_to_be_one(portal: Portal, provider: Provider) -> None:
    from django.test import override_settings

    from lontar.members.signing_in.issuing import add_issuer, sign_in_origin
    from lontar.model.errors import CatalogueProblem, Unavailable

    assert sign_in_origin(provider.url) == provider.url
    with pytest.raises(CatalogueProblem, match="INS-033"):
        sign_in_origin(f"{provider.url}/")
    with pytest.raises(Unavailable, match="INS-035"):
        sign_in_origin("http://127.0.0.1:9")
    with override_settings(IS_REAL=True), pytest.raises(CatalogueProblem, match="TLS"):
        sign_in_origin(provider.url)
    for slug, client, secret in (("a b", "c", "s"), ("a", "", "s"), ("a", "c", ""), ("../x", "c", "s")):
        with pytest.raises(CatalogueProblem, match="INS-033"):
            add_issuer(slug, provider.url, client, "XA", False, secret)
