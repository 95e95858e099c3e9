"""The way of a message from job to handset, and of an answer from handset to inbox."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from raspisms import clock
from raspisms.simulator import callbacks, numbers
from raspisms.simulator.account import Blocked, Service
from raspisms.simulator.ledger import IncomingEntry
from raspisms.simulator.messages import (
    ACCEPTED_BY_OPERATOR,
    DELIVERED,
    DO_NOT_REUSE,
    FAILED,
    SUCCESS,
    WAITING,
    Incoming,
    Message,
    Receipt,
)

if TYPE_CHECKING:
    from raspisms.simulator.world import World

KINDS = ("delivered", "failed", "silent", "invalid", "poison")
# Who writes when the inbox is flooded.
CROWD = tuple(f"+3363998{5000 + n}" for n in range(50))


@dataclass(frozen=True)
class Outcome:
    """What becomes of messages to one receiver.

    ``silent``: no receipt ever comes. ``invalid``: the receiver is refused at once.
    ``poison``: any call with it is refused whole.
    ``receipt`` and ``ptt`` are OVH's numbers for what comes.
    """

    kind: str = "delivered"
    receipt: int = SUCCESS
    ptt: int = DELIVERED

    @classmethod
    def of(cls, kind: str, receipt: int | None = None, ptt: int | None = None) -> "Outcome":
        """:raise ValueError: for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        usual = (FAILED, DO_NOT_REUSE) if kind == "failed" else (SUCCESS, DELIVERED)
        return cls(
            kind,
            usual[0] if receipt is None else receipt,
            usual[1] if ptt is None else ptt,
        )


class Delivery:
    """Works on the world's messages, under its lock."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._incoming_ids = itertools.count(5_000_001)

    def schedule(self, messages: list[Message]) -> None:
        """Into /outgoing after ``pickup_delay``, to the handset after ``delivery_delay``."""
        settings = self._world.settings
        for message in messages:
            wait = message.differed * 60
            self._later(wait + settings.pickup_delay, message, self.pick_up)
            self._later(wait + settings.delivery_delay, message, self.deliver)

    def _later(self, seconds: float, message: Message, step: Callable[[Message], None]) -> None:
        self._world.timetable.after(seconds, lambda: step(message))

    def _alive(self, message: Message) -> bool:
        """Not cancelled, nor of before a reset."""
        known = self._world.messages.get(message.id) is message
        return known and not (message.place == "gone" and message.sent is None)

    def pick_up(self, message: Message) -> None:
        """From /jobs to /outgoing, same id."""
        with self._world.lock:
            if self._alive(message) and message.place == "jobs":
                message.place = "outgoing"
                message.sent = clock.now()
                message.receipt, message.ptt = WAITING, ACCEPTED_BY_OPERATOR

    def deliver(self, message: Message) -> None:
        """The network says what became of it; the account's callBack is called."""
        self._world.caller.submit(self.settle(message))

    def settle(self, message: Message) -> list[callbacks.Callback]:
        """Give the message its end, and return what is to be called back for it."""
        self.pick_up(message)
        with self._world.lock:
            outcome = self._world.outcomes.get(message.receiver, Outcome())
            if not self._alive(message) or message.final or outcome.kind == "silent":
                return []
            now = clock.now()
            message.receipt, message.ptt = outcome.receipt, outcome.ptt
            message.delivered = now if outcome.receipt == SUCCESS else None
            final = Receipt(message.id, outcome.receipt, outcome.ptt, now)
            return self._receipts(self._world.account.services[message.service], message, final)

    def _receipts(
        self, service: Service, message: Message, final: Receipt
    ) -> list[callbacks.Callback]:
        settings = self._world.settings
        if not settings.callbacks:
            return []
        post, dlr = settings.callback_method == "POST", settings.callback_dlr
        return [
            callbacks.for_receipt(url, receipt, post=post, dlr=dlr)
            for url, receipt in message.behaviour.addressed(service, final)
        ]

    def answer(self, sender: str, to: str, text: str) -> Incoming:
        """Someone writes with a handset to a virtual number or a service's short number.

        :raise ApiError: 404 when nobody has that number.
        """
        with self._world.lock:
            service = self._world.account.service_of(to)
            wanted, known = numbers.international(to), numbers.international(sender)
            incoming = self._take_in(service, wanted or to, known or sender, text, clock.now())
            if text.strip().upper() == "STOP":
                self._stop(service, incoming.sender)
            called = self._responses(service, incoming)
        self._world.caller.submit(called)
        return incoming

    def _take_in(
        self, service: Service, to: str, sender: str, text: str, created: datetime
    ) -> Incoming:
        incoming = Incoming(next(self._incoming_ids), service.name, to, sender, text, created)
        self._world.incoming[incoming.id] = incoming
        self._world.ledger.add_incoming(_entry(incoming))
        return incoming

    def flood(self, entries: int) -> None:
        """Old messages, one a minute until now, to the account's first number; none is called back.

        :raise ValueError: when no service has a number.
        """
        with self._world.lock:
            services = self._world.account.services.values()
            service = next((one for one in services if one.numbers), None)
            if service is None:
                raise ValueError("no service has a number to write to")
            now = clock.now()
            for left in reversed(range(entries)):
                sender, text = CROWD[left % len(CROWD)], f"Message {entries - left}"
                created = now - timedelta(minutes=left)
                self._take_in(service, service.numbers[0], sender, text, created)

    def _stop(self, service: Service, number: str) -> None:
        """OVH FAQ: a STOP answer blacklists the number; later messages to it are blocked."""
        ids = [
            message.id
            for message in self._world.messages.values()
            if message.service == service.name and message.receiver == number
        ]
        service.blacklist[number] = Blocked(number, clock.now(), ids[-1] if ids else None)

    def _responses(self, service: Service, incoming: Incoming) -> list[callbacks.Callback]:
        url = service.response.get("cgiUrl")
        wanted = service.response.get("responseType") == "cgi" and isinstance(url, str)
        if not wanted or not self._world.settings.callbacks:
            return []
        told = self._world.faults.now().responses(incoming)
        return [callbacks.for_response(str(url), one) for one in told]


def _entry(incoming: Incoming) -> IncomingEntry:
    return IncomingEntry(
        incoming.id,
        incoming.created,
        incoming.service,
        incoming.number,
        incoming.sender,
        incoming.text,
    )
