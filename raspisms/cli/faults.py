"""Every way in which a command can end badly, told in a sentence."""

import os
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from raspisms.cli import console
from raspisms.errors import RaspismsError, say

FAULT = 1
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count
READER_GONE = 141  # 128 and the number of SIGPIPE


@contextmanager
def told(ctx: click.Context) -> Iterator[None]:
    """Turn whatever is raised into a sentence and an exit code.

    What click itself has to say of a wrongly written command passes through.
    """
    try:
        yield
    except RaspismsError as error:
        console.complain(error)
        ctx.exit(FAULT)
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        ctx.exit(INTERRUPTED)
    except BrokenPipeError:
        _close_output()
        ctx.exit(READER_GONE)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:
        _tell(ctx, error)


def _tell(ctx: click.Context, error: Exception) -> NoReturn:
    known = _of_the_machine(error)
    if known is not None:
        console.complain(known)
    else:
        kind, said = type(error).__name__, " ".join(str(_inner(error)).split())
        console.warn(
            say("This is a fault of RaspiSMS itself: %(kind)s: %(said)s", kind=kind, said=said),
            say("Please report it, with what --debug shows: raspisms --debug …"),
        )
    if ctx.params.get("debug"):
        traceback.print_exception(error)
    ctx.exit(FAULT)


def _of_the_machine(error: Exception) -> RaspismsError | None:
    """A fault of the disk or of a file, which is no fault of the program."""
    from raspisms.messaging.machine import storage_fault

    inner = _inner(error)
    if isinstance(inner, sqlite3.Error):
        return storage_fault(inner)
    if isinstance(inner, OSError) and inner.strerror:
        return RaspismsError(
            say("%(what)s: %(cause)s.", what=inner.filename, cause=inner.strerror)
            if inner.filename
            else say("The machine refuses: %(cause)s.", cause=inner.strerror),
            say("Check the disk, and the rights of the user who runs RaspiSMS."),
        )
    return None


def _inner(error: Exception) -> Exception:
    """What the database said, without the statement, whose values may be secrets."""
    inner = getattr(error, "orig", None)
    return inner if isinstance(inner, Exception) else error


def _close_output() -> None:
    """Leave nothing to write: nobody reads any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
