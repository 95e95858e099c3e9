"""What an adapter is: the code for one provider, and what it says of itself as data.

An adapter knows one provider's ways and nothing of RaspiSMS's database or pages. Forms,
validation and redaction come from its ``fields``; what the engine asks of it comes from its
``capabilities``.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from raspisms.adapters.answers import (
    AccountState,
    Batch,
    Blocked,
    CallbackKind,
    CheckReport,
    Inbound,
    Inspection,
    Polled,
    ReceiptNews,
    Reply,
    SearchReport,
    SendReport,
    Sought,
)
from raspisms.errors import Text


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
