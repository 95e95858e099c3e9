"""What an adapter does, and how long a fault stands in its way."""

from enum import Enum, StrEnum


class Operation(StrEnum):
    """Named as on the page."""

    CLOCK = "ask for the time"
    SEND_ONE = "send one"
    SEND_BATCH = "send a batch"
    SEND_ALIKE = "send two alike"
    FIND = "find a lost call"
    POLL = "poll receipts"
    CALLBACK_ONE = "callback for one"
    CALLBACK = "callbacks for a batch"
    LOOK_UP = "look up whose"
    LIST = "receive: list"
    FETCH = "receive: fetch"
    CHECK = "check settings"


class Lasting(Enum):
    """For how long a fault is in force, where its provider can count calls."""

    ONCE = "for the first call"
    TWICE = "while the operation is tried twice"
    EACH = "for each call of the operation in turn, one at a time"
