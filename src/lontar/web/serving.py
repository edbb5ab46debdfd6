"""The server that speaks HTTP: gunicorn, with some threads in each worker, on a socket that whoever starts it has opened."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from lontar.web.assets import lay_out
from lontar.web.fingerprint import refuse_another_version
from lontar.web.log import WithoutPeople

THREADS = 8
"""Requests that a worker answers at once. Each has its own connections to the database."""
PATIENCE = 30
"""Seconds that an answer may take, and seconds that those under way are given when the server is told to stop."""


class WithoutPeopleLogger(Logger):  # type: ignore[misc]
    """Gunicorn's log, without what it says of requests."""

    def setup(self, cfg: Any) -> None:
        """Write what goes wrong, in our own form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(WithoutPeople())


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything here and nothing by files or the environment."""

    def __init__(self, handle: int, workers: int) -> None:
        self._told = {
            "bind": f"fd://{handle}",
            "workers": workers,
            "worker_class": "gthread",  # a connection on which nothing is asked keeps nobody waiting
            "threads": THREADS,
            "preload_app": True,
            "timeout": PATIENCE,
            "graceful_timeout": PATIENCE // 3,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": WithoutPeopleLogger,
            "forwarded_allow_ips": "",  # which header is believed is Django's to say (LONTAR_PROXY)
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "max_requests": 10_000,
            "max_requests_jitter": 1000,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take what was told."""
        for name, value in self._told.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the portal."""
        from lontar.web.wsgi import application

        return application


def serve(handle: int, workers: int) -> None:
    """Serve until told to stop. Raises Unavailable where the database is not as this version needs it."""
    refuse_another_version(settings.HOME)  # type: ignore[misc]
    lay_out()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    Server(handle, workers).run()


def _end_with(parent: int) -> None:
    """Stop when whoever started this process ended without saying so."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
