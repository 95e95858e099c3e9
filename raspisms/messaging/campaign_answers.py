"""What came in of the people of a campaign since it was sent to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import aliased

from raspisms.messaging import campaign_control, campaign_counts
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Contact, Member, Message
from raspisms.models.message import IN

#: Answers that are told.
MOST = 50
_came, _sent = aliased(Message, name="came"), aliased(Message, name="sent")


class Answer(NamedTuple):
    """A message that came in of somebody to whom a campaign was sent before."""

    message_id: int
    conversation_id: int
    number: str
    name: str | None
    text: str
    at: datetime


def count(campaign: Campaign, phone_ids: Sequence[int]) -> int:
    """How many came in, to the phones of a campaign."""
    return reading().scalar(_answers(campaign, phone_ids, func.count())) or 0


def newest(member: Member, campaign_id: int) -> list[Answer]:
    """The last of them. Raises NotFound as ``campaign_control.find`` does."""
    campaign = campaign_control.find(member, campaign_id)
    phone_ids = campaign_control.phones_of(reading(), campaign)
    columns = (
        _came.id,
        _came.conversation_id,
        _came.peer,
        Contact.name,
        _came.body,
        _came.sent_at,
    )
    query = _answers(campaign, phone_ids, *columns)
    query = query.outerjoin(Contact, Contact.number == _came.peer).order_by(_came.id.desc())
    return [Answer(*row) for row in reading().execute(query.limit(MOST))]


def _answers(
    campaign: Campaign, phone_ids: Sequence[int], *columns: Any
) -> Select[*tuple[Any, ...]]:
    """A campaign has one message in a conversation, so that each answer is in it once."""
    return (
        select(*columns)
        .select_from(_came)
        .join(_sent, _sent.conversation_id == _came.conversation_id)
        .where(
            *_found_from(campaign, phone_ids),
            _came.direction == IN,
            _came.deleted_at.is_(None),
            _came.id > _sent.id,
            _came.sent_at >= _sent.sent_at,
            _sent.deleted_at.is_(None),
        )
    )


def _found_from(campaign: Campaign, phone_ids: Sequence[int]) -> list[ColumnElement[bool]]:
    """Whose messages they are: told so that SQLite begins with the fewer of them.

    With what came in since, where that is less than the campaign has people, else with these. What
    has a plus before it does not lead to an index.
    """
    first = reading().scalar(select(func.min(Message.id)).where(Message.campaign_id == campaign.id))
    since = _came.phone_id.in_(phone_ids), _came.direction == IN, _came.id > (first or 0)
    people = sum(campaign_counts.by_status([campaign.id])[campaign.id].values())
    some = select(_came.id).where(*since).limit(people + 1).subquery()
    if (reading().scalar(select(func.count()).select_from(some)) or 0) <= people:
        return [*since, literal_column("+sent.campaign_id") == campaign.id]
    its_phone: ColumnElement[int] = literal_column("+came.phone_id")
    return [_sent.campaign_id == campaign.id, its_phone.in_(phone_ids)]
