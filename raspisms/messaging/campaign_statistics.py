"""What was sent over time and what came in, by phone and state; how campaigns did by each other.

Days are counted from two indexes, state by state: a year of a million messages is no more than a
walk through these, and no message is read.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import select, text

from raspisms.messaging import campaign_counts, campaign_report, phones
from raspisms.messaging.campaign_counts import Counted
from raspisms.messaging.campaign_report import ORDER
from raspisms.messaging.credit import Spent
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Phone
from raspisms.models import campaign as campaigns
from raspisms.sms.lifecycle import Status

#: Campaigns beside each other, and tags to choose from.
CAMPAIGNS = 20
_TAGS = 100

# Each count is a piece of the index ix_message_days, or of ix_message_came for what came in: they
# are taken for these very conditions. Nobody chose when something comes in.
_COUNTS = text(
    """
    SELECT * FROM (
        SELECT day.key AS day, phone.value AS phone, state.value AS state, (
            SELECT count(*) FROM message
            WHERE message.phone_id = phone.value AND message.status = state.value
                AND message.direction = 'out'
                AND message.due_at >= json_extract(day.value, '$[0]')
                AND message.due_at < json_extract(day.value, '$[1]')
        ) AS messages
        FROM json_each(:days) AS day, json_each(:phones) AS phone, json_each(:states) AS state
        UNION ALL
        SELECT day.key, phone.value, 'received', (
            SELECT count(*) FROM message
            WHERE message.phone_id = phone.value AND message.direction = 'in'
                AND message.sent_at >= json_extract(day.value, '$[0]')
                AND message.sent_at < json_extract(day.value, '$[1]')
        )
        FROM json_each(:days) AS day, json_each(:phones) AS phone
    ) WHERE messages > 0
    """
)
#: How SQLite keeps an instant.
_KEPT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Messages:
    """How many messages were to leave in each of some spans of time, by state and by phone.

    What came in is among them, as RECEIVED.
    """

    spans: Sequence[Mapping[Status, int]]
    phones: Sequence[tuple[Phone, Mapping[Status, int]]]

    @property
    def total(self) -> Mapping[Status, int]:
        found: Counter[Status] = Counter()
        for one in self.spans:
            found.update(one)
        return found

    @property
    def to_leave(self) -> int:
        """How many did not come in."""
        return sum(self.total.values()) - self.came

    @property
    def came(self) -> int:
        return self.total.get(Status.RECEIVED, 0)


@dataclass(frozen=True)
class Line:
    """A campaign beside others."""

    campaign: Campaign
    counts: Mapping[Status, int]
    used: Spent

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, *statuses: Status) -> float:
        """Of how many it is true, from 0 to 1."""
        return sum(self.counts.get(one, 0) for one in statuses) / self.total if self.total else 0


def over_time(member: Member, bounds: Sequence[datetime]) -> Messages:
    """What was to leave, or came in, between each of ``bounds`` and the next, of the phones of
    ``member``.
    """
    seen = phones.visible(member, removed=True)
    kept = [one.astimezone(UTC).strftime(_KEPT) for one in bounds]
    asked = {
        "days": json.dumps(list(pairwise(kept))),
        "phones": json.dumps([one.id for one in seen]),
        "states": json.dumps([str(one) for one in ORDER]),
    }
    spans: list[Counter[Status]] = [Counter() for _ in bounds[1:]]
    by_phone: dict[int, Counter[Status]] = defaultdict(Counter)
    for span, phone_id, status, count in reading().execute(_COUNTS, asked):
        spans[span][Status(status)] += count
        by_phone[phone_id][Status(status)] += count
    return Messages(spans, [(one, by_phone[one.id]) for one in seen if one.id in by_phone])


def tags(member: Member) -> list[str]:
    """The tags of the campaigns that ``member`` sees."""
    query = (
        select(Campaign.tag)
        .where(text("campaign.tag <> ''"), campaigns.of_seen_phones(member))
        .distinct()
    )
    return list(reading().scalars(query.order_by(Campaign.tag).limit(_TAGS)))


def compared(member: Member, tag: str = "") -> list[Line]:
    """The newest campaigns that ``member`` sees, those with a tag or all, the newest first."""
    query = select(Campaign).where(campaigns.TO_SEVERAL, campaigns.of_seen_phones(member))
    if tag:
        query = query.where(Campaign.tag == tag)
    found = reading().scalars(query.order_by(Campaign.due_at.desc()).limit(CAMPAIGNS)).all()
    counts = campaign_counts.by_cause(one.id for one in found)
    return [_line(campaign, counts[campaign.id]) for campaign in found]


def _line(campaign: Campaign, causes: Sequence[Counted]) -> Line:
    counts: Counter[Status] = Counter()
    for one in causes:
        counts[one.status] += one.messages
    return Line(campaign, counts, campaign_report.used_of(causes))
