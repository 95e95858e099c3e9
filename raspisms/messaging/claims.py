"""Claims: which messages go in the next call, taken durably before any byte leaves."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, update
from sqlalchemy.exc import OperationalError

from raspisms import clock
from raspisms.messaging import campaign_control, campaign_failures, gates, opt_outs
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Message, Phone, message_queue
from raspisms.models import phone as phones
from raspisms.models.message_queue import DueRow
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, Status

log = logging.getLogger(__name__)

#: Among so many of the longest waiting messages those with one text are put together.
_PORTION = 400


@dataclass(frozen=True)
class Claim:
    """Messages with one text, all flash or none, as claimed, with the mark of their call."""

    phone_id: int
    text: str
    tag: str
    flash: bool
    #: Minutes in which the network may deliver them; None for the usual time.
    validity: int | None
    #: The messages' ids by receiver: each receiver once.
    ids: Mapping[str, int]


def choose(engine: Engine, phone: Phone) -> list[DueRow]:
    """The messages for the next call of a phone: the longest waiting, and those with its text. A
    word to one person never waits behind what goes to many.

    What is overdue is put on hold on the way, what its recipient does not want is skipped, and what
    is to wait is kept back. Call it while holding ``engine.claiming``.
    """
    scheduled_too, limit = not engine.time.is_wrong, engine.batch_size(phone)
    while True:
        now = clock.now()
        rows = _due(phone.id, now, scheduled_too=scheduled_too)
        late = [row.id for row in rows if _is_late(engine, row, now)]
        if late:
            _hold(late, "overdue")
            continue
        under_way = engine.flights.peers(phone.id)
        chosen = _together([row for row in rows if row.peer not in under_way], limit)
        if opt_outs.skip_among([row.id for row in chosen], engine.time.now()):
            continue
        if campaign_failures.keep_back(engine, chosen) or campaign_control.keep_back(chosen):
            continue
        if gates.keep_back(engine, phone, chosen):
            continue
        return chosen[: gates.room(engine, phone, len(chosen))]


def claim(engine: Engine, phone: Phone, batch: Sequence[DueRow]) -> Claim | None:
    """Take the messages of a batch for sending, durably; None when none is to be sent any more."""
    tag = f"rs{secrets.token_hex(9)}"
    phone_id, service = phone.id, phone.service
    with writing() as session:
        taken = session.execute(
            update(Message)
            .where(
                Message.id.in_([row.id for row in batch]),
                Message.status == Status.PENDING,
                Message.attempt_at <= clock.now(),
                Message.body == batch[0].body,  # it may be changed until it is claimed
                Message.phone_id.in_(phones.working().with_only_columns(Phone.id).order_by(None)),
            )
            .values(
                status=lifecycle.next_status(Status.PENDING, Event.CLAIM),
                claimed_at=engine.time.now(),
                claimed_by=engine.process,
                call_tag=tag,
                service=service,
                attempts=Message.attempts + 1,
                absent_at=None,
                asked=0,
            )
            .returning(Message.id, Message.peer)
            .execution_options(synchronize_session=False)
        ).all()
    if not taken:
        return None
    first = batch[0]
    ids = {row.peer: row.id for row in taken}
    return Claim(phone_id, first.body, tag, first.flash, first.validity, ids)


def _due(phone_id: int, now: datetime, *, scheduled_too: bool) -> Sequence[DueRow]:
    """What is due: words to one person before what goes to many, each the longest waiting first."""
    try:
        rows = _read_due(phone_id, now, scheduled_too=scheduled_too)
    except OperationalError as error:
        if "decode" not in str(error.orig):
            raise
        reading().rollback()
        _set_unreadable_aside(phone_id, now)
        rows = _read_due(phone_id, now, scheduled_too=scheduled_too)
    reading().rollback()
    return sorted(rows, key=lambda row: not row.direct)


def _read_due(phone_id: int, now: datetime, *, scheduled_too: bool) -> list[DueRow]:
    query = partial(message_queue.due, phone_id, now, _PORTION, scheduled_too=scheduled_too)
    rows = _rows(query())
    if len(rows) < _PORTION:
        return rows
    # Behind these there may be more.
    return [*_rows(query(direct=True)), *(row for row in rows if not row.direct)]


def _rows(query: Select[*tuple[Any, ...]]) -> list[DueRow]:
    return [DueRow(*row) for row in reading().execute(query)]


def _set_unreadable_aside(phone_id: int, now: datetime) -> None:
    """Put on hold what is no text any more, as far as it can be read, so that the rest goes on."""
    ids = list(reading().scalars(message_queue.due_ids(phone_id, now)))
    reading().rollback()
    unreadable = [one for one in ids if not _is_readable(one)]
    log.error("Messages %s cannot be read; they are put on hold", unreadable)
    with writing() as session:
        for message_id in unreadable:
            raw = session.execute(message_queue.RAW_TEXTS, {"message": message_id}).one()
            legible = {name: value.decode(errors="replace") for name, value in raw._mapping.items()}
            session.execute(
                update(Message)
                .where(Message.id == message_id)
                .values(legible)
                .execution_options(synchronize_session=False)
            )
    _hold(unreadable, "unreadable")


def _is_readable(message_id: int) -> bool:
    try:
        reading().execute(message_queue.row(message_id)).one()
    except OperationalError:
        return False
    finally:
        reading().rollback()
    return True


def _is_late(engine: Engine, row: DueRow, now: datetime) -> bool:
    """Also while running: the phone was paused for long, or could not be reached."""
    return lifecycle.is_overdue(row.due_at or row.created_at, now, engine.hold_after)


def _hold(ids: Sequence[int], reason: str) -> None:
    with writing() as session:
        session.execute(
            update(Message)
            .where(Message.id.in_(ids), Message.status == Status.PENDING)
            .values(status=lifecycle.next_status(Status.PENDING, Event.HOLD), reason=reason)
            .execution_options(synchronize_session=False)
        )


def _together(rows: Sequence[DueRow], limit: int) -> list[DueRow]:
    """The first, and those that may go in one call with it; each receiver once."""
    if not rows:
        return []
    first = rows[0]
    alike: dict[str, DueRow] = {}
    # Of two messages to one person, the later must not overtake the earlier.
    seen: set[str] = set()
    for row in rows:
        if _go_together(row, first) and row.peer not in seen:
            alike[row.peer] = row
        seen.add(row.peer)
    return list(alike.values())[: min(limit, first.batch_limit or limit)]


def _go_together(one: DueRow, other: DueRow) -> bool:
    return _call(one) == _call(other)


def _call(row: DueRow) -> tuple[object, ...]:
    """What is said once in a call, and so has to be the same for all that go in it."""
    return row.body, row.flash, row.validity, row.batch_limit
