"""What an adapter is: the code for one provider, and what it says of itself as data.

An adapter knows one provider's ways and nothing of RaspiSMS's database or pages. Forms,
validation and redaction come from its ``fields``; what the engine asks of it comes from its
``capabilities``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.sms.lifecycle import ReceiptState


@dataclass(frozen=True)
class Field:
    """One thing that a person fills in.

    ``kind`` is an HTML input type: text, tel, password or checkbox, whose value is "1" or empty.
    """

    name: str
    label: Text
    kind: str = "text"
    required: bool = True
    #: Never shown again once saved.
    secret: bool = False
    help: Text | None = None


class Capability(StrEnum):
    """What an adapter can do."""

    SEND = "send"
    RECEIVE = "receive"
    CALLBACK = "callback"  #: the provider tells us about delivery
    POLL_RECEIPTS = "poll_receipts"  #: we can ask about delivery
    FIND_SENT = "find_sent"  #: we can ask whether a message arrived at the provider
    FLASH = "flash"  #: a message may be shown at once and not stored
    REPLY_CALLBACK = "reply_callback"  #: the provider calls with each answer
    SET_CALLBACKS = "set_callbacks"  #: the addresses that it calls can be read and set
    CREDIT = "credit"  #: it tells how much credit is left
    ESTIMATE = "estimate"  #: it counts the segments of a text, and tells what a country costs
    BLACKLIST = "blacklist"  #: it tells who wants no more messages


class CallbackKind(StrEnum):
    """What a provider calls about."""

    STATUS = "status"
    REPLY = "reply"


class Purpose(StrEnum):
    """What a call is made for: sending outranks asking, asking for answers that for receipts."""

    SEND = "send"
    RECONCILE = "reconcile"  #: whether the provider has a message in doubt
    CHECK = "check"  #: a phone's settings, perhaps while a person waits
    INBOX = "inbox"
    RECEIPTS = "receipts"


class Budget(Protocol):
    """Calls allowed to one set of credentials."""

    def take(self, purpose: Purpose) -> None:
        """Count one call. Raises Throttled when it must wait; it never waits itself."""

    def slow_down(self, retry_after: timedelta | None) -> None:
        """The provider said that there were too many calls."""


class TimeKeeper(Protocol):
    """How far this machine's clock is off, as a provider told it."""

    def difference(self) -> timedelta | None:
        """How far true time is ahead; None when it is not known, or not any more."""

    def learn(self, difference: timedelta) -> None:
        """A provider told it just now."""

    def forget(self) -> None:
        """A provider says that it is not true."""


@dataclass(frozen=True)
class Surroundings:
    """What an adapter is given beside its own settings."""

    country: str
    data_folder: Path
    ovh_api_url: str
    budget: Budget
    time: TimeKeeper


class AdapterError(RaspismsError):
    """An operation other than ``send`` did not work.

    ``query_id`` is what the provider's support asks for to find the call; empty where it gave none.
    """

    query_id: str = ""


class Unreachable(AdapterError):
    """The provider did not answer, or not in a way that makes sense; later it may."""


class Misconfigured(AdapterError):
    """The provider refuses these settings; a person has to change something.

    ``code`` is one of ``sms.reasons``.
    """

    def __init__(self, code: str, message: Text, hint: Text | None = None) -> None:
        super().__init__(message, hint)
        self.code = code


class Throttled(AdapterError):
    """Too many calls; the next may be made after ``retry_after``."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(
            say("The provider allows only so many calls a minute."),
            say("RaspiSMS goes on by itself."),
        )
        self.retry_after = retry_after


class UnreadableMessage(AdapterError):
    """One message in the provider's inbox cannot be read; the others can."""


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


class Adapter(ABC):
    """The code for one provider, for one phone's settings.

    Cheap to make; made anew for each use; may be used by one thread at a time. Times are aware, and
    true: by the provider's clock where it tells one. ``send`` never raises. Every other operation
    may raise Unreachable, Misconfigured or Throttled, and nothing else.
    """

    uid: ClassVar[str]
    name: ClassVar[Text]
    description: ClassVar[Text]
    fields: ClassVar[tuple[Field, ...]]
    #: The field beside which it is told that another phone has the same number.
    number_field: ClassVar[str] = "number"
    capabilities: ClassVar[frozenset[Capability]]
    #: The longest text, in segments.
    max_segments: ClassVar[int]
    #: The most receivers of one call.
    max_batch: ClassVar[int] = 1
    #: Where at the provider a person enters the callback address, with the CALLBACK capability.
    callback_help: ClassVar[Text | None] = None
    #: Pages of the provider that help to fill in the fields: what they are for, and the address.
    help_links: ClassVar[tuple[tuple[Text, str], ...]] = ()

    def __init__(self, settings: Mapping[str, Any], surroundings: Surroundings) -> None:
        self.settings = settings
        self.surroundings = surroundings

    @classmethod
    @abstractmethod
    def clean(cls, values: Mapping[str, str], country: str) -> dict[str, Any]:
        """Settings from what a person typed. Raises InvalidForm with a sentence for each field."""

    @classmethod
    @abstractmethod
    def number(cls, settings: Mapping[str, Any]) -> str | None:
        """The number that others see, E.164 where there is one."""

    @classmethod
    @abstractmethod
    def service_key(cls, settings: Mapping[str, Any]) -> str:
        """The account within which the provider's message ids are unique."""

    @classmethod
    @abstractmethod
    def account_key(cls, settings: Mapping[str, Any]) -> str:
        """The credentials, in a form that reveals nothing: phones that share it share a budget."""

    @classmethod
    def abilities(cls, settings: Mapping[str, Any]) -> frozenset[Capability]:
        """What a phone of these settings can do: some or all of ``capabilities``."""
        return cls.capabilities

    @classmethod
    def on_the_air(cls, settings: Mapping[str, Any], text: str) -> str:
        """A text with what the provider adds to it, which counts in its length."""
        return text

    @abstractmethod
    def check(self) -> CheckReport:
        """Try the settings for real. Raises Unreachable when the provider cannot be asked."""

    def clock_difference(self) -> timedelta | None:
        """How far the provider's clock is ahead of this machine's; None where it tells no time.

        Called before a message is claimed: what ``send`` would need a call for is asked now.
        """
        return None

    @abstractmethod
    def send(self, batch: Batch) -> SendReport:
        """Give the batch to the provider, in one call made once. Never raises."""

    @abstractmethod
    def find_sent(self, sought: Sought) -> SearchReport:
        """Whether the provider has the messages of a call."""

    @abstractmethod
    def list_inbox(self, since: datetime | None) -> Sequence[str]:
        """The provider's ids of messages that came in after ``since``, or of all."""

    @abstractmethod
    def fetch(self, provider_uid: str) -> Inbound | None:
        """One message that came in; None when the provider has it no more.

        Raises UnreadableMessage when only this one cannot be read.
        """

    @abstractmethod
    def acknowledge(self, provider_uid: str) -> None:
        """The message is stored: the provider need not keep it."""

    @abstractmethod
    def poll_receipts(self, since: datetime, until: datetime, wanted: Collection[str]) -> Polled:
        """What became of the messages ``wanted``, sent from ``since`` to ``until``."""

    @abstractmethod
    def look_up(self, provider_uid: str) -> ReceiptNews | None:
        """One message, with its receiver; None where the provider does not show it (now)."""

    @classmethod
    @abstractmethod
    def parse_callback(cls, values: Mapping[str, str]) -> Sequence[ReceiptNews]:
        """What a provider's call about delivery says; nothing where it makes no sense."""

    # What only some providers can do: asked for where the capability is there.

    @classmethod
    def parse_reply(cls, values: Mapping[str, str]) -> Reply | None:
        """What a provider's call with an answer says (REPLY_CALLBACK), or None."""
        raise NotImplementedError(cls.uid)

    def look_at_account(self) -> AccountState:
        """How the account is doing now (CREDIT or SET_CALLBACKS)."""
        raise NotImplementedError(self.uid)

    def set_callbacks(self, wanted: Mapping[CallbackKind, str]) -> None:
        """Have the provider call these addresses (SET_CALLBACKS); what is not named stays."""
        raise NotImplementedError(self.uid)

    def inspect(self) -> Inspection:
        """What the keys allow (SET_CALLBACKS or CREDIT)."""
        raise NotImplementedError(self.uid)

    def estimate(self, text: str) -> int:
        """How many segments the provider counts for a text (ESTIMATE)."""
        raise NotImplementedError(self.uid)

    def rate(self, country: str) -> float:
        """Credits for one segment to a country, by its ISO 3166-1 code (ESTIMATE)."""
        raise NotImplementedError(self.uid)

    def blacklist(self) -> Sequence[Blocked]:
        """Who answered STOP to this account (BLACKLIST)."""
        raise NotImplementedError(self.uid)
