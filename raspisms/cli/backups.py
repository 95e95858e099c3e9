"""``raspisms backup`` and ``raspisms restore``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from raspisms.cli import console
from raspisms.cli.household import configured
from raspisms.errors import say

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
def backup(file: Path, force: bool) -> None:
    """Copy the database to FILE, also while RaspiSMS is running.

    FILE holds all messages, contacts and the phones' keys: keep it as safe as those.
    """
    config = configured()
    from raspisms.messaging import backups

    backups.back_up(config.instance_path, file, overwrite=force)
    console.tell(say("The database was copied to: %(file)s", file=file))


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Go back to the backup FILE. Stop RaspiSMS first.

    The database that it replaces is kept in the folder backups. Messages that were waiting when
    the backup was made are put on hold: they may have been sent since.
    """
    config = configured()
    from raspisms.config import prepare_instance
    from raspisms.messaging import backups

    prepare_instance(config)
    with _nothing_running(config.instance_path):
        restored = backups.restore(config.instance_path, file)
    console.tell(say("The database is again as in: %(file)s", file=file))
    if restored.kept is not None:
        console.tell(say("The one before is kept as: %(kept)s", kept=restored.kept))
    if restored.held:
        console.warn(
            say(
                "Put on hold, as they may have been sent since the backup: %(count)d.",
                count=restored.held,
            ),
            say("Say for each, on the page of messages, whether it should still go."),
        )


@contextmanager
def _nothing_running(instance: Path) -> Iterator[None]:
    """Let nothing begin to send meanwhile. Raises Conflict where something does already."""
    from raspisms.messaging import backups
    from raspisms.scheduling import SchedulerLock

    lock = SchedulerLock(instance)
    if not lock.acquire():
        raise backups.in_use()
    try:
        yield
    finally:
        lock.release()
