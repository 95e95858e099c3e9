"""Conversations: the list, and one of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import campaigns, contacts, conversations, marks, phones
from raspisms.messaging.conversations import Thread
from raspisms.messaging.machine import StorageError
from raspisms.messaging.phone_states import state_of
from raspisms.web import addresses, compose, drafts, live, threads
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
from raspisms.web.drafts import DraftForm
from raspisms.web.forms import on_problem
from raspisms.web.labels import PHONE_LEVEL
from raspisms.web.panes import Pane, list_pane, thread_pane

blueprint = Blueprint("conversations", __name__)


@blueprint.get("/conversations")
def index() -> str | Response:
    member, before = require_member(), addresses.number("before")
    pane = list_pane(member, before)
    if live.is_asked():
        return live.answer(pane.state, pane.render)
    rows = pane.values["rows"]
    return render_template(
        "conversations/index.html",
        before=before,
        older=rows[-1].conversation.last_message_id if len(rows) == conversations.PAGE else None,
        has_phone=bool(phones.visible(member)),
        **pane.values,
    )


def _pane(conversation_id: int) -> Pane:
    return thread_pane(require_member(), conversation_id, addresses.number("before"))


def _page(conversation_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    shown = _pane(conversation_id).values
    thread: Thread = shown["thread"]
    sent = request.method == "POST"
    form = drafts.typed() if sent else DraftForm(drafts.new_request())
    if sent and thread.phone.removed_at:
        # What was typed can still go with another phone.
        number = drafts.as_typed(thread.conversation.peer)
        return compose.write_page(replace(form, number=number), problems)
    return render_template(
        "conversations/thread.html",
        form=form,
        problems=problems,
        contact=contacts.find_by_number(thread.conversation.peer),
        can_answer=threads.can_answer(thread.conversation.peer),
        phone_state=state_of(thread.phone),
        levels=PHONE_LEVEL,
        waits=drafts.waits_for(thread.phone),
        counted=drafts.asks_for_count(),
        **shown,
    )


@blueprint.get("/conversations/<int:conversation_id>")
def thread(conversation_id: int) -> Response:
    if live.is_asked():
        pane = _pane(conversation_id)
        response = live.answer(pane.state, pane.render)
    else:
        response = make_response(_page(conversation_id))
    if response.status_code == 200 and _is_seen():
        _mark_read(conversation_id)
    return response


@blueprint.post("/conversations/<int:conversation_id>")
@on_problem(_page)
def reply(conversation_id: int) -> str | Response:
    if drafts.asks_for_count():
        return _page(conversation_id)
    member, form = require_member(), drafts.typed()
    conversation = conversations.find(member, conversation_id)
    draft = campaigns.Draft(
        conversation.phone_id, conversation.peer, form.text, form.at, form.request
    )
    tell_accepted(campaigns.accept(get_engine(), member, draft), form.at)
    return redirect(_newest(conversation_id), 303)


@blueprint.post("/conversations/<int:conversation_id>/unread")
def mark_unread(conversation_id: int) -> Response:
    marks.mark_unread(require_member(), conversation_id)
    flash(gettext("The conversation is marked as unread."))
    return redirect(url_for("conversations.index"), 303)


def _newest(conversation_id: int) -> str:
    return url_for("conversations.thread", conversation_id=conversation_id, _anchor="newest")


def _is_seen() -> bool:
    """Whether somebody looks at the newest messages: not a browser that only fetches ahead."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and "before" not in request.args and "prefetch" not in purpose


def _mark_read(conversation_id: int) -> None:
    """Note that what was just shown is read; what came since then is not."""
    # A disk that cannot be written to keeps nobody from reading.
    with suppress(StorageError):
        marks.mark_read(require_member(), conversation_id)
