"""A short message to one's own mobile phone, watched until it has arrived."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import Invalid, RaspismsError
from raspisms.messaging import phone_test, phones
from raspisms.web import drafts, watching
from raspisms.web.access import admin_only
from raspisms.web.addresses import within_setup
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem

blueprint = Blueprint("phone_test", __name__)


def _page(phone_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    phone = phones.find(require_member(), phone_id)
    return render_template(
        "phones/test.html",
        phone=phone,
        problems=problems,
        number=request.form.get("number", ""),
        request_name=request.form.get("request") or drafts.new_request(),
        wait=drafts.waits_for(phone),
        setup=within_setup(),
        onward=_onward(phone_id),
    )


@blueprint.get("/phones/<int:phone_id>/test")
@admin_only
def ask(phone_id: int) -> str:
    return _page(phone_id)


@blueprint.post("/phones/<int:phone_id>/test")
@admin_only
@on_problem(_page)
def send(phone_id: int) -> Response:
    member = require_member()
    try:
        message_id = phone_test.send(
            get_engine(),
            member,
            phones.find(member, phone_id),
            request.form.get("number", ""),
            # Without a letter that would not fit into GSM-7, in any language.
            gettext("RaspiSMS works. This is only a test."),
            request.form.get("request", ""),
        )
    except Invalid as problem:
        if problem.field is None:
            problem.field = "number"
        raise
    here = url_for("phone_test.watch", phone_id=phone_id, test_id=message_id, setup=within_setup())
    return redirect(here, 303)


@blueprint.get("/phones/<int:phone_id>/test/<int:test_id>")
@admin_only
def watch(phone_id: int, test_id: int) -> str:
    message = phone_test.find(require_member(), phone_id, test_id)
    return render_template(
        "phones/watch.html",
        phone=phones.find(require_member(), phone_id),
        setup=within_setup(),
        onward=_onward(phone_id),
        **watching.pane(require_member(), message.id).values,
    )


def _onward(phone_id: int) -> str:
    """Where one goes on: from the guided set-up to the first steps, or what is there instead."""
    return url_for("home") if within_setup() else url_for("phones.edit", phone_id=phone_id)
