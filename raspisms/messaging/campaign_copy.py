"""A campaign as a new draft, to be looked at and changed before any of it leaves."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from raspisms.messaging import campaign_content, campaign_control, campaign_drafts
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaign_drafts import Kept
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Group, Member, Message
from raspisms.sms import quiet_hours, templating
from raspisms.sms.quiet_hours import QuietHours


def copy(member: Member, campaign_id: int) -> Kept:
    """A new draft with all that is known of a campaign; it goes to nobody by itself.

    Groups are taken as groups, with those who are in them now; who was named one by one, as
    numbers. What a file said beside the numbers, and who was left out, is not kept with a campaign.
    Raises NotFound as ``campaign_control.find`` does, and Conflict where there are too many drafts.
    """
    campaign = campaign_control.find(member, campaign_id)
    return campaign_drafts.save(member, _content(campaign))


def left_out_of(campaign: Campaign) -> int:
    """How many were excluded of a campaign, which a copy of it does not know."""
    return int((campaign.audience or {}).get("excluded", 0))


def _content(campaign: Campaign) -> CampaignContent:
    quiet, hours = _quiet(campaign.quiet)
    groups = _groups(campaign)
    validity = campaign_control.validity_of(campaign)
    return CampaignContent(
        name=campaign.name,
        tag=campaign.tag,
        text=campaign.body,
        as_written=not campaign.template and templating.is_template(campaign.body),
        flash=campaign.flash,
        recipients="\n".join(_named(campaign, groups)),
        groups=groups,
        phones=tuple(campaign_control.phones_left(reading(), campaign)),
        quiet=quiet,
        quiet_hours=hours,
        pace=f"{campaign.pace:g}" if campaign.pace else "",
        validity=str(validity) if validity else "",
    )


def _groups(campaign: Campaign) -> tuple[int, ...]:
    """Those of the groups that there are still, in their order."""
    chosen = [int(one["id"]) for one in (campaign.audience or {}).get("groups", ())]
    present = set(reading().scalars(select(Group.id).where(Group.id.in_(chosen))))
    return tuple(one for one in chosen if one in present)


def _named(campaign: Campaign, groups: tuple[int, ...]) -> list[str]:
    """The numbers of those who were named one by one; of all where no group is left.

    They were stored first, in the order of their naming.
    """
    is_there = Message.deleted_at.is_(None)
    query = select(Message.peer, is_there).where(Message.campaign_id == campaign.id)
    if groups:
        query = query.limit(int((campaign.audience or {}).get("named", 0)))
    return [peer for peer, there in reading().execute(query.order_by(Message.id)) if there]


def _quiet(kept: Mapping[str, Any] | None) -> tuple[str, str]:
    """The choice of the form, and the hours where they are a campaign's own."""
    hours = QuietHours.of(kept)
    if hours is None:
        return campaign_content.HOUSEHOLD, ""
    if hours.are_none:
        return campaign_content.NONE, ""
    ready = (name for name, (one, _) in quiet_hours.READY.items() if one == hours)
    return next(((name, "") for name in ready), (campaign_content.OWN, hours.write()))
