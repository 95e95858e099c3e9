"""The form of a schedule: what was typed makes the schedule, and the schedule fills the form."""

from datetime import date, time

import pytest

from raspisms.errors import InvalidForm
from raspisms.sms.recurrence import Repeated
from raspisms.sms.recurrence.form import ScheduleForm
from raspisms.sms.recurrence.rules import parse

COMMON = {"at": "18:30", "starts": "2026-12-01"}


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"kind": "day", "every": "2"}, "FREQ=DAILY;INTERVAL=2"),
        ({"kind": "week", "weekdays": ["3", "1"]}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"kind": "month", "day": "15", "nth": "2"}, "FREQ=MONTHLY;BYMONTHDAY=15"),
        (
            {"kind": "month", "by": "weekday", "nth": "-1", "weekday": "4", "day": "15"},
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        (
            {"kind": "year", "month": "7", "day": "14", "every": "2"},
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=7;BYMONTHDAY=14",
        ),
        ({"kind": "day", "count": "3"}, "FREQ=DAILY;COUNT=3"),
        ({"kind": "day", "until": "2027-06-30"}, "FREQ=DAILY;UNTIL=20270630"),
        ({"kind": "rule", "rule": "FREQ=WEEKLY;COUNT=2", "count": "9"}, "FREQ=WEEKLY;COUNT=2"),
    ],
)
def test_what_was_typed_makes_the_schedule(typed: dict[str, object], rule: str) -> None:
    form = ScheduleForm.of(COMMON | typed)
    assert form.schedule() == Repeated(date(2026, 12, 1), time(18, 30), parse(rule))
    assert ScheduleForm.of(form.as_kept()) == form


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"kind": "week", "at": "", "starts": ""}, {"at", "starts", "weekdays"}),
        ({"kind": "day", "at": "24:00"}, {"at"}),
        ({"kind": "day", "at": "٠٩:٠٠"}, {"at"}),
        ({"kind": "day", "starts": "2026-02-30"}, {"starts"}),
        ({"kind": "day", "until": "soon"}, {"until"}),
        ({"kind": "day", "count": "0"}, {"count"}),
        ({"kind": "day", "count": "two"}, {"count"}),
        ({"kind": "day", "count": "2", "until": "2027-01-01"}, {"count"}),
        ({"kind": "day", "every": "1.5"}, {"every"}),
        ({"kind": "day", "every": "9" * 20}, {"every"}),
        ({"kind": "month"}, {"day"}),
        ({"kind": "month", "by": "weekday", "nth": "", "weekday": "0"}, {"weekday"}),
        ({"kind": "month", "by": "weekday", "weekday": "8"}, {"weekday"}),
        ({"kind": "year", "day": "1"}, {"month"}),
        ({"kind": "year", "day": "31", "month": "4"}, {"day"}),
        ({"kind": "rule", "rule": "FREQ=MINUTELY"}, {"rule"}),
        ({"kind": "decade"}, {"kind"}),
        ({"kind": "day", "on_holiday": "skip"}, {"country"}),
        ({"kind": "birthdays", "until": "x"}, {"until"}),
    ],
)
def test_each_field_at_fault_is_told(typed: dict[str, object], fields: set[str]) -> None:
    with pytest.raises(InvalidForm) as refused:
        ScheduleForm.of(COMMON | typed).schedule()
    assert {problem.field for problem in refused.value.problems} == {
        f"repeat_{name}" for name in fields
    }
    assert all(problem.hint for problem in refused.value.problems)


def test_what_is_no_field_is_left_out() -> None:
    assert ScheduleForm.of({"kind": 5, "at": ["x"], "weekdays": "1", "evil": "1"}) == ScheduleForm()
    assert ScheduleForm.of({"weekdays": ["1", "7", "x"]}).weekdays == ("1",)
