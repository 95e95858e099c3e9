"""What the people of a campaign wrote after it was sent to them, within a stated time.

Without one, whatever is written in years to come would be an answer, and counted each time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal_column, select, text
from sqlalchemy.orm import aliased

from raspisms.messaging import campaign_control, campaign_counts
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Contact, Member, Message

#: What comes in later than this is no answer any more.
WITHIN = timedelta(days=30)
#: The same, as SQLite goes back by it.
_WITHIN = f"-{WITHIN.days} days"
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
    """Found from what came in at that time, which is little, and not from its people.

    A campaign has one message in a conversation, so that each answer is in it once.
    """
    last = campaign_counts.sent_until(campaign.id) or campaign.created_at
    return (
        select(*columns)
        .select_from(_came)
        .join(_sent, _sent.conversation_id == _came.conversation_id)
        .where(
            _came.phone_id.in_(phone_ids),
            text("came.direction = 'in'"),
            _came.sent_at.between(campaign.created_at, last + WITHIN),
            _came.deleted_at.is_(None),
            _came.id > _sent.id,
            # Without the plus SQLite would go through all of the campaign.
            literal_column("+sent.campaign_id") == campaign.id,
            _sent.deleted_at.is_(None),
            _sent.sent_at.between(func.datetime(_came.sent_at, _WITHIN), _came.sent_at),
        )
    )
