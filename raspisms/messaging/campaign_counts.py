"""How many messages of a campaign to several are in which state, and why.

Kept beside the messages by the database itself (``models.CampaignCount``), so that it costs the
same with ten people and with a hundred thousand. Every message of a campaign is in it once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from raspisms.messaging.transactions import reading
from raspisms.models import CampaignCount
from raspisms.models.base import listed
from raspisms.sms.lifecycle import Status

#: Of messages whose credits are known.
_KNOWN = CampaignCount.credits >= 0


class Counted(NamedTuple):
    """So many ``messages`` in one state for one reason, a code of ``sms.reasons``.

    Of them ``taken`` are those that the provider took: these have so many ``segments``, and used so
    many ``credits`` without those ``unknown`` of which that is not known.
    """

    status: Status
    reason: str | None
    messages: int
    taken: int
    segments: int
    credits: float
    unknown: int


def by_cause(campaign_ids: Iterable[int]) -> dict[int, list[Counted]]:
    """Of each of some campaigns, in no order."""
    ids = list(campaign_ids)
    count, taken = CampaignCount.messages, CampaignCount.taken
    query = (
        select(
            CampaignCount.campaign_id,
            CampaignCount.status,
            CampaignCount.reason,
            func.sum(count),
            func.coalesce(func.sum(count).filter(taken), 0),
            func.coalesce(func.sum(count * CampaignCount.segments).filter(taken), 0),
            func.total(count * CampaignCount.credits).filter(taken, _KNOWN),
            func.coalesce(func.sum(count).filter(taken, ~_KNOWN), 0),
        )
        .where(CampaignCount.campaign_id.in_(listed(ids)), count > 0)
        .group_by(CampaignCount.campaign_id, CampaignCount.status, CampaignCount.reason)
    )
    found: dict[int, list[Counted]] = {one: [] for one in ids}
    for campaign_id, status, reason, *rest in reading().execute(query):
        found[campaign_id].append(Counted(Status(status), reason or None, *rest))
    return found


def by_status(campaign_ids: Iterable[int]) -> dict[int, Mapping[Status, int]]:
    """Of each of some campaigns, without states in which it has no message."""
    found: dict[int, Mapping[Status, int]] = {}
    for campaign_id, counts in by_cause(campaign_ids).items():
        states: Counter[Status] = Counter()
        for one in counts:
            states[one.status] += one.messages
        found[campaign_id] = states
    return found


def sent_until(campaign_id: int) -> datetime | None:
    """When the last message of a campaign that the provider took was taken, or a little later."""
    query = select(func.max(CampaignCount.sent_until))
    found: datetime | None = reading().scalar(query.where(CampaignCount.campaign_id == campaign_id))
    return found
