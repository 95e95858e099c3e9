"""Several phones for one campaign: what one of them cannot send goes by the next.

A campaign may name phones in an order. What waits on one of them is moved to another when the limit
of the first is reached, or when the first was set aside because it failed again and again.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters.answers import Accepted, NotSent, Outcome, Refused, Uncertain
from raspisms.messaging import joining, phone_limits
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import CampaignPhone, Message, Phone, message_queue
from raspisms.models import message as messages
from raspisms.models.base import listed

#: So many tries in a row that came to nothing set a phone aside.
ASIDE_AFTER = 4
#: A phone that is set aside keeps one message of those that others could take in so long, to find
#: out whether it works again.
_TRIED_EACH_SECONDS = 900.0
#: Messages moved in one transaction.
_MOST_MOVED = 2000


def others(phone_id: int, campaign_id: int) -> list[int]:
    """The other phones that may send a campaign now, the first of them first."""
    able = Phone.paused.is_(False), Phone.aside_at.is_(None)
    return list(reading().scalars(_of_set(phone_id, campaign_id).where(*able)))


def _of_set(phone_id: int, campaign_id: int) -> Select[int]:
    """The other phones of a campaign that are there, the first of them first."""
    return (
        select(Phone.id)
        .join(CampaignPhone, CampaignPhone.phone_id == Phone.id)
        .where(CampaignPhone.campaign_id == campaign_id, *_is_another(phone_id))
        .order_by(CampaignPhone.priority, Phone.id)
    )


def _is_another(phone_id: int) -> tuple[ColumnElement[bool], ...]:
    return Phone.id != phone_id, Phone.removed_at.is_(None)


def of_due(phone_id: int, now: datetime) -> dict[int, list[int]]:
    """The campaigns of what is due on a phone that others can send now, with these phones."""
    of_sets = select(CampaignPhone.campaign_id).where(CampaignPhone.phone_id == phone_id)
    due = message_queue.due_ids(phone_id, now).with_only_columns(Message.campaign_id)
    found = reading().scalars(due.where(Message.campaign_id.in_(of_sets)).distinct()).all()
    able = {one: others(phone_id, one) for one in found if one is not None}
    return {campaign_id: ids for campaign_id, ids in able.items() if ids}


def share(
    engine: Engine, phone_id: int, campaigns: Mapping[int, Sequence[int]], now: datetime
) -> int:
    """Move what is due of campaigns from a phone to others that have room for it; how many."""
    for campaign_id, ids in campaigns.items():
        for other in ids:
            moved = _move_some(phone_id, other, campaign_id, now, _room_left(engine, other, now))
            if moved:
                return moved
    return 0


def give_away(engine: Engine, phone_id: int, now: datetime) -> int:
    """Move what is due from a phone that is set aside to others of its sets; how many were moved.

    Now and then nothing is, so that the phone is tried.
    """
    if time.monotonic() - engine.tried_aside.get(phone_id, 0.0) > _TRIED_EACH_SECONDS:
        engine.tried_aside[phone_id] = time.monotonic()
        return 0
    return share(engine, phone_id, of_due(phone_id, now), now)


def look_again(session: Session, phone_id: int) -> None:
    """A phone can send more than before: what waits for the limits of others of its sets may go by
    it. In the transaction of ``session``.
    """
    of_sets = select(CampaignPhone.campaign_id).where(CampaignPhone.phone_id == phone_id)
    waits = Message.reason == phone_limits.REASON
    phone_limits.look_again(session, Message.campaign_id.in_(of_sets), waits)


def note_outcomes(
    engine: Engine, session: Session, phone: Phone, outcomes: Iterable[Outcome]
) -> None:
    """Set a phone aside after several tries in vain, or let it work again; in the transaction of
    ``session``. Nothing is written where nothing changes.
    """
    said = list(outcomes)
    if any(isinstance(one, Accepted | Refused) for one in said):
        if phone.aside_at is not None:
            phone.aside_at = None
            look_again(session, phone.id)
        return
    in_vain = any(_is_in_vain(one) for one in said)
    if in_vain and phone.aside_at is None and engine.failed(phone) >= ASIDE_AFTER:
        phone.aside_at = clock.now()
        engine.tried_aside[phone.id] = time.monotonic()


def hand_over(session: Session, phone_id: int) -> None:
    """Let what waits on a phone that goes out of use go by others of its sets, each at its time.

    In the transaction of ``session``.
    """
    for campaign_id in list(session.scalars(_to_hand_over(phone_id, Message.campaign_id))):
        # Rather by one that works; but what waits on one that is paused is not lost either.
        first = session.scalars(
            _of_set(phone_id, campaign_id or 0)
            .order_by(None)
            .order_by(Phone.paused, Phone.aside_at.is_not(None), CampaignPhone.priority)
            .limit(1)
        ).one()
        waits = (Message.phone_id == phone_id, messages.PENDING, Message.campaign_id == campaign_id)
        rows = [*session.execute(select(Message.id, Message.peer).where(*waits))]
        for start in range(0, len(rows), _MOST_MOVED):
            move(session, [tuple(row) for row in rows[start : start + _MOST_MOVED]], first)
        # The limits of the other are other ones.
        of_campaign = Message.phone_id == first, Message.campaign_id == campaign_id
        phone_limits.look_again(session, *of_campaign, Message.reason == phone_limits.REASON)


def count_to_hand_over(phone_id: int) -> int:
    """How many messages would go by other phones if this one went out of use."""
    return reading().scalar(_to_hand_over(phone_id, func.count())) or 0


def _to_hand_over(phone_id: int, what: Any) -> Select[Any]:
    usable = (
        select(CampaignPhone.phone_id)
        .join(Phone, Phone.id == CampaignPhone.phone_id)
        .where(CampaignPhone.campaign_id == Message.campaign_id, *_is_another(phone_id))
    )
    query = select(what).where(Message.phone_id == phone_id, messages.PENDING, usable.exists())
    return query.distinct() if what is Message.campaign_id else query


def move(
    session: Session,
    rows: Sequence[tuple[int, str]],
    phone_id: int,
    now: datetime | None = None,
) -> None:
    """Let waiting messages, given by id and number, go by another phone, in their conversations
    there: at ``now``, or when they would have gone. In the transaction of ``session``.
    """
    more = {"reason": None, "reason_detail": None}
    at = {"attempt_at": now, **more} if now is not None else {}
    ids = [message_id for message_id, _ in rows]
    peers = list(dict.fromkeys(peer for _, peer in rows))
    talks = joining.conversations(session, phone_id, peers)
    left = set(session.scalars(_conversations_of(ids)))
    session.execute(
        update(Message),
        [
            {
                "id": message_id,
                "phone_id": phone_id,
                "conversation_id": talks[peer],
                **at,
            }
            for message_id, peer in rows
        ],
    )
    joining.note_newest(session, [*left, *talks.values()])


def _conversations_of(ids: Sequence[int]) -> Select[int]:
    return select(Message.conversation_id).where(Message.id.in_(listed(ids))).distinct()


def _move_some(phone_id: int, other: int, campaign_id: int, now: datetime, most: int) -> int:
    if most <= 0:
        reading().rollback()
        return 0
    query = (
        select(Message.id, Message.peer)
        .where(
            Message.phone_id == phone_id,
            messages.PENDING,
            Message.attempt_at <= now,
            Message.campaign_id == campaign_id,
        )
        .order_by(Message.attempt_at, Message.id)
        .limit(most)
    )
    with writing() as session:
        if session.get_one(Phone, other).removed_at is not None:
            return 0
        rows = [(message_id, peer) for message_id, peer in session.execute(query)]
        if rows:
            move(session, rows, other, now)
    return len(rows)


def _room_left(engine: Engine, phone_id: int, now: datetime) -> int:
    """How many more a phone could send than what is due there already."""
    free = phone_limits.room(engine, phone_id)
    if free is None:
        return _MOST_MOVED
    due = message_queue.due_ids(phone_id, now).with_only_columns(func.count())
    return min(_MOST_MOVED, free - (reading().scalar(due) or 0))


def _is_in_vain(outcome: Outcome) -> bool:
    match outcome:
        case NotSent(code):
            return code != "throttled"
        case Uncertain():
            return True
    return False
