"""Conversations: finding them, listing them, reading one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, bindparam, func, select

from raspisms import clock
from raspisms.errors import NotFound, say
from raspisms.messaging import phones
from raspisms.messaging.transactions import reading
from raspisms.models import Conversation, ConversationMark, Member, Message, Phone
from raspisms.models import contact as contacts
from raspisms.models import message as messages

PAGE = 50
#: More unread conversations than that are told as so many "and more".
MOST_COUNTED = 100
#: Scheduled messages shown at the end of a conversation.
MOST_PLANNED = 20


#: What a list of conversations is in the order of.
Place = SQLColumnExpression[Any]


class Show(StrEnum):
    """Which conversations to list; the words are part of addresses."""

    INBOX = "inbox"
    UNREAD = "unread"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class ConversationSummary:
    """One line of the list of conversations. ``name`` is the contact's, where there is one.

    ``unread``, ``muted`` and ``draft`` are the member's own; ``place`` is where the next page of
    the list starts when this is its last line.
    """

    conversation: Conversation
    phone: Phone
    name: str | None
    last: Message
    unread: bool
    muted: bool
    draft: str | None
    place: int


@dataclass(frozen=True)
class Thread:
    """A conversation with a page of its messages, newest first.

    ``older`` and ``newer`` are the messages before and after which there are more. ``planned`` are
    those that are to go later, the next first, at the end of the conversation.
    """

    conversation: Conversation
    phone: Phone
    name: str | None
    messages: Sequence[Message]
    older: int | None
    newer: int | None
    planned: Sequence[Message]

    @property
    def newest(self) -> int:
        """The newest message shown; 0 where there is none."""
        return max((one.id for one in (*self.messages, *self.planned)), default=0)


def recent(
    member: Member, before: int | None = None, show: Show = Show.INBOX
) -> list[ConversationSummary]:
    """Conversations of the phones that ``member`` may see, the newest message first.

    ``before`` is the ``place`` of the last line of the page before.
    """
    known = {phone.id: phone for phone in phones.visible(member, removed=True)}
    query, place = _listed(member, show)
    if before is not None:
        query = query.where(place < before)
    # "+ 0" keeps SQLite from taking the index of phones, by which it would sort all of them.
    query = query.where((Conversation.phone_id + 0).in_(known)).limit(PAGE)
    rows = reading().execute(query.order_by(place.desc())).all()
    names = names_of([conversation.peer for conversation, *_ in rows])
    return [
        ConversationSummary(
            conversation,
            known[conversation.phone_id],
            names.get(conversation.peer),
            last,
            unread=mark is not None and mark.unread_from is not None,
            muted=mark is not None and mark.muted,
            draft=mark.draft if mark else None,
            place=place,
        )
        for conversation, last, mark, place in rows
    ]


def _listed(member: Member, show: Show) -> tuple[Select[Any, Any, Any, Any], Place]:
    """All that is to be shown, and what its order is by; no step looks at the rest of them."""
    newest, archived_to = Conversation.last_message_id, ConversationMark.archived_to
    if show is Show.INBOX:
        query = _joined(member, newest, isouter=True)
        return query.where(archived_to.is_(None) | (archived_to < newest)), newest
    if show is Show.UNREAD:
        # The sum keeps SQLite from walking all conversations in search of the unread ones.
        query = _joined(member, newest + 0)
        return query.where(ConversationMark.unread_from.is_not(None)), newest + 0
    query = _joined(member, archived_to)
    return query.where(archived_to.is_not(None), archived_to >= newest), archived_to


def _joined(member: Member, place: Place, isouter: bool = False) -> Select[Any, Any, Any, Any]:
    return (
        select(Conversation, Message, ConversationMark, place)
        .join(Message, Message.id == Conversation.last_message_id)
        .join(
            ConversationMark,
            (ConversationMark.conversation_id == Conversation.id)
            & (ConversationMark.member_id == member.id),
            isouter=isouter,
        )
        .where(Conversation.last_message_id > 0)  # one whose messages are deleted is not listed
    )


def unread_count(member: Member) -> int:
    """How many conversations have something that ``member`` has not read, up to MOST_COUNTED."""
    known = [phone.id for phone in phones.visible(member, removed=True)]
    return reading().scalar(_unread_count(), {"member": member.id, "known": known}) or 0


@cache
def _unread_count() -> Select[int]:
    """The question for a "member" and the phones "known" to them, made once: each page asks it."""
    unread = (
        select(ConversationMark.conversation_id)
        .join(Conversation, Conversation.id == ConversationMark.conversation_id)
        .where(
            ConversationMark.member_id == bindparam("member"),
            ConversationMark.unread_from.is_not(None),
            ConversationMark.muted.is_(False),
            Conversation.phone_id.in_(bindparam("known", expanding=True)),
        )
        .limit(MOST_COUNTED)
    )
    return select(func.count()).select_from(unread.subquery())


def find(member: Member, conversation_id: int) -> Conversation:
    """A conversation that ``member`` may see. Raises NotFound for any other."""
    conversation = reading().get(Conversation, conversation_id)
    if conversation is None or not phones.may_see(member, conversation.phone_id):
        raise NotFound(
            say("There is no such conversation, or it is not yours to see."),
            say("Go back to the list of conversations."),
        )
    return conversation


def thread(
    member: Member,
    conversation_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> Thread:
    """The newest page of a conversation, or the one before, after or around a message.

    Raises NotFound where ``member`` may not see it.
    """
    conversation = find(member, conversation_id)
    now = clock.now()
    page = _page(messages.thread(conversation.id, now), before, after, around)
    planned = messages.planned(conversation.id, now, MOST_PLANNED)
    return Thread(
        conversation,
        reading().get_one(Phone, conversation.phone_id),
        names_of([conversation.peer]).get(conversation.peer),
        page.messages,
        older=page.messages[-1].id if page.has_older else None,
        newer=page.messages[0].id if page.has_newer else None,
        planned=[] if page.has_newer else list(reading().scalars(planned)),
    )


@dataclass(frozen=True)
class _Page:
    """Messages, newest first; where there are more on a side, there is at least one."""

    messages: list[Message]
    has_older: bool
    has_newer: bool


def _page(
    query: Select[Message], before: int | None, after: int | None, around: int | None
) -> _Page:
    if around is not None:
        newer, has_newer = _next(query, around, PAGE // 2)
        older, has_older = _previous(query, around + 1, PAGE // 2)
        return _Page([*newer, *older], has_older, has_newer)
    if after is not None:
        newer, has_newer = _next(query, after, PAGE)
        if has_newer:
            return _Page(newer, has_older=True, has_newer=True)
        before = None  # nothing is beyond them: it is the newest page
    older, has_older = _previous(query, before, PAGE)
    return _Page(older, has_older, has_newer=before is not None and bool(older))


def _previous(query: Select[Message], before: int | None, limit: int) -> tuple[list[Message], bool]:
    """The messages just before one, newest first, and whether there are more of them."""
    if before is not None:
        query = query.where(Message.id < before)
    rows = list(reading().scalars(query.order_by(Message.id.desc()).limit(limit + 1)))
    return rows[:limit], len(rows) > limit


def _next(query: Select[Message], after: int, limit: int) -> tuple[list[Message], bool]:
    """The messages just after one, newest first, and whether there are more of them."""
    query = query.where(Message.id > after).order_by(Message.id).limit(limit + 1)
    rows = list(reading().scalars(query))
    return rows[:limit][::-1], len(rows) > limit


def names_of(numbers: Sequence[str]) -> dict[str, str]:
    """The contacts' names of those numbers that are in the address book."""
    rows = reading().execute(contacts.names_of(set(numbers)))
    return {row.number: row.name for row in rows}
