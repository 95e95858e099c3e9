"""Emptying old texts by itself, where the household wants that: months after they were written.

Before it first acts it is announced on every page for a week, with how many messages it concerns;
another number of months is announced anew, and meanwhile nothing goes. It acts as deleting by hand
does: the rows stay, for the counts and so that nothing comes in a second time.
"""

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.messaging import deletion, journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import HouseholdSetting, Message

#: So long it is told before anything goes.
NOTICE = timedelta(days=7)
#: Once all that is old was emptied, it is looked for again after this.
_PAUSE = timedelta(hours=20)
#: Messages emptied in one transaction, and transactions in one go.
_PORTION, _PORTIONS = 200, 100
#: Where in the household's settings it is kept what was told.
ROW = "retention"


@dataclass(frozen=True)
class Announcement:
    """What will be emptied from ``begins_at`` on: ``count`` messages as of when it was told."""

    months: int
    begins_at: datetime
    count: int


@dataclass(frozen=True)
class _Told:
    """What stands in the database: since when it is told of how many months, whether it began."""

    months: int
    at: datetime
    count: int
    began: bool = False

    @classmethod
    def read(cls, text: str) -> "_Told":
        found: dict[str, Any] = json.loads(text)
        return cls(**found | {"at": datetime.fromisoformat(found["at"])})

    def written(self) -> str:
        return json.dumps(vars(self) | {"at": self.at.isoformat()})


def announced(engine: Engine) -> Announcement | None:
    """What is about to begin; None where nothing is, or where it began."""
    months = engine.config.keep_texts_months
    if months is None:
        return None
    told = _told(reading())
    if told is None or told.began or told.months != months:
        return None
    return Announcement(months, told.at + NOTICE, told.count)


def work(engine: Engine) -> None:
    """Announce it, or empty what is old, as it is time; nothing while the clock is wrong."""
    months, now = engine.config.keep_texts_months, engine.time.now()
    told = _told(reading())
    if months is None:
        if told is not None:
            with writing() as session:
                session.execute(delete(HouseholdSetting).where(HouseholdSetting.name == ROW))
        return
    if engine.time.is_wrong:
        return
    before = _months_before(now, months)
    if told is None or told.months != months:
        count = reading().scalar(select(func.count()).where(*_old(reading(), before))) or 0
        reading().rollback()
        with writing() as session:
            _tell(session, _Told(months, now, count))
    elif now >= told.at + NOTICE and _is_time(engine, now):
        _empty_all(engine, told, before, now)


def _is_time(engine: Engine, now: datetime) -> bool:
    last = engine.texts_emptied_at
    return last is None or not last <= now < last + _PAUSE


def _empty_all(engine: Engine, told: _Told, before: datetime, now: datetime) -> None:
    for _ in range(_PORTIONS):
        if engine.stopping.is_set() or engine.config.keep_texts_months != told.months:
            return
        if not _empty_some(told, before):
            engine.texts_emptied_at = now
            return
        told = _told(reading()) or told


def _empty_some(told: _Told, before: datetime) -> bool:
    """Empty a portion; whether there was any."""
    old = select(Message.id).where(*_old(reading(), before)).order_by(Message.id).limit(_PORTION)
    ids = list(reading().scalars(old))
    reading().rollback()
    if not ids:
        return False
    with writing() as session:
        if not told.began:
            _tell(session, _Told(told.months, told.at, told.count, began=True))
            journal.note(session, None, "texts.began", str(told.months))
        which = [Message.id.in_(ids), Message.status.in_(deletion.OVER)]
        talks = set(session.scalars(select(Message.conversation_id).where(*which)))
        deletion.bury(session, which)
        for talk in talks:
            deletion.look_again(session, talk)
    return True


def _old(session: Session, before: datetime) -> list[ColumnElement[bool]]:
    """Messages that are over, and were made and went or came before an instant."""
    return [
        Message.id < _first_since(session, before),
        Message.deleted_at.is_(None),
        Message.status.in_(deletion.OVER),
        func.coalesce(Message.sent_at, Message.created_at) < before,
        # What was to go later was over later.
        func.coalesce(Message.final_at, Message.created_at) < before,
    ]


def _first_since(session: Session, at: datetime) -> int:
    """The number before which messages were made before ``at``.

    Numbers grow with time, so that it is found by halving, without an index of the times.
    """
    low, high = 0, (session.scalar(select(func.max(Message.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        made = session.execute(
            select(Message.id, Message.created_at)
            .where(Message.id >= middle)
            .order_by(Message.id)
            .limit(1)
        ).one_or_none()
        if made is None or made.created_at >= at:
            high = middle
        else:
            low = made.id + 1
    return low


def _months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last one of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def _told(session: Session) -> _Told | None:
    row = session.get(HouseholdSetting, ROW, populate_existing=True)
    return _Told.read(row.value) if row is not None else None


def _tell(session: Session, told: _Told) -> None:
    session.merge(HouseholdSetting(name=ROW, value=told.written(), changed_at=clock.now()))
