"""A draft that is planned becomes a plan, once, and changes of a plan take its place."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from raspisms.errors import Conflict, InvalidForm, RaspismsError
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_drafts,
    confirming,
    contacts,
    groups,
    opt_outs,
    plan_times,
    plans,
    review,
)
from raspisms.messaging.campaign_content import CampaignContent, Csv
from raspisms.messaging.confirming import Seen
from raspisms.models import CampaignDraft, Message, Phone, Plan, PlanPerson
from raspisms.sms.recurrence import Once, Repeated
from tests.household import Household

ANA, BOB, LEA = (f"+3363998100{n}" for n in range(3))
TUESDAYS = {"kind": "week", "at": "18:30", "starts": "2027-01-01", "weekdays": ["1"]}
WEEKLY = CampaignContent(
    text="Entraînement demain à 18 h",
    groups=(1,),
    phones=(1,),
    tag="U13",
    when="schedule",
    repeat=TUESDAYS,
)
AT = replace(WEEKLY, when="at", at="2027-03-02T09:00", repeat={}, fixed="run")


@pytest.fixture
def club(household: Household, phone: Phone) -> Household:
    named = (("Ana", ANA), ("Bob", BOB), ("Léa", LEA))
    people = [contacts.add(household.engine, name, number).id for name, number in named]
    groups.add_contacts(groups.add(None, "U13").id, people)
    return household


def save(household: Household, content: CampaignContent) -> int:
    return campaign_drafts.save(household.admin, content).id


def confirm(household: Household, draft_id: int, *, count: int = 3) -> int:
    """The id of the plan that a draft becomes."""
    version = db.session.get_one(CampaignDraft, draft_id).version
    seen = Seen(version, count)
    confirmed = confirming.confirm(household.engine, household.admin, draft_id, seen)
    assert confirmed.plan_id is not None
    return confirmed.plan_id


def the_plan() -> Plan:
    db.session.rollback()
    return db.session.scalars(select(Plan)).one()


def people() -> list[tuple[str, dict[str, str]]]:
    query = select(PlanPerson.number, PlanPerson.data).order_by(PlanPerson.place)
    return [(number, data) for number, data in db.session.execute(query)]


def test_a_repeated_draft_becomes_a_plan_that_finds_its_people_at_each_run(
    club: Household,
) -> None:
    plan_id = confirm(club, save(club, WEEKLY), count=99)
    plan = the_plan()
    assert (plan.id, plan.name, plan.tag) == (plan_id, "Entraînement demain à 18 h", "U13")
    assert not plan.fixed
    assert people() == []
    schedule = plan_times.schedule_of(plan)
    assert isinstance(schedule, Repeated)
    assert str(schedule.rule) == "FREQ=WEEKLY;BYDAY=TU"
    assert plan.next_at == datetime(2027, 1, 5, 17, 30, tzinfo=UTC)
    assert db.session.scalars(select(Message)).all() == []


def test_a_draft_for_one_time_may_find_its_people_then(club: Household) -> None:
    confirm(club, save(club, AT))
    plan = the_plan()
    assert isinstance(plan_times.schedule_of(plan), Once)
    assert plan.next_at == datetime(2027, 3, 2, 8, tzinfo=UTC)


def test_what_goes_once_waits_where_that_is_wished_should_its_time_be_missed(
    club: Household,
) -> None:
    confirm(club, save(club, replace(AT, fixed="", missed="hold")))
    plan = the_plan()
    assert isinstance(plan_times.schedule_of(plan), Once)
    assert (plan.missed, plan.fixed) == ("hold", True)
    assert [number for number, _ in people()] == [ANA, BOB, LEA]


def test_fixed_people_are_those_who_were_to_get_it_with_the_data_of_their_file(
    club: Household,
) -> None:
    opt_outs.add(club.engine, None, BOB, "STOP")
    csv = Csv("liste.csv", ("hour",), (("06 39 98 10 09", "18"), (LEA, "")))
    content = replace(WEEKLY, fixed="confirmation", csv=csv, exclude="Ana")
    draft_id = save(club, content)
    with pytest.raises(Conflict):
        confirm(club, draft_id, count=3)
    assert db.session.scalars(select(Plan)).all() == []
    confirm(club, draft_id, count=2)
    assert people() == [("+33639981009", {"hour": "18"}), (LEA, {})]


def test_confirmed_again_it_stays_one_plan_and_keeps_nothing_of_the_draft(club: Household) -> None:
    draft_id = save(club, WEEKLY)
    assert confirm(club, draft_id) == confirm(club, draft_id) == the_plan().id
    row = db.session.get_one(CampaignDraft, draft_id)
    assert (row.plan_id, row.content) == (the_plan().id, {"request": ""})


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (replace(WEEKLY, repeat={**TUESDAYS, "until": "2020-01-01"}), "repeat_until"),
        (replace(AT, at="2020-01-01T09:00"), "at"),
        (replace(WEEKLY, text=" "), "text"),
    ],
)
def test_what_cannot_be_planned_is_told_beside_its_field(
    club: Household, content: CampaignContent, field: str
) -> None:
    draft_id = save(club, content)
    with pytest.raises(RaspismsError) as error:
        confirm(club, draft_id)
    problems = error.value.problems if isinstance(error.value, InvalidForm) else [error.value]
    assert [one.field for one in problems] == [field]
    assert db.session.scalars(select(Plan)).all() == []


def test_a_change_takes_the_place_of_the_plan_once_it_is_confirmed(club: Household) -> None:
    plan_id = confirm(club, save(club, WEEKLY))
    draft_id = plans.draft_of(club.admin, plan_id)
    assert plans.draft_of(club.admin, plan_id) == draft_id
    kept = campaign_drafts.get(club.admin, draft_id)
    assert kept.content == WEEKLY
    later = {**TUESDAYS, "at": "19:00"}
    campaign_drafts.save(club.admin, replace(WEEKLY, text="À 19 h", repeat=later), draft_id, 1)
    assert the_plan().content["text"] == WEEKLY.text
    assert confirm(club, draft_id) == plan_id
    plan = the_plan()
    assert (plan.content["text"], plan.version) == ("À 19 h", 2)
    assert plan.next_at == datetime(2027, 1, 5, 18, tzinfo=UTC)


def test_of_two_changes_at_once_the_second_is_told_and_makes_no_other_plan(
    club: Household,
) -> None:
    plan_id = confirm(club, save(club, WEEKLY))
    first = plans.draft_of(club.admin, plan_id)
    plans.pause(club.admin, plan_id)
    second = plans.draft_of(club.admin, plan_id)
    assert second != first
    with pytest.raises(Conflict, match="changed meanwhile"):
        confirm(club, first)
    assert confirm(club, second) == plan_id
    assert (the_plan().next_at, the_plan().paused_at is not None) == (None, True)
    third = plans.draft_of(club.admin, plan_id)
    plans.end(club.admin, plan_id)
    with pytest.raises(Conflict, match="has ended"):
        confirm(club, third)
    assert the_plan().id == plan_id


def test_a_change_that_goes_at_once_takes_the_place_of_the_plan_too(club: Household) -> None:
    plan_id = confirm(club, save(club, WEEKLY))
    draft_id = plans.draft_of(club.admin, plan_id)
    campaign_drafts.save(club.admin, replace(WEEKLY, when="now"), draft_id, 1)
    kept = campaign_drafts.get(club.admin, draft_id)
    seen = Seen(kept.version, review.of_kept(club.engine, club.admin, kept).count)
    confirmed = confirming.confirm(club.engine, club.admin, draft_id, seen)
    assert confirmed.campaign_id is not None
    plan = the_plan()
    assert (plan.id, plan.next_at, plan.ended_at is not None) == (plan_id, None, True)
