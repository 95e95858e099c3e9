"""The form of repetition: what was typed into it, what it offers, and which dates that makes.

``templates/_macros/schedule.html`` shows it, as a part of a larger form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import request
from flask_babel import get_locale

from raspisms import clock
from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.messaging import public_holidays, schedules
from raspisms.sms.names import sort_key
from raspisms.sms.recurrence import Run, Schedule
from raspisms.sms.recurrence.form import BIRTHDAY_KEYS, KINDS, PREFIX, ScheduleForm
from raspisms.sms.recurrence.holidays import CHOICES
from raspisms.sms.recurrence.words import MONTHS, ORDINALS, WEEKDAYS
from raspisms.web.context import get_engine
from raspisms.web.i18n import day_in_words, translate

_SHOWN = 5
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """The form as it stands; ``sentence`` and ``dates`` where it says a schedule already, else
    ``missing`` is the first thing that keeps it from one."""

    form: ScheduleForm
    sentence: Text | None = None
    dates: Sequence[tuple[str, Text | None]] = ()
    missing: Invalid | None = None

    @property
    def words(self) -> "Words":
        """What the form offers, in the reader's language."""
        return Words(
            kinds=_translated(KINDS.items()),
            weekdays=_translated(enumerate(WEEKDAYS)),
            months=_translated(enumerate(MONTHS, 1)),
            ordinals=_translated(ORDINALS.items()),
            holidays=_translated(CHOICES.items()),
            countries=_countries(),
            zone=get_engine().config.timezone.key,
        )


@dataclass(frozen=True)
class Words:
    """Choices as value and text; ``zone`` is the one by whose clock everything planned goes."""

    kinds: Choices
    weekdays: Choices
    months: Choices
    ordinals: Choices
    holidays: Choices
    countries: Choices
    zone: str


def typed() -> dict[str, Any]:
    """What was sent, as ``CampaignContent.repeat`` keeps it."""
    fields = {name.removeprefix(PREFIX): value for name, value in request.form.items()}
    return ScheduleForm.of(
        fields | {"weekdays": request.form.getlist(f"{PREFIX}weekdays")}
    ).as_kept()


def shown(kept: Mapping[str, Any], keys: Sequence[str]) -> Shown:
    """The form of what was kept; a new one where there is nothing yet. ``keys``: known data."""
    if not kept:
        return Shown(_fresh(keys))
    form = ScheduleForm.of(kept)
    try:
        schedule = schedules.read(get_engine(), kept, clock.now())
    except InvalidForm as problem:
        return Shown(form, missing=problem.problems[0])
    return Shown(form, schedule.sentence(), dates(schedule))


def dates(schedule: Schedule, count: int = _SHOWN) -> list[tuple[str, Text | None]]:
    """The next runs in words, on the household's clock, each with why it was moved if it was."""
    zone = get_engine().config.timezone
    holidays = public_holidays.for_schedule(schedule)
    runs = schedule.next_runs(count, clock.now(), zone, holidays)
    return [_in_words(run) for run in runs]


def _in_words(run: Run) -> tuple[str, Text | None]:
    local = run.at.astimezone(get_engine().config.timezone)
    day = day_in_words(local, "full")
    return f"{day}, {local:%H:%M}", _why_moved(run) if run.moved else None


def _why_moved(run: Run) -> Text:
    at, day = f"{run.asked:%H:%M}", run.asked.date()
    if day != run.at.astimezone(get_engine().config.timezone).date():
        return say("instead of %(day)s, which is a public holiday", day=day)
    return say("instead of %(time)s, which the change of the clocks skips", time=at)


def _countries() -> list[tuple[str, str]]:
    """The countries whose public holidays are known, by their name in the reader's language."""
    names = Locale(str(get_locale())).territories
    parts = _translated(public_holidays.PARTS.items())
    whole = ((code, names.get(code, code)) for code in public_holidays.countries())
    return sorted([*whole, *parts], key=lambda pair: sort_key(pair[1]))


def _translated(choices: Iterable[tuple[object, Text]]) -> list[tuple[str, str]]:
    return [(str(key), translate(words)) for key, words in choices]


def _fresh(keys: Sequence[str]) -> ScheduleForm:
    config = get_engine().config
    today = clock.now().astimezone(config.timezone).date()
    likely = [key for key in BIRTHDAY_KEYS if key in keys]
    country = config.country if public_holidays.is_known(config.country) else ""
    return ScheduleForm(starts=today.isoformat(), key=likely[0] if likely else "", country=country)
