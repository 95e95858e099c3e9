"""Finding out whether the provider has the messages of a call that had no clear end.

Nothing uncertain is sent again before the provider has said twice, some time apart, that it does
not have it. One asking is about all messages of a call.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.adapters import registry
from raspisms.adapters.answers import Absent, CannotTell, Finding, Found, SearchReport, Sought
from raspisms.adapters.base import Capability
from raspisms.adapters.errors import AdapterError, Throttled
from raspisms.messaging import mapping, outcomes
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Conversation, Message, Phone, message_queue
from raspisms.models import message as messages
from raspisms.models import phone as phones
from raspisms.sms import lifecycle
from raspisms.sms.lifecycle import Event, Status

log = logging.getLogger(__name__)

_PORTION = 20
#: So often a message is claimed before a person is asked: OVH may take it and never show it.
_MOST_CLAIMS = 5
#: The first time the whole call goes again: mostly it was the network.
_CLAIMS_BEFORE_SPLIT = 2
#: Messages of the same text to the same person whose calls were made so near to each other are
#: not told apart by their looks.
_NEAR = timedelta(hours=1)


def phones_with_doubts(now: datetime) -> tuple[list[int], datetime | None]:
    """The phones with messages to ask about now, and when the next asking is due."""
    ready: list[int] = []
    later: list[datetime] = []
    for phone in reading().scalars(phones.present()):
        if Capability.FIND_SENT not in registry.abilities(phone.adapter, phone.settings):
            continue
        wanted = reading().scalar(message_queue.next_asking(phone.id))
        if wanted is not None and wanted <= now:
            ready.append(phone.id)
        elif wanted is not None:
            later.append(wanted)
    return ready, min(later, default=None)


def reconcile(engine: Engine, phone_id: int) -> None:
    """Ask the provider about each uncertain call of a phone whose time has come."""
    tags = list(reading().scalars(message_queue.calls_to_ask(phone_id, clock.now(), _PORTION)))
    for tag in tags:
        if engine.stopping.is_set() or not _ask(engine, phone_id, tag or ""):
            return


def _ask(engine: Engine, phone_id: int, tag: str) -> bool:
    """Whether the provider can be asked more now."""
    phone = reading().get(Phone, phone_id)
    if phone is None or phone.removed_at is not None:
        return False
    doubtful = reading().scalars(message_queue.in_doubt(phone_id, tag)).all()
    if not doubtful:
        return True
    adapter, sought = engine.adapter(phone), _sought(tag, doubtful)
    reading().rollback()  # no transaction is open while the provider is asked
    try:
        report = adapter.find_sent(sought)
    except Throttled as error:
        report = SearchReport({}, retry_after=error.retry_after)
    except AdapterError as error:
        log.info("The provider could not be asked about call %s: %s", tag, error)
        report = SearchReport({})
    _conclude(engine, phone_id, tag, report)
    return report.retry_after is None


def _sought(tag: str, doubtful: Sequence[Message]) -> Sought:
    first = doubtful[0]
    service = first.service or ""

    def known(uids: Collection[str]) -> Collection[str]:
        found = mapping.known(service, uids)
        reading().rollback()
        return found

    return Sought(
        tag=tag,
        text=first.body,
        receivers=tuple(message.peer for message in doubtful),
        since=first.claimed_at or first.created_at,
        known=known,
        rivals=_rivals(first, [message.peer for message in doubtful]),
    )


def _rivals(one: Message, peers: Sequence[str]) -> frozenset[str]:
    """Receivers of another message of the same text of which it is not known what became of it.

    Among them those that a person let go once more: what the first call left at the provider is
    not known. Of those that were sent at once the provider's ids are known, also if not whose.
    What a person deleted has no text any more, and may have had the same.
    """
    at = one.claimed_at or one.created_at
    unsure = Message.status.in_((Status.SENDING, Status.UNCERTAIN))
    left = (Message.status == Status.FAILED) & (Message.reason == "given_up")
    theirs = select(Conversation.id).where(
        Conversation.phone_id.in_(select(Phone.id)), Conversation.peer.in_(peers)
    )
    query = select(Message.peer).where(
        Message.conversation_id.in_(theirs),  # by its index: the messages may be a million
        Message.service == one.service,
        Message.direction == messages.OUT,
        Message.call_tag != one.call_tag,
        Message.claimed_at.between(at - _NEAR, at + _NEAR),
        unsure | left | (Message.attempts > 1),
    )
    # Asked apart, since what is deleted has an index of its own.
    alike = Message.deleted_at.is_(None) & (Message.body == one.body)
    deleted = Message.deleted_at.is_not(None)
    found = (reading().scalars(query.where(which)) for which in (alike, deleted))
    return frozenset(chain.from_iterable(found))


def _conclude(engine: Engine, phone_id: int, tag: str, report: SearchReport) -> None:
    now = clock.now()
    with writing() as session:
        doubtful = session.scalars(message_queue.in_doubt(phone_id, tag)).all()
        concluding = _Concluding(engine, session, now, len(doubtful))
        findings = _checked(doubtful, report)
        for message in doubtful:
            concluding.apply(message, findings.get(message.peer), report.retry_after)
        mapping.keep(session, concluding.unmapped, report.unmapped)


def _checked(doubtful: Sequence[Message], report: SearchReport) -> Mapping[str, Finding]:
    """What was found, without ids that are another message's by now: one would be lost."""
    found = {
        peer: one.provider_uid
        for peer, one in report.findings.items()
        if isinstance(one, Found) and one.provider_uid is not None
    }
    service = doubtful[0].service or "" if doubtful else ""
    taken = mapping.known(service, list(found.values()))
    unsure = CannotTell("what the provider has is another message of ours")
    return {**report.findings, **{peer: unsure for peer, uid in found.items() if uid in taken}}


class _Concluding:
    """What a search found, applied message by message."""

    def __init__(self, engine: Engine, session: Session, now: datetime, size: int) -> None:
        self._engine = engine
        self._session = session
        self._now = now
        self._size = size
        #: The messages found without an id of their own.
        self.unmapped: list[Message] = []

    def apply(
        self, message: Message, finding: Finding | None, retry_after: timedelta | None
    ) -> None:
        match finding:
            case Found(provider_uid, credit):
                outcomes.accept(
                    self._engine, self._session, message, provider_uid, credit, Event.FOUND
                )
                if provider_uid is None:
                    self.unmapped.append(message)
            case Absent() if message.absent_at is None:
                message.absent_at = self._now
                message.ask_at = self._now + self._engine.ask_after
            case Absent():
                self._send_again(message)
            case CannotTell(detail):
                self._still_unclear(message, detail)
            case None if retry_after is not None:
                message.ask_at = self._now + retry_after
            case None:  # nobody could be asked, so nothing more is known
                self._ask_later(message)

    def _send_again(self, message: Message) -> None:
        """The provider does not have it: it goes again, unless that is for a person to say."""
        message.ask_at = None
        due_at = message.due_at or message.created_at
        late = lifecycle.is_overdue(due_at, self._now, self._engine.hold_after)
        if message.attempts >= _MOST_CLAIMS or late:
            message.status = lifecycle.next_status(Status.UNCERTAIN, Event.HOLD)
            message.reason = "overdue" if late else "never_shown"
            return
        message.status = lifecycle.next_status(Status.UNCERTAIN, Event.SURELY_ABSENT)
        message.attempt_at = self._now
        message.reason = message.reason_detail = None
        if message.attempts >= _CLAIMS_BEFORE_SPLIT and self._size > 1:
            message.batch_limit = lifecycle.smaller_batch(self._size)

    def _still_unclear(self, message: Message, detail: str) -> None:
        message.reason, message.reason_detail = "cannot_tell", detail[:500] or None
        self._ask_later(message)

    def _ask_later(self, message: Message) -> None:
        message.absent_at = None
        pause = lifecycle.next_asking(self._engine.ask_after, message.asked)
        message.ask_at = self._now + pause
        message.asked += 1
