"""The list of campaigns: how each stands, and what of today and what needs a person above it."""

from flask import Blueprint, render_template, request

from raspisms import clock
from raspisms.errors import say
from raspisms.messaging import campaign_list
from raspisms.messaging.campaign_list import State
from raspisms.web import addresses
from raspisms.web.context import require_member
from raspisms.web.labels import Label

blueprint = Blueprint("campaigns", __name__)

STATES: dict[State, Label] = {
    State.PLANNED: Label(say("To come"), "info", "clock"),
    State.RUNNING: Label(say("Running"), "info", "arrow"),
    State.PAUSED: Label(say("Paused"), "waiting", "pause"),
    State.DONE: Label(say("Finished"), "ok", "check"),
    State.CANCELLED: Label(say("Called off"), "off", "cross"),
}


@blueprint.get("/campaigns")
def index() -> str:
    search = request.args.get("search", "").strip()[: campaign_list.LONGEST_SEARCH]
    page = addresses.number("page") or 1
    return render_template(
        "campaigns/index.html",
        listing=campaign_list.listing(require_member(), clock.now(), search, page),
        search=search,
        states=STATES,
    )
