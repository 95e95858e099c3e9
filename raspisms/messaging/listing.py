"""All messages, in the order in which they were stored, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select

from raspisms.messaging import phones
from raspisms.messaging.transactions import reading
from raspisms.models import Message, Phone
from raspisms.models.member import name_key
from raspisms.sms.lifecycle import Status

#: Messages held in memory at once.
PORTION = 200


@dataclass(frozen=True)
class Wanted:
    """Which messages: all, or those for which every condition given is true."""

    direction: str | None = None
    status: Status | None = None
    phone: str | None = None
    campaign_id: int | None = None


@dataclass(frozen=True)
class Listed:
    """A message, with the name of its phone."""

    message: Message
    phone: str


def walk(wanted: Wanted, newest: int | None = None) -> Iterator[Listed]:
    """The messages wanted, oldest first; with ``newest`` only that many, the last ones.

    No transaction is open while the caller has a message in hand, so that a slow reader does not
    keep the database from tidying up. Raises NotFound for a phone that there never was.
    """
    query = _query(wanted)
    names = {phone.id: phone.name for phone in reading().scalars(select(Phone))}
    after, left = _start(query, newest), newest
    while left is None or left > 0:
        size = PORTION if left is None else min(PORTION, left)
        portion = list(
            reading().scalars(query.where(Message.id > after).order_by(Message.id).limit(size))
        )
        reading().expunge_all()
        reading().rollback()
        for message in portion:
            yield Listed(message, names.get(message.phone_id, ""))
        if len(portion) < size:
            return
        after = portion[-1].id
        left = None if left is None else left - size


def _query(wanted: Wanted) -> Select[Message]:
    query = select(Message).where(Message.deleted_at.is_(None))
    if wanted.direction is not None:
        query = query.where(Message.direction == wanted.direction)
    if wanted.status is not None:
        query = query.where(Message.status == wanted.status)
    if wanted.campaign_id is not None:
        query = query.where(Message.campaign_id == wanted.campaign_id)
    if wanted.phone is not None:
        query = query.where(Message.phone_id.in_(_phone_ids(wanted.phone)))
    return query


def _phone_ids(name: str) -> list[int]:
    """The phone called so, and those that were called so when they were removed."""
    found = list(reading().scalars(select(Phone.id).where(Phone.name_key == name_key(name))))
    return found or [phones.find_by_name(name).id]


def _start(query: Select[Message], newest: int | None) -> int:
    """The id after which to begin."""
    if newest is None:
        return 0
    ids = query.with_only_columns(Message.id).order_by(Message.id.desc())
    first: int | None = reading().scalar(ids.offset(newest - 1).limit(1))
    return 0 if first is None else first - 1
