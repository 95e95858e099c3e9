"""Alerts as notices on devices: each device is told of each alert once, while it is so.

What a device was told is kept until the alert is over, so that the same one that comes back is told
anew. A device can be told of messages alone.
Whether its member still sees the alert is looked up right before each call. No transaction is
open during one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from raspisms import clock
from raspisms.errors import say
from raspisms.messaging import alerts, language, push, push_calls, push_sending
from raspisms.messaging.alerts import Alert
from raspisms.messaging.engine import Engine
from raspisms.messaging.push_calls import Parcel
from raspisms.messaging.transactions import reading, writing
from raspisms.models import AlertNotice, LoginSession, Member, PushSubscription

#: Alerts are looked for so often while some device is told of them.
EACH = timedelta(minutes=1)

_HIDDEN = say("Something needs you")


def note(engine: Engine, now: datetime) -> None:
    """Write down what devices are to be told, and forget what is over. Nothing is written while
    nothing changes.
    """
    wanted: set[tuple[int, str]] = set()
    for member in reading().scalars(_members()):
        keys = {one.key for one in alerts.of(engine, member, now)}
        told = [device.id for device in push.devices(member) if device.alerts]
        wanted |= {(device_id, key) for device_id in told for key in keys}
    columns = select(AlertNotice.subscription_id, AlertNotice.key, AlertNotice.id)
    known = {(device, key): row_id for device, key, row_id in reading().execute(columns)}
    added, over = wanted - known.keys(), [known[one] for one in known.keys() - wanted]
    reading().rollback()
    if not added and not over:
        return
    with writing() as session:
        session.execute(delete(AlertNotice).where(AlertNotice.id.in_(over)))
        there = set(session.scalars(select(PushSubscription.id)))
        for device, key in sorted(added):
            if device in there:
                session.add(
                    AlertNotice(subscription_id=device, key=key, created_at=now, attempt_at=now)
                )


def planned(now: datetime) -> tuple[set[int], datetime]:
    """The lanes that have something to tell now, and when to look for more."""
    due = select(AlertNotice.subscription_id).where(_is_due(now)).distinct()
    ready = {device % push_sending.LANES for device in reading().scalars(due)}
    later = select(func.min(AlertNotice.attempt_at)).where(AlertNotice.attempt_at > now)
    return ready, min(now + EACH, reading().scalar(later) or now + EACH)


def send_due(engine: Engine, lane: int) -> None:
    """Tell what is due on the devices of a lane, one call after the other."""
    while not engine.stopping.is_set():
        now = clock.now()
        due = select(AlertNotice).where(
            _is_due(now), AlertNotice.subscription_id % push_sending.LANES == lane
        )
        notice = reading().scalar(due.order_by(AlertNotice.attempt_at, AlertNotice.id).limit(1))
        if notice is None:
            return
        _tell(engine, notice, now)


def _tell(engine: Engine, notice: AlertNotice, now: datetime) -> None:
    notice_id = notice.id
    parcel = _pack(engine, notice, now)
    reading().rollback()  # no transaction is open during the call
    if parcel is None:
        _set(notice_id, attempt_at=None)
        return
    # A fault of the program, which the job tells, must not be met again at once.
    _set(notice_id, attempt_at=now + push_calls.LONGEST_PAUSE, attempts=AlertNotice.attempts + 1)
    outcome = push_calls.send(engine, parcel)
    _set(notice_id, attempt_at=clock.now() + outcome.pause if outcome.pause else None)
    push_sending.note_fault(parcel.device.id, outcome)


def _pack(engine: Engine, notice: AlertNotice, now: datetime) -> Parcel | None:
    """The call about an alert; None where it is over, late, or not for that device any more."""
    session = reading()
    device = session.get_one(PushSubscription, notice.subscription_id)
    member = session.get_one(Member, device.member_id)
    is_ended = session.get_one(LoginSession, device.login_id).expires_at <= now
    lifetime = push_sending.left(notice.created_at, now)
    is_over = is_ended or lifetime <= timedelta(0) or not device.alerts
    if member.disabled_at is not None or is_over:
        return None
    found = [one for one in alerts.of(engine, member, now) if one.key == notice.key]
    if not found:
        return None
    tag = f"alert-{hashlib.sha256(notice.key.encode()).hexdigest()[:16]}"
    told = _told(engine, member, device, found[0], tag)
    return Parcel(push_sending.as_it_is(device), told, tag, lifetime, notice.attempts)


def _told(
    engine: Engine, member: Member, device: PushSubscription, alert: Alert, tag: str
) -> Mapping[str, object]:
    """What the device shows: it leads to the list of campaigns."""
    title, body = (_HIDDEN, "") if device.hides_text else (alert.title, alert.advice)
    words = language.of(engine, member)
    return push_sending.payload(title, body, words, tag, page="campaigns")


def _members() -> Select[Member]:
    told = select(PushSubscription.member_id).where(PushSubscription.alerts)
    return select(Member).where(Member.id.in_(told), Member.disabled_at.is_(None))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Also what seems to wait for longer than anything does: the clock was set back meanwhile."""
    return or_(AlertNotice.attempt_at <= now, AlertNotice.attempt_at > now + push.LIFETIME)


def _set(notice_id: int, **values: object) -> None:
    with writing() as session:
        statement = update(AlertNotice).where(AlertNotice.id == notice_id).values(values)
        session.execute(statement.execution_options(synchronize_session=False))
