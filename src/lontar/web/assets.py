"""Stylesheets, scripts, fonts and pictures: laid out once for a version, under names that hold a hash of what is in them."""

from __future__ import annotations

from hashlib import sha256
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from lontar.instance.home import write_whole


def lay_out() -> None:
    """Lay the files out in `static` of the instance's folder, unless those of this version are there already.

    What older versions left stays, for pages that are still open.
    """
    root = settings.HOME.folder / "static"  # type: ignore[misc]
    stamp, wanted = root / ".laid-out", _stamp()
    if stamp.is_file() and stamp.read_bytes() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    write_whole(stamp, wanted, mode=0o644)


def _stamp() -> bytes:
    """Give a hash of which files there are, how long they are and of when."""
    told = sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            found = Path(storage.path(name)).stat()
            told.update(f"{name}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return told.hexdigest().encode()
