"""The folder of an instance: what kind it is, its secrets, and a lock that keeps two Lontars apart."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec

from lontar.model.errors import Unavailable

Kind = Literal["demo", "real"]
Secret = Literal[
    "superuser", "owner", "web", "gate", "context", "journal", "django", "factors", "store", "desk"
]
REMOVAL = "removal"
"""The lock of whoever removes files of `store/`, or sweeps it, held from before the first goes until the last is gone. Where it is not to
be had a backup is being made, and they stay until the next time: each that the database called current at the backup's moment is there.
"""


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written when an instance is created, and never changed."""

    id: str
    kind: Kind
    created: datetime


def default_home() -> Path:
    """Give the folder that LONTAR_HOME names, or `var` in the working folder."""
    return Path(os.environ.get("LONTAR_HOME") or "var").absolute()


class Home:
    """The folder of an instance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @property
    def exists(self) -> bool:
        """Whether an instance was created here."""
        return self._facts.is_file()

    @property
    def facts(self) -> Facts:
        """What the instance is. Raises Unavailable where none was created."""
        try:
            return msgspec.json.decode(self._facts.read_bytes(), type=Facts)
        except (FileNotFoundError, NotADirectoryError):
            remedy = "Run 'lontar create', or set LONTAR_HOME to the folder of an instance."
            raise Unavailable("INS-001", str(self.folder), "there is no instance here.", remedy) from None
        except msgspec.MsgspecError:
            remedy = "Restore it from a backup; what kind an instance is cannot be guessed."
            raise Unavailable("INS-002", str(self._facts), "it is damaged.", remedy) from None

    def create(self, kind: Kind) -> Facts:
        """Create an instance, or find the one that is there. Raises Unavailable where that one is of another kind."""
        try:
            self.folder.mkdir(parents=True, mode=0o755, exist_ok=True)
            if not self.exists:
                self._make(kind)
        except OSError as error:
            said = f"no instance can be made here: {(error.strerror or 'it cannot be written').lower()}."
            raise Unavailable(
                "INS-025", str(self.folder), said, "Set LONTAR_HOME to a folder that may be written."
            ) from None
        found = self.facts
        if found.kind != kind:
            said = f"the instance here is of the kind '{found.kind}', which was fixed when it was created."
            raise Unavailable(
                "INS-003", str(self.folder), said, f"Create one of the kind '{kind}' in another folder."
            )
        return found

    def _make(self, kind: Kind) -> None:
        """Write all secrets, and last what the instance is."""
        if (self.folder / "postgres").exists():
            said = "there is a database here, and nothing says of what kind the instance is."
            raise Unavailable("INS-024", str(self._facts), said, "Restore the file from a backup.")
        (self.folder / "secrets").mkdir(mode=0o700, exist_ok=True)
        for name in get_args(Secret):
            write_whole(self._secret(name), secrets.token_hex(32).encode(), mode=0o600, replace=False)
        facts = Facts(id=secrets.token_hex(8), kind=kind, created=datetime.now(UTC))
        write_whole(self._facts, msgspec.json.encode(facts), mode=0o644, replace=False)

    def secret(self, name: Secret) -> str:
        """Give a secret (32 bytes as hexadecimal digits), made when the instance was created; only its owner can read the file.

        Raises Unavailable where it is missing: no other is made in its place.
        """
        try:
            return self._secret(name).read_text(encoding="ascii").strip()
        except OSError:
            remedy = "Restore it from the copy that was made when the instance was created; no other can take its place."
            raise Unavailable("INS-023", str(self._secret(name)), "the secret is missing.", remedy) from None

    def renewed(self, name: Secret) -> str | None:
        """Give the secret that is to take the place of another, or None where none is."""
        try:
            return self._secret(f"{name}.next").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def begin_renewal(self, name: Secret) -> str:
        """Make the secret that is to take the place of another, or find the one that was made. Both hold until `end_renewal`."""
        write_whole(self._secret(f"{name}.next"), secrets.token_hex(32).encode(), mode=0o600, replace=False)
        new = self.renewed(name)
        assert new is not None
        return new

    def end_renewal(self, name: Secret) -> None:
        """Let the new secret take the place of the old one, which is gone."""
        self._secret(f"{name}.next").replace(self._secret(name))

    def _secret(self, name: str) -> Path:
        return self.folder / "secrets" / name

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[bool]:
        """Take a lock of this folder if nobody has it, and say whether it was taken; it ends with the process, however that ends."""
        path = self.folder / f"{name}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            yield True
        finally:
            os.close(handle)

    def holder(self, name: str) -> str:
        """Give the number of the process that last took a lock."""
        with contextlib.suppress(OSError):
            return (self.folder / f"{name}.lock").read_text().strip()
        return ""

    @property
    def _facts(self) -> Path:
        return self.folder / "instance.json"


def write_whole(path: Path, content: bytes, *, mode: int, replace: bool = True) -> None:
    """Write a file whole or not at all, and to the disk; without `replace`, a file that is there already stays as it is."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    sync_names(path.parent)


def sync_names(folder: Path) -> None:
    """Have the names in a folder on the disk before this comes back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
