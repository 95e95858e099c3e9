"""Messages that wait or need a person, and what can be decided about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, Invalid, RaspismsError, Text, say
from raspisms.messaging import campaigns, conversations, decisions, phones
from raspisms.models import Member, Message
from raspisms.sms.lifecycle import Status
from raspisms.sms.reasons import explain
from raspisms.web import drafts
from raspisms.web.acceptance import tell_accepted
from raspisms.web.access import safe_next
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import each, on_problem
from raspisms.web.i18n import in_words, translate

blueprint = Blueprint("messages", __name__)
blueprint.add_app_template_global(drafts.new_request)
blueprint.add_app_template_global(explain, "explain_reason")


@dataclass(frozen=True)
class Group:
    """Messages that call for the same; ``name`` is part of the page's addresses."""

    name: str
    title: Text
    about: Text
    messages: list[Message]


_GROUPS: tuple[tuple[str, Text, Text, tuple[Status, ...]], ...] = (
    (
        "uncertain",
        say("Not certain"),
        say(
            "The provider may have taken these or not. RaspiSMS asks it, and never sends one again"
            " by itself unless it is sure that the first did not leave."
        ),
        (Status.UNCERTAIN,),
    ),
    (
        "held",
        say("On hold"),
        say("They wait for your word. Say for each whether it should still go."),
        (Status.HELD,),
    ),
    (
        "waiting",
        say("Waiting"),
        say("They leave by themselves when their time has come."),
        (Status.PENDING, Status.SENDING),
    ),
    ("failed", say("Failed"), say("They did not arrive."), (Status.FAILED,)),
)


@blueprint.get("/messages")
def index() -> str:
    return _page()


def _page(problems: Sequence[RaspismsError] = (), **_address: object) -> str:
    member = require_member()
    groups = _groups(member)
    peers = [message.peer for group in groups for message in group.messages]
    return render_template(
        "messages/index.html",
        groups=groups,
        problems=problems,
        names=conversations.names_of(peers),
        phones={phone.id: phone for phone in phones.visible(member, removed=True)},
        most=decisions.MOST_LISTED,
    )


def _groups(member: Member) -> list[Group]:
    found = decisions.needing_attention(member)
    groups = [
        Group(name, title, about, [one for status in statuses for one in found.get(status, [])])
        for name, title, about, statuses in _GROUPS
    ]
    for group in groups:
        if group.name == "waiting":
            group.messages.sort(key=lambda one: (one.due_at or one.created_at, one.id))
    return [group for group in groups if group.messages]


_DECISIONS: dict[str, tuple[Callable[[Member, int], None], Text]] = {
    "cancel": (decisions.cancel, say("Cancelled: the message will not be sent.")),
    "release": (decisions.release, say("The message leaves now.")),
    "anyway": (decisions.send_anyway, say("The message leaves once more.")),
    "leave": (decisions.give_up, say("The message is left as it is; it will not be sent again.")),
}


@blueprint.post(f"/messages/<int:message_id>/<any({','.join(_DECISIONS)}):decision>")
@on_problem(_page)
def decide(message_id: int, decision: str) -> Response:
    carry_out, done = _DECISIONS[decision]
    try:
        carry_out(require_member(), message_id)
    except Conflict as conflict:
        flash(in_words(conflict), "error")
    else:
        flash(translate(done))
    return _back()


@blueprint.post("/messages/<int:message_id>/again")
@on_problem(_page)
def send_again(message_id: int) -> Response:
    member = require_member()
    message = decisions.find(member, message_id)
    try:
        _refuse_unfailed(message)
        request_id = request.form.get("request", "")
        again = campaigns.send_again(get_engine(), member, message, request_id)
    except (Conflict, Invalid) as refusal:
        flash(" ".join(map(in_words, each(refusal))), "error")
    else:
        tell_accepted(again)
    return _back()


def _refuse_unfailed(message: Message) -> None:
    """A page may be old: meanwhile the network may have said that the message did arrive."""
    if message.status != Status.FAILED:
        raise Conflict(
            say("This message has moved on meanwhile."),
            say("Look at its state now, then decide again."),
        )


def _back() -> Response:
    """To the page that the button was on."""
    return redirect(safe_next(request.form.get("next")) or url_for("messages.index"), 303)
