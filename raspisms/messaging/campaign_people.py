"""What became of the message to each person of a campaign, a page of them or all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select

from raspisms.messaging import campaign_control, contact_list, phones
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Member, Message
from raspisms.sms.lifecycle import Status
from raspisms.sms.numbers import digits_of

#: People on a page.
PAGE = 50
#: Rows of a file read at once.
_PORTION = 1000


class Person(NamedTuple):
    """What became of the message to one person, and when it was last heard of."""

    message_id: int
    conversation_id: int
    number: str
    name: str | None
    status: str
    reason: str | None
    reason_detail: str | None
    attempt_at: datetime | None
    sent_at: datetime | None
    final_at: datetime | None
    segments: int
    credits: float | None
    phone_id: int


@dataclass(frozen=True)
class Wanted:
    """Which people of a campaign: those in a state, for a reason ("" for none), of a name or
    number; None for any.
    """

    status: Status | None = None
    reason: str | None = None
    search: str = ""


def people(
    member: Member, campaign_id: int, wanted: Wanted, after: int | None = None
) -> list[Person]:
    """A page of its people in the order in which it was written to them, after a message.

    One more than PAGE where there are more. Raises NotFound as ``campaign_control.find`` does.
    """
    campaign = campaign_control.find(member, campaign_id)
    query = _people(campaign.id, wanted).limit(PAGE + 1)
    if after is not None:
        query = query.where(Message.id > after)
    return [Person(*row) for row in reading().execute(query)]


def walk(member: Member, campaign_id: int, wanted: Wanted) -> Iterator[Person]:
    """All of them, read in portions. Raises NotFound before the first is asked for."""
    campaign = campaign_control.find(member, campaign_id)
    return _walk(_people(campaign.id, wanted).limit(_PORTION))


def phone_names(member: Member) -> dict[int, str]:
    """The names of the phones that ``member`` sees, of those that were removed too."""
    return {one.id: one.name for one in phones.visible(member, removed=True)}


def _walk(query: Select[*tuple[Any, ...]]) -> Iterator[Person]:
    after = 0
    while portion := [Person(*row) for row in reading().execute(query.where(Message.id > after))]:
        yield from portion
        if len(portion) < _PORTION:
            return
        after = portion[-1].message_id


def _people(campaign_id: int, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Message.id,
            Message.conversation_id,
            Message.peer,
            Contact.name,
            Message.status,
            Message.reason,
            Message.reason_detail,
            Message.attempt_at,
            Message.sent_at,
            Message.final_at,
            Message.segments,
            Message.credits,
            Message.phone_id,
        )
        .outerjoin(Contact, Contact.number == Message.peer)
        .where(Message.campaign_id == campaign_id, *_conditions(wanted))
        .order_by(Message.id)
    )


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status is not None:
        yield Message.status == wanted.status
    if wanted.reason is not None:
        yield Message.reason == wanted.reason if wanted.reason else Message.reason.is_(None)
    if wanted.search.strip():
        digits = digits_of(wanted.search)
        by_number = [Message.peer.contains(digits)] if digits else []
        yield or_(contact_list.found(wanted.search), *by_number)
