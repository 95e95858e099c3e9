"""What a member makes of a conversation for themselves: read, muted, archived, a draft.

Nothing is written where nothing changes. Everything raises NotFound for a conversation that the
member may not see.
"""

from datetime import timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Invalid, say
from raspisms.messaging import conversations
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, ConversationMark, Member, Message
from raspisms.models import message as messages
from raspisms.sms.accents import composed
from raspisms.sms.content import LONGEST_TEXT, printable

#: A draft that comes so soon after a message of the same text is what was sent: a page stores what
#: is typed by itself, and that may be under way while the message is.
_JUST_SENT = timedelta(minutes=1)


def find(member: Member, conversation_id: int) -> ConversationMark:
    """The member's mark of a conversation; a blank one where there is none."""
    conversations.find(member, conversation_id)
    return _stored(member, conversation_id)


def mark_read(member: Member, conversation_id: int, up_to: int | None = None) -> None:
    """Note that ``member`` has seen the messages up to ``up_to``, or all that has come in."""
    conversation = conversations.find(member, conversation_id)
    seen = up_to if up_to is not None else conversation.last_inbound_id or 0
    if not _is_news(_stored(member, conversation_id), seen):
        return
    with writing() as session:
        mark = _writable(session, member.id, conversation_id)
        if _is_news(mark, seen):  # else it was read in another window meanwhile, and further
            mark.unread_from = session.scalar(_first_inbound(conversation_id, after=seen))


def mark_unread(member: Member, conversation_id: int) -> None:
    """Let the newest message that came in count as unread again."""
    newest = conversations.find(member, conversation_id).last_inbound_id
    if newest is None:
        return
    with writing() as session:
        mark = _writable(session, member.id, conversation_id)
        mark.unread_from = session.scalar(_first_inbound(conversation_id, after=newest - 1))


def mute(member: Member, conversation_id: int, muted: bool = True) -> None:
    """Tell nothing more of a conversation, and do not count it; or do so again."""
    if find(member, conversation_id).muted != muted:
        with writing() as session:
            _writable(session, member.id, conversation_id).muted = muted


def archive(member: Member, conversation_id: int) -> None:
    """Take a conversation out of the list until something new comes in or goes out."""
    newest = conversations.find(member, conversation_id).last_message_id
    if _stored(member, conversation_id).archived_to != newest:
        with writing() as session:
            _writable(session, member.id, conversation_id).archived_to = newest


def unarchive(member: Member, conversation_id: int) -> None:
    """Put a conversation back into the list."""
    if find(member, conversation_id).archived_to is not None:
        with writing() as session:
            _writable(session, member.id, conversation_id).archived_to = None


def keep_draft(member: Member, conversation_id: int, text: str) -> None:
    """Keep what was typed and not sent; nothing but blanks is no draft.

    Raises Invalid for a text that is longer than any that is looked at.
    """
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            say("This text is too long to be kept as a draft."), say("Shorten it."), field="text"
        )
    draft = printable(text) if text.strip() else None
    if find(member, conversation_id).draft == draft:
        return
    with writing() as session:
        if draft is not None and _was_just_sent(session, member.id, draft):
            return
        mark = _writable(session, member.id, conversation_id)
        mark.draft, mark.draft_at = draft, clock.now() if draft else None


def forget_draft(session: Session, member_id: int, conversation_id: int) -> None:
    """Drop a member's draft within the transaction of whoever calls: it is sent."""
    session.execute(
        update(ConversationMark)
        .where(
            ConversationMark.member_id == member_id,
            ConversationMark.conversation_id == conversation_id,
            ConversationMark.draft.is_not(None),
        )
        .values(draft=None, draft_at=None)
    )


def _was_just_sent(session: Session, member_id: int, text: str) -> bool:
    newest = (
        select(Campaign.body, Campaign.created_at)
        .where(Campaign.member_id == member_id)
        .order_by(Campaign.id.desc())
        .limit(1)
    )
    sent = session.execute(newest).one_or_none()
    if sent is None or clock.now() - sent.created_at > _JUST_SENT:
        return False
    return bool(sent.body == composed(text))


def _is_news(mark: ConversationMark, seen: int) -> bool:
    return mark.unread_from is not None and mark.unread_from <= seen


def _first_inbound(conversation_id: int, after: int) -> Select[int]:
    return select(func.min(Message.id)).where(
        Message.conversation_id == conversation_id,
        Message.id > after,
        Message.direction == messages.IN,
        Message.deleted_at.is_(None),
    )


def _stored(member: Member, conversation_id: int) -> ConversationMark:
    """The mark of a conversation that the member is known to see."""
    mark = reading().get(ConversationMark, (member.id, conversation_id))
    return mark or _blank(member.id, conversation_id)


def _writable(session: Session, member_id: int, conversation_id: int) -> ConversationMark:
    mark = session.get(ConversationMark, (member_id, conversation_id))
    if mark is None:
        mark = _blank(member_id, conversation_id)
        session.add(mark)
    return mark


def _blank(member_id: int, conversation_id: int) -> ConversationMark:
    return ConversationMark(member_id=member_id, conversation_id=conversation_id, muted=False)
