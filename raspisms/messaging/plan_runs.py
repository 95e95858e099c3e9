"""The runs of plans: each is a campaign, made once however often it is tried.

A run is made when its time comes. What was missed, because nothing ran or the machine was off, is
made up for: of a plan that is repeated only the last of the times that were missed, so that nobody
gets the same thing several times; on birthdays those of the last days, each for its own people. It
is then sent late, or waits for a person, as the plan says.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from raspisms.errors import Conflict, Invalid, RaspismsError, say
from raspisms.messaging import (
    audience,
    campaigns,
    drafting,
    journal,
    plan_problems,
    plan_times,
    preview,
    signals,
)
from raspisms.messaging.campaign_content import HOLD, CampaignContent
from raspisms.messaging.campaigns import Acceptance, Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import StorageError, storage_fault
from raspisms.messaging.recipients import UnusableRecipient
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, Phone, Plan, PlanPerson
from raspisms.models import plan as plans
from raspisms.sms.person import Person
from raspisms.sms.recurrence import Birthdays, Schedule, is_birthday

log = logging.getLogger(__name__)

#: A run that is made so much later than its time is one that was missed.
MISSED = timedelta(minutes=10)
#: Birthdays longer ago are not made up for.
LATEST_GREETING = timedelta(days=7)
#: How far back the last of several missed times is looked for; a rarer one is the only one.
_LOOK_BACK = timedelta(days=40)
#: What could not be made for a fault of the machine or of the program is tried again after this.
_TRY_AGAIN = timedelta(seconds=30)
_PORTION = 50
_MOST_NAMED = 5


def run_due(engine: Engine, now: datetime, *, missed_too: bool = True) -> datetime | None:
    """Make the runs whose time has come; when to look again.

    Without ``missed_too``, those that were missed are left for later: the clock may be set yet.
    """
    again: list[datetime] = []
    for plan_id in _due(now):
        if engine.stopping.is_set():
            break
        if not _run(engine, plan_id, now, missed_too=missed_too):
            again.append(now + _TRY_AGAIN)
    next_time = reading().scalar(plans.next_time(now))
    reading().rollback()
    return min([*again, *([next_time] if next_time else [])], default=None)


def _due(now: datetime) -> Iterator[int]:
    """The plans whose time has come, each once: those of a portion are stepped on before the next.

    A plan that has several runs to make up for comes once for each.
    """
    tried: set[tuple[int, datetime | None]] = set()
    while True:
        ids = list(reading().scalars(plans.due(now, _PORTION + len(tried))))
        times = dict(reading().execute(select(Plan.id, Plan.next_at).where(Plan.id.in_(ids))).all())
        fresh = [one for one in times.items() if one not in tried]
        reading().rollback()
        if not fresh:
            return
        for one in fresh[:_PORTION]:
            tried.add(one)
            yield one[0]


def make_missed(engine: Engine, member: Member, plan_id: int, run_at: datetime) -> Acceptance:
    """Make the run that a problem kept from being made, now that a person put it right.

    Raises as ``campaigns.accept`` does, and Conflict where there is no such problem any more.
    """
    plan = reading().get_one(Plan, plan_id)
    trouble = plan_problems.told(plan.problem)
    if trouble is None or trouble.was_sent or trouble.run_at != run_at:
        raise Conflict(say("This run is made already."), say("Look at the runs of the plan."))
    made = _made(engine, plan, run_at, engine.time.now(), held=False)
    if made is None:
        raise Conflict(say("Nobody has their birthday on that day."), say("Nothing is left to do."))
    with writing() as session:
        plan = session.get_one(Plan, plan_id)
        plan.problem = _left_out(made, run_at)
        journal.note(session, member, "plan.run_made", plan.name, count=made.count)
    return made


def would_go(engine: Engine, plan: Plan) -> int | RaspismsError | None:
    """How many its next run would be for, as it is now; None without a next run.

    Whoever has said STOP is not among them, nor a number at which nothing arrives; what the text
    is for each of them is not looked at. Where it could not be made, what is wrong.
    """
    run_at = plan.next_at
    if run_at is None:
        return None
    try:
        member = reading().get(Member, plan.member_id) if plan.member_id else None
        draft = _draft(engine, plan, member, run_at)
        schedule = plan_times.schedule_of(plan)
        if isinstance(schedule, Birthdays):
            draft = _of_birthday(engine, draft, schedule, run_at)
            if not draft.recipients:
                return 0
        to = audience.of(engine, draft, run_at, with_data=False)
        return len(to.people) - len(preview.left_out(engine, draft, to))
    except RaspismsError as error:
        return error
    except Exception as error:
        if storage_fault(error) is not None:  # the machine's own are told elsewhere
            raise
        log.exception("What the next run of plan %d is for cannot be found out", plan.id)
        reading().rollback()
        return plan_problems.fault()


def _run(engine: Engine, plan_id: int, now: datetime, *, missed_too: bool) -> bool:
    """Make one run of a plan; whether there is nothing more to do about it for now."""
    plan = reading().get(Plan, plan_id)
    if plan is None or plan.next_at is None or plan.next_at > now:
        return True
    run_at, seen, problem = plan.next_at, (plan.next_at, plan.version), None
    try:
        schedule = plan_times.schedule_of(plan)
        run_at = _which(engine, schedule, run_at, now)
        is_missed = now - run_at > MISSED
        if is_missed and not missed_too:
            return False
        made = _made(engine, plan, run_at, now, held=is_missed and plan.missed == HOLD)
        problem = _left_out(made, run_at) if made else None
    except RaspismsError as error:
        if isinstance(error, StorageError):
            raise
        problem = plan_problems.of_error(error, run_at)
    except Exception as error:
        log.exception("A run of plan %d could not be made; it is tried again", plan_id)
        reading().rollback()
        if storage_fault(error) is None:  # the machine's own are told elsewhere
            _tell(plan_id, seen, plan_problems.of_fault(run_at))
        return False
    _step(engine, plan_id, seen, run_at, problem)
    return True


def _which(engine: Engine, schedule: Schedule, run_at: datetime, now: datetime) -> datetime:
    """Of the times that have come, of which ``run_at`` is the first, the one to run for."""
    look_back = LATEST_GREETING if isinstance(schedule, Birthdays) else _LOOK_BACK
    if run_at < now - look_back:
        later = plan_times.after(engine, schedule, now - look_back)
        run_at = later if later is not None and later <= now else run_at
    if isinstance(schedule, Birthdays):
        return run_at
    while (later := plan_times.after(engine, schedule, run_at)) is not None and later <= now:
        run_at = later
    return run_at


def _made(
    engine: Engine, plan: Plan, run_at: datetime, now: datetime, *, held: bool
) -> Acceptance | None:
    """The campaign of a run, also where an earlier try made it; None where it is for nobody."""
    member = reading().get(Member, plan.member_id) if plan.member_id else None
    draft = _draft(engine, plan, member, run_at)
    is_late = now - run_at > MISSED and not held
    draft = replace(draft, due_at=now if is_late else run_at, hold=held)
    schedule = plan_times.schedule_of(plan)
    if isinstance(schedule, Birthdays):
        draft = _of_birthday(engine, draft, schedule, run_at)
        if not draft.recipients:
            return None
    reading().rollback()
    return campaigns.accept(engine, member, draft)


def _draft(engine: Engine, plan: Plan, member: Member | None, run_at: datetime) -> Draft:
    content = CampaignContent.of(plan.content)
    draft = replace(
        content.as_draft(), at="", name=plan.name, tag=plan.tag, plan_id=plan.id, run_at=run_at
    )
    phones = _usable(plan, member, draft.every_phone)
    draft = replace(draft, phone_id=phones[0], phones=tuple(phones))
    return _to(draft, _people(plan.id)) if plan.fixed else draft


def _usable(plan: Plan, member: Member | None, phone_ids: Sequence[int]) -> list[int]:
    """Those of the phones that are there and may be used by whoever answers for the plan."""
    usable = [one for one in phone_ids if drafting.find_phone(member, one) is not None]
    is_away = member is not None and member.disabled_at is not None
    if usable and not is_away:
        return usable
    phone = reading().get_one(Phone, plan.phone_id)
    hint = say("Change the plan and choose another phone.")
    if phone.removed_at is not None:
        raise Invalid(say("The phone “%(name)s” was removed.", name=phone.name), hint, "phone")
    name = member.name if member else ""
    raise Invalid(
        say("%(member)s may not use the phone “%(name)s” any more.", member=name, name=phone.name),
        hint,
        "phone",
    )


def _people(plan_id: int) -> list[Person]:
    rows = select(PlanPerson).where(PlanPerson.plan_id == plan_id).order_by(PlanPerson.place)
    return [Person(one.number, data=one.data) for one in reading().scalars(rows)]


def _to(draft: Draft, people: Sequence[Person]) -> Draft:
    """A draft to these people and nobody else."""
    return replace(
        draft,
        recipients="\n".join(one.number for one in people),
        data={line: one.data for line, one in enumerate(people, start=1) if one.data},
        groups=(),
        exclude="",
        exclude_groups=(),
    )


def _of_birthday(engine: Engine, draft: Draft, schedule: Birthdays, run_at: datetime) -> Draft:
    """A draft to those of its people whose birthday it is."""
    zone = engine.config.timezone
    day = schedule.day_of(run_at, zone)
    everyone = audience.of(engine, draft, run_at.astimezone(zone)).people
    theirs = [one.number for one in everyone if is_birthday(one.data.get(schedule.key) or "", day)]
    given = audience.given(engine, draft)
    return _to(draft, [Person(number, data=given.get(number, {})) for number in theirs])


def _left_out(made: Acceptance, run_at: datetime) -> dict[str, object] | None:
    """What to tell of a run that went to some, but not to all who were named."""
    if not made.left_out:
        return None
    names = ", ".join(_shown(one) for one in made.left_out[:_MOST_NAMED])
    return plan_problems.kept(
        say(
            "At the last run %(count)d of those who were named could not be used: %(names)s.",
            count=len(made.left_out),
            names=f"{names}, …" if len(made.left_out) > _MOST_NAMED else names,
        ),
        say("Change the plan: correct them, or leave them out."),
        run_at,
        was_sent=True,
    )


def _shown(one: UnusableRecipient) -> str:
    return one.entry.shown


def _step(
    engine: Engine,
    plan_id: int,
    seen: tuple[datetime, int],
    run_at: datetime,
    problem: dict[str, object] | None,
) -> None:
    """Write down that a run was made or missed, unless somebody changed the plan meanwhile."""
    with writing() as session:
        plan = session.get(Plan, plan_id)
        if plan is None or (plan.next_at, plan.version) != seen:
            return
        plan.last_at, plan.problem = run_at, problem
        plan.next_at = _next(engine, plan, run_at)
    signals.committed.send()


def _tell(plan_id: int, seen: tuple[datetime, int], problem: dict[str, object]) -> None:
    """Keep what is wrong with a run that is tried again; what succeeds takes it away.

    Where it is told already nothing is written, however often it is tried.
    """
    plan = reading().get(Plan, plan_id)
    is_told = plan is not None and plan.problem == problem
    reading().rollback()
    if is_told:
        return
    with writing() as session:
        plan = session.get(Plan, plan_id)
        if plan is not None and (plan.next_at, plan.version) == seen:
            plan.problem = problem


def _next(engine: Engine, plan: Plan, run_at: datetime) -> datetime | None:
    try:
        return plan_times.after(engine, plan_times.schedule_of(plan), run_at)
    except RaspismsError:  # a schedule that cannot be read: the problem says so
        return None
