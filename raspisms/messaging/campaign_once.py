"""A campaign is stored once, and as the person saw it: whoever sends it again gets what was stored,
and whoever was overtaken by others is told.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from raspisms.errors import Conflict, say
from raspisms.messaging.drafting import Draft
from raspisms.models import Campaign, CampaignDraft, Phone, Plan


def key_of(draft: Draft, member_id: int | None) -> str | None:
    """One key for one form with one content: a form that was changed and sent again is new.

    Whether unusable or invalid recipients are left out changes nothing of what the others get.
    """
    if not draft.request:
        return None
    content = (draft.phone_id, draft.recipients, draft.text, draft.at, draft.request)
    more = ["flash"] if draft.flash else []
    more += ["groups", *map(str, sorted(set(draft.groups)))] if draft.groups else []
    more += ["as written"] if draft.template is False else []
    more += (
        ["exclude", draft.exclude, *map(str, draft.exclude_groups)]
        if draft.exclude or draft.exclude_groups
        else []
    )
    parts = (str(member_id), *map(str, content), *more)
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def stored_before(session: Session, draft: Draft, key: str | None) -> Campaign | None:
    """What was stored already of the same form, of the same kept draft, or for the same run."""
    if draft.confirms is not None:
        kept = session.get(CampaignDraft, draft.confirms[0])
        if kept is not None and kept.campaign_id is not None:
            return session.get(Campaign, kept.campaign_id)
    if draft.plan_id is not None:
        same_run = Campaign.plan_id == draft.plan_id, Campaign.run_at == draft.run_at
        return session.scalars(select(Campaign).where(*same_run)).one_or_none()
    if key is None:
        return None
    return session.scalars(select(Campaign).where(Campaign.request_key == key)).one_or_none()


def kept_draft(session: Session, draft: Draft) -> CampaignDraft | None:
    """The kept draft that becomes a campaign, as it was when the person saw it."""
    if draft.confirms is None:
        return None
    draft_id, version = draft.confirms
    kept = still(session, draft_id)
    if kept.plan_id is not None:
        raise Conflict(
            say("This draft was confirmed meanwhile, for other times."),
            say("Look at it among what is planned."),
        )
    if kept.version != version:
        raise changed()
    return kept


def still(session: Session, draft_id: int) -> CampaignDraft:
    """A kept draft as it is now. Raises Conflict where it was deleted."""
    kept = session.get(CampaignDraft, draft_id)
    if kept is None:
        raise Conflict(say("This draft was deleted meanwhile."), say("Write it again."))
    return kept


def changed() -> Conflict:
    """What whoever confirms a draft is told where it is not any more what they saw."""
    return Conflict(
        say("This draft was changed meanwhile."), say("Look at it again, then confirm it.")
    )


def empty(kept: CampaignDraft) -> None:
    """Keep no text and no number of a draft that was confirmed, so that a person can be erased."""
    kept.content = {"request": kept.content.get("request", "")}


def refuse_overtaken(session: Session, draft: Draft) -> None:
    """Raises Conflict where what a draft goes by, is a run of or repeats is another meanwhile."""
    _refuse_removed(session, draft.every_phone)
    _refuse_stopped(session, draft)
    _refuse_sent_again(session, draft)


def times_sent_again(session: Session, campaign_id: int) -> int:
    """How often some of a campaign was sent again."""
    query = select(func.count()).select_from(Campaign).where(Campaign.again_of == campaign_id)
    return session.scalar(query) or 0


def _refuse_removed(session: Session, phone_ids: Sequence[int]) -> None:
    for phone_id in phone_ids:
        phone = session.get(Phone, phone_id)
        if phone is None or phone.removed_at is not None:
            raise Conflict(
                say("This phone was removed meanwhile."), say("Choose another one."), field="phone"
            )


def _refuse_stopped(session: Session, draft: Draft) -> None:
    """A run of a plan that was stopped while the run was looked at."""
    plan = session.get(Plan, draft.plan_id) if draft.plan_id is not None else None
    if plan is not None and (plan.paused_at or plan.ended_at):
        raise Conflict(
            say("This plan was stopped meanwhile."), say("Nothing of this run was sent.")
        )


def _refuse_sent_again(session: Session, draft: Draft) -> None:
    """Two who send what failed again at once would write to the same people twice."""
    if draft.again_of is None or draft.seen_again is None:
        return
    if times_sent_again(session, draft.again_of) != draft.seen_again:
        raise Conflict(
            say("Some of what failed was sent again meanwhile."),
            say("Look at what has failed now, then decide again."),
        )
