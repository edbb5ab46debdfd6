"""Debian's Chromium, driven by Playwright, without anything that it asks for by itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # nothing leaves this machine
)  # fmt: skip


@contextmanager
def launched(trusted: str) -> Iterator[Browser]:
    """A running browser that trusts a certificate with this fingerprint.

    Its event loop runs in this thread until the end: Django's tables cannot be used here meanwhile."""
    program = shutil.which("chromium")
    assert program, "There is no Chromium here. Run: make browser"
    options = [
        *QUIET,
        f"--ignore-certificate-errors-spki-list={trusted}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        try:
            yield browser
        finally:
            browser.close()
