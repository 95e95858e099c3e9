"""A draft becomes a campaign or a plan: once, and as the person saw it."""

from dataclasses import dataclass, replace

from raspisms.messaging import campaign_drafts, campaign_once, campaigns, plan_confirming, review
from raspisms.messaging.campaigns import Acceptance
from raspisms.messaging.engine import Engine
from raspisms.models import Member


@dataclass(frozen=True)
class Seen:
    """What a person saw when they confirmed: the version, how many get it, and who they are."""

    version: int
    count: int
    people: str = ""


@dataclass(frozen=True)
class Confirmed:
    """What became of a draft; ``accepted`` is None for a plan, and where it was confirmed before.

    One of the ids is None.
    """

    campaign_id: int | None
    plan_id: int | None = None
    accepted: Acceptance | None = None


def confirm(engine: Engine, member: Member, draft_id: int, seen: Seen) -> Confirmed:
    """Make a draft what it is to be. Whoever confirms it again gets what it became.

    Raises NotFound, InvalidForm as ``campaigns.accept`` does, and Conflict where it is not any more
    what was seen: changed, deleted, or for other people.
    """
    kept = campaign_drafts.get(member, draft_id)
    if kept.is_confirmed:
        return Confirmed(kept.campaign_id, kept.plan_id)
    if kept.version != seen.version:
        raise campaign_once.changed()
    if kept.content.is_planned:
        plan_id = plan_confirming.confirm(engine, member, kept, seen.count, seen.people)
        return Confirmed(None, plan_id)
    draft = kept.content.as_draft(confirms=(draft_id, seen.version), expected=seen.count)
    accepted = campaigns.accept(
        engine, member, replace(review.as_reviewed(draft), seen=seen.people)
    )
    return Confirmed(accepted.campaign.id, None, accepted)
