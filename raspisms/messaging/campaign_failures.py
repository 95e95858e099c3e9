"""A campaign of which too much fails pauses itself before any more of it leaves.

It is looked at when more of it is to leave, so that receipts count as refusals do, whichever way
they came. Once a person let it go on in spite of that, it does not pause itself again.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from raspisms.messaging import campaign_control, campaign_counts, journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Message
from raspisms.models.message_queue import DueRow
from raspisms.sms.lifecycle import Status

_NEVER_LEFT = (Status.PENDING, Status.HELD, Status.SKIPPED, Status.CANCELLED)


def keep_back(engine: Engine, rows: Sequence[DueRow]) -> bool:
    """Pause the campaigns of some due messages of which too much failed; whether there were any.

    Nothing is written where all may go.
    """
    most = engine.config.campaign_failures
    if not most or not rows:
        return False
    counts = campaign_counts.by_status(_watched(rows))
    failing = [one for one in counts if _fails(engine, counts[one], most)]
    reading().rollback()
    for campaign_id in failing:
        _pause(campaign_id)
    return bool(failing)


def _watched(rows: Sequence[DueRow]) -> Sequence[int]:
    """The campaigns of some messages that may pause themselves."""
    theirs = select(Message.campaign_id).where(Message.id.in_([row.id for row in rows]))
    query = select(Campaign.id).where(
        Campaign.id.in_(theirs),
        Campaign.direct.is_(False),
        Campaign.paused_at.is_(None),
        or_(
            Campaign.pause_reason.is_(None),
            Campaign.pause_reason != campaign_control.BY_FAILURES,
        ),
    )
    return reading().scalars(query).all()


def _fails(engine: Engine, counts: Mapping[Status, int], most: int) -> bool:
    """Whether so many failed, and that is a large enough share of all that left."""
    failed = counts.get(Status.FAILED, 0)
    left = sum(count for status, count in counts.items() if status not in _NEVER_LEFT)
    return failed >= most and 100 * failed >= engine.config.campaign_failed_percent * left


def _pause(campaign_id: int) -> None:
    with writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        if campaign.paused_at is not None:
            return
        count = campaign_control.stop(session, campaign, campaign_control.BY_FAILURES, None)
        name = campaign_control.name_of(campaign)
        journal.note(session, None, "campaign.paused_itself", name, count=count)
