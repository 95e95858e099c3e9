"""The page of one conversation: the list beside it, its messages, and the form to answer with."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flask import render_template, request

from raspisms.errors import NotFound, RaspismsError, say
from raspisms.messaging import contacts, conversations, marks, opt_outs, phones
from raspisms.messaging.conversations import Thread
from raspisms.messaging.machine import StorageError
from raspisms.messaging.phone_states import state_of
from raspisms.models import Member, Phone
from raspisms.web import addresses, compose, drafts, threads
from raspisms.web.context import require_member
from raspisms.web.credits import balances_of
from raspisms.web.drafts import DraftForm
from raspisms.web.labels import PHONE_LEVEL
from raspisms.web.panes import Pane, list_pane, thread_pane


def page(conversation_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    """Raises NotFound where the reader may not see the conversation.

    What was typed to answer in one that was taken away meanwhile is kept on the page for writing.
    """
    try:
        return _page(conversation_id, problems)
    except NotFound:
        if request.method != "POST" or not drafts.typed().text:
            raise
        return compose.write_page(replace(drafts.typed(), phone="", number=""), [_taken_away()])


def _page(conversation_id: int, problems: Sequence[RaspismsError]) -> str:
    member = require_member()
    mark = marks.find(member, conversation_id)
    muted, archived_to, draft = mark.muted, mark.archived_to, mark.draft
    pane = _read(member, conversation_id, mark.unread_from)
    thread: Thread = pane.values["thread"]
    form = drafts.typed() if request.method == "POST" else _new_form(draft)
    usable = phones.visible(member)
    chosen = form.phone or str(thread.conversation.phone_id)
    return render_template(
        "conversations/thread.html",
        form=form,
        problems=problems,
        contact=contacts.find_by_number(thread.conversation.peer),
        opt_out=opt_outs.of(thread.conversation.peer),
        despite_opt_out="despite_opt_out" in request.form,
        can_answer=threads.can_answer(thread.conversation.peer),
        phone_state=state_of(thread.phone),
        levels=PHONE_LEVEL,
        choices=_choices(thread, usable),
        chosen=chosen,
        sending_phone=drafts.chosen_phone(usable, chosen),
        waits=drafts.waits_for(thread.phone),
        balances=[pair for pair in balances_of([thread.phone]) if pair[1].is_low],
        counted=drafts.asks_for_count(),
        is_newest=_is_newest(thread),
        muted=muted,
        archived=archived_to is not None and archived_to >= thread.conversation.last_message_id,
        **list_pane(member, selected=conversation_id).values,
        **pane.values,
    )


def _read(member: Member, conversation_id: int, unread_from: int | None) -> Pane:
    """The messages, which are read by that where somebody looks at the newest of them.

    What counts as read is noted before they are fetched, so that nothing that comes in meanwhile
    counts as read without having been shown, and before anything of the page is counted.
    """
    if _is_seen():
        newest = conversations.find(member, conversation_id).last_message_id
        with suppress(StorageError):  # a disk that cannot be written to keeps nobody from reading
            marks.mark_read(member, conversation_id, newest)
    return thread_pane(
        member,
        conversation_id,
        unread_from=unread_from,
        before=addresses.number("before"),
        after=addresses.number("after"),
        around=addresses.number("at"),
    )


def _is_seen() -> bool:
    """Whether somebody looks at the newest messages: not a browser that only fetches ahead."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    is_elsewhere = request.args.keys() & {"before", "after", "at"}
    return request.method == "GET" and not is_elsewhere and "prefetch" not in purpose


def _is_newest(thread: Thread) -> bool:
    """Whether the newest messages are shown, so that one can answer them."""
    return thread.newer is None and (bool(thread.messages) or "before" not in request.args)


def _new_form(draft: str | None) -> DraftForm:
    return DraftForm(drafts.new_request(), text=draft or "")


def _choices(thread: Thread, usable: Sequence[Phone]) -> list[tuple[str, str]]:
    """The phones to answer with, where there is something to choose: else no form asks for one."""
    if [phone.id for phone in usable] == [thread.conversation.phone_id]:
        return []
    choices = drafts.phone_choices(list(usable)) if usable else []
    own = str(thread.conversation.phone_id)
    if any(key == own for key, _ in choices):
        return [(key, words) for key, words in choices if key]
    return choices


def _taken_away() -> RaspismsError:
    return NotFound(
        say("This conversation is not yours to see, or not any more: nothing was sent."),
        say("Your text is kept here. Choose a phone and say to whom it goes, or copy it."),
    )
