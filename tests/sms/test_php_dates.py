"""PHP's dates, by its documentation (php.net: “Supported Date and Time Formats”, “Relative
Formats”, “DateTimeInterface::format”, “DateTimeImmutable::createFromFormat”) and the cases of
its own test suite that are named beside them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raspisms.sms.php.dates import LONGEST_DATE, parse
from raspisms.sms.php.letters import read, show

PARIS = ZoneInfo("Europe/Paris")
WEDNESDAY = datetime(2026, 11, 25, 14, 30, 15, 123456, PARIS)


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=PARIS)


KEEPING_THE_TIME = [
    ("now", "2026-11-25 14:30:15.123456"),
    ("", "2026-11-25 14:30:15.123456"),
    ("  NOW ", "2026-11-25 14:30:15.123456"),
    ("-18 years", "2008-11-25 14:30:15.123456"),
    ("+1 week 2 days", "2026-12-04 14:30:15.123456"),
    ("+1 week 2 days 4 hours 2 seconds", "2026-12-04 18:30:17.123456"),
    ("-7 days", "2026-11-18 14:30:15.123456"),
    ("-14 days", "2026-11-11 14:30:15.123456"),
    ("-28 days", "2026-10-28 14:30:15.123456"),
    ("-30 days", "2026-10-26 14:30:15.123456"),
    ("-31 days", "2026-10-25 14:30:15.123456"),
    ("-24 hours", "2026-11-24 14:30:15.123456"),
    ("-1 month", "2026-10-25 14:30:15.123456"),
    ("1 month", "2026-12-25 14:30:15.123456"),
    ("+ 1 month", "2026-12-25 14:30:15.123456"),
    ("--1 day", "2026-11-26 14:30:15.123456"),
    ("+1 fortnight", "2026-12-09 14:30:15.123456"),
    ("2 weeks ago", "2026-11-11 14:30:15.123456"),
    ("1 month 2 days ago", "2026-10-23 14:30:15.123456"),
    ("next year", "2027-11-25 14:30:15.123456"),
    ("last month", "2026-10-25 14:30:15.123456"),
    ("previous month", "2026-10-25 14:30:15.123456"),
    ("this day", "2026-11-25 14:30:15.123456"),
    ("third day", "2026-11-28 14:30:15.123456"),
    ("eighth day", "2026-12-03 14:30:15.123456"),
    ("+90 min", "2026-11-25 16:00:15.123456"),
    ("5 secs ago", "2026-11-25 14:30:10.123456"),
    ("+500 ms", "2026-11-25 14:30:15.623456"),
    ("first day of next month", "2026-12-01 14:30:15.123456"),
    ("last day of", "2026-11-30 14:30:15.123456"),
    ("Last Day Of next month", "2026-12-31 14:30:15.123456"),
    ("this week", "2026-11-23 14:30:15.123456"),
    ("next week", "2026-11-30 14:30:15.123456"),
    ("last week", "2026-11-16 14:30:15.123456"),
    ("+3 weekdays", "2026-11-30 14:30:15.123456"),
    ("-2 weekdays", "2026-11-23 14:30:15.123456"),
    ("+1 monday", "2026-11-30 14:30:15.123456"),
]

MIDNIGHTS = [
    ("today", "2026-11-25"),
    ("midnight", "2026-11-25"),
    ("tomorrow", "2026-11-26"),
    ("yesterday", "2026-11-24"),
    ("11:00 tomorrow", "2026-11-26"),
    ("monday", "2026-11-30"),
    ("wednesday", "2026-11-25"),
    ("Wed", "2026-11-25"),
    ("this wednesday", "2026-11-25"),
    ("next wednesday", "2026-12-02"),
    ("last wednesday", "2026-11-18"),
    ("next monday", "2026-11-30"),
    ("last friday", "2026-11-20"),
    ("friday", "2026-11-27"),
    ("monday this week", "2026-11-23"),
    ("sunday this week", "2026-11-29"),
    ("Monday next week", "2026-11-30"),
    ("friday last week", "2026-11-20"),
    ("this week midnight", "2026-11-23"),
    ("this week midnight -1 week", "2026-11-16"),
    ("first day of this month midnight", "2026-11-01"),
    ("midnight first day of january", "2026-01-01"),
    ("last day of february", "2026-02-28"),
    ("last day of february 2028", "2028-02-29"),
    ("first monday of january 2027", "2027-01-04"),
    ("first sat of July 2008", "2008-07-05"),
    ("last friday of next month", "2026-12-25"),
    ("third tuesday of", "2026-11-17"),
    ("last monday of", "2026-11-30"),
    ("2026-01-31", "2026-01-31"),
    ("1990-10-22", "1990-10-22"),
    ("2026/1/5", "2026-01-05"),
    ("2026-1-5", "2026-01-05"),
    ("90-10-22", "1990-10-22"),
    ("22-10-1990", "1990-10-22"),
    ("22.10.1990", "1990-10-22"),
    ("22.10.90", "1990-10-22"),
    ("1.2.2026", "2026-02-01"),
    ("10/22/1990", "1990-10-22"),
    ("10/22", "2026-10-22"),
    ("1/2/03", "2003-01-02"),
    ("22 October 1990", "1990-10-22"),
    ("22nd October 1990", "1990-10-22"),
    ("22-Oct-1990", "1990-10-22"),
    ("October 22, 1990", "1990-10-22"),
    ("Oct 22", "2026-10-22"),
    ("22 oct", "2026-10-22"),
    ("July 1st, 2008", "2008-07-01"),
    ("14 III 1879", "1879-03-14"),
    ("October 1990", "1990-10-01"),
    ("1990 October", "1990-10-01"),
    ("1990-10", "1990-10-01"),
    ("sept", "2026-09-25"),
    ("May-09-78", "1978-05-09"),
    ("78-Dec-22", "1978-12-22"),
    ("19901022", "1990-10-22"),
    ("2026.100", "2026-04-10"),
    ("2008W27", "2008-06-30"),
    ("2008-W28-3", "2008-07-09"),
    ("2008W273", "2008-07-02"),
    ("2026-02-30", "2026-03-02"),
    ("2026-03-00", "2026-02-28"),
    ("2026-03-31 -1 month", "2026-03-03"),
    ("2024-02-29 +1 year", "2025-03-01"),
    ("2026-01-31 +1 month", "2026-03-03"),
    ("24:00", "2026-11-26"),
    ("weekdays", "2026-11-30"),
]

MOMENTS = [
    ("noon", "2026-11-25 12:00"),
    ("yesterday noon", "2026-11-24 12:00"),
    ("tomorrow 11:00", "2026-11-26 11:00"),
    ("14:30", "2026-11-25 14:30"),
    ("T14:30", "2026-11-25 14:30"),
    ("2pm", "2026-11-25 14:00"),
    ("12am", "2026-11-25 00:00"),
    ("12 pm", "2026-11-25 12:00"),
    ("2:15 PM", "2026-11-25 14:15"),
    ("2:15:10 a.m.", "2026-11-25 02:15:10"),
    ("22.10.05", "2026-11-25 22:10:05"),
    ("2026", "2026-11-25 20:26"),
    ("1990", "1990-11-25 14:30:15"),
    ("back of 7pm", "2026-11-25 19:15"),
    ("front of 5am", "2026-11-25 04:45"),
    ("2026-01-31 14:30", "2026-01-31 14:30"),
    ("2026-01-31T14:30:05", "2026-01-31 14:30:05"),
    ("2026-01-31T14:30:05.25", "2026-01-31 14:30:05.25"),
    ("20081101T101010", "2008-11-01 10:10:10"),
    ("2008:08:07 18:11:31", "2008-08-07 18:11:31"),
    ("Oct 22 14:30", "2026-10-22 14:30"),
    ("Oct 22 2:30pm", "2026-10-22 14:30"),
    ("3 days ago 12:00", "2026-11-22 12:00"),
    ("monday 9am", "2026-11-30 09:00"),
    ("2026-03-29 02:30", "2026-03-29 03:30"),
    ("2026-10-25 02:30", "2026-10-25 02:30"),
]

IN_A_ZONE = [
    ("2026-01-31T14:30:00Z", "2026-01-31T14:30:00+00:00"),
    ("2026-01-31T14:30:00+02:00", "2026-01-31T14:30:00+02:00"),
    ("2026-01-31T14:30:00.5-0330", "2026-01-31T14:30:00.500000-03:30"),
    ("2010-03-13 11:30 UTC", "2010-03-13T11:30:00+00:00"),
    ("Sat, 13 Mar 2010 11:30 EST", "2010-03-13T11:30:00-05:00"),
    ("2010-07-13 11:30 Europe/London", "2010-07-13T11:30:00+01:00"),
    ("10/Oct/2000:13:55:36 -0700", "2000-10-10T13:55:36-07:00"),
    ("@0", "1970-01-01T00:00:00+00:00"),
    ("@-1", "1969-12-31T23:59:59+00:00"),
    ("@86400.5", "1970-01-02T00:00:00.500000+00:00"),
    ("@1126396800 +1 day", "2005-09-12T00:00:00+00:00"),
]

REFUSED = [
    "foo",
    "demain",
    "22/10/1990",
    "22-10-90",
    "2026-13-01",
    "25:00",
    "12:00 12:00",
    "2026-01-01 2026-01-02",
    "July 4th, 2008 at 10am",
    "22 Oct 14:30",
    "10 apples",
    "Europe/Nowhere",
    "../etc/passwd",
    "Aa/../../etc/passwd",
    "0000-00-00",
    "+99999 years",
    "@999999999999999999",
    "+9999999999999 days",
    "é",
    "\x00",
    "UTC UTC UTC",
    "1" * 13,
    " 1 day" * LONGEST_DATE,
]


@pytest.mark.parametrize(("text", "expected"), KEEPING_THE_TIME)
def test_what_names_no_time_keeps_it(text: str, expected: str) -> None:
    assert parse(text, WEDNESDAY) == at(expected)


@pytest.mark.parametrize(("text", "expected"), MIDNIGHTS)
def test_a_day_means_its_midnight(text: str, expected: str) -> None:
    assert parse(text, WEDNESDAY) == at(expected)


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_time_is_read(text: str, expected: str) -> None:
    assert parse(text, WEDNESDAY) == at(expected)


@pytest.mark.parametrize(("text", "expected"), IN_A_ZONE)
def test_a_zone_counts(text: str, expected: str) -> None:
    assert parse(text, WEDNESDAY).isoformat() == expected


@pytest.mark.parametrize("text", REFUSED)
def test_what_php_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(text, WEDNESDAY)


@pytest.mark.parametrize(
    ("day", "monday"),
    [  # ext/date/tests/bug63740.phpt
        ("2015-07-04", "2015-06-29"),
        ("2015-07-05", "2015-06-29"),
        ("2015-07-06", "2015-07-06"),
        ("2015-07-12", "2015-07-06"),
        ("2015-07-13", "2015-07-13"),
    ],
)
def test_a_week_begins_on_monday(day: str, monday: str) -> None:
    assert parse("this week", at(day)) == at(monday)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-11-28", "+1 weekday", "2026-11-30"),
        ("2026-11-28", "+5 weekdays", "2026-12-04"),
        ("2026-11-29", "+5 weekdays", "2026-12-04"),
        ("2026-11-27", "+1 weekday", "2026-11-30"),
        ("2026-11-27", "+6 weekdays", "2026-12-07"),
        ("2026-11-29", "-1 weekday", "2026-11-27"),
        ("2026-11-30", "-1 weekday", "2026-11-27"),
        ("2026-11-28", "-5 weekdays", "2026-11-23"),
        ("2026-11-29", "-5 weekdays", "2026-11-23"),
        ("2026-11-28", "+0 weekdays", "2026-11-30"),
        ("2026-11-29", "+0 weekdays", "2026-11-30"),
        ("2026-12-02", "3 weekdays ago", "2026-11-27"),
    ],
)
def test_working_days_leave_out_the_weekend(start: str, count: str, expected: str) -> None:
    assert parse(count, at(start)) == at(expected)


def test_hours_are_true_ones_when_the_clocks_change() -> None:
    """PHP 8.1 and later; a day is a day on the calendar."""
    noon = at("2026-03-29 12:00")
    assert parse("-24 hours", noon) == at("2026-03-28 11:00")
    assert parse("-1 day", noon) == at("2026-03-28 12:00")


@pytest.mark.parametrize(
    ("moment", "letters", "expected"),
    [
        ("2026-03-01 05:07:09.012345", "d D j l N w z", "01 Sun 1 Sunday 7 0 59"),
        (
            "2026-03-01 05:07:09.012345",
            "W F m M n t L o Y y",
            "09 March 03 Mar 3 31 0 2026 2026 26",
        ),
        ("2026-03-01 05:07:09.012345", "a A g G h H i s u v", "am AM 5 5 05 05 07 09 012345 012"),
        ("2026-03-01 17:00", "a A g G h H", "pm PM 5 17 05 17"),
        ("2026-03-01 00:00", "g h", "12 12"),
        ("2026-03-01", "e I O P p T Z", "Europe/Paris 0 +0100 +01:00 +01:00 CET 3600"),
        ("2026-07-01", "I O P T Z", "1 +0200 +02:00 CEST 7200"),
        ("2026-03-01 05:07:09", "c", "2026-03-01T05:07:09+01:00"),
        ("2026-03-01 05:07:09", "r", "Sun, 01 Mar 2026 05:07:09 +0100"),
        ("1970-01-01 01:00:01", "U", "1"),
        ("1970-01-01 00:59:59.5", "U", "-1"),
        ("2026-03-01 00:00", "B", "000"),
        ("2026-03-01 12:00", "B", "500"),
        ("2027-01-01", "o-W", "2026-53"),
        ("2028-02-10", "L t", "1 29"),
        ("2026-10-22", "%m", "%10"),
        ("2026-10-22", "j/n", "22/10"),
        ("2026-10-22", r"\l\e j F", "le 22 October"),
        ("2026-10-22", r"d\\m", r"22\10"),
        ("2026-10-22", "\\", "\\"),
        ("2026-10-22", "é €!", "é €!"),
        ("2026-10-22", "", ""),
    ],
)
def test_letters_are_shown(moment: str, letters: str, expected: str) -> None:
    assert show(at(moment), letters) == expected


@pytest.mark.parametrize(
    ("day", "suffix"),
    [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"), (11, "th"), (12, "th"), (13, "th"), (23, "rd")],
)
def test_a_day_has_its_english_suffix(day: int, suffix: str) -> None:
    assert show(datetime(2026, 1, day, tzinfo=PARIS), "S") == suffix


@pytest.mark.parametrize(
    ("text", "expected"),
    [("@0", "+00:00 +00:00"), ("2026-01-01T00:00:00+05:30", "+05:30 +05:30")],
)
def test_an_offset_has_no_name(text: str, expected: str) -> None:
    assert show(parse("2026-01-01T00:00:00+05:30", WEDNESDAY), "e T") == "+05:30 +05:30"


@pytest.mark.parametrize(
    ("letters", "text", "expected"),
    [
        ("d/m/Y", "22/10/1990", "1990-10-22 14:30:15"),
        ("!d/m/Y", "22/10/1990", "1990-10-22"),
        ("d/m/Y|", "22/10/1990", "1990-10-22"),
        ("|d/m/Y", "22/10/1990", "1990-10-22"),
        ("d/m/Y H:i", "22/10/1990 07:05", "1990-10-22 07:05"),
        ("d/m/Y H", "22/10/1990 07", "1990-10-22 07:00"),
        ("j-n-y|", "1-2-69", "2069-02-01"),
        ("j-n-y|", "1-2-70", "1970-02-01"),
        ("j F Y|", "1 february 2026", "2026-02-01"),
        ("j M Y|", "1 feb 2026", "2026-02-01"),
        ("D j M Y|", "Sun 1 Mar 2026", "2026-03-01"),
        ("D j M Y|", "Mon 1 Mar 2026", "2026-03-02"),
        ("jS F Y|", "3rd May 2026", "2026-05-03"),
        ("z Y|", "59 2026", "2026-03-01"),
        ("H:i:s", "07:05:03", "2026-11-25 07:05:03"),
        ("g:i A", "12:30 AM", "2026-11-25 00:30"),
        ("g:i a", "2:30 p.m.", "2026-11-25 14:30"),
        ("H:i:s.u", "07:05:03.25", "2026-11-25 07:05:03.25"),
        ("H:i:s.v", "07:05:03.250", "2026-11-25 07:05:03.25"),
        ("!m", "03", "1970-03-01"),
        ("!d/m", "22/10", "1970-10-22"),
        ("Y-m-d H:i:s", "2026-02-31 00:00:00", "2026-03-03"),
        ("Y#m#d|", "2026.02-03", "2026-02-03"),
        ("Y?m?d|", "2026x02y03", "2026-02-03"),
        ("* d|", "abc 07", "1970-01-07"),
        ("d/m/Y+", "22/10/1990 and more", "1990-10-22 14:30:15"),
        (r"\d\a\y d|", "day 07", "1970-01-07"),
        ("Y-m-d  H|", "2026-02-03 4", "2026-02-03 04:00"),
        ("U", "0", "1970-01-01 01:00"),
        ("U", "-3600", "1970-01-01 00:00"),
        ("Y-m-d H:i O", "2026-02-03 04:00 +0000", "2026-02-03 05:00"),
        ("Y-m-d H:i e", "2026-02-03 04:00 Europe/London", "2026-02-03 05:00"),
        ("Y-m-d H:i P", "2026-02-03 04:00 +00:00", "2026-02-03 05:00"),
        ("Y-m-d H:i T", "2026-02-03 04:00 UTC", "2026-02-03 05:00"),
    ],
)
def test_a_given_form_is_read(letters: str, text: str, expected: str) -> None:
    assert read(letters, text, WEDNESDAY) == at(expected)


@pytest.mark.parametrize(
    ("letters", "text"),
    [
        ("d/m/Y", "22-10-1990"),
        ("d/m/Y", "22/10"),
        ("d/m/Y", "22/10/1990 more"),
        ("d/m/Y", ""),
        ("Y-m-d", "abc"),
        ("H:i", "7:5"),
        ("H:i", "07:60"),
        ("g A", "13 AM"),
        ("A g", "AM 7"),
        ("F", "nonember"),
        ("l", "someday"),
        ("z", "59"),
        ("e", "Nowhere/Town"),
        ("x", "y"),
        ("d" * 600, "1" * 600),
        ("Y-m-d", "0000-01-01"),
    ],
)
def test_another_form_is_none(letters: str, text: str) -> None:
    assert read(letters, text, WEDNESDAY) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_what_was_shown_is_read_again(wall: datetime) -> None:
    moment = wall.replace(tzinfo=ZoneInfo("UTC"))
    now = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    assert parse(show(moment, "Y-m-d H:i:s.u"), now) == moment
    assert parse(show(moment, "c"), now) == moment.replace(microsecond=0)
    for letters in ("d/m/Y H:i:s.u", "l jS F Y, g:i:s.u A", "z Y G i s u"):
        assert read(letters, show(moment, letters), now) == moment


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_a_date_or_none(text: str, letters: str) -> None:
    read(letters, text, WEDNESDAY)
    try:
        parsed = parse(text, WEDNESDAY)
    except ValueError:
        return
    assert parsed.tzinfo is not None
    show(parsed, letters)


@given(st.dates())
def test_a_plain_date_is_the_same_as_by_the_forms(day: date) -> None:
    """It has a way of its own, because it is what most data have."""
    by_the_forms = parse(f"{day.isoformat()}.", WEDNESDAY)
    assert parse(day.isoformat(), WEDNESDAY) == by_the_forms
    assert by_the_forms == datetime(day.year, day.month, day.day, tzinfo=PARIS)
