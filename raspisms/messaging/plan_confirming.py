"""A draft that is repeated, or whose recipients are found out at its run, becomes a plan: once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from raspisms.messaging import (
    audience,
    campaign_content,
    campaign_once,
    campaigns,
    drafting,
    plans,
    schedules,
    signals,
)
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaign_drafts import Kept
from raspisms.messaging.drafting import Content, Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.members import zone_of
from raspisms.messaging.transactions import writing
from raspisms.models import CampaignDraft, Member
from raspisms.sms.localtime import parse_due
from raspisms.sms.person import Person
from raspisms.sms.recurrence import Once, Schedule

_LONGEST_NAME = 60


def confirm(engine: Engine, member: Member, kept: Kept, count: int, people: str = "") -> int:
    """Make a draft a plan, or change the plan that it is of; its id.

    ``count`` and ``people`` say who was seen to get it, which counts where they are fixed now.
    Raises InvalidForm as ``campaigns.accept`` does and for the fields of the schedule, and Conflict
    where the draft, its plan or its people are not any more what was seen.
    """
    now = engine.time.now()
    draft = kept.content.as_draft()
    schedule = schedule_of(engine, member, kept.content, now)
    draft = replace(draft, at="", campaign=True, skip_unusable=True)
    if kept.content.is_fixed:
        draft = replace(draft, expected=count, seen=people)
    content = drafting.check(engine, member, draft, now)
    invalid = campaigns.known_invalid(engine, content, draft)
    with writing() as session:
        row = _still(session, kept)
        if row.plan_id is not None:
            return row.plan_id
        skipped = campaigns.who_gets_nothing(session, content, draft, invalid)
        wanted = plans.Wanted(
            draft.phone_id,
            draft.name or _first_words(draft.text),
            kept.content.as_kept(),
            schedule,
            draft.tag,
            kept.content.is_fixed,
            kept.content.missed,
            _people(engine, content, draft, skipped) if kept.content.is_fixed else (),
        )
        changed = plans.changed_by(session, kept.id)
        plan = (
            plans.change(engine, session, member, changed, wanted)
            if changed
            else plans.make(engine, session, member, wanted)
        )
        row.plan_id = plan.id
        campaign_once.empty(row)
    signals.committed.send()
    return plan.id


def schedule_of(
    engine: Engine, member: Member, content: CampaignContent, now: datetime
) -> Schedule:
    """When a draft that is planned goes. Raises Invalid and InvalidForm for what has no time."""
    if content.when == campaign_content.SCHEDULE:
        return schedules.read(engine, content.repeat, now)
    due = parse_due(content.at, zone_of(engine, member), now)
    return Once(due.astimezone(engine.config.timezone).replace(tzinfo=None))


def _still(session: Session, kept: Kept) -> CampaignDraft:
    """The draft as it was seen, or as the plan that it became."""
    row = campaign_once.still(session, kept.id)
    if row.plan_id is None and (row.version != kept.version or row.campaign_id is not None):
        raise campaign_once.changed()
    return row


def _people(
    engine: Engine, content: Content, draft: Draft, skipped: Mapping[str, str]
) -> list[Person]:
    """Those who get it as it is now, with the data that were given beside their numbers."""
    given = audience.given(engine, draft)
    return [
        Person(number, data=given.get(number, {}))
        for number in content.numbers
        if number not in skipped
    ]


def _first_words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…"
