"""Sending a campaign again to those whom it did not reach, and to nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select

from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import campaign_control, campaign_once, campaigns
from raspisms.messaging.campaign_data import beside_of, refuse_where_given
from raspisms.messaging.campaigns import Acceptance
from raspisms.messaging.drafting import Draft
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Message
from raspisms.sms.lifecycle import Status
from raspisms.sms.reasons import FOR_GOOD

#: Failures after which it is not tried again unless somebody says so: nothing can arrive, or it may
#: have arrived.
DOUBTFUL: Final = FOR_GOOD | {"given_up", "no_final_state"}


@dataclass(frozen=True)
class Cause:
    """Why some of a campaign failed, as a code of ``sms.reasons``, and how many they are."""

    reason: str
    count: int

    @property
    def is_doubtful(self) -> bool:
        return self.reason in DOUBTFUL


@dataclass(frozen=True)
class Failed:
    """Whom a campaign did not reach and it was not sent to again since; the most frequent first.

    ``times`` is how often some of it was sent again already.
    """

    causes: Sequence[Cause]
    times: int

    @property
    def count(self) -> int:
        return sum(cause.count for cause in self.causes)


def failed(member: Member, campaign_id: int) -> Failed:
    """Raises NotFound as ``campaign_control.find`` does."""
    campaign = campaign_control.find(member, campaign_id)
    reason = func.coalesce(Message.reason, "")
    query = select(reason, func.count()).where(*_not_reached(campaign.id)).group_by(reason)
    causes = [Cause(code, count) for code, count in reading().execute(query)]
    times = campaign_once.times_sent_again(reading(), campaign.id)
    return Failed(sorted(causes, key=lambda cause: -cause.count), times)


def send_again_failed(
    engine: Engine,
    member: Member,
    campaign_id: int,
    reasons: Collection[str],
    seen: int,
    request: str = "",
) -> Acceptance:
    """A new campaign with the same text, now, to those who failed for some of ``reasons``.

    ``seen`` is how often it had been sent again when the person looked. Raises Invalid (reasons)
    where nobody is left of these, Conflict where some of it was sent again meanwhile, and all that
    ``campaigns.accept`` raises.
    """
    campaign = campaign_control.find(member, campaign_id)
    query = select(Message.peer).where(
        *_not_reached(campaign.id), func.coalesce(Message.reason, "").in_(list(reasons))
    )
    numbers = list(reading().scalars(query.order_by(Message.id)))
    if not numbers:
        raise Invalid(
            say("Nobody is left to whom it could be sent again."),
            say("Choose why it failed for those who are to get it."),
            field="reasons",
        )
    if campaign.template:
        refuse_where_given(campaign, "reasons")
    draft = _draft(campaign, numbers, seen, request)
    try:
        return campaigns.accept(engine, member, draft)
    except Invalid as refused:
        # The form has no fields but the reasons: what is wrong is said of all of it.
        first = refused.problems[0] if isinstance(refused, InvalidForm) else refused
        raise Conflict(first.message, first.hint) from refused


def _draft(campaign: Campaign, numbers: Sequence[str], seen: int, request: str) -> Draft:
    beside = beside_of(campaign)
    phone_ids = campaign_control.phones_left(reading(), campaign) or [campaign.phone_id]
    return Draft(
        phone_ids[0],
        "\n".join(numbers),
        campaign.body,
        request=request,
        flash=campaign.flash,
        template=None if campaign.template else False,
        data={line: beside[number] for line, number in enumerate(numbers, 1) if number in beside},
        campaign=True,
        name=campaign.name,
        tag=campaign.tag,
        phones=tuple(phone_ids),
        quiet=campaign.quiet,
        pace=campaign.pace,
        validity=campaign_control.validity_of(campaign),
        again_of=campaign.id,
        seen_again=seen,
    )


def _not_reached(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.campaign_id == campaign_id,
        Message.status == Status.FAILED,
        Message.deleted_at.is_(None),
        Message.peer.not_in(_tried_since(campaign_id)),
    )


def _tried_since(campaign_id: int) -> Select[str]:
    """Who got it, or is to get it, from a campaign that was sent again."""
    again = select(Campaign.id).where(Campaign.again_of == campaign_id)
    without = (Status.SKIPPED, Status.CANCELLED)
    return select(Message.peer).where(
        Message.campaign_id.in_(again), Message.status.not_in(without)
    )
