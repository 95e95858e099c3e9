"""What keeps messages back: quiet hours, limits, a pace, phones of a set. Nothing fails by it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    campaigns,
    coming,
    household,
    limit_changes,
    outbox,
    phone_removal,
    times,
)
from raspisms.models import Campaign, Conversation, Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from raspisms.sms.quiet_hours import MARKETING, NIGHTS
from tests.household import Household, settings_for

#: A Friday in Paris, at noon there.
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, simulator: Simulator) -> Iterator[Household]:
    home = Household(tmp_path, **settings_for(simulator))
    with home.app.app_context():
        yield home
    home.close()


def _peers(count: int, first: int = 5000) -> list[str]:
    return [f"+3363998{n:04}" for n in range(first, first + count)]


def _campaign(home: Household, phone: Phone, count: int, **more: Any) -> Campaign:
    draft = campaigns.Draft(phone.id, ", ".join(_peers(count)), "Bonjour", "", **more)
    return campaigns.accept(home.engine, home.admin, draft).campaign


def _send(home: Household, *phones: Phone, at: datetime, tick: bool = False) -> None:
    """What the jobs do at an instant. The rests of phones are measured by another clock."""
    with time_machine.travel(at, tick=tick):
        home.engine.time._reference = clock.wall_offset()  # time passed; nobody set the clock
        _end_rests(home)
        for phone in phones:
            outbox.send_due(home.engine, phone.id)
    db.session.rollback()


def _end_rests(home: Household) -> None:
    """How often a phone failed is still known."""
    for phone_id, rest in home.engine._rests.items():
        home.engine._rests[phone_id] = replace(rest, until=0.0)


def _waiting(phone: Phone) -> list[Message]:
    query = db.select(Message).where(Message.phone_id == phone.id, Message.status == "pending")
    return list(db.session.scalars(query.order_by(Message.attempt_at, Message.id)))


def _sent(phone: Phone) -> int:
    query = db.select(db.func.count()).where(Message.phone_id == phone.id, Message.status == "sent")
    return db.session.scalar(query) or 0


def _quiet(home: Household, hours: str, whose: str = "campaigns") -> None:
    _choose(home, QUIET_HOURS=hours, QUIET_HOURS_FOR=whose)


def _choose(home: Household, **typed: str) -> None:
    """What an administrator chooses on a page, by the short names of settings."""
    named = {f"RASPISMS_{name}": text for name, text in typed.items()}
    seen = household.version(home.engine.config, named)
    household.change(home.engine, home.admin, named, named, seen)


def _due_at(at: datetime) -> time_machine.travel:
    return time_machine.travel(at, tick=False)


def test_a_campaign_waits_for_the_end_of_quiet_hours_and_one_to_one_does_not(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    with _due_at(NIGHT):
        _campaign(home, phone, 3)
        home.write(phone.id, "Tu es là ?")
    _send(home, phone, at=NIGHT)
    assert _sent(phone) == 1
    assert {(one.attempt_at, one.due_at, one.reason) for one in _waiting(phone)} == {
        (MORNING, MORNING, "quiet_hours")
    }
    with _due_at(NIGHT):
        assert outbox.phones_with_work(home.engine, clock.now()) == ([], MORNING)
    _send(home, phone, at=MORNING + timedelta(seconds=1))
    assert _sent(phone) == 4


def test_a_clock_that_is_a_moment_behind_ends_quiet_hours_at_their_minute(home: Household) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    with _due_at(NIGHT):
        _campaign(home, phone, 2)
        home.engine.time.learn(timedelta(seconds=0.4))
        outbox.send_due(home.engine, phone.id)
    assert [one.attempt_at for one in _waiting(phone)] == [MORNING, MORNING]


def test_what_waits_for_the_end_of_quiet_hours_is_told_of_what_is_coming(home: Household) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    with _due_at(NIGHT):
        _campaign(home, phone, 3, name="Fête")
    _send(home, phone, at=NIGHT)
    later = NIGHT + timedelta(minutes=5)
    for until, found in ((MORNING, []), (MORNING + timedelta(hours=1), [(MORNING, "Fête", 3)])):
        soon = coming.coming(home.engine, home.admin, later, until)
        assert [(one.at, one.name, one.count) for one in soon] == found


def test_where_it_is_wanted_one_to_one_messages_wait_too(home: Household) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write(), "all")
    with _due_at(NIGHT):
        home.write(phone.id, "Tu es là ?")
    _send(home, phone, at=NIGHT)
    assert _sent(phone) == 0
    assert [one.attempt_at for one in _waiting(phone)] == [MORNING]


def test_the_hours_of_a_campaign_stand_above_those_of_the_household(home: Household) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    sunday = datetime(2026, 11, 29, 11, 0, tzinfo=UTC)
    with _due_at(sunday):
        _campaign(home, phone, 2, quiet=MARKETING.as_kept())
        _campaign(home, phone, 2, quiet={"hours": "always"})
    _send(home, phone, at=sunday)
    assert _sent(phone) == 2
    assert {one.attempt_at for one in _waiting(phone)} == {sunday + timedelta(hours=20)}


def test_public_holidays_of_the_household_s_country_are_quiet_where_it_is_wanted(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    christmas = datetime(2026, 12, 25, 11, 0, tzinfo=UTC)
    with _due_at(christmas):
        _campaign(home, phone, 2, quiet=MARKETING.as_kept())
    _send(home, phone, at=christmas)
    assert {one.attempt_at for one in _waiting(phone)} == {christmas + timedelta(hours=20)}


def test_at_its_limit_a_phone_waits_and_says_until_when(home: Household) -> None:
    phone = home.add_test_phone()
    limit_changes.add(home.engine, home.admin, phone.id, "2", "today")
    with _due_at(NOON):
        _campaign(home, phone, 5)
    _send(home, phone, at=NOON)
    assert _sent(phone) == 2
    days = [datetime(2026, 11, day, 23, tzinfo=UTC) for day in (27, 27, 28)]
    found = [(one.attempt_at, one.reason) for one in _waiting(phone)]
    for (at, reason), day in zip(found, days, strict=True):
        assert at is not None
        assert timedelta(0) <= at - day < timedelta(seconds=2)
        assert reason == "phone_limit"
    _send(home, phone, at=days[0] - timedelta(minutes=1))
    assert _sent(phone) == 2
    _send(home, phone, at=days[0] + timedelta(seconds=2))
    assert _sent(phone) == 4
    _send(home, phone, at=days[2] + timedelta(hours=1))
    assert _sent(phone) == 5, "it waited for longer than late messages may, and is not held"


def test_a_limit_of_none_lets_nothing_go_until_it_is_taken_away(home: Household) -> None:
    phone = home.add_test_phone()
    limit = limit_changes.add(home.engine, home.admin, phone.id, "0", "-24 hours")
    message_id = home.write(phone.id)
    _send(home, phone, at=clock.now())
    message = home.message(message_id)
    assert (message.status, message.reason, message.attempt_at) == ("pending", "phone_limit", None)
    with _due_at(clock.now() + timedelta(days=3)):
        assert outbox.phones_with_work(home.engine, clock.now())[0] == []
        limit_changes.remove(home.admin, phone.id, limit.id)
        assert outbox.phones_with_work(home.engine, clock.now())[0] == [phone.id]
    _send(home, phone, at=clock.now() + timedelta(days=3, seconds=1))
    assert home.message(message_id).status == Status.SENT


def test_a_try_that_came_to_nothing_does_not_count_against_the_message(
    home: Household, simulator: Simulator
) -> None:
    phone = home.add_ovh_phone()
    limit_changes.add(home.engine, home.admin, phone.id, "1", "-24 hours")
    message_id = home.write(phone.id)
    simulator.fault("no_credit", count=1)
    outbox.send_due(home.engine, phone.id)
    tried = home.message(message_id)
    assert (tried.status, tried.reason) == (Status.PENDING, "no_credit")
    assert tried.claimed_at is not None
    _send(home, phone, at=clock.now() + timedelta(minutes=1), tick=True)
    assert home.message(message_id).status == Status.SENT


def test_what_a_phone_may_not_send_goes_by_the_next_of_the_set(home: Household) -> None:
    first, second = home.add_test_phone(), home.add_test_phone("Deux", "+33639987778")
    limit_changes.add(home.engine, home.admin, first.id, "2", "today")
    limit_changes.add(home.engine, home.admin, second.id, "1", "today")
    with _due_at(NOON):
        campaign = _campaign(home, first, 5, phones=(first.id, second.id))
    _send(home, first, second, at=NOON)
    assert (_sent(first), _sent(second)) == (2, 1)
    assert len(_waiting(first)) + len(_waiting(second)) == 2
    assert not _waiting(second), "only as many were moved as could go"
    moved = db.session.scalars(db.select(Message).where(Message.phone_id == second.id)).one()
    talk = db.session.get_one(Conversation, moved.conversation_id)
    assert (talk.phone_id, talk.peer, talk.last_message_id) == (second.id, moved.peer, moved.id)
    old = db.session.scalars(
        db.select(Conversation).where(
            Conversation.phone_id == first.id, Conversation.peer == moved.peer
        )
    ).one()
    assert old.last_message_id == 0
    assert moved.campaign_id == campaign.id


def test_a_phone_without_credit_is_set_aside_and_others_take_over(
    home: Household, simulator: Simulator
) -> None:
    first, second = home.add_ovh_phone(), home.add_test_phone()
    _campaign(home, first, 6, phones=(first.id, second.id))
    simulator.fault("no_credit")
    at = clock.now()
    for _ in range(6):
        _send(home, first, second, at=at, tick=True)
        at += timedelta(minutes=1)
    assert db.session.get_one(Phone, first.id).aside_at is not None
    assert _sent(second) == 6
    assert not simulator.ledger.jobs


def test_a_pace_spreads_a_campaign_and_keeps_to_it_after_a_stop(home: Household) -> None:
    phone = home.add_test_phone()
    with _due_at(NOON):
        _campaign(home, phone, 5, pace=60.0)
    _send(home, phone, at=NOON)
    assert _sent(phone) == 1
    times_of = [one.attempt_at for one in _waiting(phone)]
    for place, at in enumerate(times_of, 1):
        assert at is not None
        assert abs((at - NOON).total_seconds() - 60 * place) <= 15
    _send(home, phone, at=NOON + timedelta(hours=1))
    assert _sent(phone) == 2, "what became due while nothing ran goes one by one too"
    _send(home, phone, at=NOON + timedelta(hours=1, seconds=30))
    assert _sent(phone) == 2
    for minute in range(1, 5):
        _send(home, phone, at=NOON + timedelta(hours=1, seconds=80 * minute))
    assert _sent(phone) == 5


def test_when_the_clock_is_set_what_waits_by_our_own_rules_is_looked_at_anew(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    with _due_at(NIGHT):
        _campaign(home, phone, 2)
    _send(home, phone, at=NIGHT)
    assert _sent(phone) == 0
    with _due_at(NOON):
        assert times.catch_up(home.engine)
        outbox.send_due(home.engine, phone.id)
    assert _sent(phone) == 2


@pytest.mark.parametrize("changed", [{"TIMEZONE": "America/Guadeloupe"}, {"QUIET_HOURS": "always"}])
def test_when_zone_or_hours_change_what_waits_for_them_is_looked_at_anew(
    home: Household, changed: dict[str, str]
) -> None:
    phone = home.add_test_phone()
    _quiet(home, NIGHTS.write())
    with _due_at(NIGHT):
        _campaign(home, phone, 2)
    _send(home, phone, at=NIGHT)
    assert [one.attempt_at for one in _waiting(phone)] == [MORNING, MORNING]
    with _due_at(NIGHT):
        _choose(home, **changed)
    _send(home, phone, at=NIGHT)
    assert _sent(phone) == 2


def test_a_day_that_begins_earlier_by_another_zone_lets_what_a_limit_kept_back_leave(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    limit_changes.add(home.engine, home.admin, phone.id, "1", "today")
    with _due_at(NOON):
        home.write(phone.id)
    _send(home, phone, at=NOON)
    with _due_at(NIGHT):
        home.write(phone.id, "Et le soir ?")
    _send(home, phone, at=NIGHT)
    assert [one.attempt_at for one in _waiting(phone)] == [NIGHT + timedelta(hours=1)]
    with _due_at(NIGHT):
        _choose(home, TIMEZONE="Asia/Tokyo")
    _send(home, phone, at=NIGHT)
    assert _sent(phone) == 2


def test_a_removed_phone_leaves_its_campaign_to_the_others_of_the_set(home: Household) -> None:
    first, second = home.add_test_phone(), home.add_test_phone("Deux", "+33639987778")
    later = (clock.now() + timedelta(days=2)).isoformat(timespec="minutes")
    draft = campaigns.Draft(
        first.id, ", ".join(_peers(3)), "Bonjour", later, phones=(first.id, second.id)
    )
    due_at = campaigns.accept(home.engine, home.admin, draft).campaign.due_at
    alone = home.write(first.id)
    effects = phone_removal.effects(first.id)
    assert (effects.waiting, effects.handed_over) == (1, 3)
    phone_removal.remove(first.id)
    assert [one.attempt_at for one in _waiting(second)] == [due_at] * 3
    assert home.message(alone).status == Status.CANCELLED
