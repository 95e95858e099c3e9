"""One message in all detail, and deleting: one message, or a whole conversation."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError
from raspisms.messaging import campaigns, conversations, credit, decisions, deletion
from raspisms.messaging.credit import Spent
from raspisms.messaging.transactions import reading
from raspisms.models import Message, Phone
from raspisms.web import addresses
from raspisms.web.context import require_member
from raspisms.web.forms import on_problem


def _message_page(message_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    found = decisions.find(require_member(), message_id)
    return render_template(
        "conversations/message.html",
        message=found,
        problems=problems,
        phone=reading().get_one(Phone, found.phone_id),
        name=conversations.names_of([found.peer]).get(found.peer),
        author=campaigns.author_of(found),
        can_be_deleted=deletion.is_over(found),
        campaign=_campaign(found),
    )


def _campaign(found: Message) -> tuple[int, Spent] | None:
    """How many messages were written together with this one, and what they used so far."""
    if found.campaign_id is None:
        return None
    count, spent = credit.of_campaign(found.campaign_id)
    return (count, spent) if count > 1 else None


def message(message_id: int) -> str:
    return _message_page(message_id)


@on_problem(_message_page)
def delete_message(message_id: int) -> Response:
    member = require_member()
    conversation_id = deletion.delete_message(member, message_id)
    flash(gettext("The message is deleted."))
    if not conversations.find(member, conversation_id).last_message_id:
        return redirect(url_for("conversations.index"), 303)  # it was the last one
    return redirect(url_for("conversations.thread", conversation_id=conversation_id), 303)


def _deletion_page(conversation_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    conversation = conversations.find(member, conversation_id)
    return render_template(
        "conversations/delete.html",
        conversation=conversation,
        problems=problems,
        effects=deletion.effects(member, conversation_id),
        name=conversations.names_of([conversation.peer]).get(conversation.peer),
    )


def ask_deletion(conversation_id: int) -> str:
    return _deletion_page(conversation_id)


@on_problem(_deletion_page)
def delete(conversation_id: int) -> Response:
    deletion.delete_conversation(
        require_member(),
        conversation_id,
        newest=addresses.whole(request.form.get("newest", "")) or 0,
        cancel_waiting="cancel" in request.form,
    )
    flash(gettext("The conversation is deleted."))
    return redirect(url_for("conversations.index"), 303)
