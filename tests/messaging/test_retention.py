"""Texts that are emptied by themselves: announced first, stopped at any time, in portions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from raspisms.extensions import db
from raspisms.messaging import backups, conversations, household, retention
from raspisms.models import JournalEntry, Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household
from tests.messaging.stored import came_in, went_out

NAME = "RASPISMS_KEEP_TEXTS_MONTHS"
BEGAN = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context(), at(0):
        yield household.add_test_phone()


def at(days: float) -> time_machine.travel:
    return time_machine.travel(BEGAN + timedelta(days=days), tick=False)


def choose(home: Household, months: str) -> None:
    seen = household.version(home.engine.config, [NAME])
    household.change(home.engine, home.admin, {NAME: months}, [NAME], seen)


def bodies() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message.body).order_by(Message.id)))


def work(household: Household, days: float) -> None:
    with at(days):
        retention.work(household.engine)


def test_without_the_setting_nothing_is_ever_emptied(household: Household, phone: Phone) -> None:
    came_in(household, phone.id, "Ancien", PEER)
    work(household, 5000)
    assert bodies() == ["Ancien"]
    assert retention.announced(household.engine) is None


def test_it_is_announced_for_a_week_and_then_done(household: Household, phone: Phone) -> None:
    talk = came_in(household, phone.id, "Ancien", PEER)
    went_out(household, phone.id, "Ancien aussi", PEER, "delivered")
    with at(40):
        came_in(household, phone.id, "Neuf", PEER)
        choose(household, "1")
        assert retention.announced(household.engine) is None
    work(household, 41)
    told = retention.announced(household.engine)
    assert told is not None
    assert (told.months, told.count) == (1, 2)
    assert told.begins_at == BEGAN + timedelta(days=48)
    work(household, 47.9)
    assert bodies() == ["Ancien", "Ancien aussi", "Neuf"]
    work(household, 48)
    assert bodies() == ["", "", "Neuf"]
    assert retention.announced(household.engine) is None
    with at(48):
        thread = conversations.thread(household.admin, talk)
    assert [one.body for one in thread.messages] == ["Neuf"]
    entry = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("texts.began", "1")
    work(household, 80)
    assert bodies() == ["", "", ""]


def test_another_choice_is_announced_anew_and_none_stops_it(
    household: Household, phone: Phone
) -> None:
    came_in(household, phone.id, "Ancien", PEER)
    with at(100):
        choose(household, "2")
    work(household, 100)
    with at(106):
        choose(household, "1")
    work(household, 108)
    assert bodies() == ["Ancien"], "the week of the first choice does not count"
    told = retention.announced(household.engine)
    assert told is not None
    assert told.begins_at == BEGAN + timedelta(days=115)
    with at(109):
        choose(household, "")
    assert retention.announced(household.engine) is None
    work(household, 200)
    assert bodies() == ["Ancien"]
    with at(200):
        choose(household, "1")
    work(household, 200)
    work(household, 201)
    assert bodies() == ["Ancien"], "it is announced for a week again"
    work(household, 207)
    assert bodies() == [""]


def test_what_is_not_over_stays(household: Household, phone: Phone) -> None:
    states = (*(Status.HELD, Status.UNCERTAIN, Status.PENDING), *(Status.FAILED, Status.SENT))
    for status in states:
        went_out(household, phone.id, status, PEER, status)
    with at(50):
        choose(household, "1")
    work(household, 50)
    work(household, 60)
    assert bodies() == ["held", "uncertain", "pending", "", ""]


def test_many_are_emptied_in_portions(
    household: Household, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PORTION", 2)
    monkeypatch.setattr(retention, "_PORTIONS", 2)
    for _ in range(5):
        came_in(household, phone.id, "Ancien", PEER)
    with at(50):
        choose(household, "1")
    work(household, 50)
    work(household, 57)
    assert bodies() == ["", "", "", "", "Ancien"]
    work(household, 57)
    assert bodies() == [""] * 5


def test_a_wrong_clock_empties_nothing(household: Household, phone: Phone) -> None:
    came_in(household, phone.id, "Ancien", PEER)
    choose(household, "1")
    retention.work(household.engine)
    with at(400):
        household.engine.time.learn(timedelta(days=-400))
        retention.work(household.engine)
    assert bodies() == ["Ancien"]


def test_after_going_back_to_a_backup_it_is_announced_anew(
    household: Household, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    with household.app.app_context():
        phone = household.add_test_phone()
        with at(0):
            came_in(household, phone.id, "Ancien", PEER)
        with at(50):
            choose(household, "1")
        work(household, 50)
        backups.back_up(household.folder, copy)
    household.close()
    backups.restore(household.folder, copy)
    with household.app.app_context():
        work(household, 100)
        assert bodies() == ["Ancien"]
        work(household, 107)
        assert bodies() == [""]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2024-02-29", 12, "2023-02-28"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, before: str) -> None:
    found = retention._months_before(datetime.fromisoformat(day).replace(tzinfo=UTC), months)
    assert f"{found:%Y-%m-%d}" == before
