"""What OVH keeps of each message, and how it shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from raspisms.simulator.gsm import Length
from raspisms.simulator.schema import TYPES

if TYPE_CHECKING:
    from raspisms.simulator.behaviour import HappyOvh

PARIS = ZoneInfo("Europe/Paris")

# Delivery receipt ids (OVH guide on SMS users; sms.Outgoing.deliveryReceipt).
CREATING, SUCCESS, FAILED, WAITING, BUFFERED, ERROR = 0, 1, 2, 4, 8, 16
RECEIPT_TEXTS = {
    CREATING: "Creating",
    SUCCESS: "Success",
    FAILED: "Failed",
    WAITING: "Waiting",
    BUFFERED: "Buffered",
    ERROR: "Error",
}
# Reasons (ptt) of the same guide. The first two: not delivered yet, the phone or the operator is
# tried again.
RETRYING = (1, 2)
ACCEPTED_BY_OPERATOR, DELIVERED, DO_NOT_REUSE = 3, 4, 23


def paris(moment: datetime | None) -> str | None:
    """As OVH writes times: to the second, with the offset that Paris then had."""
    return moment.astimezone(PARIS).isoformat(timespec="seconds") if moment else None


@dataclass(frozen=True)
class Receipt:
    """One thing that the network said of a message, as a callback tells it."""

    message_id: int
    receipt: int
    ptt: int
    at: datetime


@dataclass
class Message:
    """One SMS to one receiver.

    ``place`` is ``jobs``, then ``outgoing`` under the same id, or ``gone`` once deleted there.
    ``number`` is the virtual number it was sent through, if any.
    """

    id: int
    service: str
    number: str | None
    sender: str
    receiver: str
    text: str
    tag: str
    length: Length
    credits: float
    created: datetime
    behaviour: "HappyOvh" = field(repr=False)
    differed: int = 0
    place: str = "jobs"
    receipt: int = CREATING
    ptt: int = 0
    sent: datetime | None = None
    delivered: datetime | None = None

    @property
    def final(self) -> bool:
        return self.receipt in {SUCCESS, FAILED, ERROR}

    def shown(self, model: str) -> dict[str, Any]:
        """As sms.Job, sms.VirtualNumberJob or sms.Outgoing: each has some of these."""
        everything = {
            "id": self.id,
            "creationDatetime": paris(self.created),
            "sentAt": paris(self.sent),
            "deliveredAt": paris(self.delivered),
            "sender": self.sender,
            "receiver": self.receiver,
            "message": self.text,
            "messageLength": self.length.characters,
            "numberOfSms": self.length.parts,
            "credits": self.credits,
            "deliveryReceipt": self.receipt,
            "ptt": self.ptt,
            "differedDelivery": self.differed,
            "tag": self.tag,
            "tariffCode": "",
            "batchID": None,
            "messageID": None,
        }
        return {name: everything[name] for name in TYPES[model]["properties"]}


@dataclass
class Incoming:
    """One SMS from a handset. ``number`` is what the handset wrote to."""

    id: int
    service: str
    number: str
    sender: str
    text: str
    created: datetime
    gone: bool = False
    tag: str = ""

    def shown(self) -> dict[str, Any]:
        """sms.Incoming: it does not say to which number."""
        return {
            "id": self.id,
            "creationDatetime": paris(self.created),
            "sender": self.sender,
            "message": self.text,
            "credits": 0.0,
            "tag": self.tag,
        }
