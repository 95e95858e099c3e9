"""What makes messages wait that is nobody's doing is said on the pages, until about when."""

from datetime import timedelta

import pytest
from flask import Flask

from raspisms.extensions import db
from raspisms.messaging.engine import Engine
from raspisms.models import Phone
from tests.web.browser import Browser
from tests.web.making import add_phone, change_phone, in_days, went_out


def _queue(app: Flask, phone_id: int, texts: int, each: int = 1) -> None:
    """So many messages that are due, of so many texts."""
    for n in range(texts):
        for _ in range(each):
            went_out(app, phone_id, f"n° {n}", status="pending")


def _engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["raspisms"]
    return engine


def test_a_long_queue_is_told_with_its_pace_and_its_end(app: Flask, admin: Browser) -> None:
    phone_id = add_phone(app)
    assert "wait for their turn" not in admin.get("/messages").text
    _queue(app, phone_id, 40)
    for page in ("/messages", "/phones", "/write"):
        text = admin.get(page).text
        assert "wait for their turn" in text
        assert "40 messages of Maison are next" in text
        assert "about 60 calls a minute" in text
        assert "The last of them leaves at about: <time" in text


def test_a_provider_that_asked_for_fewer_calls_is_named_as_the_cause(
    app: Flask, admin: Browser
) -> None:
    phone_id = add_phone(app)
    _queue(app, phone_id, 40)
    with app.app_context():
        _engine(app).bucket(db.session.get_one(Phone, phone_id)).slow_down(None)
    assert "The provider asked for fewer calls" in admin.get("/messages").text


def test_many_of_one_text_are_few_calls_and_no_queue(app: Flask, admin: Browser) -> None:
    _queue(app, add_phone(app), 1, each=40)
    assert "wait for their turn" not in admin.get("/messages").text


def test_a_member_is_told_nothing_of_phones_that_are_not_theirs(
    app: Flask, member: Browser
) -> None:
    _queue(app, add_phone(app), 40)
    text = member.get("/messages").text
    assert "wait for their turn" not in text
    assert "Maison" not in text


@pytest.mark.parametrize(
    ("seconds", "words"), [(7200, "2 hours behind"), (-60 * 86400, "2 months ahead")]
)
def test_a_wrong_clock_is_told_on_every_page_until_it_is_right(
    app: Flask, admin: Browser, seconds: int, words: str
) -> None:
    phone_id = add_phone(app)
    change_phone(app, phone_id, clock_off=seconds)
    for page in ("/conversations", "/write", "/contacts"):
        text = admin.get(page).text
        assert "The clock of this machine is wrong" in text
        assert words in text
    change_phone(app, phone_id, clock_off=None)
    assert "clock of this machine" not in admin.get("/write").text


def test_a_scheduled_message_says_that_it_waits_for_the_clock(app: Flask, admin: Browser) -> None:
    phone_id = add_phone(app)
    change_phone(app, phone_id, clock_off=7200)
    times = {"due_at": in_days(1), "attempt_at": in_days(1)}
    went_out(app, phone_id, "Plus tard", status="pending", scheduled=True, **times)
    went_out(app, phone_id, "Maintenant", status="pending")
    assert admin.get("/messages").text.count("it waits until it is right") == 1


def test_a_difference_is_told_in_time_units_of_the_reader(app: Flask, admin: Browser) -> None:
    change_phone(app, add_phone(app), clock_off=int(timedelta(days=3).total_seconds()))
    admin.headers["Accept-Language"] = "fr"
    assert "3 jours" in admin.get("/write").text.replace("\u202f", " ").replace("\xa0", " ")
