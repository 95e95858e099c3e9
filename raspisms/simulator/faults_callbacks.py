"""Receipts come in another way than hoped for."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.messages import (
    ACCEPTED_BY_OPERATOR,
    BUFFERED,
    DELIVERED,
    DO_NOT_REUSE,
    FAILED,
    RETRYING,
    SUCCESS,
    WAITING,
    Incoming,
    Message,
    Receipt,
)
from raspisms.simulator.wire import Answer, Wire

if TYPE_CHECKING:
    from raspisms.simulator.account import Service


def earlier(final: Receipt) -> Receipt:
    """What the network may have said before: the operator has it."""
    before = final.at - timedelta(seconds=1)
    return replace(final, receipt=BUFFERED, ptt=ACCEPTED_BY_OPERATOR, at=before)


class CallbacksInSteps(HappyOvh):
    """Receipts in steps: first that the operator has it, then the end. No fault at all."""

    name = "callbacks_in_steps"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [earlier(final), final]


class CallbacksEachPtt(HappyOvh):
    """Before the receipt of the end, one for each reason why the message is not there yet."""

    name = "callbacks_each_ptt"

    def receipts(self, final: Receipt) -> list[Receipt]:
        before = earlier(final)
        waiting = [replace(before, receipt=WAITING, ptt=ptt) for ptt in RETRYING]
        return [*waiting, before, final]


class CallbacksReordered(HappyOvh):
    """Receipts in steps, but the end comes first, then what was before it."""

    name = "callbacks_reordered"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [final, earlier(final)]


class CallbacksDoubled(HappyOvh):
    """Each receipt comes twice, and each answer."""

    name = "callbacks_doubled"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [final, final]

    def responses(self, incoming: Incoming) -> list[Incoming]:
        return [incoming, incoming]


class CallbacksWrongId(HappyOvh):
    """Receipts for messages that nobody sent."""

    name = "callbacks_wrong_id"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [replace(final, message_id=final.message_id + 70_000_000)]


def opposite(final: Receipt) -> Receipt:
    """What is not true."""
    if final.receipt == SUCCESS:
        return replace(final, receipt=FAILED, ptt=DO_NOT_REUSE)
    return replace(final, receipt=SUCCESS, ptt=DELIVERED)


class CallbacksOtherPhone(HappyOvh):
    """The callback addresses of other services are told the opposite first, for the same id.

    A receipt counts only for messages of the service whose address was called. One that said the
    same as the true one would not show whether that is heeded. Where other services have no
    callback address, or the same one, nothing more is called.
    """

    name = "callbacks_other_phone"

    def addressed(self, service: "Service", final: Receipt) -> list[tuple[str, Receipt]]:
        urls = {one.callback for one in self.world.account.services.values()}
        others = sorted(url for url in urls if url and url != service.callback)
        lies = [(url, opposite(final)) for url in others]
        return lies + super().addressed(service, final)


class CallbacksOff(HappyOvh):
    """No receipt and no answer is called back; who asks is told."""

    name = "callbacks_off"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return []

    def responses(self, incoming: Incoming) -> list[Incoming]:
        return []


class CallbacksBeforeAnswer(HappyOvh):
    """Receipts come before the answer to the job."""

    name = "callbacks_before_answer"

    def deliver(self, messages: list[Message]) -> None:
        """Not later: now, but outside the world's lock, so below."""

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        for message_id in json.loads(answer.body)["ids"]:
            message = self.world.messages[message_id]
            for callback in self.world.delivery.settle(message):
                self.world.caller.make(callback)
        return answer
