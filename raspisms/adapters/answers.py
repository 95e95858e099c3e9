"""What an adapter is told and what it answers: the words between it and the engine."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from raspisms.errors import Invalid, Text
from raspisms.sms.lifecycle import ReceiptState


class CallbackKind(StrEnum):
    """What a provider calls about."""

    STATUS = "status"
    REPLY = "reply"


@dataclass(frozen=True)
class Batch:
    """One text for some numbers. ``tag`` marks the call at the provider (at most 20 characters).

    ``flash``, only with the FLASH capability: shown at once, and not stored by whoever gets it.
    """

    text: str
    receivers: tuple[str, ...]
    tag: str
    validity: timedelta
    flash: bool = False


@dataclass(frozen=True)
class Accepted:
    """The provider took the message, under ``provider_uid``.

    None where it gave ids for the whole call and did not say whose each is: this message's is one
    of the ``unmapped`` ids of the report.
    """

    provider_uid: str | None
    credits: float | None = None


@dataclass(frozen=True)
class Refused:
    """The provider said no, for good. ``code`` is one of ``sms.reasons``.

    With ``whole_call`` it took nothing of a call to several, and perhaps one of them was the cause.
    """

    code: str
    detail: str = ""
    whole_call: bool = False


@dataclass(frozen=True)
class NotSent:
    """The message surely did not reach the provider; it can be tried again."""

    code: str
    detail: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class Uncertain:
    """The call was made, and what became of it is not known."""

    detail: str = ""


Outcome = Accepted | Refused | NotSent | Uncertain


@dataclass(frozen=True)
class SendReport:
    """What came of a batch: an outcome for each receiver.

    ``unmapped`` are the ids of the receivers accepted without an id of their own: as many as these,
    in no known order.
    """

    outcomes: Mapping[str, Outcome]
    unmapped: tuple[str, ...] = ()

    @classmethod
    def of_all(cls, batch: Batch, outcome: Outcome) -> "SendReport":
        """The same outcome for every receiver."""
        return cls(dict.fromkeys(batch.receivers, outcome))


@dataclass(frozen=True)
class Sought:
    """A call that the provider may have taken, in whole, in part or not at all.

    ``receivers`` are those of whom it is not known. ``since`` is when the call was made, in true
    time. ``known`` tells which of the provider's ids belong to other messages of ours. ``rivals``
    are receivers to whom another message of ours with the same text is in doubt too, so that what
    is found by its looks alone could be either.
    """

    tag: str
    text: str
    receivers: tuple[str, ...]
    since: datetime
    known: Callable[[Collection[str]], Collection[str]]
    rivals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """The provider has the message. ``provider_uid`` is None as in ``Accepted``."""

    provider_uid: str | None
    credits: float | None = None


@dataclass(frozen=True)
class Absent:
    """The provider shows no such message now."""


@dataclass(frozen=True)
class CannotTell:
    """More than one could be meant, or the provider's answer does not allow to say."""

    detail: str = ""


Finding = Found | Absent | CannotTell


@dataclass(frozen=True)
class SearchReport:
    """What a search found for each receiver; those left out were not come to.

    ``unmapped`` is as in ``SendReport``. ``retry_after`` is when to go on where the budget of calls
    ended the search early.
    """

    findings: Mapping[str, Finding]
    unmapped: tuple[str, ...] = ()
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class Inbound:
    """A message that came in. ``sender`` is as the provider wrote it."""

    provider_uid: str
    sender: str
    text: str
    sent_at: datetime | None


@dataclass(frozen=True)
class ReceiptNews:
    """What the provider said of a message. ``reason`` is a code of ``sms.reasons`` or empty.

    ``receiver`` is whose message it is, in our form, where the provider said so too.
    """

    provider_uid: str
    state: ReceiptState
    reason: str = ""
    raw: str = ""
    receiver: str | None = None


@dataclass(frozen=True)
class Reply:
    """An answer that the provider called with.

    ``to`` is what it was sent to, as the provider wrote it; empty where the provider does not say.
    """

    inbound: Inbound
    to: str = ""


@dataclass(frozen=True)
class CallbackState:
    """What the provider does now: it calls ``url``, or it does something else, or nothing.

    ``instead`` says in words what setting an address would put an end to.
    """

    url: str | None = None
    instead: Text | None = None


@dataclass(frozen=True)
class AccountState:
    """What the provider says of the account that a phone goes through.

    ``credits`` are what is left. ``callbacks`` has those kinds of calls that can be set.
    """

    enabled: bool
    credits: float | None
    callbacks: Mapping[CallbackKind, CallbackState]


@dataclass(frozen=True)
class Blocked:
    """A number, in our form, that the provider lets nobody of this account write to any more."""

    number: str
    since: datetime | None


@dataclass(frozen=True)
class Right:
    """Something that a phone needs the provider's leave for, and whether its keys have it."""

    words: Text
    granted: bool
    #: Whether the phone is of no use without it.
    needed: bool = True


@dataclass(frozen=True)
class Inspection:
    """What the keys of a phone allow. Empty ``rights`` where the provider does not tell them.

    ``expires_at`` is None where the keys do not end.
    """

    rights: tuple[Right, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Polled:
    """What asking for receipts told; not ``complete`` where the budget of calls ended it early."""

    news: tuple[ReceiptNews, ...]
    complete: bool = True


@dataclass(frozen=True)
class CheckReport:
    """What a check of settings found: what is wrong by field, and what else should be known.

    ``learned`` are settings that only the provider could tell, to be kept with the others.
    """

    problems: tuple[Invalid, ...] = ()
    notices: tuple[Text, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict)
