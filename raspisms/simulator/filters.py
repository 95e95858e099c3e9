"""The filters of the list routes. No message is shown for it: campaigns have thousands."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from raspisms.simulator.messages import Incoming, Message

Listed = TypeVar("Listed", bound=Message | Incoming)

# What a message has under another name than the filter.
ATTRIBUTES = {"deliveryReceipt": "receipt", "differedDelivery": "differed"}
# What the simulator's messages do not have, so that no value finds one.
ABSENT = frozenset({"batchID", "messageID"})
SECOND = timedelta(seconds=1)


def sift(found: Iterable[Listed], filters: Mapping[str, Any]) -> Iterable[Listed]:
    """Those of the messages that pass all filters of a list route."""
    for name, wanted in filters.items():
        found = filter(_test(name, wanted), found)
    return found


def _test(name: str, wanted: Any) -> Callable[[Message | Incoming], bool]:
    """Dates are compared as they are shown: to the second."""
    if name in ABSENT:
        return lambda one: False
    if name == "creationDatetime.from":
        start = _whole(wanted + SECOND - timedelta.resolution)
        return lambda one: one.created >= start
    if name == "creationDatetime.to":
        end = _whole(wanted) + SECOND
        return lambda one: one.created < end
    value = attrgetter(ATTRIBUTES.get(name, name))
    return lambda one: bool(value(one) == wanted)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
