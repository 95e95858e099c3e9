"""Plans for tests, made as the review makes them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from raspisms.extensions import db
from raspisms.messaging import plans
from raspisms.messaging.campaign_content import LATE, CampaignContent
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Message
from raspisms.sms.person import Person
from raspisms.sms.recurrence import Birthdays, Once, Repeated, Schedule, rules
from tests.household import Household


def weekly(
    day: str = "TU", at: time = time(9), starts: date = date(2027, 1, 1), **more: Any
) -> Repeated:
    return Repeated(starts, at, rules.parse(f"FREQ=WEEKLY;BYDAY={day}"), **more)


def daily(
    at: time = time(9), starts: date = date(2027, 1, 1), rule: str = "FREQ=DAILY"
) -> Repeated:
    return Repeated(starts, at, rules.parse(rule))


def birthdays(key: str = "birth", at: time = time(9)) -> Birthdays:
    return Birthdays(date(2027, 1, 1), at, key)


def once(at: str) -> Once:
    return Once(datetime.fromisoformat(at))


def make(
    household: Household,
    schedule: Schedule,
    *,
    missed: str = LATE,
    fixed: bool = False,
    people: Sequence[Person] = (),
    name: str = "Entraînement",
    **content: Any,
) -> int:
    """A plan of the administrator; its id."""
    typed = CampaignContent(
        **{"text": "Demain à 18 h", "phones": (1,), "when": "schedule", **content}
    )
    wanted = plans.Wanted(
        typed.phones[0], name, typed.as_kept(), schedule, "club", fixed, missed, people
    )
    with writing() as session:
        return plans.make(household.engine, session, household.admin, wanted).id


def runs(plan_id: int) -> list[datetime]:
    """The times of the runs that were made."""
    db.session.rollback()
    query = select(Campaign.run_at).where(Campaign.plan_id == plan_id).order_by(Campaign.run_at)
    return [at for at in db.session.scalars(query) if at]


def peers(plan_id: int) -> dict[datetime, list[str]]:
    """Whom each run was for."""
    db.session.rollback()
    query = (
        select(Campaign.run_at, Message.peer)
        .join(Message, Message.campaign_id == Campaign.id)
        .where(Campaign.plan_id == plan_id)
        .order_by(Message.id)
    )
    found: dict[datetime, list[str]] = {}
    for at, peer in db.session.execute(query):
        found.setdefault(at, []).append(peer)
    return found


def statuses(plan_id: int) -> dict[str, int]:
    db.session.rollback()
    query = (
        select(Message.status, func.count())
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Campaign.plan_id == plan_id)
    )
    return dict(db.session.execute(query.group_by(Message.status)).all())
