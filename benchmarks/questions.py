"""What the engine and the pages ask the database for, each as one call on a household."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks import texts
from raspisms import clock
from raspisms.adapters.answers import Accepted, ReceiptNews, SendReport
from raspisms.extensions import db
from raspisms.messaging import (
    campaigns,
    claims,
    conversations,
    decisions,
    mapping,
    outbox,
    outcomes,
    phone_removal,
    receipt_polling,
    receipts,
    reconciliation,
    search,
)
from raspisms.messaging.search import Wanted
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Message, Phone, message_queue
from raspisms.sms.lifecycle import ReceiptState

#: Messages of one call, and receipts that come at once.
CALL = 100
#: More calls than are asked about at once.
_MANY = 20
#: What is accepted in the course must not become due.
_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Material:
    """A household with one phone and one member, and what the rounds use up."""

    engine: Any
    service: str
    #: Ids of messages that await their receipt, and ids of calls that are not mapped.
    sent: list[str]
    unmapped: list[str]
    #: One that is over, and the longest.
    conversation: int
    longest: int

    @property
    def phone(self) -> Phone:
        return db.session.get_one(Phone, 1)

    @property
    def member(self) -> Member:
        return db.session.get_one(Member, 1)


#: It is given the number of the round.
Question = Callable[[Material, int], object]


def doubt(number: int) -> str:
    """The mark of the call that is asked about in a round."""
    return f"rsdoubt{number:08}"


def _send(one: Material, number: int) -> None:
    """All of sending a call but the call itself."""
    claim = claims.claim(one.engine, one.phone, claims.choose(one.engine, one.phone))
    if claim is None or len(claim.ids) != CALL:
        raise RuntimeError(f"no call to {CALL} could be claimed")
    uids = tuple(f"9{number * CALL + place:08}" for place in range(CALL))
    report = SendReport(dict.fromkeys(claim.ids, Accepted(None, 1.0)), uids)
    outcomes.record(one.engine, claim, report)


def _deliver(one: Material, uids: list[str], number: int) -> None:
    portion = uids[number * CALL : (number + 1) * CALL]
    news = [ReceiptNews(uid, ReceiptState.DELIVERED, raw="dlr=1") for uid in portion]
    receipts.take(one.service, news, receipts.CALLBACK)


def _find_doubts(_one: Material, _number: int) -> None:
    now = clock.now()
    reconciliation.phones_with_doubts(now)
    reading().scalars(message_queue.calls_to_ask(1, now, _MANY)).all()


def _ask_about(one: Material, number: int) -> None:
    reconciliation.reconcile(one.engine, 1)
    absent = db.select(Message.absent_at).where(Message.call_tag == doubt(number)).limit(1)
    if reading().scalar(absent) is None:
        raise RuntimeError("nobody was asked about the call in doubt")


def _accept(one: Material, number: int) -> None:
    at = f"{clock.now() + _AHEAD:%Y-%m-%dT%H:%M}"
    draft = campaigns.Draft(1, f"+336399{number:05}", "Bonjour", at)
    campaigns.accept(one.engine, one.member, draft)


def _show_messages(one: Material, _number: int) -> None:
    decisions.needing_attention(one.member)
    decisions.counts(one.member)


def _show_older(one: Material, _number: int) -> None:
    """The page before the newest one of the longest conversation."""
    older = conversations.thread(one.member, one.longest).older
    conversations.thread(one.member, one.longest, before=older)


def _search(words: str) -> Question:
    def find(one: Material, _number: int) -> None:
        if not search.find(one.engine, one.member, Wanted(words)).hits:
            raise RuntimeError(f"nothing was found for {words}")

    return find


def _tidy_up(_one: Material, _number: int) -> None:
    now = clock.now()
    receipts.expire(now)
    phone_removal.cancel_orphans(now)


QUESTIONS: Mapping[str, Question] = {
    "phones with something to send": lambda one, _: outbox.phones_with_work(
        one.engine, clock.now()
    ),
    "the next call, chosen": lambda one, _: claims.choose(one.engine, one.phone),
    f"a call to {CALL}, claimed and recorded": _send,
    f"{CALL} receipts, ids mapped": lambda one, number: _deliver(one, one.sent, number),
    f"{CALL} receipts, ids not mapped": lambda one, number: _deliver(one, one.unmapped, number),
    "what to ask receipts for": lambda one, _: receipt_polling.plans(one.engine),
    "calls whose receipts differ": lambda _, __: mapping.open_calls(1),
    "calls in doubt": _find_doubts,
    "a call in doubt, asked about": _ask_about,
    "one message, accepted": _accept,
    "list of conversations": lambda one, _: conversations.recent(one.member),
    "how many are unread": lambda one, _: conversations.unread_count(one.member),
    "a conversation": lambda one, _: conversations.thread(one.member, one.conversation),
    "the longest conversation": lambda one, _: conversations.thread(one.member, one.longest),
    "its newest page and the one before": _show_older,
    "search: a rare word": _search(texts.RARE),
    "search: a frequent word": _search(texts.FREQUENT),
    "search: two frequent words": _search(f"{texts.FREQUENT} {texts.ALSO_FREQUENT}"),
    "search: the first letter of many words": _search("b"),
    "messages that need a person": _show_messages,
    "tidying up": _tidy_up,
}
