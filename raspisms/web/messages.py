"""Messages that wait or need a person, and what can be decided about them."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, Invalid, RaspismsError, Text, say
from raspisms.messaging import campaigns, conversations, decisions, phones
from raspisms.messaging.decisions import Seen
from raspisms.models import Member, Message
from raspisms.sms.lifecycle import Status
from raspisms.sms.reasons import explain
from raspisms.web import addresses, drafts
from raspisms.web.acceptance import tell_accepted
from raspisms.web.access import safe_next
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import each, on_problem
from raspisms.web.i18n import in_words, translate
from raspisms.web.message_groups import DECIDED_TOGETHER, groups_of

blueprint = Blueprint("messages", __name__)
blueprint.add_app_template_global(drafts.new_request)
blueprint.add_app_template_global(explain, "explain_reason")


@blueprint.get("/messages")
def index() -> str:
    return _page()


def _page(problems: Sequence[RaspismsError] = (), **_address: object) -> str:
    member = require_member()
    groups = groups_of(member)
    peers = [message.peer for group in groups for message in group.messages]
    return render_template(
        "messages/index.html",
        groups=groups,
        problems=problems,
        names=conversations.names_of(peers),
        phones={phone.id: phone for phone in phones.visible(member, removed=True)},
    )


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


@blueprint.post("/messages/held/release")
@on_problem(_page)
def release_all() -> Response:
    def carry_out(member: Member, seen: Seen) -> str:
        count = decisions.release_all(member, seen)
        return str(ngettext("%(num)d message leaves now.", "%(num)d messages leave now.", count))

    return _decide_together(carry_out)


@blueprint.post(f"/messages/<any({','.join(DECIDED_TOGETHER)}):group>/cancel")
@on_problem(_page)
def cancel_all(group: str) -> Response:
    def carry_out(member: Member, seen: Seen) -> str:
        count = decisions.cancel_all(member, DECIDED_TOGETHER[group], seen)
        return str(
            ngettext(
                "Cancelled: %(num)d message will not be sent.",
                "Cancelled: %(num)d messages will not be sent.",
                count,
            )
        )

    return _decide_together(carry_out)


def _decide_together(carry_out: Callable[[Member, Seen], str]) -> Response:
    """Decide about all messages that the page spoke of, and say how many those still were."""
    count, newest = (addresses.whole(request.form.get(name, "")) for name in ("count", "newest"))
    try:
        flash(carry_out(require_member(), Seen(count or 0, newest or 0)))
    except Conflict as conflict:
        flash(in_words(conflict), "error")
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
        raise decisions.moved_on()


def _back() -> Response:
    """To the page that the button was on."""
    return redirect(safe_next(request.form.get("next")) or url_for("messages.index"), 303)
