"""The table engine behind the door: it reaches no file, no network and no variable of this process, and nobody can let it."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

import duckdb

from lontar.model.errors import Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

_SETTINGS = (
    "SET memory_limit = '{memory}MiB'", "SET threads = {threads}", "SET temp_directory = ''", "SET enable_progress_bar = false",
    "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET python_enable_replacements = false",
    "SET preserve_insertion_order = false", "SET enable_external_access = false", "SET lock_configuration = true",
)  # fmt: skip
_WANTING = (duckdb.OutOfMemoryException, duckdb.IOException)


class Engine:
    """One connection, that a question has for itself while it is answered."""

    def __init__(self, memory_bytes: int, threads: int = 2) -> None:
        self._lock = Lock()
        self._connection = duckdb.connect(":memory:")
        for setting in _SETTINGS:
            self._connection.execute(setting.format(memory=memory_bytes // 2**20, threads=threads))

    def ask(self, text: str, tables: Mapping[str, pa.Table], values: list[object] | None = None) -> pa.Table:
        """Answer a query over these tables alone; `values` are bound, never written into it. Raises Unavailable for want of memory."""
        with self._lock:
            try:
                for name, table in tables.items():
                    self._connection.register(name, table)
                return self._connection.sql(text, params=values).to_arrow_table()
            except _WANTING:
                remedy = "Ask for less at once, or allow more memory (LONTAR_QUERY_MEMORY)."
                raise Unavailable(
                    "WAR-004", "", "there is too little memory to answer this.", remedy
                ) from None
            finally:
                for name in tables:
                    self._connection.unregister(name)


def quoted(name: str) -> str:
    """Give a name as an identifier: the only way in which a name enters a query."""
    if "\x00" in name:
        raise ValueError("no name holds a NUL")
    return '"' + name.replace('"', '""') + '"'
