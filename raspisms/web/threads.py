"""A conversation made ready to be read: oldest first, parted by days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from operator import itemgetter

from flask_babel import gettext

from raspisms import clock
from raspisms.errors import Invalid
from raspisms.messaging import deletion
from raspisms.messaging.conversations import ConversationSummary, Thread
from raspisms.models import Message
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Status
from raspisms.sms.numbers import parse_recipient
from raspisms.web import live
from raspisms.web.context import get_engine
from raspisms.web.i18n import day_in_words, reader_zone

#: What was written for now is usually gone by then.
_LEAVING = timedelta(seconds=10)


@dataclass(frozen=True)
class Line:
    """One message. ``at``, on the reader's clock, is when it went or came, else was written.

    ``version`` is a mark of all that it shows.
    """

    message: Message
    at: datetime
    version: str

    @property
    def is_mine(self) -> bool:
        return self.message.direction == messages.OUT

    @property
    def is_over(self) -> bool:
        """Whether it can be deleted."""
        return deletion.is_over(self.message)

    @property
    def is_leaving(self) -> bool:
        """Whether it is about to go: a button that is gone in a second only invites a slip."""
        message = self.message
        return (
            message.status == Status.PENDING
            and message.due_at == message.created_at
            and not message.attempts
            and clock.now() - message.created_at < _LEAVING
        )


@dataclass(frozen=True)
class Day:
    day: date
    lines: Sequence[Line]

    @property
    def title(self) -> str:
        """The day as one says it: today, yesterday, else its date."""
        today = clock.now().astimezone(reader_zone()).date()
        if self.day == today:
            return str(gettext("Today"))
        if (today - self.day).days == 1:
            return str(gettext("Yesterday"))
        pattern = "EEEE d MMMM" if self.day.year == today.year else "EEEE d MMMM y"
        return day_in_words(self.day, pattern)

    @property
    def version(self) -> str:
        return live.version(self.title)


def days_of(thread: Thread) -> list[Day]:
    """The messages of a page of a conversation, by the day on which they joined it.

    A day never comes back: what was stored while the clock was behind stands under the day above.
    """
    zone, written = reader_zone(), list(reversed(thread.messages))
    days = accumulate((one.created_at.astimezone(zone).date() for one in written), max)
    lines = zip(days, (_line(one, thread) for one in written), strict=True)
    return [Day(day, [line for _, line in of_day]) for day, of_day in groupby(lines, itemgetter(0))]


def planned_of(thread: Thread) -> list[Line]:
    """The messages that are to go later, at the time when they will."""
    return [_line(one, thread, one.due_at) for one in thread.planned]


def first_new(thread: Thread, unread_from: int | None) -> int | None:
    """The first message shown that came in and was not read, where ``unread_from`` tells one."""
    if unread_from is None:
        return None
    came_in = [one.id for one in thread.messages if one.direction == messages.IN]
    return min((one for one in came_in if one >= unread_from), default=None)


def state_of(days: Sequence[Day], planned: Sequence[Line]) -> str:
    """A mark of all that a thread shows."""
    lines = [line for day in days for line in day.lines]
    return live.state(line.version for line in (*lines, *planned))


def summary_version(one: ConversationSummary) -> str:
    """A mark of all that a line of the list of conversations shows."""
    return live.version(
        one.name,
        one.phone.name,
        one.phone.removed_at,
        one.unread,
        one.muted,
        one.draft,
        one.last.id,
        one.last.status,
    )


def can_answer(peer: str) -> bool:
    """Whether a message can go to the other side: names of senders are no numbers."""
    try:
        return parse_recipient(peer, get_engine().config.country) == peer
    except Invalid:
        return False


def _line(message: Message, thread: Thread, at: datetime | None = None) -> Line:
    at = at or message.sent_at or message.created_at
    return Line(message, at.astimezone(reader_zone()), _version(message, thread))


def _version(message: Message, thread: Thread) -> str:
    phone, line = thread.phone, Line(message, message.created_at, "")
    return live.version(
        line.is_leaving,
        message.id,
        message.status,
        message.reason,
        message.reason_detail,
        message.due_at,
        message.attempt_at,
        message.sent_at,
        message.final_at,
        thread.name,
        phone.removed_at,
        phone.paused,
        phone.clock_off,
    )
