"""Stopping campaigns and letting them go on: what a person decides about all that has not left.

Each act is one transaction. Since sending claims within a transaction too, nothing is claimed any
more from the moment in which an act begins to write, however many messages it is about; what was
claimed before finishes. What comes back from such a call without having been sent is stopped by
``keep_back``, which is asked before each call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, NotFound, Text, say
from raspisms.messaging import campaign_counts, journal, phones, signals
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, CampaignPhone, Member, Message, Phone
from raspisms.models import phone as phone_rows
from raspisms.models.message_queue import DueRow
from raspisms.sms.lifecycle import Event, Status, next_status

#: Why messages of a paused campaign wait: a code of ``sms.reasons``.
PAUSED = "campaign_paused"
#: Why a campaign is paused: a person said so, or too many of its messages failed. The second stays
#: written down when a person lets it go on, so that it does not pause itself again.
BY_PERSON, BY_FAILURES = "person", "failures"

PAUSE_REASONS: Mapping[str, Text] = {
    BY_PERSON: say("Somebody paused it."),
    BY_FAILURES: say("Too many of its messages failed, so it paused itself."),
}

#: What can still be kept from leaving.
WAITING = (Status.PENDING, Status.HELD)


@dataclass(frozen=True)
class Control:
    """What can be done with a campaign as it is now.

    ``waiting`` is how many messages have not left and can be kept from it, ``under_way`` how many
    are at the provider without an answer, ``failed`` how many did not arrive.
    """

    campaign: Campaign
    waiting: int
    under_way: int
    failed: int

    @property
    def can_pause(self) -> bool:
        return bool(self._goes_on and not self.campaign.paused_at)

    @property
    def can_resume(self) -> bool:
        return bool(self.campaign.paused_at and not self.campaign.cancelled_at)

    @property
    def can_cancel(self) -> bool:
        return self._goes_on

    @property
    def can_change(self) -> bool:
        """Whether its text and its time can be changed."""
        return self.waiting > 0 and not self.campaign.cancelled_at

    @property
    def can_send_again(self) -> bool:
        return self.failed > 0

    @property
    def _goes_on(self) -> bool:
        return self.waiting + self.under_way > 0 and not self.campaign.cancelled_at


def find(member: Member, campaign_id: int, session: Session | None = None) -> Campaign:
    """A campaign to several that ``member`` may decide about. Raises NotFound for any other.

    That takes all phones that it may leave from: an act is about all of its messages.
    """
    session = session or reading()
    campaign = session.get(Campaign, campaign_id)
    if (
        campaign is None
        or campaign.direct
        or not all(phones.may_see(member, one) for one in phones_of(session, campaign))
    ):
        raise NotFound(
            say("There is no such campaign, or it is not yours to decide about."),
            say("Go back to the list of campaigns."),
        )
    return campaign


def phones_of(session: Session, campaign: Campaign) -> list[int]:
    """The ids of the phones that a campaign may leave from, the first of them first."""
    others = select(CampaignPhone.phone_id).where(CampaignPhone.campaign_id == campaign.id)
    found = session.scalars(others.order_by(CampaignPhone.priority))
    return list(dict.fromkeys((campaign.phone_id, *found)))


def phones_left(session: Session, campaign: Campaign) -> list[int]:
    """Those of its phones that were not removed since."""
    there = set(session.scalars(phone_rows.present().with_only_columns(Phone.id).order_by(None)))
    return [one for one in phones_of(session, campaign) if one in there]


def validity_of(campaign: Campaign) -> int | None:
    """Minutes in which the network may deliver it; None for the usual time."""
    query = select(func.max(Message.validity)).where(Message.campaign_id == campaign.id)
    return reading().scalar(query)


def control(member: Member, campaign_id: int) -> Control:
    """What ``member`` can do with a campaign now. Raises NotFound as ``find`` does."""
    campaign = find(member, campaign_id)
    counts = campaign_counts.by_status([campaign.id])[campaign.id]
    return Control(
        campaign,
        waiting=sum(counts.get(status, 0) for status in WAITING),
        under_way=counts.get(Status.SENDING, 0) + counts.get(Status.UNCERTAIN, 0),
        failed=counts.get(Status.FAILED, 0),
    )


def pause(member: Member, campaign_id: int) -> int:
    """Let nothing more of a campaign leave; how many messages wait. Raises Conflict where it is
    paused already, or nothing is left to pause.
    """
    with writing() as session:
        campaign = _going_on(session, member, campaign_id)
        if campaign.paused_at is not None:
            raise Conflict(say("This campaign is paused already."), _LOOK)
        count = stop(session, campaign, BY_PERSON, member)
        if not count and not _is_under_way(session, campaign.id):
            raise _nothing_left()
        journal.note(session, member, "campaign.paused", name_of(campaign), count=count)
    return count


def stop(session: Session, campaign: Campaign, reason: str, member: Member | None) -> int:
    """Write down that a campaign is paused, and let its messages wait; how many they are."""
    campaign.paused_at = clock.now()
    if campaign.pause_reason != BY_FAILURES:
        campaign.pause_reason = reason
    campaign.paused_by = member.id if member else None
    return _set(session, _of(campaign.id, Status.PENDING), **_KEPT)


def why(campaign: Campaign) -> Text | None:
    """Why a campaign is paused; None where it is not."""
    if campaign.paused_at is None:
        return None
    is_by_itself = campaign.pause_reason == BY_FAILURES and campaign.paused_by is None
    return PAUSE_REASONS[BY_FAILURES if is_by_itself else BY_PERSON]


def resume(member: Member, campaign_id: int) -> int:
    """Let what waits of a paused campaign leave, at its time or now; how many messages that are.

    Raises Conflict where it is not paused.
    """
    now = clock.now()
    with writing() as session:
        campaign = find(member, campaign_id, session)
        if campaign.paused_at is None or campaign.cancelled_at is not None:
            raise Conflict(say("This campaign is not paused any more."), _LOOK)
        campaign.paused_at = campaign.paused_by = None
        # What waited by a person's word is not late: it counts from now on. What had waited by our
        # own rules before is looked at anew, since these may be others now.
        at = max(campaign.due_at, now)
        waits = _of(campaign.id, Status.PENDING) & Message.attempt_at.is_(None)
        count = _set(session, waits, attempt_at=at, due_at=at, reason=None, reason_detail=None)
        journal.note(session, member, "campaign.resumed", name_of(campaign), count=count)
    signals.committed.send()
    return count


def cancel(member: Member, campaign_id: int) -> int:
    """Send nothing more of a campaign, for good; how many messages are cancelled.

    Raises Conflict where it is cancelled already, or nothing is left of it.
    """
    with writing() as session:
        campaign = _going_on(session, member, campaign_id)
        count = _cancel(session, _of(campaign.id, *WAITING))
        if not count and not _is_under_way(session, campaign.id):
            raise _nothing_left()
        campaign.cancelled_at = clock.now()
        campaign.paused_at = campaign.paused_by = None
        journal.note(session, member, "campaign.cancelled", name_of(campaign), count=count)
    return count


def keep_back(rows: Sequence[DueRow]) -> bool:
    """Stop those of some due messages whose campaign is paused or cancelled; whether any were.

    They came back from a call that was under way, or somebody let them go one by one. Nothing is
    written where all may go.
    """
    among = Message.id.in_([row.id for row in rows])
    stopped = or_(Campaign.paused_at.is_not(None), Campaign.cancelled_at.is_not(None))
    query = select(Message.id).join(Campaign, Campaign.id == Message.campaign_id)
    if not rows or reading().scalar(query.where(among, stopped).limit(1)) is None:
        reading().rollback()
        return False
    with writing() as session:
        waits = among & (Message.status == Status.PENDING)
        cancelled = select(Campaign.id).where(Campaign.cancelled_at.is_not(None))
        paused = select(Campaign.id).where(Campaign.paused_at.is_not(None))
        count = _cancel(session, waits & Message.campaign_id.in_(_those_of(rows, cancelled)))
        count += _set(session, waits & Message.campaign_id.in_(_those_of(rows, paused)), **_KEPT)
    return bool(count)


def name_of(campaign: Campaign) -> str:
    """What the journal calls a campaign: nothing of what it says."""
    return campaign.name or f"#{campaign.id}"


_LOOK = say("Look at it as it is now, then decide again.")
_KEPT: Mapping[str, object] = {"attempt_at": None, "reason": PAUSED, "reason_detail": None}


def _those_of(rows: Sequence[DueRow], campaigns: Select[int]) -> Select[int]:
    """Those of some campaigns that some messages belong to: not all that ever were."""
    theirs = select(Message.campaign_id).where(Message.id.in_([row.id for row in rows]))
    return campaigns.where(Campaign.id.in_(theirs))


def _going_on(session: Session, member: Member, campaign_id: int) -> Campaign:
    campaign = find(member, campaign_id, session)
    if campaign.cancelled_at is not None:
        raise Conflict(say("This campaign was cancelled meanwhile."), _LOOK)
    return campaign


def _is_under_way(session: Session, campaign_id: int) -> bool:
    """Whether a call is not over from which some may come back."""
    unsure = _of(campaign_id, Status.SENDING, Status.UNCERTAIN)
    return session.scalar(select(Message.id).where(unsure).limit(1)) is not None


def _nothing_left() -> Conflict:
    return Conflict(say("Everything of this campaign has left already."), _LOOK)


def _of(campaign_id: int, *statuses: Status) -> ColumnElement[bool]:
    return (Message.campaign_id == campaign_id) & Message.status.in_(statuses)


def _cancel(session: Session, which: ColumnElement[bool]) -> int:
    return _set(
        session,
        which,
        status=next_status(Status.PENDING, Event.CANCEL),
        reason="cancelled",
        reason_detail=None,
        final_at=clock.now(),
    )


def _set(session: Session, which: ColumnElement[bool], **values: object) -> int:
    """Change some messages; how many they are."""
    statement = update(Message).where(which).values(values)
    changed = session.execute(statement.execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]
