"""The reader's language, clock and way of writing numbers."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from raspisms import create_app
from raspisms.errors import say
from raspisms.extensions import db
from raspisms.sms.recurrence import words
from raspisms.web.i18n import day_in_words, phone_number, translate, when
from tests.web.browser import Browser
from tests.web.conftest import SETTINGS

NOW = datetime(2026, 7, 14, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        *(("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("en-GB", "en"), ("de,en;q=0.8,fr;q=0.5", "en")),
        *(("de", "fr"), ("", "fr"), ("*", "fr"), ("x" * 5000, "fr"), ("en;q=x", "fr")),
    ],
)
def test_the_browsers_language_is_followed_and_french_where_it_is_neither(
    client: Browser, accepted: str, language: str
) -> None:
    client.headers["Accept-Language"] = accepted
    assert f'<html lang="{language}">' in client.get("/login").text


def test_the_households_language_goes_before_that_of_the_browser(tmp_path: str) -> None:
    app = create_app(
        SETTINGS | {"RASPISMS_INSTANCE_PATH": str(tmp_path), "RASPISMS_LANGUAGE": "fr"}
    )
    assert '<html lang="fr">' in Browser(app).get("/login").text
    with app.app_context():
        db.engine.dispose()


def test_a_sentence_is_told_with_the_sentences_in_it(app: Flask) -> None:
    inner = say("the number %(number)s", number="100 %")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert translate(say("Look at %(what)s.", what=inner)) == "Look at the number 100 %."
        assert translate(say("100 % sure")) == "100 % sure"


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 7, 14, 6, 5, tzinfo=UTC), "08:05"),
        (datetime(2026, 7, 13, 22, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 7, 13, 12, 0, tzinfo=UTC), "Yesterday 14:00"),
        (datetime(2026, 7, 14, 22, 30, tzinfo=UTC), "Tomorrow 00:30"),
        (datetime(2026, 7, 10, 12, 0, tzinfo=UTC), "Friday 14:00"),
        (datetime(2026, 7, 7, 12, 0, tzinfo=UTC), "7 Jul, 14:00"),
        (datetime(2026, 12, 24, 12, 0, tzinfo=UTC), "24 Dec, 13:00"),
        (datetime(2025, 12, 24, 12, 0, tzinfo=UTC), "24 Dec 2025, 13:00"),
    ],
)
def test_times_are_short_and_on_the_readers_clock(
    app: Flask, instant: datetime, shown: str
) -> None:
    with (
        time_machine.travel(NOW, tick=False),
        app.test_request_context(headers={"Accept-Language": "en"}),
    ):
        marked = str(when(instant))
    assert marked.endswith(f">{shown}</time>")
    assert f'datetime="{instant.isoformat()}"' in marked


@pytest.mark.parametrize(
    ("day", "pattern", "french", "english"),
    [
        (date(2027, 2, 1), "long", "1er février 2027", "February 1, 2027"),
        (date(2027, 2, 1), "full", "lundi 1er février 2027", "Monday, February 1, 2027"),
        (date(2027, 11, 1), "EEE d MMM", "lun. 1er nov.", "Mon 1 Nov"),
        (date(2027, 2, 1), "EEEE", "lundi", "Monday"),
        (date(2027, 2, 11), "d MMMM y", "11 février 2027", "11 February 2027"),
        (date(2021, 1, 21), "long", "21 janvier 2021", "January 21, 2021"),
    ],
)
def test_french_says_the_first_of_a_month_as_an_ordinal(
    app: Flask, day: date, pattern: str, french: str, english: str
) -> None:
    for language, told in (("fr", french), ("en", english)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert day_in_words(day, pattern) == told


def test_so_do_sentences_and_times_in_french(app: Flask) -> None:
    with (
        time_machine.travel(NOW, tick=False),
        app.test_request_context(headers={"Accept-Language": "fr"}),
    ):
        said = translate(words.once(datetime.fromisoformat("2027-02-01T09:00")))
        assert said == "Une fois, le 1er février 2027 à 09:00."
        shown = str(when(datetime(2026, 9, 1, 12, tzinfo=UTC)))
        assert 'title="mardi 1er septembre 2026, 14:00:00 (CEST)">1er sept., 14:00<' in shown


def test_numbers_are_written_as_the_household_dials_them(app: Flask) -> None:
    with app.test_request_context():
        assert phone_number("+33612345678") == "06 12 34 56 78"
        assert phone_number("+447911123456") == "+44 7911 123456"
        assert phone_number("36111") == "36111"
        assert phone_number(None) == ""
