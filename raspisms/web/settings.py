"""Settings: the page that leads to all of them, and those of the household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, refresh
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.errors import RaspismsError, Text, say
from raspisms.messaging import household, retention
from raspisms.messaging.retention import Announcement
from raspisms.web import choices, settings_form
from raspisms.web.access import admin_only, safe_next
from raspisms.web.context import get_engine, is_static, require_member
from raspisms.web.forms import on_problem

blueprint = Blueprint("settings", __name__)

#: What the page of the household changes.
NAMES = (
    "RASPISMS_HOUSEHOLD_NAME",
    "RASPISMS_COUNTRY",
    "RASPISMS_LANGUAGE",
    "RASPISMS_TIMEZONE",
    "RASPISMS_HOLD_AFTER_HOURS",
    "RASPISMS_QUIET_START_MINUTES",
    "RASPISMS_OVH_CALLS_PER_MINUTE",
    "RASPISMS_LOW_CREDIT",
    "RASPISMS_CAMPAIGN_FAILURES",
    "RASPISMS_CAMPAIGN_FAILED_PERCENT",
    "RASPISMS_INVALID_AFTER_FAILURES",
    "RASPISMS_INVALID_FAILED_PERCENT",
    "RASPISMS_KEEP_TEXTS_MONTHS",
    "RASPISMS_STOP_WORDS",
    "RASPISMS_START_WORDS",
    "RASPISMS_STOP_CONFIRMATION",
    "RASPISMS_START_CONFIRMATION",
)


@dataclass(frozen=True)
class Place:
    """A page of settings: where it is, what it is called, and what one does there."""

    endpoint: str
    icon: str
    title: Text
    about: Text
    for_admins: bool = True


PLACES = (
    Place(
        "account.index",
        "person",
        say("Account"),
        say("Your name, language, time zone and password."),
        for_admins=False,
    ),
    Place(
        "notices.index",
        "bell",
        say("Notices"),
        say("How this device tells you that a message came in."),
        for_admins=False,
    ),
    Place(
        "settings.household",
        "house",
        say("Household"),
        say("Its name, country, language and time zone, and how messages are sent."),
    ),
    Place(
        "quiet_hours.index",
        "clock",
        say("Quiet hours"),
        say("When campaigns wait, as at night."),
    ),
    Place(
        "members.index",
        "people",
        say("Members"),
        say("Who may log in, and which phones they see."),
    ),
    Place(
        "phones.index",
        "phone",
        say("Phones"),
        say("The numbers that send and receive your messages."),
    ),
    Place(
        "settings.backups",
        "archive",
        say("Backups"),
        say("Copies of everything, made each day or now."),
    ),
    Place(
        "journal.index",
        "journal",
        say("Journal"),
        say("What was changed in the household, when and by whom."),
    ),
    Place(
        "first_steps.index",
        "checks",
        say("First steps"),
        say("What a new household does first."),
    ),
    Place(
        "style.index",
        "palette",
        say("Style"),
        say("What the pages are made of, for whoever builds on them."),
    ),
)


def register(app: Flask) -> None:
    """Let each page be made by the settings in force, and tell what concerns all pages."""
    app.before_request(_follow)
    app.add_template_global(household_name)
    app.add_template_global(quiet_until)
    app.add_template_global(texts_going)


def household_name() -> str | None:
    """What the household calls itself; nothing for who never logged in. Asks no database."""
    return get_engine().config.household_name if "_user_id" in session else None


def quiet_until() -> datetime | None:
    """Until when nothing is sent after the start; None where it is sent, or by another process."""
    left = get_engine().quiet_start.left()
    return clock.now() + left if left else None


def texts_going() -> Announcement | None:
    """What will be emptied by itself soon, unless somebody stops it."""
    return retention.announced(get_engine())


def _follow() -> None:
    if not is_static():
        household.follow_where_possible(get_engine())


@blueprint.get("/settings")
def index() -> str:
    return render_template("settings/index.html", places=_places())


def _places() -> list[Place]:
    """What whoever is logged in may open."""
    is_admin = require_member().is_admin
    return [one for one in PLACES if is_admin or not one.for_admins]


def _household_page(problems: Sequence[RaspismsError] = ()) -> str:
    form = settings_form.shown(NAMES, problems, sent=request.method == "POST")
    return render_template(
        "settings/household.html",
        form=form,
        problems=problems,
        warnings=get_engine().config.warnings,
        countries=choices.countries(),
        languages=[("", gettext("That of each browser")), *choices.LANGUAGES.items()],
        zones=choices.zones(get_engine().config.timezone.key),
    )


@blueprint.get("/settings/household", endpoint="household")
@admin_only
def household_settings() -> str:
    return _household_page()


@blueprint.post("/settings/household")
@admin_only
@on_problem(_household_page)
def save_household() -> Response:
    changed = settings_form.save(NAMES)
    refresh()  # the answer is in the language just chosen
    if changed:
        flash(gettext("The settings are saved. They hold from now on."))
    else:
        flash(gettext("Nothing was changed."), "info")
    return redirect(url_for("settings.household"), 303)


@blueprint.post("/settings/quiet-start/end")
@admin_only
def end_quiet_start() -> Response:
    household.end_quiet_start(get_engine(), require_member())
    flash(gettext("What waits is sent now."))
    return redirect(safe_next(request.form.get("next")) or url_for("home"), 303)
