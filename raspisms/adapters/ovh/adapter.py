"""What all of OVH's adapters share: one SMS service, its routes, and how its answers are read."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from raspisms.adapters.answers import (
    AccountState,
    Batch,
    Blocked,
    CallbackKind,
    CheckReport,
    Inbound,
    Inspection,
    NotSent,
    Polled,
    ReceiptNews,
    Reply,
    SearchReport,
    SendReport,
    Sought,
    Uncertain,
)
from raspisms.adapters.base import Adapter, Capability, Purpose
from raspisms.adapters.errors import Throttled, Unreachable, UnreadableMessage
from raspisms.adapters.ovh import account, blacklist, counting, settings
from raspisms.adapters.ovh.asking import asking, in_general_terms
from raspisms.adapters.ovh.check import Right, check
from raspisms.adapters.ovh.client import (
    Answered,
    AnswerLost,
    NeverLeft,
    OvhClient,
    account_key,
)
from raspisms.adapters.ovh.inspection import inspect
from raspisms.adapters.ovh.lists import incoming
from raspisms.adapters.ovh.outgoing import Outgoing, poll
from raspisms.adapters.ovh.receipts import read_callback
from raspisms.adapters.ovh.replies import read_reply
from raspisms.adapters.ovh.search import find
from raspisms.adapters.ovh.sending import outcome_of_error, read_report
from raspisms.errors import Text, say
from raspisms.sms.numbers import parse_sender


class OvhAdapter(Adapter):
    """A way to send and receive through one SMS service (``/sms/{serviceName}``) at OVH.

    What differs from one adapter to the other: ``_root``, under which its jobs, outgoing and
    incoming messages are, and what ``_job`` says beside the text.
    """

    #: What all of them can do; some can do more.
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.SEND,
            Capability.RECEIVE,
            Capability.CALLBACK,
            Capability.REPLY_CALLBACK,
            Capability.POLL_RECEIPTS,
            Capability.FIND_SENT,
            Capability.SET_CALLBACKS,
            Capability.CREDIT,
            Capability.ESTIMATE,
            Capability.BLACKLIST,
        }
    )
    #: The rights without which a phone is of no use: a method, and a path below the service's, with
    #: the names of settings in it. PUT and DELETE are asked for on the key page too, but a phone
    #: works without them.
    needed: ClassVar[tuple[Right, ...]]
    #: OVH's FAQ: at most 6 SMS, 918 GSM-7 characters.
    max_segments: ClassVar[int] = 6
    #: The FAQ advises about 500 receivers for one call.
    max_batch: ClassVar[int] = 500
    callback_help: ClassVar[Text | None] = say(
        "At OVH, paste it in the settings of your SMS account: Options → General options → Modify "
        "(“Options → Options générales → Modifier”)."
    )
    help_links: ClassVar[tuple[tuple[Text, str], ...]] = (
        (say("Make the keys at OVH (the rights are filled in)"), settings.CREATE_TOKEN_URL),
    )

    @classmethod
    def service_key(cls, settings: Mapping[str, Any]) -> str:
        return f"ovh:{settings['service_name']}"

    @classmethod
    def account_key(cls, settings: Mapping[str, Any]) -> str:
        return account_key(settings)

    def check(self) -> CheckReport:
        with self._client() as client:
            return check(
                client, self.settings["service_name"], self._needed(), self._look_at_its_own
            )

    def clock_difference(self) -> timedelta | None:
        with self._asking() as client:
            return client.clock_difference()

    def send(self, batch: Batch) -> SendReport:
        body = {
            "message": batch.text,
            "receivers": list(batch.receivers),
            "tag": batch.tag,
            "validityPeriod": round(batch.validity.total_seconds() / 60),
            "charset": "UTF-8",
            **self._job(batch),
        }
        with self._client() as client:
            try:
                report = client.post(f"{self._root}/jobs", body)
            except NeverLeft as error:
                return SendReport.of_all(batch, NotSent("unreachable", str(error)))
            except AnswerLost as error:
                return SendReport.of_all(batch, Uncertain(str(error)))
            except Answered as error:
                return SendReport.of_all(batch, outcome_of_error(error))
            return read_report(report, batch, self._same, lambda uid: self._receiver(client, uid))

    def find_sent(self, sought: Sought) -> SearchReport:
        with self._asking() as client:
            return find(client, self._root, sought, self._same)

    def list_inbox(self, since: datetime | None) -> Sequence[str]:
        with self._asking() as client:
            return incoming(client, self._root, since)

    def fetch(self, provider_uid: str) -> Inbound | None:
        path = f"{self._root}/incoming/{provider_uid}"
        with self._asking() as client:
            try:
                entry = client.get(Purpose.INBOX, path)
                return _inbound(provider_uid, entry)
            except Answered as error:
                if error.status == 404:
                    return None
                # What is wrong with the phone, or passes, stops all; what is about this entry
                # must not.
                if not isinstance(in_general_terms(error), Unreachable):
                    raise
                raise _unreadable(provider_uid, error.detail) from error
            except (KeyError, TypeError, ValueError, AnswerLost) as error:
                raise _unreadable(provider_uid, type(error).__name__) from error

    def acknowledge(self, provider_uid: str) -> None:
        """Messages stay at OVH, which keeps them six months: a second copy harms nobody."""

    def poll_receipts(self, since: datetime, until: datetime, wanted: Collection[str]) -> Polled:
        with self._asking() as client:
            return poll(Outgoing(client, self._root, self._same), since, until, wanted)

    def look_up(self, provider_uid: str) -> ReceiptNews | None:
        with self._asking() as client:
            return Outgoing(client, self._root, self._same).look_up(provider_uid)

    def look_at_account(self) -> AccountState:
        with self._asking() as client:
            return account.look(client, self._service)

    def set_callbacks(self, wanted: Mapping[CallbackKind, str]) -> None:
        with self._asking() as client:
            account.set_callbacks(client, self._service, wanted)

    def inspect(self) -> Inspection:
        receives = Capability.RECEIVE in self.abilities(self.settings)
        with self._asking() as client:
            return inspect(client, self._service, self._root, receives=receives)

    def estimate(self, text: str) -> int:
        no_stop_clause = bool(self.settings.get("no_stop_clause"))
        with self._asking() as client:
            return counting.estimate(client, text, self._sender_type, no_stop_clause=no_stop_clause)

    def rate(self, country: str) -> float:
        with self._asking() as client:
            return counting.rate(client, country)

    def blacklist(self) -> Sequence[Blocked]:
        with self._asking() as client:
            return blacklist.read(client, self._service, self._same)

    @classmethod
    def parse_callback(cls, values: Mapping[str, str]) -> Sequence[ReceiptNews]:
        news = read_callback(values)
        return () if news is None else (news,)

    @classmethod
    def parse_reply(cls, values: Mapping[str, str]) -> Reply | None:
        return read_reply(values)

    @property
    @abstractmethod
    def _root(self) -> str:
        """The path under which this adapter's jobs, outgoing and incoming messages are."""

    @abstractmethod
    def _job(self, batch: Batch) -> dict[str, Any]:
        """What a job of this adapter says beside the text, the receivers and the mark."""

    @abstractmethod
    def _look_at_its_own(self, client: OvhClient) -> Mapping[str, str]:
        """Check what only this adapter has; what OVH tells of it. Raises Wrong, or CallError."""

    def _needed(self) -> list[Right]:
        """The rights without which this phone is of no use, with whole paths."""
        return [
            (method, self._service + path.format_map(self.settings)) for method, path in self.needed
        ]

    @property
    def _sender_type(self) -> str:
        """One of ``sms.TypeSenderEnum``, by which OVH knows whether a STOP clause is added."""
        return "alpha" if self.settings.get("sender") else "shortcode"

    @property
    def _service(self) -> str:
        return f"/sms/{self.settings['service_name']}"

    def _client(self) -> OvhClient:
        near = self.surroundings
        return OvhClient(self.settings, near.ovh_api_url, near.budget, near.time)

    def _asking(self) -> AbstractContextManager[OvhClient]:
        """A client for calls that may be made again; its faults in the interface's own terms."""
        return asking(self.settings, self.surroundings)

    def _same(self, number: str) -> str:
        return parse_sender(number, self.surroundings.country)

    def _receiver(self, client: OvhClient, uid: str) -> str | None:
        try:
            news = Outgoing(client, self._root, self._same).look_up(uid)
        except (Answered, AnswerLost, NeverLeft, Throttled):
            return None  # not now: the message then counts as uncertain
        return news.receiver if news else None


def _inbound(provider_uid: str, entry: dict[str, Any]) -> Inbound:
    sender, text = entry["sender"], entry["message"]
    if not isinstance(sender, str) or not isinstance(text, str):
        raise TypeError("sender and message are texts")
    return Inbound(provider_uid, sender, text, _time(entry))


def _time(entry: dict[str, Any]) -> datetime | None:
    instant = datetime.fromisoformat(str(entry["creationDatetime"]))
    return instant if instant.tzinfo else None


def _unreadable(uid: str, detail: str) -> UnreadableMessage:
    return UnreadableMessage(
        say("OVH's message %(uid)s cannot be read (%(detail)s).", uid=uid, detail=detail),
        say("RaspiSMS tries again; meanwhile it can be read in OVH's control panel."),
    )
