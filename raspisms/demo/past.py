"""The story as both sides keep it: the household's database, and the simulated provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from raspisms.adapters.ovh.codes import reason_of_ptt
from raspisms.demo import story
from raspisms.models import Campaign, Message, Phone
from raspisms.models import message as messages
from raspisms.simulator import Simulator, account, gsm
from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.messages import DELIVERED, FAILED, SUCCESS, Incoming
from raspisms.simulator.messages import Message as SentAtOvh
from raspisms.sms.lifecycle import ReceiptState, Status
from raspisms.sms.segments import measure

# Below the ids that the simulator gives itself.
_FIRST_ID = 4_000_001
_ACCEPTED = timedelta(seconds=1)
_DELIVERED = timedelta(seconds=6)


@dataclass(frozen=True)
class Event:
    """One line of the story, at its time, with its phone, number and id at the provider."""

    line: story.Line
    phone: str
    at: datetime
    number: str
    uid: int


def events(now: datetime, zone: ZoneInfo, numbers: dict[str, str]) -> Iterator[Event]:
    """What happened, oldest first; ``numbers`` are the people's, by name."""
    told = [(line.at(now, zone), line, talk.phone) for talk in story.TALKS for line in talk.lines]
    told.sort(key=itemgetter(0))
    for uid, (at, line, phone) in enumerate(told, start=_FIRST_ID):
        yield Event(line, phone, at, numbers[line.who], uid)


def campaign(event: Event, phone: Phone, member_id: int) -> Campaign:
    return Campaign(
        phone_id=phone.id,
        member_id=member_id,
        body=event.line.text,
        due_at=event.at,
        created_at=event.at,
    )


def received(event: Event, phone: Phone) -> Message:
    return _message(
        event,
        phone,
        direction=messages.IN,
        status=Status.RECEIVED,
        sent_at=event.at,
        final_at=event.at,
    )


def sent(event: Event, phone: Phone, campaign_id: int) -> Message:
    failure = event.line.failure
    return _message(
        event,
        phone,
        direction=messages.OUT,
        campaign_id=campaign_id,
        status=Status.DELIVERED if failure is None else Status.FAILED,
        reason=reason_of_ptt(failure, ReceiptState.FAILED) if failure else None,
        due_at=event.at,
        attempt_at=event.at,
        sent_at=event.at + _ACCEPTED,
        final_at=event.at + _DELIVERED,
        credits=1.0,
    )


def _message(event: Event, phone: Phone, **more: object) -> Message:
    return Message(
        phone_id=phone.id,
        peer=event.number,
        body=event.line.text,
        segments=measure(event.line.text).segments,
        service=phone.service,
        provider_uid=str(event.uid),
        attempts=0 if event.line.received else 1,
        asked=0,
        created_at=event.at,
        **more,
    )


def tell_provider(simulator: Simulator, event: Event) -> None:
    """Let the provider have it too, and its handsets show it."""
    world = simulator.world
    with world.lock:
        if event.line.received:
            world.incoming[event.uid] = _incoming(event)
        else:
            world.messages[event.uid] = _outgoing(simulator, event)


def _incoming(event: Event) -> Incoming:
    return Incoming(
        event.uid, account.SERVICE, account.NUMBER, event.number, event.line.text, event.at
    )


def _outgoing(simulator: Simulator, event: Event) -> SentAtOvh:
    failure = event.line.failure
    return SentAtOvh(
        id=event.uid,
        service=account.SERVICE,
        number=account.NUMBER,
        sender=account.NUMBER,
        receiver=event.number,
        text=event.line.text,
        tag="",
        length=gsm.measure(event.line.text),
        credits=1.0,
        created=event.at,
        behaviour=HappyOvh(simulator.world),
        place="outgoing",
        receipt=SUCCESS if failure is None else FAILED,
        ptt=DELIVERED if failure is None else failure,
        sent=event.at + _ACCEPTED,
        delivered=event.at + _DELIVERED if failure is None else None,
    )
