"""Schedules as sentences, for whoever plans and whoever looks at what is planned.

Times are on the household's clock. Names of days come in the forms that sentences of several
languages need.
"""

from dataclasses import replace
from datetime import date, datetime, time

from raspisms.errors import Text, say
from raspisms.sms.recurrence import friendly
from raspisms.sms.recurrence.friendly import DAY, LAST, MONTH, WEEK, Repetition
from raspisms.sms.recurrence.holidays import GO, SKIP
from raspisms.sms.recurrence.rules import Rule

#: As the label of a choice.
WEEKDAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
#: As in "every week on Mondays".
EACH_WEEKDAY = (
    say("Mondays"),
    say("Tuesdays"),
    say("Wednesdays"),
    say("Thursdays"),
    say("Fridays"),
    say("Saturdays"),
    say("Sundays"),
)
MONTHS = (
    say("January"),
    say("February"),
    say("March"),
    say("April"),
    say("May"),
    say("June"),
    say("July"),
    say("August"),
    say("September"),
    say("October"),
    say("November"),
    say("December"),
)
#: As in "the first Monday".
ORDINALS = {
    1: say("first"),
    2: say("second"),
    3: say("third"),
    4: say("fourth"),
    LAST: say("last"),
}
_WHOLE_WEEK = 7


def once(at: datetime) -> Text:
    return say("Once, on %(day)s at %(time)s.", day=at.date(), time=_hour(at.time()))


def on_birthdays(key: str, at: time, starts: date, until: date | None) -> Text:
    when = say("On each birthday by “%(key)s”, at %(time)s", key=key, time=_hour(at))
    return _whole(when, starts, until, None)


def repeated(rule: Rule, at: time, starts: date, on_holiday: str) -> Text:
    said = friendly.read(rule)
    if said is None:
        endless = str(replace(rule, until=None, count=None))
        when = say("By the rule %(rule)s, at %(time)s", rule=endless, time=_hours(rule, at))
    else:
        when = say("%(days)s at %(time)s", days=_days(said), time=_hour(at))
    return _with_holidays(_whole(when, starts, rule.until, rule.count), on_holiday)


def _whole(when: Text, starts: date, until: date | None, count: int | None) -> Text:
    if until is not None:
        return say("%(when)s, from %(first)s until %(last)s.", when=when, first=starts, last=until)
    if count is not None:
        return say("%(when)s, from %(first)s, %(count)d×.", when=when, first=starts, count=count)
    return say("%(when)s, from %(first)s.", when=when, first=starts)


def _with_holidays(sentence: Text, on_holiday: str) -> Text:
    if on_holiday == GO:
        return sentence
    if on_holiday == SKIP:
        return say("%(sentence)s It is left out on public holidays.", sentence=sentence)
    return say("%(sentence)s A public holiday moves it to the next working day.", sentence=sentence)


def _days(said: Repetition) -> Text:
    if said.unit == DAY:
        return say("Every day") if said.every == 1 else say("Every %(n)d days", n=said.every)
    if said.unit == WEEK:
        return _week(said)
    return _month(said) if said.unit == MONTH else _year(said)


def _week(said: Repetition) -> Text:
    if said.every == 1 and len(said.weekdays) == _WHOLE_WEEK:
        return say("Every day")
    names = _listed([EACH_WEEKDAY[day] for day in said.weekdays])
    if said.every == 1:
        return say("Every week on %(days)s", days=names)
    return say("Every %(n)d weeks on %(days)s", n=said.every, days=names)


def _month(said: Repetition) -> Text:
    day = _nth(said) if said.nth else _day_of_month(said.day)
    if said.every == 1:
        return say("Every month on %(day)s", day=day)
    return say("Every %(n)d months on %(day)s", n=said.every, day=day)


def _day_of_month(day: int) -> Text:
    if day == 1:
        return say("the first day")
    if day == 31:
        return say("the last day")
    if day > 28:
        return say("day %(day)d (or the last of a shorter month)", day=day)
    return say("day %(day)d", day=day)


def _year(said: Repetition) -> Text:
    month = MONTHS[said.month - 1]
    if said.nth:
        day = say("%(day)s of %(month)s", day=_nth(said), month=month)
    elif said.day == 1:
        day = say("%(month)s 1", month=month)
    elif (said.month, said.day) == (2, 29):
        day = say("February 29 (28 in other years)")
    else:
        day = say("%(month)s %(day)d", month=month, day=said.day)
    if said.every == 1:
        return say("Every year on %(day)s", day=day)
    return say("Every %(n)d years on %(day)s", n=said.every, day=day)


def _nth(said: Repetition) -> Text:
    nth = ORDINALS[said.nth]
    names = (
        say("the %(nth)s Monday", nth=nth),
        say("the %(nth)s Tuesday", nth=nth),
        say("the %(nth)s Wednesday", nth=nth),
        say("the %(nth)s Thursday", nth=nth),
        say("the %(nth)s Friday", nth=nth),
        say("the %(nth)s Saturday", nth=nth),
        say("the %(nth)s Sunday", nth=nth),
    )
    return names[said.weekdays[0]]


def _listed(names: list[Text]) -> Text:
    """Mondays, Tuesdays and Fridays."""
    *others, last = names
    if not others:
        return last
    text = others[0]
    for name in others[1:]:
        text = say("%(names)s, %(next)s", names=text, next=name)
    return say("%(names)s and %(last)s", names=text, last=last)


def _hours(rule: Rule, at: time) -> str:
    return ", ".join(_hour(at.replace(hour=hour)) for hour in rule.hours or (at.hour,))


def _hour(at: time) -> str:
    return f"{at:%H:%M}"
