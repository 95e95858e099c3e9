"""What a schedule must be for somebody to plan by it: its next run is still to come."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from raspisms.errors import Invalid, say
from raspisms.sms.data_keys import clean_key
from raspisms.sms.localtime import parse_due
from raspisms.sms.recurrence.holidays import Holidays, no_holidays
from raspisms.sms.recurrence.schedule import Birthdays, Once, Repeated, Schedule

_FARTHEST = timedelta(days=2 * 365 + 1)
#: A rule that counts its runs is gone through from its beginning, each time that it is asked.
_EARLIEST = timedelta(days=10 * 366)


def refuse_unusable(
    schedule: Schedule, now: datetime, zone: ZoneInfo, holidays: Holidays = no_holidays
) -> None:
    """Raises Invalid, with the field of the form at fault, for what does not run after ``now``."""
    if isinstance(schedule, Once):
        parse_due(schedule.at.isoformat(timespec="minutes"), zone, now)
        return
    if isinstance(schedule, Birthdays):
        _refuse_key(schedule.key)
    if isinstance(schedule, Birthdays | Repeated):
        _refuse_days(schedule.starts, _last_day(schedule), now.astimezone(zone).date())
    if schedule.after(now, zone, holidays) is None:
        raise Invalid(
            say("It would never run: no date is left."),
            say("Change the days, the beginning or the end."),
            "starts",
        )


def _last_day(schedule: Birthdays | Repeated) -> date | None:
    return schedule.until if isinstance(schedule, Birthdays) else schedule.rule.until


def _refuse_days(starts: date, until: date | None, today: date) -> None:
    if until is not None and until < today:
        raise Invalid(say("The last day is past."), say("Choose a later one."), "until")
    if until is not None and until < starts:
        raise Invalid(say("The last day is before the first."), say("Choose a later one."), "until")
    if starts < today - _EARLIEST:
        raise Invalid(
            say("The first day is more than ten years ago."), say("Choose a later one."), "starts"
        )
    if starts > today + _FARTHEST:
        raise Invalid(
            say("The first day is more than two years ahead."),
            say("Choose an earlier one."),
            "starts",
        )


def _refuse_key(key: str) -> None:
    if not key.strip():
        raise Invalid(
            say("It is not said where a birthday is kept."),
            say("Choose the data of your contacts that has the birthday."),
            "key",
        )
    try:
        clean_key(key)
    except Invalid as problem:
        raise Invalid(problem.message, problem.hint, "key") from None
