"""What an open page asks while it is open, every second or so: whether something is new.

``GET /live?member=3&conversation=12&list=inbox`` names what the page shows; ``message=7`` a message
that is watched on its way, ``campaign=4`` a campaign that is. Its header SHOWN says which states
the page has of it, as ``counts=…, list=…, thread=…, watch=…, stamp=…``. The answer is 204 where
nothing changed, else those regions that did, as the page itself has them. The answer's header STAMP
is what to name as ``stamp`` the next time: as long as nothing at all was committed, the answer then
costs no more than to know who asks.

Asking changes nothing. That something was looked at is told by ``POST /live/seen``: a program that
fetches ahead, or an open page that nobody looks at, does not make a message read.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from flask import Blueprint, Flask, g, make_response, render_template, request
from werkzeug.http import parse_dict_header
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import NotFound
from raspisms.messaging import marks, news
from raspisms.messaging.machine import StorageError
from raspisms.models import Member
from raspisms.web import addresses, campaign_report, counts, live, panes, watching
from raspisms.web.context import get_engine, require_member
from raspisms.web.panes import Pane

blueprint = Blueprint("live", __name__)

SHOWN = "RaspiSMS-Shown"
STAMP = "RaspiSMS-Stamp"
#: Some of what is shown changes with time alone: "today", and what can still be stopped.
_TICK_SECONDS = 20


class _Region(NamedTuple):
    name: str
    pane: Pane


def register(app: Flask) -> None:
    app.add_template_global(live.url, "live_url")
    app.add_template_global(live.login_again)
    app.add_template_global(lambda: g.stamp, "live_stamp")
    app.add_template_global(news.latest, "latest_message")
    app.url_value_preprocessor(_take_stamp)


def _take_stamp(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything is read: what is committed meanwhile must be a change the next time.

    A page tells it too, so that what it asks first costs no more than what follows.
    """
    g.stamp = f"{get_engine().commits.stamp()}.{int(clock.now().timestamp()) // _TICK_SECONDS}"


@blueprint.get("/live")
def show() -> Response:
    member, shown = require_member(), parse_dict_header(request.headers.get(SHOWN, ""))
    if addresses.number("member") != member.id:
        return make_response(render_template("live/_somebody_else.html"))
    regions = _regions(member) if shown.get("stamp") != g.stamp else ()
    changed = [one.pane.render() for one in regions if shown.get(one.name) != one.pane.state]
    response = make_response("\n".join(changed), 200 if changed else 204)
    response.headers[STAMP] = g.stamp
    return response


@blueprint.post("/live/seen")
def note_seen() -> Response:
    """Note that somebody looks at a conversation, and sees it up to a message."""
    conversation_id, newest = (
        addresses.whole(request.form.get(name, "")) for name in ("conversation", "to")
    )
    # What is not theirs any more, and a disk that cannot be written to, keep nobody from reading.
    with suppress(NotFound, StorageError):
        marks.mark_read(require_member(), conversation_id or 0, newest or 0)
    return make_response("", 204)


def _regions(member: Member) -> Iterator[_Region]:
    conversation_id = addresses.number("conversation")
    yield _Region("counts", _counts(member, conversation_id))
    if "list" in request.args:
        show = panes.shown_as(request.args["list"])
        yield _Region("list", panes.list_pane(member, show, selected=conversation_id))
    if conversation_id is not None:
        yield _Region("thread", _thread(member, conversation_id))
    watched = addresses.number("message")
    if watched is not None:
        with suppress(NotFound):  # deleted meanwhile: what is shown was true
            yield _Region("watch", watching.pane(member, watched))
    campaign_id = addresses.number("campaign")
    if campaign_id is not None:
        with suppress(NotFound):  # a phone of it was taken away: what is shown was true
            yield _Region("watch", campaign_report.pane(member, campaign_id))


def _counts(member: Member, conversation_id: int | None) -> Pane:
    found, waiting = news.of(member), counts.attention().open_count
    here = conversation_id is not None and news.is_unread(member, conversation_id)
    values = {"news": found, "waiting": waiting, "here": here}
    state = live.state(map(str, (found.unread, found.newest, found.newest_in, waiting, here)))
    values["state"] = state
    return Pane(state, lambda: render_template("live/_counts.html", **values), values)


def _thread(member: Member, conversation_id: int) -> Pane:
    """The messages; where they were taken away from ``member`` meanwhile, a word of it instead."""
    try:
        return panes.thread_pane(member, conversation_id)
    except NotFound:
        return Pane("gone", lambda: render_template("live/_gone.html"), {})
