"""Conversations: the list, one of them, and the addresses of what can be done with them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from raspisms.messaging import campaigns, conversations, phones
from raspisms.web import addresses, conversation_marks, deletions, drafts, links
from raspisms.web.acceptance import tell_accepted
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.panes import list_pane, shown_as
from raspisms.web.thread_page import page

blueprint = Blueprint("conversations", __name__)
blueprint.add_app_template_filter(links.linked)


@blueprint.get("/conversations")
def index() -> str:
    member, show = require_member(), shown_as(request.args.get("show"))
    return render_template(
        "conversations/index.html",
        has_phone=bool(phones.visible(member)),
        **list_pane(member, show, addresses.number("before")).values,
    )


@blueprint.get("/conversations/<int:conversation_id>")
def thread(conversation_id: int) -> str:
    return page(conversation_id)


@blueprint.post("/conversations/<int:conversation_id>")
@on_problem(page)
def reply(conversation_id: int) -> str | Response:
    if drafts.asks_for_count():
        return page(conversation_id)
    member, form = require_member(), drafts.typed()
    conversation = conversations.find(member, conversation_id)
    draft = campaigns.Draft(
        addresses.whole(form.phone) or 0 if form.phone else conversation.phone_id,
        conversation.peer,
        form.text,
        form.at,
        form.request,
        kept_in=conversation_id,
        despite_opt_out="despite_opt_out" in request.form,
        template=False,
    )
    accepted = campaigns.accept(get_engine(), member, draft)
    tell_accepted(accepted, form.at)
    return redirect(_newest(accepted.conversation_id), 303)


def _newest(conversation_id: int) -> str:
    return url_for("conversations.thread", conversation_id=conversation_id, _anchor="newest")


_ONE = "/conversations/<int:conversation_id>"
blueprint.add_url_rule(f"{_ONE}/draft", view_func=conversation_marks.keep_draft, methods=["POST"])
blueprint.add_url_rule(
    f"{_ONE}/{conversation_marks.ACTS}", view_func=conversation_marks.mark, methods=["POST"]
)
blueprint.add_url_rule(f"{_ONE}/delete", view_func=deletions.ask_deletion)
blueprint.add_url_rule(f"{_ONE}/delete", view_func=deletions.delete, methods=["POST"])
blueprint.add_url_rule("/messages/<int:message_id>", view_func=deletions.message)
blueprint.add_url_rule(
    "/messages/<int:message_id>/delete", view_func=deletions.delete_message, methods=["POST"]
)
