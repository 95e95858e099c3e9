"""The report of a campaign accounts for each person, and agrees with what the provider has."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from raspisms import clock
from raspisms.errors import NotFound
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_answers,
    campaign_control,
    campaign_counts,
    campaign_people,
    campaign_report,
    campaign_statistics,
    campaigns,
    credit,
    members,
    outbox,
)
from raspisms.messaging.campaign_people import Wanted
from raspisms.messaging.campaigns import Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message, OptOut, Phone
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.household import Household
from tests.messaging.stored import came_in

MANY = 1000
ANA, BOB, LEA = "+33639981111", "+33639982222", "+33639983333"


def accept(household: Household, *peers: str, **more: object) -> Campaign:
    draft = Draft(1, "\n".join(peers), "Bonjour", **more)  # type: ignore[arg-type]
    return campaigns.accept(household.engine, household.admin, draft).campaign


def opt_out(number: str) -> None:
    with writing() as session:
        session.add(OptOut(number=number, at=clock.now(), source="member", reason=""))


def set_status(campaign_id: int, peer: str, **values: object) -> None:
    mine = Message.campaign_id == campaign_id, Message.peer == peer
    with writing() as session:
        session.execute(update(Message).where(*mine).values(values))


def test_each_of_a_thousand_is_accounted_for(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    peers = [f"+3363998{n:04}" for n in range(MANY)]
    opt_out(peers[3])
    campaign = accept(household, *peers)
    outbox.send_due(household.engine, phone.id)
    # Of some the network says no; the provider has them, and they cost what they cost.
    for peer in peers[10:17]:
        set_status(campaign.id, peer, status=Status.FAILED, reason="absent")
    report = campaign_report.show(household.admin, campaign.id)
    assert report.total == MANY
    jobs = simulator.ledger.jobs
    assert len(jobs) == report.used.messages == report.used.segments == MANY - 1
    assert report.used == credit.of_campaign(campaign.id)[1]
    assert report.used.credits == pytest.approx(sum(credits_of_each(campaign.id)))
    told = [(one.status, one.reason, one.count) for one in report.causes]
    assert told == [
        (Status.SENT, None, MANY - 8),
        (Status.FAILED, "absent", 7),
        (Status.SKIPPED, "opted_out", 1),
    ]
    assert report.done == MANY
    assert not report.is_over
    listed = list(campaign_people.walk(household.admin, campaign.id, Wanted()))
    assert [one.number for one in listed] == peers
    assert {one.number for one in listed if one.sent_at} == {job.receiver for job in jobs}


def credits_of_each(campaign_id: int) -> list[float]:
    query = select(Message.credits).where(Message.campaign_id == campaign_id)
    return [one for one in db.session.scalars(query) if one is not None]


def test_what_waits_says_why_and_until_when(household: Household, phone: Phone) -> None:
    campaign = accept(household, ANA, BOB, LEA)
    until = clock.now() + timedelta(hours=3)
    set_status(campaign.id, ANA, reason="quiet_hours", attempt_at=until)
    set_status(campaign.id, BOB, reason="quiet_hours", attempt_at=until + timedelta(hours=1))
    report = campaign_report.show(household.admin, campaign.id)
    assert [(one.reason, one.count) for one in report.causes] == [("quiet_hours", 2), (None, 1)]
    assert report.causes[0].until == until
    campaign_control.pause(household.admin, campaign.id)
    (paused,) = campaign_report.show(household.admin, campaign.id).causes
    assert (paused.reason, paused.count, paused.until) == ("campaign_paused", 3, None)


def test_answers_are_of_its_people_after_it_was_sent_to_them(
    household: Household, phone: Phone
) -> None:
    came_in(household, phone.id, "avant", ANA)
    campaign = accept(household, ANA, BOB)
    came_in(household, phone.id, "pas encore parti", BOB)
    outbox.send_due(household.engine, phone.id)
    came_in(household, phone.id, "après", ANA)
    came_in(household, phone.id, "une autre", LEA)
    assert campaign_report.show(household.admin, campaign.id).answers == 1
    (answer,) = campaign_answers.newest(household.admin, campaign.id)
    assert (answer.number, answer.text) == (ANA, "après")
    long_ago = clock.now() - campaign_answers.WITHIN - timedelta(minutes=1)
    with writing() as session:
        session.execute(update(Campaign).values(created_at=long_ago))
    set_status(campaign.id, ANA, sent_at=long_ago)
    assert campaign_report.show(household.admin, campaign.id).answers == 0


def test_people_are_found_by_state_cause_and_number(household: Household, phone: Phone) -> None:
    campaign = accept(household, ANA, BOB, LEA)
    set_status(campaign.id, ANA, status=Status.FAILED, reason="absent")
    set_status(campaign.id, BOB, status=Status.FAILED, reason="bad_number")

    def found(**wanted: object) -> list[str]:
        some = campaign_people.people(household.admin, campaign.id, Wanted(**wanted))  # type: ignore[arg-type]
        return [one.number for one in some]

    assert found() == [ANA, BOB, LEA]
    assert found(status=Status.FAILED) == [ANA, BOB]
    assert found(status=Status.FAILED, reason="bad_number") == [BOB]
    assert found(reason="") == [LEA]
    assert found(search="06 39 98 33") == [LEA]


def test_what_is_counted_of_it_agrees_with_its_messages(household: Household, phone: Phone) -> None:
    """One failed at the provider, one after the provider had taken it."""
    campaign = accept(household, ANA, BOB, LEA)
    set_status(campaign.id, ANA, status=Status.FAILED, reason="absent", segments=3, credits=0.1)
    set_status(campaign.id, BOB, status=Status.FAILED, reason="absent", sent_at=clock.now())
    counts = campaign_counts.by_cause([campaign.id])[campaign.id]
    assert sorted(counts) == [
        (Status.FAILED, "absent", 2, 1, 1, 0.0, 1),
        (Status.PENDING, None, 1, 0, 0, 0.0, 0),
    ]


def test_days_are_those_of_the_clock_and_of_phones_in_sight(
    household: Household, phone: Phone
) -> None:
    other = household.add_test_phone()
    accept(household, ANA, BOB, tag="u13")
    household.write(other.id)
    came_in(household, other.id, "Oui", LEA)
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    bounds = [today - timedelta(days=1), today, today + timedelta(days=1)]
    found = campaign_statistics.over_time(household.admin, bounds)
    assert list(found.spans) == [{}, {Status.PENDING: 3, Status.RECEIVED: 1}]
    assert (found.to_leave, found.came) == (3, 1)
    assert {one.id: counts for one, counts in found.phones} == {
        phone.id: {Status.PENDING: 2},
        other.id: {Status.PENDING: 1, Status.RECEIVED: 1},
    }
    stranger = members.create("Sacha", "trois mots simples", is_admin=False)
    assert not campaign_statistics.over_time(stranger, bounds).total


def test_campaigns_are_compared_by_tag(household: Household, phone: Phone) -> None:
    tagged = accept(household, ANA, BOB, tag="u13")
    accept(household, ANA, LEA)
    set_status(tagged.id, ANA, status=Status.FAILED, reason="absent")
    assert campaign_statistics.tags(household.admin) == ["u13"]
    (line,) = campaign_statistics.compared(household.admin, "u13")
    assert (line.campaign.id, line.total, line.share(Status.FAILED)) == (tagged.id, 2, 0.5)
    assert len(campaign_statistics.compared(household.admin)) == 2
    stranger = members.create("Sacha", "trois mots simples", is_admin=False)
    assert campaign_statistics.compared(stranger) == []
    with pytest.raises(NotFound):
        campaign_report.show(stranger, tagged.id)
