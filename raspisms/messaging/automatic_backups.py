"""The backup that is made by itself, once a day at the household's hour."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from raspisms.errors import Conflict
from raspisms.messaging import backup_folder
from raspisms.messaging.backup_folder import AUTOMATIC
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import StorageError, without_trace
from raspisms.messaging.transactions import reading
from raspisms.models import Member

log = logging.getLogger(__name__)

#: After a backup that could not be made, or while somebody makes one.
_AGAIN = timedelta(hours=1)


def make_due(engine: Engine, now: datetime) -> datetime | None:
    """Make the backup that is due, if one is; when the next will be.

    A fault of the disk is kept in ``engine.backup_fault`` for the pages: it stops nothing else.
    """
    if engine.time.is_wrong:
        return now + _AGAIN  # it would stand in the list under a wrong date
    if not is_due(engine, now):
        return next_at(engine, now)
    reading().rollback()  # no transaction is open for as long as the copy takes
    instance = engine.config.instance_path
    try:
        backup_folder.make(instance, AUTOMATIC)
        backup_folder.prune(instance, engine.config.backups_kept, now)
    except Conflict:
        return now + _AGAIN
    except StorageError as fault:
        log.error("No backup could be made: %s", fault)
        engine.backup_fault = without_trace(fault)
        return now + _AGAIN
    engine.backup_fault = None
    return next_at(engine, now)


def is_due(engine: Engine, now: datetime) -> bool:
    """Whether the latest hour for a backup has passed without one.

    None is due of a household without an account yet, nor where nothing was written since the last.
    """
    hour = engine.config.backup_hour
    began: datetime | None = reading().scalar(select(func.min(Member.created_at)))
    if hour is None or began is None:
        return False
    wanted = _latest(now, hour, engine.config.timezone)
    last = backup_folder.last_automatic(engine.config.instance_path, now)
    if last is None:
        return began <= wanted
    changed_at = backup_folder.database_changed_at(engine.config.instance_path)
    return last.made_at < wanted and changed_at > last.made_at


def next_at(engine: Engine, now: datetime) -> datetime | None:
    """When the next one is made; None for never."""
    hour = engine.config.backup_hour
    if hour is None:
        return None
    zone = engine.config.timezone
    return next(at for day in (0, 1) if (at := _at(now, hour, zone, day)) > now)


def _latest(now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    return next(at for day in (0, -1) if (at := _at(now, hour, zone, day)) <= now)


def _at(now: datetime, hour: int, zone: ZoneInfo, day: int) -> datetime:
    """The full hour in ``zone`` on the day so many days after ``now``'s.

    One that the clock passes twice counts as the first; one that it leaves out comes as much later
    (PEP 495, fold=0).
    """
    today = now.astimezone(zone)
    local = today.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return (local + timedelta(days=day)).astimezone(now.tzinfo)
