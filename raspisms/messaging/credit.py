"""Credit: what is left of it, where it runs low, and what messages used of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil

from sqlalchemy import func, select

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.base import Capability
from raspisms.messaging import account_watch, accounts
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Message, Phone, ProviderAccount
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms.localtime import start_of

#: Credit has to last for what leaves within this.
WITHIN = timedelta(days=7)
#: So many messages are counted at most to find out whether credit lasts.
_MOST_COUNTED = 20_000
#: So many are counted also where credit is nearly gone: a person wants to know how much to buy.
_COUNTED = 1_000
#: The months that are told, the present one among them.
MONTHS = 13


@dataclass(frozen=True)
class Balance:
    """What is left in the account of a phone; ``credits`` is None where it is not known yet.

    ``now`` is what is left after what was sent since ``as_of``, where that was looked up and is
    something else.
    """

    credits: float | None
    as_of: datetime | None
    is_low: bool
    now: float | None = None


@dataclass(frozen=True)
class LowCredit:
    """An account that runs low, by the provider's name for it, and the phones that need it."""

    account: str
    credits: float
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Short:
    """Credit that does not last: what is left, the SMS to pay for, and those that wait already.

    Each counts as one, unless ``segments`` are what the provider asks for them.
    """

    left: float
    segments: int
    waiting: int


@dataclass(frozen=True)
class Spent:
    """What messages used. ``unknown`` is of how many the provider did not tell the credits."""

    messages: int
    segments: int
    credits: float
    unknown: int

    @classmethod
    def together(cls, parts: Iterable["Spent"]) -> "Spent":
        every = list(parts)
        return cls(
            sum(one.messages for one in every),
            sum(one.segments for one in every),
            sum(one.credits for one in every),
            sum(one.unknown for one in every),
        )


@dataclass(frozen=True)
class Month:
    """What was used in a month, by its first day, with each phone that sent in it."""

    first: date
    phones: tuple[tuple[Phone, Spent], ...]

    @property
    def total(self) -> Spent:
        return Spent.together(spent for _, spent in self.phones)


def balances(engine: Engine, some: Collection[Phone]) -> dict[int, Balance]:
    """The balance of those of ``some`` phones whose provider tells it, by the phone's id."""
    telling = [phone for phone in some if _tells_credit(phone)]
    known = accounts.of_each({phone.service for phone in telling}) if telling else {}
    return {phone.id: _balance(engine, known.get(phone.service)) for phone in telling}


def balances_now(engine: Engine, some: Collection[Phone]) -> list[tuple[Phone, Balance]]:
    """As ``balances`` for ``some`` phones, each with what is left of it now."""
    found, accounts_of = balances(engine, some), _by_account(some)
    shown = []
    for phone in (one for one in some if one.id in found):
        balance = found[phone.id]
        if balance.credits is not None:
            left = left_now(balance, accounts_of[phone.service])
            balance = replace(balance, now=left if left != balance.credits else None)
        shown.append((phone, balance))
    return shown


def low(engine: Engine) -> list[LowCredit]:
    """The accounts of working phones with less credit than an administrator wants."""
    if not engine.config.low_credit:
        return []
    mine = account_watch.watched()
    known = accounts.of_each(mine) if mine else {}
    return [
        LowCredit(_account_name(service), account.credits, tuple(one.name for one in mine[service]))
        for service, account in sorted(known.items())
        if account.credits is not None and _is_low(engine, account.credits)
    ]


def by_month(engine: Engine, member: Member) -> list[Month]:
    """What the phones that ``member`` may see used in the last months, the newest month first.

    Removed phones are among them. A month in which nothing was sent is left out.
    """
    seen = list(reading().scalars(phones.visible_to(member, removed=True)))
    bounds = _bounds(engine)
    found = []
    for (first, since), (_, until) in zip(bounds[1:], bounds, strict=False):
        spent = _spent(seen, since, until)
        if spent:
            found.append(Month(first, tuple((p, spent[p.id]) for p in seen if p.id in spent)))
    return found


def left_now(balance: Balance, mine: Sequence[Phone]) -> float:
    """What is left of a known balance after what the phones of its account sent since then."""
    credits_left = balance.credits or 0.0
    if balance.as_of is None:
        return credits_left
    spent = _spent(mine, balance.as_of, clock.now())
    return max(0.0, credits_left - sum(one.credits for one in spent.values()))


def waiting_segments(phone_ids: Collection[int], until: datetime, most: int) -> int:
    """How many SMS wait to leave by ``until``; of a large number at least more than ``most``."""
    rows = (
        select(Message.segments)
        .where(Message.phone_id.in_(phone_ids), messages.PENDING, Message.due_at < until)
        .limit(min(max(most, _COUNTED), _MOST_COUNTED))
        .subquery()
    )
    return reading().scalar(select(func.sum(rows.c.segments))) or 0


def short_for(engine: Engine, used: Sequence[Phone], segments: int) -> "Short | None":
    """Whether what ``used`` phones have is too little for so many SMS more, at a credit for each.

    None where it lasts, or where a provider does not tell what one of them has.
    """
    known, accounts_of = balances(engine, used), _by_account(used)
    left = 0.0
    for service, phone in {one.service: one for one in used}.items():
        balance = known.get(phone.id)
        if balance is None or balance.credits is None:
            return None
        left += left_now(balance, accounts_of[service])
    now = clock.now()
    waiting = waiting_segments([phone.id for phone in used], now + WITHIN, ceil(left) + 1)
    if segments + waiting <= left:
        return None
    return Short(left, segments, waiting)


def of_campaign(campaign_id: int) -> tuple[int, Spent]:
    """How many messages a campaign has, and what those that were taken used so far."""
    total, count, segments, used, unknown = (
        reading().execute(messages.used_by_campaign(campaign_id)).one()
    )
    return total, Spent(count, segments, used, unknown)


def _by_account(some: Iterable[Phone]) -> dict[str, list[Phone]]:
    """By the account: those of ``some`` phones, and all others that send from it."""
    every = [*some, *(one for mine in account_watch.watched().values() for one in mine)]
    found: dict[str, list[Phone]] = defaultdict(list)
    for phone in {one.id: one for one in every}.values():
        found[phone.service].append(phone)
    return found


def _tells_credit(phone: Phone) -> bool:
    return Capability.CREDIT in registry.abilities(phone.adapter, phone.settings)


def _balance(engine: Engine, account: ProviderAccount | None) -> Balance:
    if account is None or account.credits is None:
        return Balance(None, None, is_low=False)
    is_low = _is_low(engine, account.credits)
    return Balance(account.credits, accounts.as_of(engine, account), is_low)


def _is_low(engine: Engine, credits_left: float) -> bool:
    return credits_left < engine.config.low_credit


def _account_name(service: str) -> str:
    """What the provider calls it: without the name of the adapter that stands before."""
    return service.partition(":")[2] or service


def _bounds(engine: Engine) -> list[tuple[date, datetime]]:
    """First days of months and when they begin, from the next month back, the newest first."""
    zone = engine.config.timezone
    today = clock.now().astimezone(zone)
    this = today.year * 12 + today.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(this + 1, this - MONTHS, -1)]
    return [(first, start_of(first, zone)) for first in firsts]


def _spent(seen: Sequence[Phone], since: datetime, until: datetime) -> dict[int, Spent]:
    query = messages.used_between([phone.id for phone in seen], since, until)
    return {
        phone_id: Spent(count, segments, used, unknown)
        for phone_id, count, segments, used, unknown in reading().execute(query)
    }
