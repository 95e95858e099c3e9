"""What needs a person although nobody looks at it: told on the pages, and as notices on devices.

All of it is found out from what is stored, so that it is told as long as it is so, and no longer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select, text

from raspisms.errors import Text, say
from raspisms.messaging import campaign_control, credit, plan_problems
from raspisms.messaging import phones as phone_acts
from raspisms.messaging.coming import Coming, coming
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_states import state_of
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Phone, Plan
from raspisms.models import campaign as campaigns
from raspisms.models import plan as plans

#: A fault that goes by itself sooner is not worth an alert.
SILENT_AFTER = timedelta(minutes=15)
#: Credit has to last for what leaves within this.
PLANNED_WITHIN = credit.WITHIN
#: More of one kind are not told one by one.
MOST = 5
_PAUSED_ITSELF = text("campaign.paused_at IS NOT NULL")


@dataclass(frozen=True)
class Alert:
    """What needs a person: ``key`` names it for as long as it is so, ``advice`` says what to do.

    It is of a campaign, a plan or a phone, whose id it has, or else of credit.
    """

    key: str
    title: Text
    advice: Text
    campaign_id: int | None = None
    plan_id: int | None = None
    phone_id: int | None = None


def of(
    engine: Engine, member: Member, now: datetime, soon: Sequence[Coming] | None = None
) -> list[Alert]:
    """What needs a person now, of what ``member`` may see.

    ``soon`` is what is coming within PLANNED_WITHIN, for whoever has it already.
    """
    seen = list(phone_acts.visible(member))
    return [
        *_paused_campaigns(member),
        *_plans(member),
        *_short_credit(engine, member, seen, now, soon),
        *_silent(seen, now),
    ]


def _paused_campaigns(member: Member) -> Iterator[Alert]:
    query = select(Campaign).where(
        _PAUSED_ITSELF,
        Campaign.cancelled_at.is_(None),
        Campaign.paused_by.is_(None),
        Campaign.pause_reason == campaign_control.BY_FAILURES,
        campaigns.of_seen_phones(member),
    )
    for one in reading().scalars(query.order_by(Campaign.paused_at.desc()).limit(MOST)):
        yield Alert(
            f"campaign-{one.id}-{_mark(one.paused_at)}",
            say("The campaign “%(name)s” paused itself.", name=campaign_control.name_of(one)),
            say(
                "Too many of its messages failed. Look at why, then let the rest leave or cancel "
                "it."
            ),
            campaign_id=one.id,
        )


def _plans(member: Member) -> Iterator[Alert]:
    query = select(Plan).where(
        Plan.ended_at.is_(None), Plan.problem.is_not(None), plans.of_seen_phones(member)
    )
    for plan in reading().scalars(query.order_by(Plan.id.desc()).limit(MOST)):
        wrong = plan_problems.told(plan.problem)
        if wrong is not None:
            yield Alert(
                f"plan-{plan.id}-{_mark(wrong.run_at)}",
                say("The plan “%(name)s” needs you.", name=plan.name),
                wrong.message,
                plan_id=plan.id,
            )


def _short_credit(
    engine: Engine,
    member: Member,
    seen: Sequence[Phone],
    now: datetime,
    soon: Sequence[Coming] | None,
) -> Iterator[Alert]:
    """Accounts whose credit does not last for what waits and is planned, at one for each SMS."""
    known = credit.balances(engine, [one for one in seen if not one.paused])
    accounts = defaultdict(list)
    for phone in seen:
        if phone.id in known and known[phone.id].credits is not None:
            accounts[phone.service].append(phone)
    if not accounts:
        return
    until = now + PLANNED_WITHIN
    soon = coming(engine, member, now, until) if soon is None else soon
    for service, mine in sorted(accounts.items()):
        left = credit.left_now(known[mine[0].id], mine)
        names = {phone.name for phone in mine}
        needed = sum(one.count or 0 for one in soon if one.plan_id and one.phone in names)
        needed += credit.waiting_segments([phone.id for phone in mine], until, ceil(left) + 1)
        if needed > left:
            yield Alert(
                f"credit-{service}",
                say(
                    "The credit of %(phones)s is too low for what is planned.",
                    phones=", ".join(sorted(names)),
                ),
                say(
                    "Credits that are left: %(left)d. SMS that leave within a week: %(needed)d or "
                    "more. Buy credit at your provider.",
                    left=int(left),
                    needed=needed,
                ),
            )


def _silent(seen: Sequence[Phone], now: datetime) -> Iterator[Alert]:
    for phone in seen:
        since = phone.aside_at or _problem_since(phone, now)
        if since is not None and not phone.paused:
            state = state_of(phone)
            yield Alert(
                f"phone-{phone.id}-{_mark(since)}",
                say(
                    "The phone “%(name)s” does not work: %(why)s", name=phone.name, why=state.words
                ),
                state.hint or say("Look at the page of the phone."),
                phone_id=phone.id,
            )


def _problem_since(phone: Phone, now: datetime) -> datetime | None:
    if phone.problem is None or phone.problem_at is None or phone.problem_at > now - SILENT_AFTER:
        return None
    return phone.problem_at


def _mark(at: datetime | None) -> int:
    """What tells one time from another."""
    return int(at.timestamp()) if at else 0
