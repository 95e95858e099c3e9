"""Plans run: each time once, late or held where it was missed, for those who are meant then."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound
from raspisms.extensions import db
from raspisms.messaging import (
    alerts,
    campaign_changes,
    coming,
    contacts,
    groups,
    members,
    membership,
    plan_problems,
    plan_runs,
    plan_times,
    plans,
    signals,
)
from raspisms.messaging.campaign_content import Csv
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, JournalEntry, Member, Message, Phone, Plan, PlanPerson
from raspisms.sms.person import Person
from tests.household import Household, eventually
from tests.messaging.planning import birthdays, daily, make, once, peers, runs, statuses, weekly
from tests.messaging.test_plans import plans as explained

ANA, BOB, LEA = (f"+3363998{number}" for number in ("1111", "2222", "3333"))
#: A Friday, 10:00 in Paris.
FRIDAY = datetime(2027, 1, 1, 9, tzinfo=UTC)
#: Nine o'clock in Paris on the Tuesdays after it.
TUESDAYS = [datetime(2027, 1, 5, 8, tzinfo=UTC) + timedelta(weeks=week) for week in range(60)]


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


@pytest.fixture
def at(household: Household, phone: Phone) -> Iterator[time_machine.Traveller]:
    """The clock, which stands still; Ana and Bob are in the group "Club", Léa is a contact."""
    with time_machine.travel(FRIDAY, tick=False) as clock:
        ids = [
            contacts.add(household.engine, name, number, {"birth": birth}).id
            for name, number, birth in (
                ("Ana", ANA, "1990-03-14"),
                ("Bob", BOB, "29/02/1996"),
                ("Léa", LEA, "--03-16"),
            )
        ]
        groups.add_contacts(groups.add(None, "Club").id, ids[:2])
        yield clock


def run(household: Household, at: time_machine.Traveller, when: datetime) -> datetime | None:
    """Let the job look at a time; when it wants to look again."""
    at.move_to(when, tick=False)
    return plan_runs.run_due(household.engine, household.engine.time.now())


def plan_of(plan_id: int) -> Plan:
    db.session.rollback()
    return db.session.get_one(Plan, plan_id)


def change_text(household: Household, campaign: Campaign, text: str) -> int:
    """For how many messages."""
    version = campaign_changes.version_of(campaign)
    return campaign_changes.change_text(
        household.engine, household.admin, campaign.id, text, version
    ).count


def trouble(plan_id: int) -> str:
    told = plan_problems.told(plan_of(plan_id).problem)
    return str(told.message) if told else ""


def test_each_run_is_a_campaign_at_its_time(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    assert run(household, at, TUESDAYS[0] - timedelta(seconds=1)) == TUESDAYS[0]
    assert runs(plan_id) == []
    for tuesday in TUESDAYS[:3]:
        assert run(household, at, tuesday) == tuesday + timedelta(weeks=1)
        assert run(household, at, tuesday + timedelta(seconds=1)) == tuesday + timedelta(weeks=1)
    assert peers(plan_id) == {tuesday: [ANA, BOB] for tuesday in TUESDAYS[:3]}
    made = db.session.scalars(select(Campaign)).all()
    assert {(one.name, one.tag, one.direct) for one in made} == {("Entraînement", "club", False)}
    assert [one.due_at for one in made] == TUESDAYS[:3]
    assert plan_of(plan_id).last_at == TUESDAYS[2]


def test_the_local_time_stays_over_a_change_of_the_clocks(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    april = datetime(2027, 4, 6, 7, tzinfo=UTC)
    run(household, at, april - timedelta(hours=1))
    assert run(household, at, april) == april + timedelta(weeks=1)
    assert runs(plan_id)[-1] == april


def test_who_is_in_a_group_is_found_out_at_each_run(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    run(household, at, TUESDAYS[0])
    groups.add_contacts(1, [3])
    run(household, at, TUESDAYS[1])
    assert peers(plan_id) == {TUESDAYS[0]: [ANA, BOB], TUESDAYS[1]: [ANA, BOB, LEA]}


def test_fixed_recipients_stay_those_whatever_becomes_of_the_group(
    household: Household, at: time_machine.Traveller
) -> None:
    people = [Person(LEA, data={"hour": "18"}), Person(ANA)]
    text = "À {{ contact.hour|default('17') }} h, {{ contact_metas.name }}"
    plan_id = make(household, weekly(), fixed=True, people=people, groups=(1,), text=text)
    groups.remove(None, 1)
    run(household, at, TUESDAYS[0])
    assert peers(plan_id) == {TUESDAYS[0]: [LEA, ANA]}
    texts = db.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert texts == ["À 18 h, Léa", "À 17 h, Ana"]


def test_of_several_missed_runs_the_last_is_sent_once_and_late(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    back = TUESDAYS[9] + timedelta(hours=30)
    assert run(household, at, back) == TUESDAYS[10]
    assert run(household, at, back + timedelta(minutes=1)) == TUESDAYS[10]
    assert runs(plan_id) == [TUESDAYS[9]]
    assert statuses(plan_id) == {"pending": 2}
    assert db.session.scalars(select(Message.due_at).distinct()).all() == [back]


def test_a_missed_run_is_held_where_that_is_wished(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,), missed="hold")
    run(household, at, TUESDAYS[0] + timedelta(minutes=9))
    assert statuses(plan_id) == {"pending": 2}
    run(household, at, TUESDAYS[1] + timedelta(minutes=11))
    assert statuses(plan_id) == {"pending": 2, "held": 2}


def test_nothing_is_taken_for_missed_while_the_clock_may_be_set_yet(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    late = TUESDAYS[3] + timedelta(hours=1)
    at.move_to(late, tick=False)
    again = plan_runs.run_due(household.engine, late, missed_too=False)
    assert runs(plan_id) == []
    assert again == late + timedelta(seconds=30)
    on_time = TUESDAYS[4] + timedelta(minutes=5)
    plan_runs.run_due(household.engine, on_time, missed_too=False)
    assert runs(plan_id) == [TUESDAYS[4]]


def test_birthdays_are_greeted_on_their_day_and_the_leap_day_on_the_28th(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, birthdays(), recipients="Ana, Bob\nLéa")
    day, found = FRIDAY, {}
    for _ in range(90):
        day += timedelta(days=1)
        run(household, at, day.replace(hour=8))
    found = {run_at.date(): who for run_at, who in peers(plan_id).items()}
    assert found == {
        date(2027, 2, 28): [BOB],
        date(2027, 3, 14): [ANA],
        date(2027, 3, 16): [LEA],
    }
    assert trouble(plan_id) == ""


def test_missed_birthdays_are_greeted_late_each_once_but_not_long_after(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, birthdays(), recipients="Ana, Bob\nLéa")
    back = datetime(2027, 3, 17, 12, tzinfo=UTC)
    assert run(household, at, back) == datetime(2027, 3, 18, 8, tzinfo=UTC)
    run(household, at, back + timedelta(hours=1))
    assert {run_at.day: who for run_at, who in peers(plan_id).items()} == {14: [ANA], 16: [LEA]}


def test_a_run_gets_no_other_text_with_columns_of_a_file_that_are_not_kept(
    household: Household, at: time_machine.Traveller
) -> None:
    file = Csv("club.csv", ("hour",), ((ANA, "18"),))
    plan_id = make(household, weekly(), csv=file, text="À {{ contact.hour }} h")
    run(household, at, TUESDAYS[0])
    campaign = db.session.scalars(select(Campaign).where(Campaign.plan_id == plan_id)).one()
    with pytest.raises(Invalid, match="Columns of a file are not kept"):
        change_text(household, campaign, "Dès {{ contact.hour }} heures")
    assert change_text(household, campaign, "À 19 h") == 1


def test_wishes_can_be_changed_since_they_say_what_contacts_say(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, birthdays(), groups=(1,), text="Bravo {{ contact_metas.name }}")
    run(household, at, datetime(2027, 3, 14, 8, tzinfo=UTC))
    campaign = db.session.scalars(select(Campaign).where(Campaign.plan_id == plan_id)).one()
    assert change_text(household, campaign, "{{ contact_metas.name }}, {{ contact.birth }} !") == 1
    assert db.session.scalars(select(Message.body)).all() == ["Ana, 1990-03-14 !"]


def test_a_plan_for_one_time_finds_its_people_then_and_is_over(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, once("2027-01-05T09:00"), groups=(1,), exclude="Ana")
    assert run(household, at, TUESDAYS[0]) is None
    assert peers(plan_id) == {TUESDAYS[0]: [BOB]}
    assert plan_of(plan_id).next_at is None


def test_a_rule_that_counts_its_runs_ends(household: Household, at: time_machine.Traveller) -> None:
    plan_id = make(household, daily(rule="FREQ=DAILY;COUNT=3"), groups=(1,))
    for days in range(1, 6):
        run(household, at, FRIDAY + timedelta(days=days))
    assert [one.day for one in runs(plan_id)] == [2, 3]
    assert plan_of(plan_id).next_at is None


def test_a_plan_whose_group_is_gone_says_so_and_is_made_up_for_by_a_person(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    groups.remove(None, 1)
    assert run(household, at, TUESDAYS[0]) == TUESDAYS[1]
    assert runs(plan_id) == []
    assert trouble(plan_id) == "A group that you chose was removed meanwhile."
    new = groups.add(None, "Club").id
    groups.add_contacts(new, [3])
    with writing() as session:
        plan = session.get_one(Plan, plan_id)
        plan.content = {**plan.content, "groups": [new]}
    plan_runs.make_missed(household.engine, household.admin, plan_id, TUESDAYS[0])
    assert peers(plan_id) == {TUESDAYS[0]: [LEA]}
    assert trouble(plan_id) == ""
    act = JournalEntry.action == "plan.run_made"
    assert [one.details for one in db.session.scalars(select(JournalEntry).where(act))] == [
        {"count": 1}
    ]
    with pytest.raises(Conflict):
        plan_runs.make_missed(household.engine, household.admin, plan_id, TUESDAYS[0])


def test_who_cannot_be_used_any_more_is_told_and_the_others_get_it(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), recipients="Ana\nBob\nLéa")
    contacts.remove(2)
    run(household, at, TUESDAYS[0])
    assert peers(plan_id) == {TUESDAYS[0]: [ANA, LEA]}
    assert trouble(plan_id).endswith("could not be used: Bob.")
    run(household, at, TUESDAYS[1])
    assert len(runs(plan_id)) == 2


def test_a_phone_that_is_gone_is_told_unless_another_of_the_plan_is_there(
    household: Household, at: time_machine.Traveller
) -> None:
    second = household.add_test_phone("Grenier", "+33639987778").id
    alone = make(household, weekly(), groups=(1,))
    both = make(household, weekly(), groups=(1,), phones=(1, second))
    with writing() as session:
        session.get_one(Phone, 1).removed_at = FRIDAY
    run(household, at, TUESDAYS[0])
    assert trouble(alone) == "The phone “Essai” was removed."
    assert runs(alone) == []
    assert runs(both) == [TUESDAYS[0]]
    assert {one.phone_id for one in db.session.scalars(select(Campaign))} == {second}


def test_whoever_lost_the_phone_sends_nothing_by_it(
    household: Household, at: time_machine.Traveller
) -> None:
    sacha = members.create("Sacha", "trois mots simples").id
    plan_id = make(household, weekly(), groups=(1,))
    with writing() as session:
        session.get_one(Plan, plan_id).member_id = sacha
    run(household, at, TUESDAYS[0])
    assert trouble(plan_id) == "Sacha may not use the phone “Essai” any more."


def test_whose_account_is_disabled_sends_nothing(
    household: Household, at: time_machine.Traveller
) -> None:
    sacha = members.create("Sacha", "trois mots simples", is_admin=True).id
    plan_id = make(household, weekly(), groups=(1,))
    with writing() as session:
        session.get_one(Plan, plan_id).member_id = sacha
    membership.disable(household.admin, sacha)
    run(household, at, TUESDAYS[0])
    assert runs(plan_id) == []
    assert trouble(plan_id) == "Sacha may not use the phone “Essai” any more."


def test_one_plan_at_fault_keeps_no_other_from_running(
    household: Household, at: time_machine.Traveller
) -> None:
    broken, whole = (make(household, weekly(), groups=(1,)) for _ in range(2))
    with writing() as session:
        plan = session.get_one(Plan, broken)
        plan.content = {**plan.content, "pace": 5}
    again = run(household, at, TUESDAYS[0])
    assert (runs(broken), runs(whole)) == ([], [TUESDAYS[0]])
    assert again == TUESDAYS[0] + timedelta(seconds=30)
    said = "RaspiSMS itself has a fault that keeps the run from being made."
    assert (trouble(broken), trouble(whole)) == (said, "")
    assert [one.plan_id for one in alerts.of(household.engine, household.admin, clock.now())] == [
        broken
    ]
    run(household, at, TUESDAYS[0] + timedelta(seconds=30))
    assert (plan_of(broken).next_at, trouble(broken)) == (TUESDAYS[0], said)
    with writing() as session:
        plan = session.get_one(Plan, broken)
        plan.content = {**plan.content, "pace": ""}
    run(household, at, TUESDAYS[0] + timedelta(seconds=60))
    assert runs(broken) == [TUESDAYS[0]]
    assert trouble(broken) == ""


@pytest.mark.parametrize("stop", [plans.pause, plans.end])
def test_a_run_that_is_tried_no_more_is_told_no_more(
    household: Household, at: time_machine.Traveller, stop: Callable[[Member, int], None]
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    with writing() as session:
        plan = session.get_one(Plan, plan_id)
        plan.content = {**plan.content, "pace": 5}
    run(household, at, TUESDAYS[0])
    assert trouble(plan_id)
    stop(household.admin, plan_id)
    assert trouble(plan_id) == ""


def test_a_plan_that_is_paused_makes_nothing_and_makes_up_for_nothing(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    plans.pause(household.admin, plan_id)
    assert run(household, at, TUESDAYS[2] + timedelta(hours=1)) is None
    plans.resume(household.engine, household.admin, plan_id)
    assert run(household, at, TUESDAYS[3]) == TUESDAYS[4]
    assert runs(plan_id) == [TUESDAYS[3]]
    plans.end(household.admin, plan_id)
    assert run(household, at, TUESDAYS[4]) is None
    with pytest.raises(Conflict):
        plans.resume(household.engine, household.admin, plan_id)
    acts = db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert acts[-4:] == ["plan.made", "plan.paused", "plan.resumed", "plan.ended"]


def test_a_plan_stopped_while_its_run_is_made_makes_none(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    at.move_to(TUESDAYS[0], tick=False)
    plan = plan_of(plan_id)
    db.session.expunge(plan)
    plans.end(household.admin, plan_id)
    with pytest.raises(Conflict):
        plan_runs._made(household.engine, plan, TUESDAYS[0], TUESDAYS[0], held=False)
    assert runs(plan_id) == []


def test_a_clock_set_back_makes_no_run_twice_and_forgets_none(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    run(household, at, TUESDAYS[0])
    run(household, at, TUESDAYS[5] + timedelta(minutes=1))
    back = TUESDAYS[1] - timedelta(hours=1)
    at.move_to(back, tick=False)
    plan_times.mend(household.engine, back)
    assert plan_of(plan_id).next_at == TUESDAYS[1]
    for week in range(1, 7):
        run(household, at, TUESDAYS[week])
    assert runs(plan_id) == TUESDAYS[:7]


@pytest.mark.parametrize("zone", ["America/St_Johns", "Australia/Lord_Howe"])
def test_a_household_that_moves_keeps_the_wall_clock_time_and_runs_no_day_twice(
    household: Household, at: time_machine.Traveller, zone: str
) -> None:
    plan_id = make(household, daily(), groups=(1,))
    run(household, at, TUESDAYS[0])
    engine = household.engine
    engine._config = replace(engine.config, timezone=ZoneInfo(zone))
    plan_times.mend(engine, TUESDAYS[0] + timedelta(minutes=1))
    wednesday = datetime(2027, 1, 6, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert plan_of(plan_id).next_at == wednesday
    # Nothing is found anew where nothing changed.
    version = db.session.scalar(select(Plan.schedule).where(Plan.id == plan_id))
    plan_times.mend(engine, TUESDAYS[0] + timedelta(minutes=2))
    assert plan_of(plan_id).schedule == version


def test_what_is_changed_takes_the_place_and_a_stale_change_is_refused(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), fixed=True, people=[Person(ANA)])
    run(household, at, TUESDAYS[0])
    wanted = plans.Wanted(
        1,
        "Autre",
        {"text": "À 19 h", "phones": [1]},
        weekly("WE"),
        fixed=True,
        people=[Person(BOB)],
    )
    with writing() as session:
        plans.change(household.engine, session, household.admin, (plan_id, 1), wanted)
    with pytest.raises(Conflict), writing() as session:
        plans.change(household.engine, session, household.admin, (plan_id, 1), wanted)
    assert list(db.session.scalars(select(PlanPerson.number))) == [BOB]
    wednesday = TUESDAYS[0] + timedelta(days=1)
    assert run(household, at, wednesday) == wednesday + timedelta(weeks=1)
    assert peers(plan_id) == {TUESDAYS[0]: [ANA], wednesday: [BOB]}


def test_a_plan_with_no_time_to_come_is_not_made(
    household: Household, at: time_machine.Traveller
) -> None:
    with pytest.raises(Invalid) as error:
        make(household, once("2026-12-24T09:00"), groups=(1,))
    assert error.value.field == "at"
    assert db.session.scalars(select(Plan)).all() == []


def test_only_who_sees_the_phone_sees_and_stops_a_plan(
    household: Household, at: time_machine.Traveller
) -> None:
    plan_id = make(household, weekly(), groups=(1,))
    sacha = members.create("Sacha", "trois mots simples")
    assert plans.listing(sacha).plans == []
    for act in (plans.find, plans.pause, plans.end):
        with pytest.raises(NotFound):
            act(sacha, plan_id)
    assert plan_of(plan_id).paused_at is None
    assert [one.id for one in plans.listing(household.admin).plans] == [plan_id]


def test_what_is_coming_is_told_by_time_with_how_many_get_it(
    household: Household, at: time_machine.Traveller
) -> None:
    each_week = make(household, weekly(), groups=(1,))
    fixed = make(household, once("2027-01-06T09:00"), fixed=True, people=[Person(ANA)])
    campaign = household.write(1, "Fête", f"{ANA}, {LEA}", at="2027-01-07T09:00")
    household.write(1, "À toi", ANA, at="2027-01-07T09:00")
    tell = lambda since, until: [  # noqa: E731
        (one.at.day, one.count, one.plan_id, one.campaign_id is not None)
        for one in coming.coming(household.engine, household.admin, since, until)
    ]
    week = timedelta(weeks=1)
    told = [(5, None, each_week, False), (6, 1, fixed, False), (7, 2, None, True)]
    assert tell(FRIDAY, FRIDAY + week) == told
    assert tell(FRIDAY + week, FRIDAY + 3 * week) == [
        (12, None, each_week, False),
        (19, None, each_week, False),
    ]
    run(household, at, TUESDAYS[0])
    assert tell(TUESDAYS[0] + week, TUESDAYS[0] + 2 * week) == [(12, 2, each_week, False)]
    sacha = members.create("Sacha", "trois mots simples")
    assert coming.coming(household.engine, sacha, FRIDAY, FRIDAY + week) == []
    assert campaign


def test_plans_far_ahead_are_not_looked_through(
    household: Household, at: time_machine.Traveller
) -> None:
    make(household, weekly(), groups=(1,))
    with explained() as found:
        plan_runs.run_due(household.engine, FRIDAY)
        coming.coming(household.engine, household.admin, FRIDAY, FRIDAY + timedelta(days=8))
    assert len([how for how in found if "ix_plan_next_at" in how.partition(" <- ")[0]]) >= 3
    assert [how for how in found if how.startswith("SCAN plan ")] == []


def test_the_jobs_make_it_when_its_time_comes(household: Household, phone: Phone) -> None:
    plan_id = make(household, daily(), recipients=ANA)
    with household.jobs():
        with writing() as session:
            session.get_one(Plan, plan_id).next_at = clock.now() + timedelta(seconds=0.2)
        signals.committed.send()
        eventually(lambda: runs(plan_id), what="the run")
    assert len(runs(plan_id)) == 1
