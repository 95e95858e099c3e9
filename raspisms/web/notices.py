"""How one is told of new messages: this device, the other ones, sound."""

import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from raspisms.errors import RaspismsError
from raspisms.messaging import push, push_faults, push_keys, push_sending
from raspisms.page_extensions import limiter
from raspisms.web.browsers import browser_words
from raspisms.web.context import get_engine, require_member, this_login
from raspisms.web.forms import on_problem

blueprint = Blueprint("notices", __name__, url_prefix="/settings/notices")

TESTS = "6 per minute"
#: Where browsers allow notices without https (W3C Secure Contexts, 3.1).
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def _page(device_id: int | None = None, problems: Sequence[RaspismsError] = ()) -> str:
    member = require_member()
    return render_template(
        "notices/index.html",
        problems=problems,
        devices=push.devices(member),
        most=push.MOST_DEVICES,
        sound=member.sound,
        is_secure=_is_secure(),
        browser_words=browser_words,
        fault_words=push_faults.in_words,
        mark=_mark,
    )


@blueprint.get("")
def index() -> str:
    return _page()


@blueprint.get("/key")
def key() -> Response:
    """What a browser needs to subscribe, and to tell us of it from its service worker."""
    return jsonify(key=push_keys.public_key(get_engine().config), csrf_token=generate_csrf())


@blueprint.post("/devices")
@on_problem(_page)
def turn_on() -> AnyResponse:
    form = request.form
    offer = push.Offer(
        form.get("endpoint", ""),
        form.get("p256dh", ""),
        form.get("auth", ""),
        site=urlsplit(request.host_url).hostname or "",
        browser=request.user_agent.string,
        replaces=form.get("replaces", ""),
        hides_text=form.get("hides_text") == "1",
    )
    push.turn_on(get_engine(), this_login(), offer)
    if "replaces" not in form:  # else the service worker sent it, and nobody looks
        flash(gettext("This device is told of new messages now. Try it out below."))
    return _back()


@blueprint.post("/devices/<int:device_id>/remove")
@on_problem(_page)
def turn_off(device_id: int) -> AnyResponse:
    push.turn_off(require_member(), device_id)
    flash(gettext("That device is told nothing more."))
    return _back()


@blueprint.post("/devices/<int:device_id>/text")
@on_problem(_page)
def show_text(device_id: int) -> AnyResponse:
    hides = request.form.get("hides_text") == "1"
    push.hide_text(require_member(), device_id, hides)
    flash(
        gettext("Notices on that device say only that a message came.")
        if hides
        else gettext("Notices on that device say from whom a message came, and what it says.")
    )
    return _back()


@blueprint.post("/devices/<int:device_id>/alerts")
@on_problem(_page)
def tell_alerts(device_id: int) -> AnyResponse:
    tells = request.form.get("alerts") == "1"
    push.tell_alerts(require_member(), device_id, tells)
    flash(
        gettext("That device tells you what needs you, too.")
        if tells
        else gettext("That device is told of messages only.")
    )
    return _back()


@blueprint.post("/devices/<int:device_id>/test")
@limiter.limit(TESTS, key_func=lambda: f"notices-{require_member().id}")
@on_problem(_page)
def try_out(device_id: int) -> AnyResponse:
    push_sending.try_out(get_engine(), require_member(), device_id)
    flash(
        gettext(
            "The push service took the notice: the device shows it within a few seconds. If it "
            "does not, look there whether the browser may show notices, and whether “do not "
            "disturb” is on."
        )
    )
    return _back()


@blueprint.post("/sound")
@on_problem(_page)
def set_sound() -> AnyResponse:
    sounds = request.form.get("sound") == "1"
    push.set_sound(require_member(), sounds)
    flash(gettext("Open pages sound now.") if sounds else gettext("Open pages are silent now."))
    return _back()


def _back() -> AnyResponse:
    return redirect(url_for("notices.index"), 303)


def _is_secure() -> bool:
    """Whether the browser most likely allows notices here; it knows better, and says so itself."""
    host = request.host.rpartition(":")[0] or request.host
    return request.is_secure or request.host in _THIS_MACHINE or host in _THIS_MACHINE


def _mark(endpoint: str) -> str:
    """What a device is called in the page, by which a browser knows itself: never its address."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:16]
