"""Whose receipt is it? A call to several gives ids without saying which is whose.

The ids of a call and its messages are as many, one for each, in no known order. So what all ids
share is true of all messages; and once those of the smaller groups are looked up, what the rest
share is true of the rest.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from raspisms.sms.lifecycle import ReceiptState


@dataclass(frozen=True)
class Said:
    """What the receipts of one id say together; ``state`` is None while nothing final was said."""

    state: ReceiptState | None = None
    reason: str = ""


def of_receipts(receipts: Iterable[tuple[ReceiptState, str]]) -> Said:
    """The states and reasons of one id's receipts, in the order in which they came, as one.

    Delivered outweighs failed, whatever the order; of several failures the first with a reason
    counts, as it does for a message that is known.
    """
    reasons: dict[ReceiptState, str] = {}
    for state, reason in receipts:
        reasons[state] = reasons.get(state) or reason
    if ReceiptState.DELIVERED in reasons:
        return Said(ReceiptState.DELIVERED)
    if ReceiptState.FAILED in reasons:
        return Said(ReceiptState.FAILED, reasons[ReceiptState.FAILED] or "undelivered")
    return Said()


def shared(said: Iterable[Said]) -> Said | None:
    """What is true of every message of the ids, if they all say the same and it is final."""
    kinds = set(said)
    if len(kinds) != 1:
        return None
    (only,) = kinds
    return None if only.state is None else only


def to_look_up(said: Mapping[str, Said]) -> list[str]:
    """The fewest ids whose messages have to be looked up, so that the rest say one thing.

    Of groups of the same size the one with an end is kept, so that it can be concluded at once.
    """
    if not said:
        return []
    sizes = Counter(said.values())
    kept = max(sizes, key=lambda one: (sizes[one], one.state is not None))
    return [uid for uid, one in said.items() if one != kept]
