"""Plans: campaigns that are repeated, or whose recipients are found out when they run.

What the household has planned is shared: whoever may use all phones of a plan may stop or change
it. When a plan runs and what becomes of a run is in ``messaging.plan_runs``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import campaign_drafts, journal, plan_problems, plan_times, signals
from raspisms.messaging.campaign_content import LATE, CampaignContent
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Group, Member, Phone, Plan, PlanPerson
from raspisms.models import plan as plan_queries
from raspisms.sms.person import Person
from raspisms.sms.recurrence import Schedule

PAGE = 50
#: In the content of a plan: the drafts of changes to it, each with the version that it changes.
_DRAFTS = "drafts"


@dataclass(frozen=True)
class Wanted:
    """What a plan is to be.

    ``content`` are the fields of the form that it was written with, as CampaignDraft keeps them;
    its recipients are found out at each run, unless ``fixed``: then they are ``people``, and what
    their ``data`` have is known to the text beside what their contact has.
    """

    phone_id: int
    name: str
    content: Mapping[str, Any]
    schedule: Schedule
    tag: str = ""
    fixed: bool = False
    missed: str = LATE
    people: Sequence[Person] = field(default=())


@dataclass(frozen=True)
class PlanPage:
    """Plans, those that run next first; those that are paused and have ended come last."""

    plans: list[Plan]
    page: int
    has_next: bool


def make(engine: Engine, session: Session, member: Member | None, wanted: Wanted) -> Plan:
    """Make a plan, in the transaction of ``writing`` that confirms it.

    Raises Invalid (field "at") for a schedule without a time to come.
    """
    now = clock.now()
    plan = Plan(created_at=now, member_id=member.id if member else None)
    session.add(plan)
    _take(engine, session, plan, wanted, now)
    journal.note(session, member, "plan.made", plan.name)
    return plan


def change(
    engine: Engine,
    session: Session,
    member: Member,
    seen: tuple[int, int],
    wanted: Wanted,
) -> Plan:
    """Put something else in the place of a plan, in the transaction that confirms it.

    ``seen`` are the id and the version of the plan that was changed. Whoever changes a plan answers
    for it from then on; its next run is the first one to come of the new times. Raises NotFound,
    and Conflict where it was changed or ended meanwhile.
    """
    plan = _as_seen(session, member, seen)
    was_paused = plan.paused_at is not None
    plan.member_id, plan.problem = member.id, None
    _take(engine, session, plan, wanted, clock.now())
    if was_paused:
        plan.next_at = None
    plan.version += 1
    journal.note(session, member, "plan.changed", plan.name)
    return plan


def give_way(session: Session, member: Member, draft_id: int) -> None:
    """End the plan that a draft changes, which becomes a campaign and so takes its place, in the
    transaction that confirms it. Raises as ``change`` does.
    """
    changed = changed_by(session, draft_id)
    if changed is not None:
        _end(session, member, _as_seen(session, member, changed))


def draft_of(member: Member, plan_id: int) -> int:
    """A draft with what a plan has, which takes its place once it is confirmed; its id.

    Nothing of the plan changes until then. Whoever began a change goes on with it. Raises NotFound,
    and Conflict where it has ended or there are too many drafts.
    """
    plan = find(member, plan_id)
    _refuse_ended(plan)
    for draft_id, version in plan.content.get(_DRAFTS, {}).items():
        begun = campaign_drafts.find(member, int(draft_id))
        if begun and version == plan.version and not begun.is_confirmed:
            return begun.id
    draft = campaign_drafts.save(member, replace(CampaignContent.of(plan.content), request=""))
    with writing() as session:
        plan = _mine(session, member, plan_id)
        drafts = {**plan.content.get(_DRAFTS, {}), str(draft.id): plan.version}
        plan.content = {**plan.content, _DRAFTS: drafts}
    return draft.id


def changed_by(session: Session, draft_id: int) -> tuple[int, int] | None:
    """The plan that a draft changes, and the version of it that was changed; None for a new one."""
    version = Plan.content[_DRAFTS][str(draft_id)].as_integer()
    found = session.execute(select(Plan.id, version).where(version.is_not(None))).first()
    return (found[0], found[1]) if found else None


def find(member: Member, plan_id: int) -> Plan:
    """Raises NotFound where there is none, or not all of its phones are for ``member``."""
    return _mine(reading(), member, plan_id)


def listing(member: Member, page: int = 1) -> PlanPage:
    """The plans of which ``member`` sees all phones."""
    query = (
        select(Plan)
        .where(plan_queries.of_seen_phones(member))
        .order_by(
            Plan.ended_at.is_not(None),
            Plan.next_at.is_(None),
            Plan.next_at,
            Plan.ended_at.desc(),
            Plan.id.desc(),
        )
    )
    rows = list(reading().scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return PlanPage(rows[:PAGE], page, has_next=len(rows) > PAGE)


def runs_made(plan_id: int, limit: int = 10) -> list[Campaign]:
    """The last runs of a plan, the newest first."""
    query = select(Campaign).where(Campaign.plan_id == plan_id)
    return list(reading().scalars(query.order_by(Campaign.run_at.desc()).limit(limit)))


def phone_name(plan: Plan) -> str:
    """What its first phone is called, also one that was removed."""
    return reading().get_one(Phone, plan.phone_id).name


def group_names(group_ids: Sequence[int]) -> list[str]:
    """The names of the groups that are there, in alphabetical order."""
    query = select(Group.name).where(Group.id.in_(group_ids)).order_by(Group.name_key)
    return list(reading().scalars(query))


def pause(member: Member, plan_id: int) -> None:
    """Let a plan run no more until it is resumed. What it made before goes its way.

    Raises NotFound, and Conflict where it has ended; nothing is done where it is paused already.
    """
    with writing() as session:
        plan = _mine(session, member, plan_id)
        _refuse_ended(plan)
        if plan.paused_at is None:
            plan.paused_at, plan.next_at = clock.now(), None
            _try_no_more(plan)
            plan.version += 1
            journal.note(session, member, "plan.paused", plan.name)


def resume(engine: Engine, member: Member, plan_id: int) -> None:
    """Let a plan run again from now on: what it would have done meanwhile is not made up for.

    Raises NotFound, and Conflict where it has ended or has no time to come.
    """
    with writing() as session:
        plan = _mine(session, member, plan_id)
        _refuse_ended(plan)
        if plan.paused_at is None:
            return
        plan.next_at = _first(engine, plan, plan_times.schedule_of(plan), clock.now())
        if plan.next_at is None:
            raise Conflict(
                say("This plan has no time to come any more."),
                say("Change when it goes, or end it."),
            )
        plan.paused_at = None
        plan.version += 1
        journal.note(session, member, "plan.resumed", plan.name)
    signals.committed.send()


def end(member: Member, plan_id: int) -> None:
    """Let a plan run never again. What it made stays, and so does the plan, to be looked at.

    Raises NotFound; nothing is done where it has ended already.
    """
    with writing() as session:
        plan = _mine(session, member, plan_id)
        if plan.ended_at is None:
            _end(session, member, plan)


def _end(session: Session, member: Member, plan: Plan) -> None:
    plan.ended_at, plan.next_at = clock.now(), None
    _try_no_more(plan)
    plan.version += 1
    journal.note(session, member, "plan.ended", plan.name)


def _try_no_more(plan: Plan) -> None:
    """A run that was tried again and again is not any more: nothing is told of it."""
    if plan_problems.is_tried_again(plan.problem):
        plan.problem = None


def _take(engine: Engine, session: Session, plan: Plan, wanted: Wanted, now: datetime) -> None:
    """Give a plan what it is to be, and its next time."""
    plan.phone_id, plan.name, plan.tag = wanted.phone_id, wanted.name, wanted.tag
    # Drafts of changes stay known: of two the second is told, and makes no plan of its own.
    drafts = (plan.content or {}).get(_DRAFTS, {})
    plan.content = {**wanted.content, _DRAFTS: drafts}
    plan.schedule = plan_times.kept(wanted.schedule, engine.config.timezone)
    plan.fixed, plan.missed = wanted.fixed, wanted.missed
    plan.next_at = _first(engine, plan, wanted.schedule, now)
    if plan.next_at is None:
        raise Invalid(
            say("There is no time to come at which it could go."),
            say("Choose a later time, or another end."),
            field="at",
        )
    plan.updated_at = now
    session.flush()
    _keep_people(session, plan.id, wanted.people if wanted.fixed else ())


def _first(engine: Engine, plan: Plan, schedule: Schedule, now: datetime) -> datetime | None:
    return plan_times.after(engine, schedule, max(now, plan.last_at or now))


def _keep_people(session: Session, plan_id: int, people: Iterable[Person]) -> None:
    session.execute(delete(PlanPerson).where(PlanPerson.plan_id == plan_id))
    rows = [
        {"plan_id": plan_id, "number": one.number, "place": place, "data": dict(one.data)}
        for place, one in enumerate(people)
    ]
    if rows:
        session.execute(insert(PlanPerson), rows)


def _mine(session: Session, member: Member, plan_id: int) -> Plan:
    plan = session.get(Plan, plan_id)
    if plan is None or session.scalar(_seen(member, plan_id)) is None:
        raise NotFound(
            say("There is no such plan, or it is of a phone that is not yours to use."),
            say("Look at the list of what is planned."),
        )
    return plan


def _as_seen(session: Session, member: Member, seen: tuple[int, int]) -> Plan:
    """A plan, by its id, in the version that was changed."""
    plan_id, version = seen
    plan = _mine(session, member, plan_id)
    _refuse_ended(plan)
    if plan.version != version:
        raise Conflict(
            say("This plan was changed meanwhile."), say("Look at it again, then change it.")
        )
    return plan


def _seen(member: Member, plan_id: int) -> Select[int]:
    return select(Plan.id).where(Plan.id == plan_id, plan_queries.of_seen_phones(member))


def _refuse_ended(plan: Plan) -> None:
    if plan.ended_at is not None:
        raise Conflict(say("This plan has ended."), say("Make a new one."))
