"""Accepting what a person wants sent. One SMS is a campaign of one; there is no second path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import (
    audience,
    campaign_control,
    campaign_once,
    drafting,
    exclusions,
    groups,
    joining,
    journal,
    marks,
    opt_outs,
    plans,
    signals,
    texts,
)
from raspisms.messaging.drafting import Content, Draft, can_flash
from raspisms.messaging.engine import Engine
from raspisms.messaging.recipients import UnusableRecipient
from raspisms.messaging.rendering import Rendered
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, CampaignPhone, Member, Message
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Status

__all__ = ["Acceptance", "Draft", "accept", "author_of", "can_flash", "send_again"]


@dataclass(frozen=True)
class Acceptance:
    """A campaign that is stored. ``count`` messages go, one to each recipient.

    The ids are those of the first of them. ``skipped`` is how many recipients get nothing, by the
    code of ``sms.reasons`` for it; a message that says so is stored for each. ``repeated`` is how
    many recipients were named once more, ``left_out`` those that cannot be used, ``unjudged`` how
    many contacts are in no group because its rule could not judge them, ``excluded`` how many would
    have got it but for the exclusions.
    """

    campaign: Campaign
    count: int
    message_id: int
    conversation_id: int
    repeated: int = 0
    left_out: tuple[UnusableRecipient, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    unjudged: int = 0
    excluded: int = 0


def accept(engine: Engine, member: Member | None, draft: Draft) -> Acceptance:
    """Store one message for each recipient, all of them durably or none; they leave in time.

    ``member`` may use only the phones given to them; None is the machine's own command line.
    Raises InvalidForm with problems of the fields phone, number, groups, text, at, flash and
    despite_opt_out, phones, exclude, exclude_groups, validity and pace; for each recipient that
    cannot be used it has one UnusableRecipient. Raises Conflict for a kept draft that was changed
    or deleted meanwhile, and where it would go to other than ``expected`` people.
    """
    now = clock.now()
    member_id = member.id if member else None
    key = campaign_once.key_of(draft, member_id)
    earlier = campaign_once.stored_before(reading(), draft, key)
    if earlier is not None:
        return _told(earlier, *_named(engine, draft))
    content = drafting.check(engine, member, draft, now)
    invalid = known_invalid(engine, content, draft)
    with writing() as session:
        campaign = campaign_once.stored_before(session, draft, key)
        if campaign is None:
            campaign_once.refuse_overtaken(session, draft)
            kept = campaign_once.kept_draft(session, draft)
            skipped = who_gets_nothing(session, content, draft, invalid)
            campaign = _campaign(content, draft, key, member_id, now)
            _store(session, campaign, content, draft, skipped)
            _note_used(session, draft, content, now)
            going = len(content.numbers) - len(skipped)
            _note_act(session, member, draft, campaign, going)
            if kept is not None:
                kept.campaign_id = campaign.id
                campaign_once.empty(kept)
                if member is not None:
                    plans.give_way(session, member, kept.id)
            if member_id is not None and draft.kept_in is not None:
                marks.forget_draft(session, member_id, draft.kept_in)
    signals.committed.send()
    return _told(campaign, content.audience.repeated, content.audience.unusable)


def is_for_several(engine: Engine, member: Member, draft: Draft) -> bool:
    """Whether a draft is no word to one person, and so is looked at before it is sent.

    False where it was accepted already. Raises InvalidForm as ``accept`` does.
    """
    key = campaign_once.key_of(draft, member.id)
    if campaign_once.stored_before(reading(), draft, key) is not None:
        return False
    return not drafting.check(engine, member, draft, clock.now()).is_direct


def send_again(engine: Engine, member: Member, message: Message, request: str) -> Acceptance:
    """Write a failed message anew, to the same number with the same phone.

    Raises Conflict for a message that has not failed, and as ``accept`` does.
    """
    if message.status != Status.FAILED:
        raise Conflict(
            say("Only a message that failed can be sent again."),
            say("Look at its state now, then decide again."),
        )
    draft = Draft(
        message.phone_id,
        message.peer,
        message.body,
        request=request,
        flash=message.flash,
        template=False,
        again_of=message.campaign_id,
    )
    try:
        return accept(engine, member, draft)
    except InvalidForm as refused:
        if any(problem.field == "despite_opt_out" for problem in refused.problems):
            raise Conflict(
                say("This person wants no messages to several people (STOP)."),
                say("Answer in the conversation if what you write is for them alone."),
            ) from refused
        raise


def author_of(message: Message) -> str | None:
    """The name of whoever wrote a message; None for the command line, and where it is unknown."""
    if message.campaign_id is None:
        return None
    campaign = reading().get_one(Campaign, message.campaign_id)
    author = reading().get(Member, campaign.member_id) if campaign.member_id else None
    return author.name if author else None


def known_invalid(engine: Engine, content: Content, draft: Draft) -> dict[str, str]:
    """The numbers of a campaign that are known to fail or never written to, each with the reason.

    One person is written to all the same; that it is no emergency number was seen before.
    """
    if content.is_direct:
        return {}
    emergency = exclusions.emergency(engine, content.numbers)
    if not draft.leave_out_invalid:
        return emergency
    return exclusions.invalid(engine, content.numbers) | emergency


def who_gets_nothing(
    session: Session, content: Content, draft: Draft, invalid: Mapping[str, str]
) -> Mapping[str, str]:
    """Who gets nothing, and why, as it is now. Raises InvalidForm where nobody is left."""
    if content.is_direct:
        if not draft.despite_opt_out and opt_outs.among(session, content.numbers):
            raise InvalidForm([drafting.opted_out()])
        return {}
    own = {one.person.number: one.reason for one in content.rendered if one.reason}
    skipped = exclusions.with_opted_out(session, content.numbers, {**own, **invalid})
    if len(skipped) == len(content.rendered):
        raise InvalidForm([drafting.nobody_left(skipped.values())])
    refuse_others(draft, [number for number in content.numbers if number not in skipped])
    return skipped


def refuse_others(draft: Draft, going: Sequence[str]) -> None:
    """Raises Conflict where a draft goes to others than those whom the person looked at."""
    look = say("Look at who gets it, then confirm again.")
    if draft.expected is not None and len(going) != draft.expected:
        raise Conflict(
            say(
                "It would go to %(now)d people now, and not to %(before)d any more.",
                now=len(going),
                before=draft.expected,
            ),
            look,
        )
    if draft.seen and exclusions.fingerprint(going) != draft.seen:
        raise Conflict(say("It would go to other people now than those you looked at."), look)


def _campaign(
    content: Content, draft: Draft, key: str | None, member_id: int | None, now: datetime
) -> Campaign:
    return Campaign(
        request_key=key,
        phone_id=content.phone_id,
        member_id=member_id,
        name=draft.name,
        tag=draft.tag,
        body=content.writing.text,
        template=content.writing.template is not None,
        direct=content.is_direct,
        audience=None if content.is_direct else _audience(content, draft),
        flash=content.flash,
        quiet=None if draft.quiet is None else dict(draft.quiet),
        pace=draft.pace,
        plan_id=draft.plan_id,
        run_at=draft.run_at,
        again_of=draft.again_of,
        due_at=content.due_at,
        created_at=now,
    )


def _audience(content: Content, draft: Draft) -> dict[str, object]:
    """What is kept of whom it goes to; ``given`` is how many had data given with their number.

    Such data is not kept, so that people can be erased: no text can be made with it once more.
    """
    given = sum(any(one.values()) for one in draft.data.values())
    return content.audience.as_kept() | ({"given": given} if given else {})


def _store(
    session: Session,
    campaign: Campaign,
    content: Content,
    draft: Draft,
    skipped: Mapping[str, str],
) -> None:
    session.add(campaign)
    session.flush()
    if len(content.phones) > 1:
        session.add_all(
            CampaignPhone(campaign_id=campaign.id, phone_id=phone_id, priority=priority)
            for priority, phone_id in enumerate(content.phones)
        )
    values = {
        "campaign_id": campaign.id,
        "direction": messages.OUT,
        "due_at": content.due_at,
        "attempts": 0,
        "scheduled": content.scheduled,
        "direct": content.is_direct,
        "flash": content.flash,
        "validity": draft.validity,
        "asked": 0,
        "created_at": campaign.created_at,
    }
    ready = (Status.HELD, "overdue") if draft.hold else (Status.PENDING, None)
    own = [_own(one, campaign, ready, skipped.get(one.person.number)) for one in content.rendered]
    joining.put_each(session, content.phone_id, content.numbers, values, own)


def _own(
    one: Rendered, campaign: Campaign, ready: tuple[Status, str | None], reason: str | None
) -> dict[str, object]:
    """What only one person's message has: its text, and why it does not go where it does not."""
    return {
        "body": one.text,
        "segments": one.segments,
        "status": Status.SKIPPED if reason else ready[0],
        "reason": reason or ready[1],
        "attempt_at": None if reason else campaign.due_at,
        "final_at": campaign.created_at if reason else None,
    }


def _note_used(session: Session, draft: Draft, content: Content, now: datetime) -> None:
    """When a group or a saved text was last used is shown in their lists."""
    if content.audience.groups:
        groups.note_used(session, content.audience.groups, now)
    if draft.text_id is not None:
        texts.note_used(session, draft.text_id, now)


def _note_act(
    session: Session, member: Member | None, draft: Draft, campaign: Campaign, going: int
) -> None:
    """What somebody decided for several people is in the journal; a word to one person is not."""
    if draft.again_of is not None and draft.seen_again is not None:
        name = campaign_control.name_of(session.get_one(Campaign, draft.again_of))
        journal.note(session, member, "campaign.sent_again", name, count=going)
    elif not campaign.direct and campaign.plan_id is None:
        name = campaign_control.name_of(campaign)
        journal.note(session, member, "campaign.confirmed", name, count=going)


def _named(engine: Engine, draft: Draft) -> tuple[int, Sequence[UnusableRecipient]]:
    """How many were named once more in a draft, and what of it cannot be used."""
    try:
        to = audience.named(engine, draft.recipients, draft.groups)
    except Invalid:
        return 0, ()  # of a kept draft that was confirmed nothing stays
    return to.repeated, to.unusable


def _told(campaign: Campaign, repeated: int, unusable: Sequence[UnusableRecipient]) -> Acceptance:
    of_campaign = Message.campaign_id == campaign.id
    is_skipped = Message.status == Status.SKIPPED
    count = reading().scalar(select(func.count()).select_from(Message).where(of_campaign)) or 0
    by_reason = select(Message.reason, func.count()).where(of_campaign, is_skipped)
    skipped = {
        reason or "": number
        for reason, number in reading().execute(by_reason.group_by(Message.reason))
    }
    first = select(Message.id, Message.conversation_id).where(of_campaign)
    message_id, conversation_id = (
        reading().execute(first.order_by(is_skipped, Message.id).limit(1)).one()
    )
    kept = campaign.audience or {}
    return Acceptance(
        campaign,
        count - sum(skipped.values()),
        message_id,
        conversation_id,
        kept.get("repeated", repeated),
        tuple(unusable),
        skipped,
        kept.get("unjudged", 0),
        kept.get("excluded", 0),
    )
