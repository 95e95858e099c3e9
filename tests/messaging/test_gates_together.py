"""What keeps messages back, together: limits of several phones, pauses, quiet hours, a pace; and
what changes while messages wait.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, update

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_changes,
    campaign_control,
    campaigns,
    claims,
    household,
    limit_changes,
    opt_outs,
    outbox,
    phone_removal,
    phones,
    times,
)
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message, Phone
from raspisms.simulator import Simulator
from raspisms.sms.quiet_hours import NIGHTS
from tests.household import PEER, Household, settings_for

#: A Friday in Paris, at noon and at 23:00 there, and the end of that night's quiet hours.
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
MONTH_END = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
MONTH = "first day of this month midnight"


@pytest.fixture(autouse=True)
def _nobody_sets_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock that never jumps goes with the other, as time passes."""
    monkeypatch.setattr(clock, "steady", time.time)


@pytest.fixture
def home(tmp_path: Path, simulator: Simulator) -> Iterator[Household]:
    home = Household(tmp_path, **settings_for(simulator))
    with home.app.app_context(), time_machine.travel(NOON, tick=False):
        yield home
    home.close()


@pytest.fixture
def two(home: Household) -> tuple[Phone, Phone]:
    return home.add_test_phone(), home.add_test_phone("Deux", "+33639987778")


def _campaign(home: Household, phone: Phone, count: int, **more: Any) -> Campaign:
    peers = ", ".join(f"+3363998{n:04}" for n in range(5000, 5000 + count))
    draft = campaigns.Draft(phone.id, peers, more.pop("text", "Bonjour"), **more)
    return campaigns.accept(home.engine, home.admin, draft).campaign


def _send(home: Household, *phones: Phone, at: datetime = NOON) -> None:
    """What the jobs do at an instant. The rests of phones are measured by another clock."""
    with time_machine.travel(at, tick=False):
        for phone_id, rest in home.engine._rests.items():
            home.engine._rests[phone_id] = replace(rest, until=0.0)
        for phone in phones:
            outbox.send_due(home.engine, phone.id)
    db.session.rollback()


def _waits(phone: Phone) -> list[tuple[datetime | None, str | None]]:
    query = select(Message.attempt_at, Message.reason).where(
        Message.phone_id == phone.id, Message.status == "pending"
    )
    return [tuple(row) for row in db.session.execute(query.order_by(Message.attempt_at))]


def _count(status: str, phone: Phone | None = None) -> int:
    query = select(func.count()).where(Message.status == status)
    if phone is not None:
        query = query.where(Message.phone_id == phone.id)
    return db.session.scalar(query) or 0


def _limit(home: Household, phone: Phone, volume: int, since: str = "today") -> int:
    return limit_changes.add(home.engine, home.admin, phone.id, str(volume), since).id


def _keep_nights_quiet(home: Household) -> None:
    names = ("RASPISMS_QUIET_HOURS",)
    seen = household.version(home.engine.config, names)
    household.change(home.engine, home.admin, {names[0]: NIGHTS.write()}, names, seen)


def _is_at(at: datetime | None, wanted: datetime) -> bool:
    return at is not None and timedelta(0) <= at - wanted < timedelta(seconds=2)


@pytest.mark.parametrize("count", [5, 450])
def test_a_word_to_one_person_goes_before_a_campaign(home: Household, count: int) -> None:
    phone = home.add_test_phone()
    _campaign(home, phone, count, text="{{ contact_metas.number }}")
    urgent = home.write(phone.id, "Rappelle vite")
    assert [row.id for row in claims.choose(home.engine, phone)] == [urgent]


def test_a_word_to_one_person_waits_for_a_limit_and_says_so_but_not_behind_the_campaign(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    _limit(home, phone, 2)
    _campaign(home, phone, 5)
    _send(home, phone)
    urgent = home.write(phone.id, "Rappelle vite")
    _send(home, phone)
    message = home.message(urgent)
    assert message.reason == "phone_limit"
    assert _is_at(message.attempt_at, MIDNIGHT)
    _send(home, phone, at=MIDNIGHT + timedelta(seconds=3))
    assert home.message(urgent).status == "sent"
    assert _count("sent") == 4


def test_what_another_phone_can_take_goes_though_something_else_is_before_it(
    home: Household, two: tuple[Phone, Phone]
) -> None:
    first, second = two
    _limit(home, first, 0)
    home.write(first.id, "Seulement par ce téléphone")
    _campaign(home, first, 3, phones=(first.id, second.id))
    _send(home, first, second)
    assert (_count("sent", first), _count("sent", second)) == (0, 3)
    assert _waits(first) == [(None, "phone_limit")]


def test_at_the_limits_of_all_phones_it_waits_for_the_first_that_can_send_again(
    home: Household, two: tuple[Phone, Phone]
) -> None:
    first, second = two
    _limit(home, first, 2, MONTH)
    _limit(home, second, 1)
    _campaign(home, first, 5, phones=(first.id, second.id))
    _send(home, first, second)
    assert (_count("sent", first), _count("sent", second)) == (2, 1)
    alone = home.write(first.id)
    _send(home, first)
    ahead = [at for at, _ in _waits(first)]
    assert _is_at(ahead[0], MIDNIGHT)
    assert _is_at(ahead[1], MIDNIGHT + timedelta(days=1))
    assert _is_at(home.message(alone).attempt_at, MONTH_END), "it has no other phone"
    for day in (0, 1):
        _send(home, first, second, at=MIDNIGHT + timedelta(days=day, seconds=3))
    assert (_count("sent", first), _count("sent", second)) == (2, 3)
    assert len(_waits(first)) == 1


def test_what_waited_for_the_limit_of_a_removed_phone_goes_by_another(
    home: Household, two: tuple[Phone, Phone]
) -> None:
    first, second = two
    _limit(home, first, 0)
    _campaign(home, first, 3, phones=(first.id, second.id))
    for_ever = {"attempt_at": None, "reason": "phone_limit"}
    with writing() as session:
        session.execute(update(Message).values(for_ever))
    phone_removal.remove(first.id)
    _send(home, second, at=NOON + timedelta(seconds=1))
    assert _count("sent", second) == 3


def test_what_waited_on_a_removed_phone_waits_on_a_paused_one_where_no_other_works(
    home: Household, two: tuple[Phone, Phone]
) -> None:
    first, second = two
    phones.pause(second.id, paused=True)
    _campaign(home, first, 3, phones=(first.id, second.id))
    assert phone_removal.effects(first.id).handed_over == 3
    phone_removal.remove(first.id)
    assert len(_waits(second)) == 3
    phones.pause(second.id, paused=False)
    _send(home, second)
    assert _count("sent", second) == 3


@pytest.mark.parametrize("how", ["resumed", "unlimited", "works again"])
def test_a_phone_that_can_send_again_takes_what_waits_on_others(
    home: Household, two: tuple[Phone, Phone], how: str
) -> None:
    first, second = two
    limit = _limit(home, second, 0) if how == "unlimited" else 0
    phones.pause(second.id, paused=how == "resumed")
    if how == "works again":
        with writing() as session:
            session.get_one(Phone, second.id).aside_at = NOON
    _limit(home, first, 0)
    _campaign(home, first, 3, phones=(first.id, second.id))
    _send(home, first)
    assert len(_waits(first)) == 3
    match how:
        case "resumed":
            phones.pause(second.id, paused=False)
        case "unlimited":
            limit_changes.remove(home.admin, second.id, limit)
        case _:
            home.write(second.id, "Essai", number="+33639980001")
            _send(home, second)
    _send(home, first, second, at=NOON + timedelta(seconds=1))
    assert _waits(first) == []


def test_what_was_paused_at_a_limit_is_looked_at_anew_when_it_goes_on(home: Household) -> None:
    phone = home.add_test_phone()
    limit = _limit(home, phone, 1)
    campaign = _campaign(home, phone, 3)
    _send(home, phone)
    campaign_control.pause(home.admin, campaign.id)
    limit_changes.remove(home.admin, phone.id, limit)
    campaign_control.resume(home.admin, campaign.id)
    _send(home, phone, at=NOON + timedelta(seconds=1))
    assert _count("sent") == 3


def test_what_is_resumed_in_quiet_hours_waits_and_keeps_the_time_that_a_person_chose(
    home: Household,
) -> None:
    phone = home.add_test_phone()
    _keep_nights_quiet(home)
    campaign = _campaign(home, phone, 3)
    campaign_control.pause(home.admin, campaign.id)
    with time_machine.travel(NIGHT, tick=False):
        campaign_control.resume(home.admin, campaign.id)
    _send(home, phone, at=NIGHT)
    assert set(_waits(phone)) == {(MORNING, "quiet_hours")}
    later = MORNING + timedelta(days=2)
    with time_machine.travel(NIGHT, tick=False):
        campaign_changes.change_time(home.engine, home.admin, campaign.id, later.isoformat())
        campaign_control.pause(home.admin, campaign.id)
        campaign_control.resume(home.admin, campaign.id)
    assert set(_waits(phone)) == {(later, None)}


def test_waiting_makes_nothing_late_and_forgets_nothing_of_how_late_it_is(
    tmp_path: Path, simulator: Simulator
) -> None:
    """A reminder that could not be sent for long is not sent days later because of a night."""
    home = Household(tmp_path, **settings_for(simulator, RASPISMS_HOLD_AFTER_HOURS=12))
    with home.app.app_context():
        phone, other = home.add_ovh_phone(), home.add_test_phone()
        _keep_nights_quiet(home)
        simulator.fault("no_credit")
        with time_machine.travel(NOON, tick=False):
            _campaign(home, phone, 2, pace=60.0)
            _campaign(home, other, 1)
        for at in (NOON, NOON + timedelta(hours=8), NIGHT):
            _send(home, phone, at=at)
        assert set(_waits(phone)) == {(MORNING, "quiet_hours")}
        with time_machine.travel(NIGHT + timedelta(hours=1), tick=False):
            times.mend()  # a start looks at it anew
        _send(home, phone, at=NIGHT + timedelta(hours=1))
        assert set(_waits(phone)) == {(MORNING, "quiet_hours")}
        _send(home, phone, at=MORNING + timedelta(hours=1))
        assert _count("pending", phone) == 2
        _send(home, phone, at=MORNING + timedelta(hours=6))
        assert _count("held", phone) == 2
        # What only waited for the morning goes, however long the night was.
        _send(home, other, at=NIGHT)
        _send(home, other, at=MORNING)
        assert _count("sent", other) + _count("held", other) == 1
        db.session.rollback()
    home.close()


def test_a_stop_and_a_cancel_come_to_what_waits(home: Household) -> None:
    phone = home.add_test_phone()
    _limit(home, phone, 1)
    campaign = _campaign(home, phone, 4)
    _send(home, phone)
    opt_outs.add(home.engine, home.admin, "+33639985002", "STOP")
    assert (_count("skipped"), len(_waits(phone))) == (1, 2)
    _send(home, phone, at=MIDNIGHT + timedelta(seconds=3))
    assert campaign_control.cancel(home.admin, campaign.id) == 1
    _send(home, phone, at=MIDNIGHT + timedelta(days=3))
    assert (_count("sent"), _count("skipped"), _count("cancelled")) == (2, 1, 1)


def test_a_pace_does_not_wait_for_what_left_by_a_clock_that_was_wrong(home: Household) -> None:
    phone = home.add_test_phone()
    _campaign(home, phone, 3, pace=60.0)
    _send(home, phone)
    with writing() as session:
        ahead = {"claimed_at": NOON + timedelta(hours=5)}
        session.execute(update(Message).where(Message.status == "sent").values(ahead))
    _send(home, phone, at=NOON + timedelta(minutes=2))
    assert _count("sent") == 2


def test_quiet_hours_a_limit_a_pace_and_a_phone_aside_together(
    home: Household, two: tuple[Phone, Phone]
) -> None:
    """Each is kept, and nobody is lost."""
    first, second = two
    _keep_nights_quiet(home)
    _limit(home, first, 3)
    _limit(home, second, 2)
    with writing() as session:
        session.get_one(Phone, first.id).aside_at = NOON
    _campaign(home, first, 12, phones=(first.id, second.id), pace=600.0)
    home.write(first.id, "Seul", number=PEER)
    at, left = NOON, []
    while _count("pending") and at < NOON + timedelta(days=9):
        before = _count("sent")
        _send(home, first, second, at=at)
        left += [at] * (_count("sent") - before)
        ahead = [one for one, _ in _waits(first) + _waits(second) if one is not None]
        at = max(at, min(ahead, default=at)) + timedelta(seconds=1)
    assert _count("sent") == len(left) == 13
    local = [one.astimezone(home.engine.config.timezone) for one in left]
    assert all(8 <= one.hour < 21 for one in local)
    days = [one.date() for one in local]
    assert max(days.count(one) for one in days) <= 3 + 2
    assert len(set(days)) == 3
