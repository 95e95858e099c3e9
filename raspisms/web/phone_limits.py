"""The limits of a phone: so many messages in a time, in plain words or in those of RaspiSMS 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.errors import RaspismsError, Text, say
from raspisms.messaging import limit_changes, phone_limits, phones
from raspisms.sms.limits import THIS_HOUR
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import translate

blueprint = Blueprint("phone_limits", __name__)

#: What the form offers: a moment in PHP's words, and what it means.
PERIODS: dict[str, Text] = {
    THIS_HOUR: say("each hour, by the clock"),
    "-1 hour": say("in any 60 minutes"),
    "today": say("each day, from midnight"),
    "-24 hours": say("in any 24 hours"),
    "this week midnight": say("each week, from Monday"),
    "-7 days": say("in any 7 days"),
    "first day of this month midnight": say("each month, from its first day"),
    "-30 days": say("in any 30 days"),
}
#: The same for other moments that RaspiSMS 3 offers.
_WORDS = PERIODS | {
    "this week midnight -1 week": say("this week and the one before, from Monday"),
    "-14 days": say("in any 14 days"),
    "-28 days": say("in any 28 days"),
    "-31 days": say("in any 31 days"),
    "-1 month": say("in a month up to now"),
}
_USUAL = "today"
#: Stands for a moment that is written in words.
_IN_WORDS = {"own": say("since a moment in the words of RaspiSMS 3")}


@dataclass(frozen=True)
class LimitForm:
    """What the form shows."""

    volume: str = ""
    period: str = _USUAL
    startpoint: str = ""


def period_words(startpoint: str) -> Text:
    """What is counted, in plain words; a moment that we have none for in its own."""
    return _WORDS.get(startpoint) or say("since “%(moment)s”", moment=startpoint)


def _page(phone_id: int, problems: Sequence[RaspismsError] = ()) -> str:
    phone = phones.find(require_member(), phone_id)
    form = request.form
    return render_template(
        "phone_limits/index.html",
        phone=phone,
        problems=problems,
        form=LimitForm(
            form.get("volume", ""), form.get("period", _USUAL), form.get("startpoint", "")
        ),
        standings=phone_limits.standings(get_engine(), phone_id),
        next_at=_next_at(phone_id),
        periods=[(key, translate(words)) for key, words in (PERIODS | _IN_WORDS).items()],
    )


def _next_at(phone_id: int) -> datetime | None:
    coming = phone_limits.coming(get_engine(), phone_id)
    return coming[0][0] if coming else None


@blueprint.get("/phones/<int:phone_id>/limits")
@admin_only
def index(phone_id: int) -> str:
    return _page(phone_id)


@blueprint.post("/phones/<int:phone_id>/limits")
@admin_only
@on_problem(_page)
def add(phone_id: int) -> Response:
    period = request.form.get("period", "")
    startpoint = period if period in PERIODS else request.form.get("startpoint", "")
    volume = request.form.get("volume", "")
    limit_changes.add(get_engine(), require_member(), phone_id, volume, startpoint)
    flash(gettext("The limit holds from now on. What is too much waits; nothing fails by it."))
    return redirect(url_for("phone_limits.index", phone_id=phone_id), 303)


@blueprint.post("/phones/<int:phone_id>/limits/<int:limit_id>/remove")
@admin_only
@on_problem(lambda phone_id, limit_id, problems=(): _page(phone_id, problems))
def remove(phone_id: int, limit_id: int) -> Response:
    limit_changes.remove(require_member(), phone_id, limit_id)
    flash(gettext("The limit is gone. What waited for it is sent as the others allow."))
    return redirect(url_for("phone_limits.index", phone_id=phone_id), 303)
