"""The mobile phones that the simulator pretends to reach, as the page shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from raspisms.simulator.messages import SUCCESS, Incoming, Message

if TYPE_CHECKING:
    from raspisms.simulator.world import World

# Of each phone, the last of its messages.
SHOWN = 50


@dataclass(frozen=True)
class Bubble:
    """One message. ``written`` is true for what the phone's owner wrote.

    ``state``: delivered, failed or waiting; ``other``: the number or name at the other end.
    """

    at: datetime
    written: bool
    other: str
    text: str
    state: str = "delivered"
    ptt: int = 0


@dataclass(frozen=True)
class Phone:
    """``answerable``: the numbers that its owner can write to, the latest first."""

    number: str
    bubbles: tuple[Bubble, ...]
    answerable: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return "phone-" + "".join(character for character in self.number if character.isalnum())


def phones(world: "World") -> list[Phone]:
    """Every number that got or sent something, the latest first."""
    with world.lock:
        bubbles: dict[str, list[Bubble]] = {}
        for message in world.messages.values():
            bubbles.setdefault(message.receiver, []).append(_received(message))
        for incoming in world.incoming.values():
            bubbles.setdefault(incoming.sender, []).append(_written(incoming))
        found = [_phone(world, number, of_one) for number, of_one in bubbles.items()]
    return sorted(found, key=lambda phone: phone.bubbles[-1].at, reverse=True)


def _phone(world: "World", number: str, bubbles: list[Bubble]) -> Phone:
    bubbles.sort(key=lambda bubble: bubble.at)
    ours = set(numbers(world))
    others = dict.fromkeys(bubble.other for bubble in reversed(bubbles))
    answerable = tuple(other for other in others if other in ours)
    return Phone(number, tuple(bubbles[-SHOWN:]), answerable)


def numbers(world: "World") -> list[str]:
    """Every number that a handset can write to."""
    services = world.account.services.values()
    return [one for service in services for one in (*service.numbers, service.short_number)]


def _received(message: Message) -> Bubble:
    state = "waiting"
    if message.final:
        state = "delivered" if message.receipt == SUCCESS else "failed"
    return Bubble(message.created, False, message.sender, message.text, state, message.ptt)


def _written(incoming: Incoming) -> Bubble:
    return Bubble(incoming.created, True, incoming.number, incoming.text)
