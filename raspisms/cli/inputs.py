"""Reading what must not stand on a command line, or does not fit there."""

import sys
from pathlib import Path

import click

from raspisms.cli import console
from raspisms.errors import Invalid, say


def new_password(path: str | None) -> str:
    """From the first line of a file, else typed twice at a terminal, else from standard input."""
    if path is not None:
        return first_line(Path(path))
    if sys.stdin.isatty():
        return str(
            click.prompt(
                console.words(say("Password")),
                hide_input=True,
                confirmation_prompt=console.words(say("The same again")),
            )
        )
    return next_line(say("password"))


def first_line(path: Path) -> str:
    """The first line of a text file, without its end. Raises Invalid in words."""
    return content_of(path).partition("\n")[0].rstrip("\r")


def content_of(path: Path) -> str:
    """All of a text file. Raises Invalid in words."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or say("it is not text in UTF-8")
        raise unreadable(path, cause) from error


def unreadable(path: Path | str, cause: object) -> Invalid:
    """What is wrong with a file that cannot be read."""
    return Invalid(
        say("%(path)s cannot be read: %(cause)s.", path=path, cause=cause),
        say("Check the path, and that you may read the file."),
    )


def next_line(what: object) -> str:
    """The next line of standard input, without its end; ``what`` names what it should hold."""
    raw = sys.stdin.buffer.readline()
    if not raw:
        raise Invalid(
            say("Nothing came on standard input for: %(what)s.", what=what),
            say("Give it as a line there, or from a file."),
        )
    return _text(raw).rstrip("\n").rstrip("\r")


def all_input() -> str:
    """All of standard input, without the line end of its last line."""
    return _text(sys.stdin.buffer.read()).removesuffix("\n").removesuffix("\r")


def hidden(name: str) -> str:
    """A secret called ``name``: typed unseen at a terminal, else the next line of the input."""
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True))
    return next_line(name)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            say("What came on standard input is not text in UTF-8."),
            say("Save or convert it as UTF-8, then try again."),
        ) from error
