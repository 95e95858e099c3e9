"""What was exchanged with a number, as far as a member may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from raspisms.messaging import phones
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Conversation, Member, Message

MOST_CAMPAIGNS = 10
#: Messages among which those of campaigns are looked for.
_LOOKED_AT = 500


@dataclass(frozen=True)
class Talk:
    """A conversation with its phone's name and its last message."""

    id: int
    phone: str
    last: Message


def conversations(member: Member, number: str) -> list[Talk]:
    """Those with a number, the newest first."""
    names = {phone.id: phone.name for phone in phones.visible(member)}
    query = (
        select(Conversation.id, Conversation.phone_id, Message)
        .join(Message, Message.id == Conversation.last_message_id)
        .where(Conversation.peer == number, Conversation.phone_id.in_(names))
        .order_by(Conversation.last_message_id.desc())
    )
    return [Talk(found, names[phone], last) for found, phone, last in reading().execute(query)]


def campaigns(talks: Sequence[Talk]) -> list[Message]:
    """The last messages of campaigns in these conversations, the newest first."""
    last = (
        select(Message.id)
        .where(
            Message.conversation_id.in_([talk.id for talk in talks]),
            Message.direction == "out",
            Message.deleted_at.is_(None),
        )
        .order_by(Message.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    query = (
        select(Message)
        .join(last, last.c.id == Message.id)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Campaign.direct.is_(False))
        .order_by(Message.id.desc())
        .limit(MOST_CAMPAIGNS)
    )
    return list(reading().scalars(query))
