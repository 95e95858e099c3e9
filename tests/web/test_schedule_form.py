"""The form of repetition as a page has it: its fields, the sentence, and the next dates."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string

from raspisms import clock
from raspisms.web import schedule_form
from tests.web.browser import words

PAGE = """{% from "_macros/schedule.html" import schedule_fields %}
{{ schedule_fields(shown, problems, ["birthdate", "né-le"]) }}
"""
WEEKLY = {"repeat_kind": "week", "repeat_weekdays": ["1"], "repeat_at": "02:30"}


@pytest.fixture(autouse=True)
def _in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 20, 12, tzinfo=UTC))


def page(app: Flask, typed: dict[str, object] | None, language: str = "en") -> str:
    """The fields, as they are shown again once they were sent."""
    headers = {"Accept-Language": language}
    with app.test_request_context("/", method="POST", data=typed or {}, headers=headers):
        kept = schedule_form.typed() if typed is not None else {}
        shown = schedule_form.shown(kept, ["birthdate"])
        return render_template_string(PAGE, shown=shown, problems=[])


def told(html: str) -> str:
    _, begins, box = html.partition('id="dates"')
    return words(f"<main>{begins}{box}</main>") if begins else ""


class Fields(HTMLParser):
    """The names of the fields that are seen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.divs: list[bool] = []
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div":
            self.divs.append("hidden" in given)
        if (given.get("name") or "").startswith("repeat_") and not any(self.divs):
            self.names.add(str(given["name"]).removeprefix("repeat_"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.divs.pop()


def test_a_new_form_begins_today_and_guesses_the_birthday(app: Flask) -> None:
    html = page(app, None)
    assert 'name="repeat_starts" type="date" value="2026-03-20"' in html
    assert 'name="repeat_key" type="text" value="birthdate"' in html
    assert '<option value="FR" selected>France</option>' in html
    assert told(html) == ""


def test_the_sentence_and_five_dates_are_shown(app: Flask) -> None:
    typed = WEEKLY | {"repeat_weekdays": ["6"], "repeat_starts": "2026-03-20"}
    shown = told(page(app, typed))
    assert "Every week on Sundays at 02:30, from March 20, 2026." in shown
    assert "Sunday, March 22, 2026, 02:30 Sunday, March 29, 2026, 03:30 (instead of 02:30" in shown
    assert shown.count("2026, 0") == 5


def test_dates_are_shown_in_french_and_tell_of_holidays(app: Flask) -> None:
    typed = WEEKLY | {
        "repeat_weekdays": ["0"],
        "repeat_starts": "2026-04-01",
        "repeat_on_holiday": "move",
        "repeat_country": "FR",
    }
    shown = told(page(app, typed, "fr"))
    assert "mardi 7 avril 2026, 02:30" in shown
    assert "6 avril 2026" in shown  # Easter Monday
    assert "mardi 26 mai 2026, 02:30" not in shown  # no more than five


def test_what_is_missing_is_told_in_place_of_dates(app: Flask) -> None:
    shown = told(page(app, {"repeat_kind": "week", "repeat_starts": "2026-03-20"}))
    assert "There are no dates yet. It is not said at what time." in shown


def test_a_rule_without_a_date_left_is_told(app: Flask) -> None:
    typed = WEEKLY | {"repeat_starts": "2025-01-01", "repeat_count": "2"}
    assert "It would never run" in told(page(app, typed))


def test_an_unknown_country_is_told(app: Flask) -> None:
    typed = WEEKLY | {"repeat_starts": "2026-04-01", "repeat_on_holiday": "skip"}
    assert "public holidays of this country" in told(page(app, typed | {"repeat_country": "XX"}))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("day", {"every", "until", "count", "on_holiday"}),
        ("week", {"every", "weekdays", "until", "count", "on_holiday"}),
        ("month", {"every", "day", "until", "count", "on_holiday"}),
        ("year", {"every", "month", "day", "until", "count", "on_holiday"}),
        ("birthdays", {"key", "until"}),
        ("rule", {"rule", "on_holiday"}),
    ],
)
def test_only_the_fields_of_the_kind_are_shown(app: Flask, kind: str, fields: set[str]) -> None:
    names = Fields(page(app, {"repeat_kind": kind})).names
    assert names - {"kind", "at", "starts", "by", "country"} == fields


def test_the_day_is_a_number_or_a_weekday(app: Flask) -> None:
    by_date = Fields(page(app, {"repeat_kind": "month"})).names
    by_weekday = Fields(page(app, {"repeat_kind": "month", "repeat_by": "weekday"})).names
    assert by_date ^ by_weekday == {"day", "nth", "weekday"}


def test_what_was_typed_is_shown_again(app: Flask) -> None:
    html = page(app, {"repeat_kind": "rule", "repeat_rule": 'FREQ="><b>', "repeat_at": "9"})
    assert 'value="FREQ=&#34;&gt;&lt;b&gt;"' in html
    assert 'name="repeat_at" type="time" value="9"' in html
