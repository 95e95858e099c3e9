"""A campaign of which too much fails pauses itself before any more of it leaves.

It is looked at when more of it is to leave, so that receipts count as refusals do, whichever way
they came. Once a person let it go on in spite of that, it does not pause itself again.
"""

import time
from collections.abc import Sequence

from sqlalchemy import func, or_, select, text

from raspisms.messaging import campaign_control, journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, Message
from raspisms.models.message import DueRow


def keep_back(engine: Engine, rows: Sequence[DueRow]) -> bool:
    """Pause the campaigns of some due messages of which too much failed; whether there were any.

    Nothing is written where all may go.
    """
    most = engine.config.campaign_failures
    if not most or not rows:
        return False
    concerned = [one for one in _watched(rows) if engine.failures.is_time(one)]
    failing = [one for one in concerned if _fails(engine, one, most)]
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


def _fails(engine: Engine, campaign_id: int, most: int) -> bool:
    """Whether so many failed, and that is a large enough share of all that left."""
    began = time.monotonic()
    mine = select(func.count()).where(Message.campaign_id == campaign_id)
    failed = reading().scalar(mine.where(text("message.status = 'failed'"))) or 0
    if failed >= most:
        left = reading().scalar(mine.where(Message.claimed_at.is_not(None))) or 0
    engine.failures.counted(campaign_id, time.monotonic() - began)
    return failed >= most and 100 * failed >= engine.config.campaign_failed_percent * left


def _pause(campaign_id: int) -> None:
    with writing() as session:
        campaign = session.get_one(Campaign, campaign_id)
        if campaign.paused_at is not None:
            return
        count = campaign_control.stop(session, campaign, campaign_control.BY_FAILURES, None)
        name = campaign_control.name_of(campaign)
        journal.note(session, None, "campaign.paused_itself", name, count=count)
