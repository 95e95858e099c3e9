"""Rules of repetition as text: what is understood, and what is told of the rest."""

import pytest

from raspisms.errors import Invalid
from raspisms.sms.recurrence.rules import parse


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=weekly;byday=tu,mo", "FREQ=WEEKLY;BYDAY=MO,TU"),
        (" FREQ=WEEKLY ; INTERVAL=1; BYDAY=TU;", "FREQ=WEEKLY;BYDAY=TU"),
        ("COUNT=3;FREQ=MONTHLY;BYDAY=+1MO", "FREQ=MONTHLY;BYDAY=1MO;COUNT=3"),
        ("FREQ=YEARLY;UNTIL=20271231T235959", "FREQ=YEARLY;UNTIL=20271231"),
        (
            "FREQ=MONTHLY;BYSETPOS=-1;BYMONTHDAY=31,28,28",
            "FREQ=MONTHLY;BYMONTHDAY=28,31;BYSETPOS=-1",
        ),
        ("FREQ=DAILY;BYHOUR=15,9;WKST=SU", "FREQ=DAILY;BYHOUR=9,15;WKST=SU"),
    ],
)
def test_a_rule_is_read_and_written(text: str, written: str) -> None:
    assert str(parse(text)) == written
    assert parse(written) == parse(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "does not say how often"),
        ("FREQ=", "does not say how often"),
        ("FREQ=FORTNIGHTLY", "does not say how often"),
        ("FREQ=MINUTELY", "more often than once an hour"),
        ("FREQ=SECONDLY;INTERVAL=60", "more often than once an hour"),
        ("FREQ=DAILY;BYMINUTE=0,30", "more often than once an hour"),
        ("FREQ=HOURLY", "each day or less often"),
        ("FREQ=DAILY;COUNT=0", "“0” cannot stand after COUNT"),
        ("FREQ=DAILY;COUNT=1000000", "cannot stand after COUNT"),
        ("FREQ=DAILY;COUNT=٣", "cannot stand after COUNT"),
        ("FREQ=DAILY;INTERVAL=0", "“0” cannot stand after INTERVAL"),
        ("FREQ=YEARLY;INTERVAL=11", "“11” cannot stand after INTERVAL"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=20270231", "no day"),
        ("FREQ=DAILY;UNTIL=20270101T120000Z", "no day"),
        ("FREQ=DAILY;UNTIL=", "no day"),
        ("FREQ=WEEKLY;BYDAY=XX", "no weekday"),
        ("FREQ=WEEKLY;BYDAY=", "no weekday"),
        ("FREQ=MONTHLY;BYDAY=0MO", "no weekday"),
        ("FREQ=WEEKLY;BYDAY=1MO", "first or last weekday"),
        ("FREQ=MONTHLY;BYDAY=6MO", "so many of a weekday"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=-53MO", "so many of a weekday"),
        ("FREQ=WEEKLY;WKST=MO,TU", "no weekday"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "no days of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "“0” cannot stand after BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "“32” cannot stand after BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no such day"),
        ("FREQ=YEARLY;BYSETPOS=1", "names none"),
        ("FREQ=DAILY;BYHOUR=9,15;BYSETPOS=1", "among the days"),
        ("FREQ=DAILY;FREQ=DAILY", "there twice"),
        ("FREQ=DAILY;BYEASTER=0", "no part of a rule"),
        ("FREQ=DAILY;nonsense", "no part of a rule"),
        ("FREQ=DAILY\nDTSTART:20260101", "does not say how often"),
        ("FREQ=DAILY;BYHOUR=" + "9," * 200, "too long"),
    ],
)
def test_what_cannot_be_a_rule_is_told(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        parse(text)
    assert refused.value.field == "rule"
    assert refused.value.hint is not None
