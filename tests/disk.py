"""A small disk of its own, which can be filled, emptied and made read-only."""

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest


class Disk:
    """A file system in memory, mounted at ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave not one byte free."""
        descriptor = os.open(self._filler, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        try:
            with contextlib.suppress(OSError):
                while True:
                    os.write(descriptor, b"x" * 4096)
        finally:
            os.close(descriptor)
        free = os.statvfs(self.folder).f_bavail
        assert free == 0, free

    def free(self) -> None:
        self._filler.unlink()

    def free_a_little(self, size: int) -> None:
        os.truncate(self._filler, self._filler.stat().st_size - size)

    def make(self, how: str) -> None:
        """``ro`` or ``rw``. For ``ro`` nobody may have a file open to write."""
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Disk]:
    """Mounted as long as the block runs; the test is skipped where mounting is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system needs root")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def left_as_by_a_power_cut(database: Path) -> Iterator[None]:
    """Keep what stands beside a database, which SQLite needs for reading, when it is closed."""
    beside = [database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")]
    kept = {path: path.read_bytes() for path in beside}
    yield
    for path, content in kept.items():
        path.write_bytes(content)


def damage(database: Path, table: str) -> bytes:
    """Overwrite the pages of a table, as a dying SD card does; nobody may have the file open.

    What the whole file held before.
    """
    with closing(sqlite3.connect(database)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT pageno FROM dbstat WHERE name = ?"
        pages = [number for (number,) in connection.execute(query, (table,))]
    whole = database.read_bytes()
    with database.open("r+b") as file:
        for number in pages:
            file.seek((number - 1) * size)
            file.write(b"\xff" * size)
    return whole
