"""The list of campaigns: how each stands, and what of today and what needs a person above it."""

from flask import Blueprint, render_template, request, url_for

from raspisms import clock
from raspisms.errors import say
from raspisms.messaging import campaign_list
from raspisms.messaging.campaign_list import State
from raspisms.models import Campaign
from raspisms.web import addresses
from raspisms.web.context import require_member
from raspisms.web.labels import Label

blueprint = Blueprint("campaigns", __name__)

#: Nobody turns so many pages; a larger number is no place in a table.
_LAST_PAGE = 1_000_000

STATES: dict[State, Label] = {
    State.PLANNED: Label(say("Planned"), "info", "clock"),
    State.RUNNING: Label(say("Running"), "info", "arrow"),
    State.PAUSED: Label(say("Paused"), "waiting", "pause"),
    State.DONE: Label(say("Finished"), "ok", "check"),
    State.CANCELLED: Label(say("Cancelled"), "off", "cross"),
}


@blueprint.get("/campaigns")
def index() -> str:
    search = request.args.get("search", "").strip()[: campaign_list.LONGEST_SEARCH]
    page = min(max(addresses.number("page") or 1, 1), _LAST_PAGE)
    return render_template(
        "campaigns/index.html",
        listing=campaign_list.listing(require_member(), clock.now(), search, page),
        search=search,
        states=STATES,
        report_of=report_of,
    )


def report_of(campaign: Campaign) -> str:
    """Where a campaign is looked at."""
    return url_for("campaign_report.show", campaign_id=campaign.id)
