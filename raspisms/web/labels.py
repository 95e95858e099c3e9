"""How states are shown: a word and a mark, so that colour is never the only sign."""

from dataclasses import dataclass

from raspisms.errors import Text, say
from raspisms.sms.lifecycle import Status


@dataclass(frozen=True)
class Label:
    """``kind`` is the colour (ok, info, waiting, error, off); ``icon`` a name of icons.html."""

    word: Text
    kind: str
    icon: str


MESSAGE_STATUS: dict[str, Label] = {
    Status.PENDING: Label(say("Waiting"), "waiting", "clock"),
    Status.SENDING: Label(say("On its way"), "info", "arrow"),
    Status.UNCERTAIN: Label(say("Not certain"), "waiting", "question"),
    Status.HELD: Label(say("On hold"), "waiting", "pause"),
    Status.SENT: Label(say("Sent"), "info", "check"),
    Status.DELIVERED: Label(say("Delivered"), "ok", "checks"),
    Status.FAILED: Label(say("Failed"), "error", "cross"),
    Status.EXPIRED: Label(say("No receipt"), "off", "question"),
    Status.CANCELLED: Label(say("Cancelled"), "off", "cross"),
    Status.SKIPPED: Label(say("Not sent"), "off", "minus"),
    Status.RECEIVED: Label(say("Received"), "ok", "inbox"),
}

PHONE_LEVEL: dict[str, tuple[str, str]] = {
    "ok": ("ok", "check"),
    "waiting": ("waiting", "clock"),
    "error": ("error", "alert"),
    "off": ("off", "pause"),
}
