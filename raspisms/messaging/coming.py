"""What leaves by itself in a stretch of time, as far as is known: campaigns and runs of plans."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice, repeat, takewhile
from operator import itemgetter

from sqlalchemy import func, select

from raspisms.errors import Invalid
from raspisms.messaging import campaign_counts, plan_times
from raspisms.messaging.campaign_control import WAITING
from raspisms.messaging.engine import Engine
from raspisms.messaging.gates import QUIET
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, CampaignCount, Member, Message, Plan, PlanPerson
from raspisms.models import campaign as campaigns
from raspisms.models import phone as phones
from raspisms.models import plan as plans
from raspisms.sms.lifecycle import Status
from raspisms.sms.recurrence import Birthdays

#: So much of what is coming is told at once, and so many runs of one plan.
MOST = 500
MOST_OF_PLAN = 100


@dataclass(frozen=True)
class Coming:
    """Something that leaves at a time, from a phone.

    ``count`` is to how many; of a plan whose recipients are found out at its run to how many its
    last run went, and empty where there was none (``is_known`` is false then). What goes
    ``on_birthdays`` has none: each day has others. It is of a plan or a campaign, whose id it has.
    A campaign may be paused: then it waits although its time comes.
    """

    at: datetime
    name: str
    count: int | None
    phone: str
    plan_id: int | None = None
    campaign_id: int | None = None
    is_known: bool = True
    is_paused: bool = False
    on_birthdays: bool = False


def coming(
    engine: Engine, member: Member, since: datetime, until: datetime, most: int = MOST
) -> list[Coming]:
    """What leaves in [since, until), of that of which ``member`` sees all phones, the first first.

    Messages to one person are not among it, nor what has left of a campaign already.
    """
    seen = reading().scalars(phones.visible_to(member, removed=True))
    names = {one.id: one.name for one in seen}
    found = [
        *_campaigns(member, names, since, until, most),
        *_kept_back(member, names, since, until, most),
        *_runs(engine, member, names, since, until, most),
    ]
    return sorted(found, key=lambda one: (one.at, one.name))[:most]


def last_counts(plan_ids: Sequence[int]) -> dict[int, int]:
    """To how many the last run of each of some plans went; those without a run are left out."""
    of_plans = Campaign.plan_id.in_(plan_ids)
    newest = select(Campaign.plan_id, func.max(Campaign.id)).where(of_plans)
    last = list(reading().execute(newest.group_by(Campaign.plan_id)))
    went = sent_counts([campaign_id for _, campaign_id in last])
    return {plan_id: went.get(campaign_id, 0) for plan_id, campaign_id in last if plan_id}


def sent_counts(campaign_ids: Sequence[int]) -> dict[int, int]:
    """To how many each of some campaigns goes or went; those to nobody are left out."""
    return _counts(campaign_ids, set(Status) - {Status.SKIPPED})


def _campaigns(
    member: Member, names: dict[int, str], since: datetime, until: datetime, most: int
) -> Iterator[Coming]:
    query = select(Campaign).where(
        campaigns.TO_SEVERAL,
        Campaign.due_at >= since,
        Campaign.due_at < until,
        campaigns.of_seen_phones(member),
        Campaign.cancelled_at.is_(None),
    )
    rows = list(reading().scalars(query.order_by(Campaign.due_at).limit(most)))
    counts = _counts([one.id for one in rows], WAITING)
    for one in rows:
        if one.id in counts:
            yield Coming(
                one.due_at,
                one.name or one.body,
                counts[one.id],
                names[one.phone_id],
                campaign_id=one.id,
                is_paused=one.paused_at is not None,
            )


def _kept_back(
    member: Member, names: dict[int, str], since: datetime, until: datetime, most: int
) -> Iterator[Coming]:
    """Campaigns whose own time is past, and that wait for the end of quiet hours."""
    waits = CampaignCount.status == Status.PENDING, CampaignCount.reason == QUIET
    counts = (
        select(CampaignCount.campaign_id, func.sum(CampaignCount.messages).label("count"))
        .where(*waits, CampaignCount.messages > 0)
        .group_by(CampaignCount.campaign_id)
        .subquery()
    )
    query = (
        select(Campaign, counts.c.count)
        .join(counts, counts.c.campaign_id == Campaign.id)
        .where(campaigns.TO_SEVERAL, Campaign.due_at < since, campaigns.of_seen_phones(member))
        .limit(most)
    )
    for one, count in reading().execute(query):
        first = select(Message.attempt_at).where(
            Message.campaign_id == one.id,
            Message.status == Status.PENDING,
            Message.reason == QUIET,
        )
        at = reading().scalar(first.limit(1))
        if at is not None and since <= at < until:
            yield Coming(at, one.name or one.body, count, names[one.phone_id], campaign_id=one.id)


def _runs(
    engine: Engine,
    member: Member,
    names: dict[int, str],
    since: datetime,
    until: datetime,
    most: int,
) -> Iterator[Coming]:
    found = list(reading().scalars(plans.before(until, member, most)))
    known = _fixed_counts([one.id for one in found if one.fixed])
    last = last_counts([one.id for one in found if not one.fixed])
    # Found one after the other, so that what is not told is not looked for.
    each = (zip(_times(engine, plan, since, until), repeat(plan)) for plan in found)
    for at, plan in islice(merge(*each, key=itemgetter(0)), most):
        count = known.get(plan.id, 0) if plan.fixed else last.get(plan.id)
        on_birthdays = plan.schedule.get("kind") == Birthdays.kind
        yield Coming(
            at,
            plan.name,
            None if on_birthdays else count,
            names[plan.phone_id],
            plan_id=plan.id,
            is_known=plan.fixed and not on_birthdays,
            on_birthdays=on_birthdays,
        )


def _times(engine: Engine, plan: Plan, since: datetime, until: datetime) -> Iterator[datetime]:
    try:
        times = plan_times.runs(engine, plan, since, MOST_OF_PLAN)
        yield from takewhile(lambda at: at < until, times)
    except Invalid:  # a schedule that cannot be read: its run says so
        return


def _fixed_counts(plan_ids: Sequence[int]) -> dict[int, int]:
    query = select(PlanPerson.plan_id, func.count()).where(PlanPerson.plan_id.in_(plan_ids))
    return dict(reading().execute(query.group_by(PlanPerson.plan_id)).all())


def _counts(campaign_ids: Sequence[int], which: Iterable[Status]) -> dict[int, int]:
    """How many messages of each campaign are in some states; those with none are left out."""
    found = campaign_counts.by_status(campaign_ids)
    counts = {one: sum(states.get(status, 0) for status in which) for one, states in found.items()}
    return {one: count for one, count in counts.items() if count}
