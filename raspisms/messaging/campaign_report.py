"""What became of a campaign: of all of it by state and cause, and of each person.

Counts come from an index alone, so that they cost little with a hundred thousand people too. Every
message of the campaign is in one of them: their sum is how many people it was written to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, text
from sqlalchemy.orm import aliased

from raspisms.messaging import campaign_control, contact_list, phones
from raspisms.messaging.credit import Spent
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Contact, Member, Message, Phone
from raspisms.models.message import IN
from raspisms.sms.lifecycle import FINAL, Status
from raspisms.sms.numbers import digits_of

#: In which order states are told: what arrived first, what a person has to look at in the middle.
ORDER = (
    Status.DELIVERED,
    Status.SENT,
    Status.EXPIRED,
    Status.SENDING,
    Status.PENDING,
    Status.HELD,
    Status.UNCERTAIN,
    Status.FAILED,
    Status.SKIPPED,
    Status.CANCELLED,
)
#: The provider took these. Of those that failed it took some.
TAKEN = (Status.SENT, Status.DELIVERED, Status.EXPIRED)
#: People on a page.
PAGE = 50
#: Answers that are told.
ANSWERS = 50
#: Messages looked at to tell when the next of them leaves.
_LOOKED_AT = 500
#: Rows of a file read at once.
_PORTION = 1000
#: What came in, beside what was sent.
_came = aliased(Message, name="came")


@dataclass(frozen=True)
class Cause:
    """How many messages are in one state for one reason, which is a code of ``sms.reasons``.

    ``until`` is when the next of those that wait tries to leave, as far as it is known.
    """

    status: Status
    reason: str | None
    count: int
    until: datetime | None = None


@dataclass(frozen=True)
class Report:
    """A campaign and what became of it by now. ``answers`` is how many came in of its people."""

    campaign: Campaign
    phones: Sequence[Phone]
    causes: Sequence[Cause]
    used: Spent
    answers: int

    @property
    def total(self) -> int:
        """How many people it was written to."""
        return sum(one.count for one in self.causes)

    @property
    def done(self) -> int:
        """How many messages nothing more is done with here: they left, or never will."""
        return sum(one.count for one in self.causes if one.status in FINAL | set(TAKEN))

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected by itself, no receipt either."""
        return all(one.status in FINAL for one in self.causes)

    @property
    def rests(self) -> bool:
        """Whether each of its phones is paused or removed, so that nothing leaves for now."""
        return all(one.paused or one.removed_at is not None for one in self.phones)

    @property
    def states(self) -> list[tuple[Status, int]]:
        """How many messages are in each state, those that there are."""
        return [(one, count) for one in ORDER if (count := self.count(one))]

    def count(self, *statuses: Status) -> int:
        return sum(one.count for one in self.causes if one.status in statuses)


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


class Answer(NamedTuple):
    """A message that came in of somebody to whom a campaign was sent before."""

    message_id: int
    conversation_id: int
    number: str
    name: str | None
    text: str
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which people of a campaign: those in a state, for a reason ("" for none), of a name or
    number; None for any.
    """

    status: Status | None = None
    reason: str | None = None
    search: str = ""


def show(member: Member, campaign_id: int) -> Report:
    """Raises NotFound as ``campaign_control.find`` does."""
    campaign = campaign_control.find(member, campaign_id)
    phone_ids = campaign_control.phones_of(reading(), campaign)
    causes, used = counted(campaign.id)
    return Report(
        campaign,
        phones=[reading().get_one(Phone, one) for one in phone_ids],
        causes=causes,
        used=used,
        answers=reading().scalar(_answers(campaign, phone_ids, func.count())) or 0,
    )


def answers(member: Member, campaign_id: int) -> list[Answer]:
    """The newest answers. Raises NotFound as ``campaign_control.find`` does."""
    campaign = campaign_control.find(member, campaign_id)
    query = (
        _answers(
            campaign,
            campaign_control.phones_of(reading(), campaign),
            _came.id,
            _came.conversation_id,
            _came.peer,
            Contact.name,
            _came.body,
            _came.sent_at,
        )
        .outerjoin(Contact, Contact.number == _came.peer)
        .order_by(_came.id.desc())
        .limit(ANSWERS)
    )
    return [Answer(*row) for row in reading().execute(query)]


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


def counted(campaign_id: int) -> tuple[list[Cause], Spent]:
    """Counts by state and cause, and what was used of those that the provider took."""
    query = (
        select(
            Message.status,
            Message.reason,
            func.count(),
            func.sum(Message.segments),
            func.total(Message.credits),
            func.count() - func.count(Message.credits),
        )
        .where(Message.campaign_id == campaign_id)
        .group_by(Message.status, Message.reason)
    )
    causes, used = [], [_failed_but_taken(campaign_id)]
    for status, reason, count, *rest in reading().execute(query):
        until = _next(campaign_id, reason) if status == Status.PENDING else None
        causes.append(Cause(Status(status), reason, count, until))
        if status in TAKEN:
            used.append(Spent(count, *rest))
    causes.sort(key=lambda one: (ORDER.index(one.status), -one.count))
    return causes, Spent.together(used)


def _failed_but_taken(campaign_id: int) -> Spent:
    """What those used that the provider took and the network did not deliver."""
    query = select(
        func.count(),
        func.coalesce(func.sum(Message.segments), 0),
        func.total(Message.credits),
        func.count() - func.count(Message.credits),
    ).where(
        Message.campaign_id == campaign_id,
        text("message.status = 'failed'"),
        Message.sent_at.is_not(None),
    )
    return Spent(*reading().execute(query).one())


def _next(campaign_id: int, reason: str | None) -> datetime | None:
    """When the next of those tries to leave that wait for a reason, of the first of them."""
    first = (
        select(Message.attempt_at)
        .where(
            Message.campaign_id == campaign_id,
            Message.status == Status.PENDING,
            Message.reason == reason if reason else Message.reason.is_(None),
        )
        .order_by(Message.id)
        .limit(_LOOKED_AT)
        .subquery()
    )
    found: datetime | None = reading().scalar(select(func.min(first.c.attempt_at)))
    return found


def _answers(
    campaign: Campaign, phone_ids: Sequence[int], *columns: Any
) -> Select[*tuple[Any, ...]]:
    """What came in of its people since it was sent to them.

    Found from what came in since it was written, which is little, and not from its people.
    """
    sent = aliased(Message, name="sent")
    first = select(func.min(Message.id)).where(Message.campaign_id == campaign.id)
    was_sent = select(sent.id).where(
        sent.conversation_id == _came.conversation_id,
        sent.deleted_at.is_(None),
        sent.id < _came.id,
        sent.sent_at <= _came.sent_at,
        # Without the plus SQLite would go through all of the campaign for each of them.
        literal_column("+sent.campaign_id") == campaign.id,
    )
    return (
        select(*columns)
        .select_from(_came)
        .where(
            _came.phone_id.in_(phone_ids),
            _came.direction == IN,
            _came.deleted_at.is_(None),
            _came.id > first.scalar_subquery(),
            was_sent.exists(),
        )
    )


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
