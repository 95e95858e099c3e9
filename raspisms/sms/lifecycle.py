"""What a message's status may become, and who decides: one table, no storage, no clock.

``messaging`` stores what this module decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where a message stands."""

    PENDING = "pending"  #: accepted by us, waits for its time or its turn
    SENDING = "sending"  #: claimed: a call to the provider may be under way
    UNCERTAIN = "uncertain"  #: the call was made, its answer is not known
    HELD = "held"  #: too late to go without a person's word
    SENT = "sent"  #: accepted by the provider
    DELIVERED = "delivered"  #: the network said so
    FAILED = "failed"  #: the provider or the network said no
    EXPIRED = "expired"  #: no receipt came within the validity period
    CANCELLED = "cancelled"  #: stopped by a person
    SKIPPED = "skipped"  #: not sent, for a reason that is kept
    RECEIVED = "received"  #: came in


class Event(StrEnum):
    """What happens to a message."""

    CLAIM = "claim"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNCLEAR = "unclear"
    FOUND = "found"
    SURELY_ABSENT = "surely_absent"
    SEND_AGAIN = "send_again"
    GIVE_UP = "give_up"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    SKIP = "skip"
    RECEIPT_DELIVERED = "receipt_delivered"
    RECEIPT_FAILED = "receipt_failed"
    NO_RECEIPT = "no_receipt"


#: The whole life of an outbound message. What is not listed cannot happen.
TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.PENDING, Event.CLAIM): Status.SENDING,
    (Status.PENDING, Event.HOLD): Status.HELD,
    (Status.PENDING, Event.CANCEL): Status.CANCELLED,
    (Status.PENDING, Event.SKIP): Status.SKIPPED,
    (Status.HELD, Event.RELEASE): Status.PENDING,
    (Status.HELD, Event.CANCEL): Status.CANCELLED,
    (Status.HELD, Event.SKIP): Status.SKIPPED,
    (Status.SENDING, Event.ACCEPTED): Status.SENT,
    (Status.SENDING, Event.REFUSED): Status.FAILED,
    (Status.SENDING, Event.NOT_SENT): Status.PENDING,
    (Status.SENDING, Event.UNCLEAR): Status.UNCERTAIN,
    (Status.UNCERTAIN, Event.FOUND): Status.SENT,
    (Status.UNCERTAIN, Event.SURELY_ABSENT): Status.PENDING,
    (Status.UNCERTAIN, Event.HOLD): Status.HELD,
    (Status.UNCERTAIN, Event.SEND_AGAIN): Status.PENDING,
    (Status.UNCERTAIN, Event.GIVE_UP): Status.FAILED,
    (Status.SENT, Event.RECEIPT_DELIVERED): Status.DELIVERED,
    (Status.SENT, Event.RECEIPT_FAILED): Status.FAILED,
    (Status.SENT, Event.NO_RECEIPT): Status.EXPIRED,
    # A receipt that comes after we stopped waiting still tells what became of the message.
    (Status.EXPIRED, Event.RECEIPT_DELIVERED): Status.DELIVERED,
    (Status.EXPIRED, Event.RECEIPT_FAILED): Status.FAILED,
    # Receipts come in any order: "delivered" outweighs "failed", whichever came first.
    (Status.FAILED, Event.RECEIPT_DELIVERED): Status.DELIVERED,
}


#: Nothing more is expected of these by themselves. Only a receipt can still change one.
FINAL = frozenset(
    {Status.DELIVERED, Status.FAILED, Status.EXPIRED, Status.CANCELLED, Status.SKIPPED}
)


def sources(event: Event) -> frozenset[Status]:
    """The statuses that can take ``event``."""
    return frozenset(status for status, taken in TRANSITIONS if taken is event)


class IllegalTransitionError(Exception):
    """The table knows no such step: a fault of the program, never of a person."""


def next_status(status: Status, event: Event) -> Status:
    """The status after ``event``; raises IllegalTransitionError where the table has none."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise IllegalTransitionError(f"{status} cannot take {event}") from None


def allows(status: Status, event: Event) -> bool:
    return (status, event) in TRANSITIONS


class ReceiptState(StrEnum):
    """What one receipt says."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    FAILED = "failed"


def event_of_receipts(states: Iterable[ReceiptState]) -> Event | None:
    """What all receipts of one message say together, whatever their order and repetition."""
    said = set(states)
    if ReceiptState.DELIVERED in said:
        return Event.RECEIPT_DELIVERED
    if ReceiptState.FAILED in said:
        return Event.RECEIPT_FAILED
    return None


FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class Retry:
    """Try again at ``at``."""

    at: datetime


@dataclass(frozen=True)
class Hold:
    """Overdue for so long that a person has to say whether it should still go."""


def after_not_sent(
    attempts: int,
    due_at: datetime,
    now: datetime,
    hold_after: timedelta,
    retry_after: timedelta | None,
    jitter: float,
) -> Retry | Hold:
    """What to do with a message that surely did not reach the provider.

    ``attempts`` counts the tries made, at least 1. The wait doubles with each, from 5 seconds to
    15 minutes; ``jitter``, from 0 to 1, makes it up to a quarter shorter, so that many messages do
    not come back at one instant. A longer ``retry_after`` asked for by the provider is obeyed.
    """
    if is_overdue(due_at, now, hold_after):
        return Hold()
    wait = backoff(attempts, jitter)
    if retry_after is not None:
        wait = max(wait, min(retry_after, hold_after))
    return Retry(now + wait)


def backoff(attempts: int, jitter: float) -> timedelta:
    """The wait before the next try after ``attempts`` in vain, as ``after_not_sent`` has it."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY) * (1 - jitter / 4)


def is_overdue(due_at: datetime, now: datetime, hold_after: timedelta) -> bool:
    """Whether a message is so late that it should not go without a person's word."""
    return now - due_at > hold_after


#: A clock that is further off than this lets no scheduled message go.
CLOCK_TOLERANCE = timedelta(minutes=5)

#: How long the provider may try to deliver. Given with each message, since OVH documents no default
#: (OVH API schema, ``validityPeriod``); 2880 minutes is what OVH's own control panel sends.
VALIDITY = timedelta(minutes=2880)
#: Receipts are late themselves.
RECEIPT_GRACE = timedelta(hours=2)


def validity_of(minutes: int | None) -> timedelta:
    """How long the provider may try to deliver a message that says so in minutes, or does not."""
    return VALIDITY if minutes is None else timedelta(minutes=minutes)


@dataclass(frozen=True)
class AgeGroup:
    """Messages without a receipt, younger than ``below``: asked about each ``pause``."""

    below: timedelta
    pause: timedelta


#: From young to old: who got no receipt for a day has mostly switched the phone off for long.
AGE_GROUPS = (
    AgeGroup(timedelta(minutes=2), timedelta(seconds=10)),
    AgeGroup(timedelta(hours=6), timedelta(seconds=45)),
    AgeGroup(timedelta(hours=24), timedelta(minutes=5)),
    AgeGroup(timedelta(days=3650), timedelta(minutes=30)),
)


#: A call to several that came to no good end may have met its fault in one of them: what goes again
#: goes in calls of a quarter of the size, until the one at fault is alone.
_SPLIT = 4


def smaller_batch(size: int) -> int:
    """How many may go in one call after one of ``size`` came to no good end."""
    return max(1, size // _SPLIT)


_LONGEST_ASKING = timedelta(hours=1)


def next_asking(first: timedelta, asked: int) -> timedelta:
    """How long to wait before asking again about an uncertain message, after ``asked`` askings.

    ``first`` is the pause before the first. It is never zero: the provider may show a message a
    while after it took it (OVH: delay not documented).
    """
    return min(first * (1 << min(asked, 12)), max(first, _LONGEST_ASKING))
