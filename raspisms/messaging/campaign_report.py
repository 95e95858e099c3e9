"""What became of a campaign, of all of it: by state and cause.

Counts are kept (``campaign_counts``), so that they cost the same with a hundred thousand people.
Every message of the campaign is in one of them: their sum is how many people it was written to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from raspisms.messaging import campaign_answers, campaign_control, campaign_counts
from raspisms.messaging.campaign_counts import Counted
from raspisms.messaging.credit import Spent
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.sms.lifecycle import FINAL, Status

#: In which order states are told: what arrived first, what a person has to look at in the middle.
ORDER = (
    Status.DELIVERED,
    Status.SENT,
    Status.EXPIRED,
    Status.SENDING,
    Status.PENDING,
    Status.HELD,
    Status.UNCERTAIN,
    Status.FAILED,
    Status.SKIPPED,
    Status.CANCELLED,
)
#: The provider took these, and nothing more is done with them here.
TAKEN = (Status.SENT, Status.DELIVERED, Status.EXPIRED)
#: Messages looked at to tell when the next of them leaves.
_LOOKED_AT = 500


@dataclass(frozen=True)
class Cause:
    """How many messages are in one state for one reason, which is a code of ``sms.reasons``.

    ``until`` is when the next of those that wait tries to leave, as far as it is known.
    """

    status: Status
    reason: str | None
    count: int
    until: datetime | None = None


@dataclass(frozen=True)
class Report:
    """A campaign and what became of it by now. ``answers`` is how many came in of its people."""

    campaign: Campaign
    phones: Sequence[Phone]
    causes: Sequence[Cause]
    used: Spent
    answers: int

    @property
    def total(self) -> int:
        """How many people it was written to."""
        return sum(one.count for one in self.causes)

    @property
    def done(self) -> int:
        """How many messages nothing more is done with here: they left, or never will."""
        return sum(one.count for one in self.causes if one.status in FINAL | set(TAKEN))

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected by itself, no receipt either."""
        return all(one.status in FINAL for one in self.causes)

    @property
    def rests(self) -> bool:
        """Whether each of its phones is paused or removed, so that nothing leaves for now."""
        return all(one.paused or one.removed_at is not None for one in self.phones)

    @property
    def states(self) -> list[tuple[Status, int]]:
        """How many messages are in each state, those that there are."""
        return [(one, count) for one in ORDER if (count := self.count(one))]

    def count(self, *statuses: Status) -> int:
        return sum(one.count for one in self.causes if one.status in statuses)


def show(member: Member, campaign_id: int) -> Report:
    """Raises NotFound as ``campaign_control.find`` does."""
    campaign = campaign_control.find(member, campaign_id)
    phone_ids = campaign_control.phones_of(reading(), campaign)
    counts = campaign_counts.by_cause([campaign.id])[campaign.id]
    counts.sort(key=lambda one: (ORDER.index(one.status), -one.messages))
    return Report(
        campaign,
        phones=[reading().get_one(Phone, one) for one in phone_ids],
        causes=[_cause(campaign.id, one) for one in counts],
        used=used_of(counts),
        answers=campaign_answers.count(campaign, phone_ids),
    )


def used_of(counts: Iterable[Counted]) -> Spent:
    """What was used of those that the provider took, also where they did not arrive."""
    return Spent.together(
        Spent(one.taken, one.segments, one.credits, one.unknown) for one in counts
    )


def _cause(campaign_id: int, one: Counted) -> Cause:
    until = _next(campaign_id, one.reason) if one.status == Status.PENDING else None
    return Cause(one.status, one.reason, one.messages, until)


def _next(campaign_id: int, reason: str | None) -> datetime | None:
    """When the next of those tries to leave that wait for a reason, of the first of them."""
    first = (
        select(Message.attempt_at)
        .where(
            Message.campaign_id == campaign_id,
            Message.status == Status.PENDING,
            Message.reason == reason if reason else Message.reason.is_(None),
        )
        .order_by(Message.id)
        .limit(_LOOKED_AT)
        .subquery()
    )
    found: datetime | None = reading().scalar(select(func.min(first.c.attempt_at)))
    return found
