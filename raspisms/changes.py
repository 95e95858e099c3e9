"""Whether anything was committed since one last looked, without a query."""

import secrets
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from raspisms import sqlite

#: How long to wait for a database that is just being recovered.
_PATIENCE_SECONDS = 1


@dataclass(frozen=True)
class _Opened:
    """A connection, under a name of its own: its versions mean nothing beside another's."""

    connection: sqlite3.Connection
    name: str
    file: tuple[int, int]


class Changes:
    """What open pages ask first, again and again: it reads shared memory, no disk.

    One for each process, safe to use from many threads. It opens the database when it is first
    asked, so that no connection crosses a fork (https://www.sqlite.org/howtocorrupt.html, 2.6).
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def stamp(self) -> str:
        """A mark that is another one after each commit of any process, and for another file.

        Where that cannot be told, it is another one each time: whoever asks then compares what
        they show with what there is, and meets the fault, if it lasts, in words.
        """
        with self._lock:
            try:
                opened = self._open()
                return f"{opened.name}.{sqlite.data_version(opened.connection)}"
            except (sqlite3.Error, OSError):
                self._close()
                return secrets.token_hex(8)

    def close(self) -> None:
        """Let go of the file; the next question opens it anew."""
        with self._lock:
            self._close()

    def _open(self) -> _Opened:
        file = self._identity()
        if self._opened is None or self._opened.file != file:
            self._close()
            address = f"{self._database.as_uri()}?mode=ro"
            connection = sqlite3.connect(
                address, timeout=_PATIENCE_SECONDS, uri=True, check_same_thread=False
            )
            self._opened = _Opened(connection, secrets.token_hex(4), file)
        return self._opened

    def _identity(self) -> tuple[int, int]:
        """Which file bears the name now: a backup that was restored is another one."""
        found = self._database.stat()
        return found.st_dev, found.st_ino

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.connection.close()
            self._opened = None
