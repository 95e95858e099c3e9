"""How a message must end."""

from dataclasses import dataclass

from raspisms.sms.lifecycle import Status


@dataclass(frozen=True)
class End:
    """A status, and why where it is not a good one (a code of ``sms.reasons``)."""

    status: str
    reason: str | None = None


DELIVERED = End(Status.DELIVERED)
#: The network never said what became of it, and the validity period is over.
UNTOLD = End(Status.EXPIRED, "no_receipt")


@dataclass(frozen=True)
class Fate:
    """What becomes of messages to a receiver.

    ``told`` is how, in the provider's own codes. Where one ``is_the_point`` of a fault, its row
    tells of this receiver alone.
    """

    end: End
    told: tuple[int, ...] = ()
    is_the_point: bool = False
