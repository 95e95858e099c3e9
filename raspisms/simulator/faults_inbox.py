"""Faults of reading: the inbox, and the clock."""

from collections.abc import Mapping
from typing import ClassVar

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.errors import unknown_object
from raspisms.simulator.faults_refusals import server_error
from raspisms.simulator.match import NOTHING, Match
from raspisms.simulator.messages import Incoming

FETCHING = Match("GET", "*/incoming/*")


class UnreadableEntry(HappyOvh):
    """Entries of the inbox are listed, but fetching one gives 500.

    For a single one: ``GET */incoming/ID``.
    """

    name = "inbox_unreadable"
    concerns = FETCHING

    def shows_incoming(self, incoming: Incoming) -> None:
        raise server_error()


class VanishedEntry(HappyOvh):
    """Entries of the inbox are listed, but gone when fetched.

    For a single one: ``GET */incoming/ID``.
    """

    name = "inbox_vanished"
    concerns = FETCHING

    def shows_incoming(self, incoming: Incoming) -> None:
        raise unknown_object("id", incoming.id)


class Flood(HappyOvh):
    """The inbox of the first number is filled with ``entries`` messages.

    They came in one a minute until now, and stay when the fault is cleared.
    """

    name = "inbox_flood"
    concerns = NOTHING
    options: ClassVar[Mapping[str, float]] = {"entries": 5000.0}

    def begin(self) -> None:
        self.world.delivery.flood(int(self.chosen["entries"]))


class WrongClock(HappyOvh):
    """/auth/time is ``seconds`` off, while signatures are held against the true time."""

    name = "wrong_clock"
    concerns = Match("GET", "/auth/time")
    options: ClassVar[Mapping[str, float]] = {"seconds": 3600.0}

    def time(self, seconds: int) -> int:
        return seconds + int(self.chosen["seconds"])
