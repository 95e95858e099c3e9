"""The backups in the instance folder: which there are, making, deleting, clearing away old ones."""

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from raspisms import clock, sqlite
from raspisms.errors import Conflict, NotFound, say
from raspisms.messaging.backups import BESIDE, FOLDER, back_up
from raspisms.messaging.machine import StorageError

AUTOMATIC, BY_HAND = "automatic", "by-hand"
#: What a backup leaves free at least: messages go on being stored.
RESERVE_BYTES = 32 * 1024 * 1024

_LOCK = "backup.lock"
_NAME = re.compile(
    r"(?P<at>\d{8}T\d{6})(?:\.(?P<micro>\d{6}))?Z"
    r"-(?P<kind>automatic|by-hand|before-restore|before-[0-9a-f]{4})\.sqlite3",
    re.ASCII,
)


@dataclass(frozen=True)
class Backup:
    """One file. ``kind``: automatic, by-hand, before-restore, before-0004 (that schema step)."""

    path: Path
    made_at: datetime
    kind: str
    size: int

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class Room:
    """Bytes on the disk of the backups: free ones, and what one more needs at most."""

    free: int
    needed: int

    @property
    def is_enough(self) -> bool:
        return self.free >= self.needed + RESERVE_BYTES


def folder(instance: Path) -> Path:
    return instance / FOLDER


def listing(instance: Path) -> list[Backup]:
    """All backups, the newest first."""
    found = []
    with suppress(FileNotFoundError):
        for path in folder(instance).iterdir():
            with suppress(FileNotFoundError):  # deleted meanwhile
                if (backup := _read(path)) is not None:
                    found.append(backup)
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def find(instance: Path, name: str) -> Backup:
    """The backup of that name. Raises NotFound for anything else, whatever it may name."""
    for backup in listing(instance):
        if backup.name == name:
            return backup
    raise no_such()


def no_such() -> NotFound:
    return NotFound(
        say("There is no such backup any more."), say("Look at the list of those that are kept.")
    )


def last_automatic(instance: Path, now: datetime) -> Backup | None:
    """The latest one; of those that a wrong clock dated after ``now``, none."""
    mine = (one for one in listing(instance) if one.kind == AUTOMATIC and one.made_at <= now)
    return next(mine, None)


def make(instance: Path, kind: str) -> Backup:
    """Copy the database while it is in use; mode 600.

    Raises Conflict while another backup is being made, and StorageError where there is no room.
    """
    with only_one(instance):
        place = folder(instance)
        place.mkdir(mode=0o700, exist_ok=True)
        _clear_unfinished(place)
        _check_room(room(instance))
        path = place / f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{kind}.sqlite3"
        back_up(instance, path)
        made = _read(path)
    assert made is not None  # noqa: S101 - the name is of our own making
    return made


def delete(instance: Path, name: str) -> Backup:
    """Delete one, with what stands beside it. Raises NotFound."""
    backup = find(instance, name)
    for end in ("", *BESIDE):
        Path(f"{backup.path}{end}").unlink(missing_ok=True)
    sqlite.sync(folder(instance))
    return backup


def prune(instance: Path, kept: int, now: datetime) -> None:
    """Keep the newest automatic ones; first go those that a wrong clock dated after ``now``."""
    mine = [one for one in listing(instance) if one.kind == AUTOMATIC]
    mine.sort(key=lambda one: (one.made_at <= now, one.made_at), reverse=True)
    for backup in mine[kept:]:
        delete(instance, backup.name)


def room(instance: Path) -> Room:
    """How much is free, and how large the next backup may be."""
    sizes = [path.stat().st_size for path in _database(instance) if path.exists()]
    return Room(free=shutil.disk_usage(instance).free, needed=sum(sizes))


def database_changed_at(instance: Path) -> datetime:
    """When something was written to the database last, by the clock of then."""
    times = [path.stat().st_mtime for path in _database(instance) if path.exists()]
    return datetime.fromtimestamp(max(times), UTC)


def _database(instance: Path) -> tuple[Path, Path]:
    return instance / sqlite.DATABASE, instance / f"{sqlite.DATABASE}-wal"


def _read(path: Path) -> Backup | None:
    """None for what is no backup of ours."""
    found = _NAME.fullmatch(path.name)
    if found is None or path.is_symlink():
        return None
    try:
        made_at = datetime.strptime(found["at"], "%Y%m%dT%H%M%S").replace(
            tzinfo=UTC, microsecond=int(found["micro"] or 0)
        )
    except ValueError:  # no such day
        return None
    return Backup(path, made_at, found["kind"], path.stat().st_size)


def _clear_unfinished(place: Path) -> None:
    """What a process left that ended while it copied; whoever holds the lock has none yet."""
    for kind in (AUTOMATIC, BY_HAND):
        for path in place.glob(f".*-{kind}.sqlite3.*.partial"):
            path.unlink(missing_ok=True)


def _check_room(room: Room) -> None:
    if not room.is_enough:
        raise StorageError(
            say(
                "There is not enough room for a backup: %(needed)d MB are needed, %(free)d MB are "
                "free.",
                needed=-(-(room.needed + RESERVE_BYTES) // 1_000_000),
                free=room.free // 1_000_000,
            ),
            say("Delete older backups, or free some space on the disk."),
        )


@contextmanager
def only_one(instance: Path) -> Iterator[None]:
    """Hold the lock of all processes that make backups of this folder."""
    with sqlite.open_private(instance / _LOCK) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                say("A backup is being made already."), say("Look again in a moment.")
            ) from None
        yield
