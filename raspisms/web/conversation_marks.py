"""What a member makes of a conversation for themselves: unread, muted, archived, a draft."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import NotFound, Text, say
from raspisms.messaging import marks
from raspisms.models import Member
from raspisms.web.context import require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import translate
from raspisms.web.thread_page import page


@dataclass(frozen=True)
class _Act:
    """``leaves``: whether one goes back to the list after it."""

    carry_out: Callable[[Member, int], Any]
    done: Text
    leaves: bool = False


_ACTS: dict[str, _Act] = {
    "unread": _Act(marks.mark_unread, say("The conversation is marked as unread."), leaves=True),
    "mute": _Act(marks.mute, say("The conversation is muted: nothing of it is told or counted.")),
    "unmute": _Act(
        lambda member, conversation_id: marks.mute(member, conversation_id, muted=False),
        say("The conversation is not muted any more."),
    ),
    "archive": _Act(
        marks.archive,
        say("The conversation is archived. It comes back with the next message."),
        leaves=True,
    ),
    "unarchive": _Act(marks.unarchive, say("The conversation is in the list again.")),
}

#: The acts, as a part of the address.
ACTS = f"<any({','.join(_ACTS)}):act>"


@on_problem(lambda conversation_id, act, problems: page(conversation_id, problems))
def mark(conversation_id: int, act: str) -> Response:
    chosen = _ACTS[act]
    chosen.carry_out(require_member(), conversation_id)
    flash(translate(chosen.done))
    if chosen.leaves:
        return redirect(url_for("conversations.index"), 303)
    return redirect(url_for("conversations.thread", conversation_id=conversation_id), 303)


@on_problem(page)
def keep_draft(conversation_id: int) -> Response:
    """Keep what is typed; a script that does so while one types says ``quiet``."""
    if "quiet" in request.form:
        # The page itself tells that a conversation was taken away; the words stay in it.
        with suppress(NotFound):
            _keep(conversation_id)
        return make_response("", 204)
    _keep(conversation_id)
    flash(gettext("Your draft is kept."))
    return redirect(url_for("conversations.thread", conversation_id=conversation_id), 303)


def _keep(conversation_id: int) -> None:
    marks.keep_draft(require_member(), conversation_id, request.form.get("text", ""))
