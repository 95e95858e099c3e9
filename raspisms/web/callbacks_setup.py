"""Whom the provider of a phone calls: seen, set by RaspiSMS, or entered by hand and checked."""

from collections.abc import Collection, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.adapters import registry
from raspisms.adapters.answers import CallbackKind
from raspisms.adapters.errors import AdapterError, Misconfigured
from raspisms.errors import NotFound, RaspismsError, Text, say
from raspisms.messaging import callback_setup, phones
from raspisms.messaging.callback_setup import Callback, Standing
from raspisms.messaging.public_reach import reachable_from_internet
from raspisms.models import Phone
from raspisms.web.access import admin_only
from raspisms.web.addresses import within_setup
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.public_address import own_root

blueprint = Blueprint("callbacks_setup", __name__)

TITLES: dict[CallbackKind, Text] = {
    CallbackKind.STATUS: say("Deliveries"),
    CallbackKind.REPLY: say("Answers"),
}
_BY_HAND = say(
    "At OVH, paste it in the settings for answers of your SMS account; the kind of answer is “CGI”."
)


def _page(phone_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    phone, root = _find(phone_id), own_root()
    found, faults = _look(phone, root, problems)
    problems = [*(one for one in problems if one not in faults), *faults]
    phone = _find(phone_id)  # the transaction in which it was read has ended
    addresses = {
        kind: callback_setup.address(kind, root, phone.callback_token)
        for kind in callback_setup.kinds_of(phone)
    }
    mark = callback_setup.mark_of(found)
    return render_template(
        "phones/callbacks.html",
        phone=phone,
        problems=problems,
        found=found,
        mark=mark,
        addresses=addresses,
        titles=TITLES,
        helps={
            CallbackKind.STATUS: registry.get(phone.adapter).callback_help,
            CallbackKind.REPLY: _BY_HAND,
        },
        # A consent was given for what was seen, and for nothing else.
        consents=_consents() if request.form.get("mark") == mark else (),
        is_set=bool(found) and all(one.standing is Standing.SET for one in found),
        can_be_set=any(one.may_be_set(()) for one in found),
        is_reachable=reachable_from_internet(root),
        # Who opens the page by an address of the house may be called by another one all the same.
        is_called=any(
            one.standing is Standing.SET and reachable_from_internet(one.now.url or "")
            for one in found
        ),
        is_plain=root.startswith("http:"),
        by_hand="manual" in request.args or any(isinstance(one, Misconfigured) for one in problems),
        sharing=callback_setup.sharing(phone),
        setup=within_setup(),
        onward=_onward(phone_id),
    )


@blueprint.get("/phones/<int:phone_id>/callbacks")
@admin_only
def show(phone_id: int) -> str:
    return _page(phone_id)


@blueprint.post("/phones/<int:phone_id>/callbacks", endpoint="set")
@admin_only
@on_problem(_page)
def set_up(phone_id: int) -> Response:
    now = callback_setup.set_up(
        get_engine(),
        _find(phone_id),
        own_root(),
        request.form.get("mark", ""),
        _consents(),
        require_member(),
    )
    flash(_told(now))
    return redirect(_onward(phone_id), 303)


def _find(phone_id: int) -> Phone:
    phone = phones.find(require_member(), phone_id)
    if not callback_setup.kinds_of(phone):
        raise NotFound(
            say("The provider of this phone calls nobody."), say("Go back to the list of phones.")
        )
    return phone


def _look(
    phone: Phone, root: str, problems: Sequence[RaspismsError]
) -> tuple[Sequence[Callback], Sequence[AdapterError]]:
    """What the provider says now, or why it does not; not asked again right after it failed."""
    if any(_is_out_of_reach(one) for one in problems):
        return (), ()
    try:
        return callback_setup.look(get_engine(), phone, root), ()
    except AdapterError as fault:
        return (), (fault,)


def _is_out_of_reach(problem: RaspismsError) -> bool:
    return isinstance(problem, AdapterError) and not isinstance(problem, Misconfigured)


def _consents() -> Collection[CallbackKind]:
    ticked = set(request.form.getlist("replace"))
    return {kind for kind in CallbackKind if kind in ticked}


def _onward(phone_id: int) -> str:
    if within_setup():
        return url_for("phone_test.ask", phone_id=phone_id, setup=1)
    return url_for("phones.edit", phone_id=phone_id)


def _told(now: Sequence[Callback]) -> str:
    if all(one.standing is Standing.SET for one in now):
        return str(gettext("The provider calls RaspiSMS from now on: it was read back."))
    return str(gettext("What could be set is set and was read back; the rest stays as it was."))
