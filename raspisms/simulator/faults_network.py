"""Faults of the network as a whole: no call gets as far as OVH.

They concern every connection that is made while they last, also those to the pages and the
controls. Connections that are open go on.
"""

from collections.abc import Mapping
from typing import ClassVar

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.match import NOTHING
from raspisms.simulator.network import Access


class OfNetwork(HappyOvh):
    """What they share: they are about no single call, and may end after ``seconds``."""

    concerns = NOTHING
    options: ClassVar[Mapping[str, float]] = {"seconds": 0.0}
    access: ClassVar[Access]

    @property
    def lasts(self) -> float:
        return self.chosen["seconds"]

    def begin(self) -> None:
        self.world.network.begin(self, self.access)

    def end(self) -> None:
        self.world.network.end(self)


class ConnectionRefused(OfNetwork):
    """Nobody listens: connecting is refused at once."""

    name = "connection_refused"
    access = Access.REFUSED


class ConnectTimeout(OfNetwork):
    """Connecting is never answered, until the client gives up."""

    name = "connect_timeout"
    access = Access.UNTAKEN


class NameNotResolved(OfNetwork):
    """The address of the API names a host that does not exist.

    It is for who asks the simulator for the address meanwhile; the port answers as before.
    """

    name = "name_not_resolved"
    access = Access.UNNAMED
