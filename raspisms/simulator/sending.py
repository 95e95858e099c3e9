"""A job is accepted, in whole, in part or not at all."""

import random
import re
from dataclasses import dataclass

from raspisms import clock
from raspisms.simulator import errors, gsm, numbers
from raspisms.simulator.account import Service
from raspisms.simulator.api import Request
from raspisms.simulator.ledger import JobEntry
from raspisms.simulator.messages import Message

# OVH's http2sms guide gives 20 for a tag; the FAQ advises about 500 receivers for one call.
MAX_TAG = 20
MAX_RECEIVERS = 500
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """What a job asks for, with its sender found."""

    service: Service
    number: str | None
    sender: str
    receivers: list[str]
    text: str
    tag: str
    differed: int
    length: gsm.Length
    #: Minutes; None where the job does not say.
    validity: int | None


def send(request: Request) -> dict[str, object]:
    """Accept what can be accepted and return a sms.SmsSendingReport.

    What OVH does with a job that its credits cover in part is not documented: here it is refused
    as a whole.

    :raise ApiError: when nothing at all can be.
    """
    order = _order(request)
    valid, invalid = _sort_out(request, order)
    cost = sum(_cost(order, receiver) for receiver in valid)
    if order.service.credits < cost or order.service.credits <= 0:
        raise errors.no_credit()
    order.service.credits -= cost
    messages = [
        _accept(request, order, receiver) for receiver in _deranged(valid, request.world.random)
    ]
    request.behaviour.deliver(messages)
    return request.behaviour.report(
        {
            "ids": [message.id for message in messages],
            "validReceivers": valid,
            "invalidReceivers": invalid,
            "totalCreditsRemoved": cost,
            "tag": order.tag,
        }
    )


def _order(request: Request) -> Order:
    values, service, number = request.values, request.service, request.number
    if service.status != "enable":
        raise errors.disabled_service()
    _check(values)
    advertising = number is None and not values.get("senderForResponse")
    advertising = advertising and not values.get("noStopClause", False)
    return Order(
        service,
        number,
        number or _sender(request, service),
        values["receivers"],
        values["message"],
        values.get("tag", ""),
        values.get("differedPeriod", 0),
        _length(values["message"], advertising=advertising),
        values.get("validityPeriod"),
    )


def _check(values: dict[str, object]) -> None:
    for name in ("receiversDocumentUrl", "receiversSlotId"):
        if name in values:
            raise errors.bad_parameter(f"The simulator has no {name}")
    receivers, tag = values.get("receivers"), str(values.get("tag", ""))
    if not isinstance(receivers, list) or not 1 <= len(receivers) <= MAX_RECEIVERS:
        raise errors.bad_parameter(f"[receivers] One to {MAX_RECEIVERS} receivers are needed")
    if len(tag) > MAX_TAG:
        raise errors.bad_parameter(f"[tag] A tag has {MAX_TAG} characters at most")
    if not values["message"]:
        raise errors.bad_parameter("[message] The message is empty")


def _length(text: str, *, advertising: bool) -> gsm.Length:
    length = gsm.measure(text + gsm.STOP_CLAUSE if advertising else text)
    if length.parts > gsm.MAX_PARTS:
        raise errors.bad_parameter(f"[message] {length.parts} parts, {gsm.MAX_PARTS} are allowed")
    return length


def _sender(request: Request, service: Service) -> str:
    """What OVH does when neither sender nor senderForResponse is given is not known: refused."""
    values = request.values
    if values.get("senderForResponse"):
        if LINK.search(values["message"]):
            # Seen in php-ovh's issues: links are blocked on short numbers.
            raise errors.bad_parameter("cannot send contact information with shortcode")
        return service.short_number
    name = str(values.get("sender", ""))
    sender = service.senders.get(name)
    if sender is None:
        raise errors.bad_parameter(f"Sms sender {name} does not exists. Please create it first")
    if sender.status != "enable":
        raise errors.bad_parameter(f"Sms sender {name} is not enabled")
    return name


def _sort_out(request: Request, order: Order) -> tuple[list[str], list[str]]:
    """The valid ones as ``+33…``, the invalid ones as they came."""
    valid, invalid = [], []
    for position, given in enumerate(order.receivers):
        receiver = numbers.international(given)
        if receiver is None or _blocked(request, order, receiver, position):
            invalid.append(given)
        else:
            valid.append(receiver)
    return valid, invalid


def _blocked(request: Request, order: Order, receiver: str, position: int) -> bool:
    outcome = request.world.outcomes.get(receiver)
    if outcome is not None and outcome.kind == "poison":
        # Whether OVH does so for any number is not known; a client should be ready for it.
        raise errors.bad_parameter(f"[receivers] {receiver} is not valid")
    # OVH FAQ: a French virtual number reaches France only.
    abroad = order.number is not None and not receiver.startswith("+33")
    return (
        abroad
        or receiver in order.service.blacklist
        or (outcome is not None and outcome.kind == "invalid")
        or request.behaviour.refuses(position, receiver)
    )


def _cost(order: Order, receiver: str) -> float:
    return order.length.parts * numbers.credits_of(receiver)


def _deranged(receivers: list[str], chance: random.Random) -> list[str]:
    """In an order where none keeps its place: that of the ids is not documented.

    Sattolo's algorithm: one cycle through all of them.
    """
    mixed = list(receivers)
    for last in range(len(mixed) - 1, 0, -1):
        other = chance.randrange(last)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed


def _accept(request: Request, order: Order, receiver: str) -> Message:
    world = request.world
    message = Message(
        id=next(world.message_ids),
        service=order.service.name,
        number=order.number,
        sender=order.sender,
        receiver=receiver,
        text=order.text,
        tag=request.behaviour.stored_tag(order.tag),
        length=order.length,
        credits=_cost(order, receiver),
        created=clock.now(),
        behaviour=request.behaviour,
        differed=order.differed,
    )
    world.messages[message.id] = message
    world.ledger.add_job(_entry(message, order))
    return message


def _entry(message: Message, order: Order) -> JobEntry:
    return JobEntry(
        message.id,
        message.created,
        message.service,
        message.number,
        message.sender,
        message.receiver,
        message.text,
        order.tag,
        order.validity,
    )
