"""The two panes of the conversations, the list and a thread: what each shows, and as which state.

A page shows them, and an open page asks for them again and again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import render_template

from raspisms.messaging import conversations, marks, phones
from raspisms.messaging.conversations import ConversationSummary, Show
from raspisms.models import Member
from raspisms.web import live, threads


class Pane(NamedTuple):
    """``state`` is a mark of all that it shows; ``render`` makes the fragment of HTML.

    ``values`` is what its template is given. ``newest`` is the newest message of a thread that it
    shows, 0 where it shows none: so far it can be marked as read.
    """

    state: str
    render: Callable[[], str]
    values: Mapping[str, Any]
    newest: int = 0


@dataclass(frozen=True)
class Listed:
    """A page of the list of conversations. ``selected`` is the one that is open beside it.

    ``before`` is where the page starts, ``older`` where the next does.
    """

    rows: list[ConversationSummary]
    state: str
    show: Show
    before: int | None
    older: int | None
    selected: int | None
    several_phones: bool


def shown_as(word: str | None) -> Show:
    """Which conversations the word of an address means: the inbox, where it means nothing."""
    return next((one for one in Show if one == word), Show.INBOX)


def list_pane(
    member: Member,
    show: Show = Show.INBOX,
    before: int | None = None,
    selected: int | None = None,
) -> Pane:
    """The list of conversations; ``before`` is where an older page of it starts."""
    rows = conversations.recent(member, before, show)
    state = live.state(map(threads.summary_version, rows))
    listed = Listed(
        rows,
        state,
        show,
        before,
        older=rows[-1].place if len(rows) == conversations.PAGE else None,
        selected=selected,
        several_phones=len(phones.visible(member, removed=True)) > 1,
    )
    values = {"listed": listed, "version": threads.summary_version}
    return Pane(state, lambda: render_template("conversations/_list.html", **values), values)


def thread_pane(
    member: Member,
    conversation_id: int,
    *,
    unread_from: int | None = None,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> Pane:
    """The newest messages of a conversation, or those before, after or around one.

    A line stands above the first that is new: ``unread_from``, or else the first that ``member``
    has not read yet. Raises NotFound where ``member`` may not see the conversation.
    """
    thread = conversations.thread(
        member, conversation_id, before=before, after=after, around=around
    )
    if unread_from is None:
        unread_from = marks.find(member, conversation_id).unread_from
    days, planned = threads.days_of(thread), threads.planned_of(thread)
    state = threads.state_of(days, planned)
    values = {
        "thread": thread,
        "days": days,
        "planned": planned,
        "first_new": threads.first_new(thread, unread_from),
        "state": state,
        "around": around,
    }
    return Pane(
        state,
        lambda: render_template("conversations/_thread.html", **values),
        values,
        thread.newest,
    )
