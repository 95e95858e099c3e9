"""The two panes of the conversations, the list and a thread: what each shows, and as which state.

A page shows them, and an open page asks for them again and again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template

from raspisms.messaging import conversations
from raspisms.models import Member
from raspisms.web import live, threads


class Pane(NamedTuple):
    """``state`` is a mark of all that it shows; ``render`` makes the fragment of HTML.

    ``values`` is what its template is given. ``newest`` is the newest message of a thread that it
    shows, 0 where it shows none: so far it can be marked as read.
    """

    state: str
    render: Callable[[], str]
    values: dict[str, Any]
    newest: int = 0


def list_pane(member: Member, before: int | None = None) -> Pane:
    """The list of conversations; ``before`` is where an older page of it starts."""
    rows = conversations.recent(member, before)
    state = live.state(map(threads.summary_version, rows))
    values = {
        "rows": rows,
        "state": state,
        "version": threads.summary_version,
        "several_phones": len({row.phone.id for row in rows}) > 1,
    }
    return Pane(state, lambda: render_template("conversations/_list.html", **values), values)


def thread_pane(member: Member, conversation_id: int, before: int | None = None) -> Pane:
    """The messages of a conversation. Raises NotFound where ``member`` may not see it."""
    thread = conversations.thread(member, conversation_id, before=before)
    days = threads.days_of(thread)
    state = threads.state_of_days(days)
    values = {"thread": thread, "days": days, "state": state, "before": before}
    newest = thread.messages[0].id if thread.messages else 0
    return Pane(
        state, lambda: render_template("conversations/_thread.html", **values), values, newest
    )
