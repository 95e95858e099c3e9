"""The instance folder and the secret key in it, which the program makes at its first start."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from raspisms import paths
from raspisms.errors import Unusable, say
from raspisms.settings_values import SHORTEST_SECRET, folder

KEY_NAME = "secret_key"


class _Places(Protocol):
    @property
    def instance_path(self) -> Path: ...

    @property
    def secret_key(self) -> str | None: ...


def default_folder(environ: Mapping[str, str]) -> Path:
    """The checkout's own folder where the program runs from one and may write there.

    Else ``raspisms`` in XDG_DATA_HOME, which is ~/.local/share where it is not set.
    """
    checkout = paths.PACKAGE.parent
    if (checkout / "wsgi.py").is_file() and os.access(checkout, os.W_OK):
        return checkout / "instance"
    data = Path(environ.get("XDG_DATA_HOME", ""))
    if not data.is_absolute():
        data = folder(environ.get("HOME") or "~") / ".local" / "share"
    return data / "raspisms"


def prepare_instance(config: _Places) -> None:
    """Make the instance folder (mode 700) where there is none.

    Raises Unusable where it cannot be made or written to.
    """
    place = config.instance_path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            place.mkdir(mode=0o700)
        probe = place / f".writable-{os.getpid()}-{secrets.token_hex(4)}"
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()
    except OSError as error:
        raise _unwritable(place, error) from error


def secret_key(config: _Places) -> str:
    """The key that signs sessions: the one given, else the one kept in the instance folder.

    It is made where there is none, and then is on the disk before this returns; of
    several processes that start at once, all get the same. The folder must exist.
    Raises Unusable where the file cannot be read or written, or holds no key.
    """
    if config.secret_key is not None:
        return config.secret_key
    return keep(config.instance_path / KEY_NAME, _kept, lambda: secrets.token_urlsafe(48))


def keep(path: Path, kept: Callable[[Path], str | None], make: Callable[[], str]) -> str:
    """What ``kept`` reads in the private file ``path``; where there is none, what ``make`` gives.

    That is on the disk then before this returns; of several processes that start at once, all get
    the same. ``kept`` gives None where there is no file, and raises Unusable for one that it cannot
    use. Raises Unusable, too, where the file cannot be read or written.
    """
    try:
        return kept(path) or _made(path, kept, make)
    except OSError as error:
        raise _unwritable(path, error) from error


def _kept(path: Path) -> str | None:
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        key = ""
    if len(key) < SHORTEST_SECRET:
        raise Unusable(
            say(
                "%(path)s holds no key of at least %(least)s characters.",
                path=path,
                least=SHORTEST_SECRET,
            ),
            say("Put the file back from a backup, or delete it: a new key signs everyone out."),
            field="RASPISMS_SECRET_KEY",
        )
    return key


def _made(path: Path, kept: Callable[[Path], str | None], make: Callable[[], str]) -> str:
    """A new key, on the disk whole or not at all, even where the power is cut meanwhile."""
    with _locked(path.parent) as descriptor:
        there = kept(path)
        if there is not None:
            return there
        key = make()
        unfinished = path.with_name(f".{path.name}.new")
        unfinished.unlink(missing_ok=True)
        file = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(file, "w", encoding="ascii") as stream:
            stream.write(f"{key}\n")
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
        os.fsync(descriptor)
        return key


@contextmanager
def _locked(place: Path) -> Iterator[int]:
    """Hold the folder against other processes; gives its descriptor."""
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> Unusable:
    cause = error.strerror or type(error).__name__
    return Unusable(
        say("%(path)s cannot be used: %(cause)s.", path=path, cause=cause),
        say(
            "Give the user who runs RaspiSMS the right to write there, or set "
            "RASPISMS_INSTANCE_PATH to another folder."
        ),
        field="RASPISMS_INSTANCE_PATH",
    )
