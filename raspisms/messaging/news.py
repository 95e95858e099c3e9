"""What an open page tells wherever one is: how much is unread, and what came in last."""

from dataclasses import dataclass

from sqlalchemy import func, select

from raspisms.messaging import conversations, phones
from raspisms.messaging.transactions import reading
from raspisms.models import Conversation, ConversationMark, Member, Message


@dataclass(frozen=True)
class News:
    """``unread``: how many conversations, up to MOST_COUNTED. Of what is not read, ``newest`` is
    the last message that came in, and ``newest_in`` its conversation; 0 where all is read. What
    is muted is in none of them. ``latest`` is the last message that was stored at all: news are
    later than that the next time, which what is marked as unread again is not.
    """

    unread: int
    newest: int
    newest_in: int
    latest: int


def of(member: Member) -> News:
    """What is unread of what ``member`` may see."""
    unread = conversations.unread_count(member)
    if not unread:
        return News(0, 0, 0, latest())
    known = [phone.id for phone in phones.visible(member, removed=True)]
    row = (
        reading()
        .execute(
            select(Conversation.last_inbound_id, Conversation.id)
            .join(ConversationMark, ConversationMark.conversation_id == Conversation.id)
            .where(
                ConversationMark.member_id == member.id,
                ConversationMark.unread_from.is_not(None),
                ConversationMark.muted.is_(False),
                Conversation.phone_id.in_(known),
            )
            .order_by(Conversation.last_inbound_id.desc())
            .limit(1)
        )
        .one()
    )
    return News(unread, row.last_inbound_id or 0, row.id, latest())


def latest() -> int:
    """The last message that was stored at all; 0 where there is none."""
    return reading().scalar(select(func.max(Message.id))) or 0


def is_unread(member: Member, conversation_id: int) -> bool:
    """Whether something in the conversation is not read by ``member``, muted or not."""
    mark = reading().get(ConversationMark, (member.id, conversation_id))
    return mark is not None and mark.unread_from is not None
