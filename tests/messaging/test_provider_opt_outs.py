"""Who answered STOP at the provider: read from its list, unless they began again since."""

import logging
from datetime import timedelta

import pytest

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import opt_outs, phone_removal, provider_opt_outs
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message, OptOut, Phone
from raspisms.simulator import Simulator, account
from tests.household import PEER, Household, eventually
from tests.statements import changes, statements

OTHER = "+33639982222"


def blocked(simulator: Simulator, number: str, hours: float = 1) -> None:
    """Put a number on OVH's list, so many hours ago."""
    since = clock.now() - timedelta(hours=hours)
    service = simulator.account.services[account.SERVICE]
    service.blacklist[number] = account.Blocked(number, since, None)


def known() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(db.select(OptOut).order_by(OptOut.number))
    return [(row.number, row.source) for row in rows]


def test_who_is_on_the_list_gets_no_campaigns_and_what_waits_is_skipped(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    first = household.write(phone.id, "Réunion", f"{PEER}, {OTHER}", "2027-01-01 10:00")
    with writing() as session:
        session.get_one(Campaign, session.get_one(Message, first).campaign_id).direct = False
    blocked(simulator, PEER)
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == [(PEER, "provider")]
    age = clock.now() - db.session.get_one(OptOut, PEER).at
    assert timedelta(minutes=59) < age < timedelta(minutes=61)
    assert household.message(first).reason == "opted_out"
    assert household.message(first + 1).status == "pending"
    with statements(household.app) as asked:
        provider_opt_outs.read(household.engine, phone.id)
    assert changes(asked) == []


def test_who_wanted_messages_again_since_is_left_alone_until_the_next_stop(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    blocked(simulator, PEER, hours=2)
    provider_opt_outs.read(household.engine, phone.id)
    opt_outs.remove(household.engine, household.admin, PEER)
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == []
    blocked(simulator, PEER, hours=-0.01)
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == [(PEER, "provider")]


def test_what_is_known_already_stays_as_it_was(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    opt_outs.add(household.engine, household.admin, PEER, "a dit non")
    with writing() as session:
        session.get_one(OptOut, PEER).at -= timedelta(hours=2)
    blocked(simulator, PEER, hours=1)
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == [(PEER, "person")]
    opt_outs.remove(household.engine, household.admin, PEER)
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == [], "whoever takes it back takes back both"


def test_a_long_list_without_times_is_kept(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    """OVH tells the time of each by a call of its own, which is not made for many."""
    numbers = [f"+3363998{n:04}" for n in range(3000, 3020)]
    for number in numbers:
        blocked(simulator, number, hours=5)
    opt_outs.add(household.engine, household.admin, numbers[0], "")
    opt_outs.remove(household.engine, household.admin, numbers[0])
    provider_opt_outs.read(household.engine, phone.id)
    assert [number for number, _ in known()] == numbers[1:]


def test_a_fault_is_told_once_and_harms_nothing(
    household: Household, phone: Phone, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.fault("error_503", match="GET */blacklists*")
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        provider_opt_outs.read(household.engine, phone.id)
    assert caplog.text.count("could not be read") == 1
    assert known() == []
    phone_removal.remove(phone.id)
    provider_opt_outs.read(household.engine, phone.id)


def test_each_account_is_asked_once_an_hour_and_not_right_after_a_start(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    household.add_test_phone()
    now = clock.now()
    ready, later = provider_opt_outs.planned(household.engine, now)
    assert ready == []
    assert later is not None
    assert later - now <= timedelta(minutes=1)
    household.engine.started_at -= timedelta(minutes=2)
    ready, later = provider_opt_outs.planned(household.engine, now)
    assert (len(ready), later) == (1, now + timedelta(hours=1))
    provider_opt_outs.read(household.engine, ready[0])
    ready, later = provider_opt_outs.planned(household.engine, now)
    assert ready == []
    assert later is not None
    assert timedelta(minutes=58) < later - now <= timedelta(hours=1)


def test_the_jobs_read_it(household: Household, phone: Phone, simulator: Simulator) -> None:
    blocked(simulator, PEER)
    household.engine.started_at -= timedelta(minutes=2)
    with household.jobs():
        eventually(known)


@pytest.mark.parametrize(
    "fault",
    [
        *("connection_refused", "cut_in_answer", "empty_200", "error_403", "error_404"),
        *("error_500_after", "html_200", "json_list", "other_shape", "truncated_json"),
    ],
)
def test_whatever_the_provider_answers_nobody_is_opted_out_by_it_and_it_is_read_later(
    household: Household, phone: Phone, simulator: Simulator, fault: str
) -> None:
    blocked(simulator, PEER)
    if fault == "connection_refused":
        simulator.fault(fault)
    else:
        simulator.fault(fault, match="GET */blacklists*")
    provider_opt_outs.read(household.engine, phone.id)
    assert set(known()) <= {(PEER, "provider")}
    simulator.clear_faults()
    provider_opt_outs.read(household.engine, phone.id)
    assert known() == [(PEER, "provider")]
