"""The household's quiet hours: when no campaign leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import get_day_names
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from raspisms.errors import Conflict, Invalid, InvalidForm, RaspismsError, Text, say
from raspisms.messaging import gates, household
from raspisms.settings_table import by_name
from raspisms.sms import quiet_hours
from raspisms.sms.quiet_hours import DAYS, READY, QuietHours, Span
from raspisms.web.access import admin_only
from raspisms.web.context import get_engine, require_member
from raspisms.web.forms import on_problem
from raspisms.web.i18n import translate

blueprint = Blueprint("quiet_hours", __name__)

HOURS, WHOSE = NAMES = ("RASPISMS_QUIET_HOURS", "RASPISMS_QUIET_HOURS_FOR")
_NONE, _OWN = "none", "own"
CHOICES: dict[str, Text] = {
    _NONE: say("None: campaigns leave at any time"),
    **{name: words for name, (_, words) in READY.items()},
    _OWN: say("As written below"),
}


@dataclass(frozen=True)
class QuietForm:
    """What the form shows: a choice, and for each day of the week when messages may leave."""

    choice: str
    days: Sequence[str]
    holidays: bool
    all_too: bool
    version: str

    @classmethod
    def stored(cls, version: str) -> "QuietForm":
        config = get_engine().config
        hours = quiet_hours.read(config.quiet_hours)
        written = [quiet_hours.written_day(spans) for spans in hours.days]
        all_too = config.quiet_hours_for == "all"
        return cls(_choice_of(hours), written, hours.holidays, all_too, version)

    @classmethod
    def typed(cls, version: str) -> "QuietForm":
        form = request.form
        days = [form.get(day, "") for day in DAYS]
        choice = form.get("choice", _OWN)
        return cls(choice, days, "holidays" in form, "all_too" in form, version)


def _choice_of(hours: QuietHours) -> str:
    if hours.are_none:
        return _NONE
    return next((name for name, (ready, _) in READY.items() if ready == hours), _OWN)


def _page(problems: Sequence[RaspismsError] = ()) -> str:
    config = get_engine().config
    version = household.version(config, NAMES)
    sent = request.method == "POST"
    overtaken = any(isinstance(problem, Conflict) for problem in problems)
    seen = version if overtaken or not sent else request.form.get("version", "")
    names = get_day_names("wide", locale=get_locale())
    return render_template(
        "quiet_hours/index.html",
        form=QuietForm.typed(seen) if sent else QuietForm.stored(seen),
        problems=problems,
        days=[(day, names[place].capitalize()) for place, day in enumerate(DAYS)],
        choices=[(name, translate(words)) for name, words in CHOICES.items()],
        until=gates.quiet_until(get_engine(), None, get_engine().time.now()),
        fixed=[config.sources[name] for name in NAMES if config.is_fixed(by_name(name))],
    )


@blueprint.get("/settings/quiet-hours")
@admin_only
def index() -> str:
    return _page()


@blueprint.post("/settings/quiet-hours")
@admin_only
@on_problem(_page)
def save() -> Response:
    typed = QuietForm.typed(request.form.get("version", ""))
    chosen = {HOURS: _hours(typed).write(), WHOSE: "all" if typed.all_too else "campaigns"}
    engine = get_engine()
    if household.change(engine, require_member(), chosen, NAMES, typed.version):
        flash(gettext("The quiet hours are saved. What waits for them is looked at again."))
    else:
        flash(gettext("Nothing was changed."), "info")
    return redirect(url_for("quiet_hours.index"), 303)


def _hours(form: QuietForm) -> QuietHours:
    """Raises InvalidForm with a problem for each day at fault."""
    if form.choice == _NONE:
        return quiet_hours.NEVER_QUIET
    if form.choice in READY:
        return READY[form.choice][0]
    days: list[tuple[Span, ...]] = []
    problems: list[Invalid] = []
    for day, text in zip(DAYS, form.days, strict=True):
        try:
            days.append(quiet_hours.read_day(text))
        except Invalid as problem:
            problem.field = day
            problems.append(problem)
    if problems:
        raise InvalidForm(problems)
    try:
        return quiet_hours.checked(tuple(days), holidays=form.holidays)
    except Invalid as problem:
        problem.field = DAYS[0]
        raise InvalidForm([problem]) from None
