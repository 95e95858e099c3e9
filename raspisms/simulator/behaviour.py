"""OVH when all is well. Each fault is a subclass that overrides a step or two of this."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from raspisms.simulator.errors import ApiError
from raspisms.simulator.match import SENDING, Match
from raspisms.simulator.messages import Incoming, Message, Receipt
from raspisms.simulator.wire import Answer, Wire

if TYPE_CHECKING:
    from raspisms.simulator.account import Service
    from raspisms.simulator.world import World


class Instead(Exception):
    """Stop here and give this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


class HappyOvh:
    """All is well.

    One call from the first byte to the last, in steps. The behaviour that accepted a message also
    decides about its receipts. Instances are shared by threads and keep no state of their own.
    """

    name: ClassVar[str] = "happy"
    #: Which calls a fault concerns where nothing else is said.
    concerns: ClassVar[Match] = SENDING
    #: What may be set when it is chosen, with defaults.
    options: ClassVar[Mapping[str, float]] = {}

    def __init__(self, world: "World", **options: float) -> None:
        """:raise ValueError: for an option that it does not have, or that is no number."""
        for name, value in options.items():
            if name not in self.options:
                raise ValueError(f"{self.name} has no option {name}")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} of {self.name} is a number, not {value!r}")
        self.world = world
        self.chosen = {**self.options, **options}

    # Its time as a whole.

    @property
    def lasts(self) -> float:
        """Seconds until it ends by itself; 0: never."""
        return 0.0

    def begin(self) -> None:
        """It is chosen. What concerns more than single calls begins here."""

    def end(self) -> None:
        """It is cleared, its last call or its time is over, or the simulator stops."""

    # One call.

    def serve(self, wire: Wire) -> None:
        """Read, perform, answer.

        :raise Cut: when the connection is to be closed instead.
        """
        self.before_reading(wire)
        wire.read()
        self.reach(wire, "request_read")
        self.write(wire, self.answer(wire))

    def answer(self, wire: Wire) -> Answer:
        """Perform the call, or refuse it."""
        try:
            self.before_acceptance(wire)
            value = self.world.perform(wire.call, self)
            self.reach(wire, "accepted")
            return self.after_acceptance(wire, Answer.of(value))
        except Instead as instead:
            return instead.answer
        except ApiError as error:
            return Answer.of(error.body(legacy=self.world.settings.legacy_errors), error.status)

    def write(self, wire: Wire, answer: Answer) -> None:
        """Write the answer in two halves."""
        half = len(answer.body) // 2
        self.head(wire, answer)
        wire.write(answer.body[:half])
        self.reach(wire, "answer_half_written")
        wire.write(answer.body[half:])
        self.reach(wire, "answer_written")

    def head(self, wire: Wire, answer: Answer) -> None:
        """The ledger first: who has the answer may ask it."""
        wire.answered(answer.status)
        wire.head(answer)

    def reach(self, wire: Wire, moment: str) -> None:
        self.world.moments.reach(moment, wire.call.method, wire.call.path)

    # The steps that faults override.

    def before_reading(self, wire: Wire) -> None:
        """Only the request line and the headers have been read."""

    def before_acceptance(self, wire: Wire) -> None:
        """The request has been read; nothing is done yet, not even the signature looked at."""

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        """The call has been performed; nothing has been written yet."""
        return answer

    def refuses(self, position: int, receiver: str) -> bool:
        """Whether this one (the first is 0) of a job's receivers is invalid."""
        return False

    def stored_tag(self, tag: str) -> str:
        return tag

    def report(self, report: dict[str, object]) -> dict[str, object]:
        """sms.SmsSendingReport, as answered to a job."""
        return report

    def receipts(self, final: Receipt) -> list[Receipt]:
        """What is called back for a message, in this order."""
        return [final]

    def addressed(self, service: "Service", final: Receipt) -> list[tuple[str, Receipt]]:
        """Which address is told what about a message of ``service``, in this order."""
        return [(service.callback, one) for one in self.receipts(final)] if service.callback else []

    def responses(self, incoming: Incoming) -> list[Incoming]:
        """What an account that asks for answers is called with when one came in."""
        return [incoming]

    def shows_incoming(self, incoming: Incoming) -> None:
        """A client fetches one entry of the inbox."""

    def deliver(self, messages: list[Message]) -> None:
        """Start the delivery of what one job accepted."""
        self.world.delivery.schedule(messages)

    def time(self, seconds: int) -> int:
        """What /auth/time says."""
        return seconds
