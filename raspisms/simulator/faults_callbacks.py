"""Receipts come in another way than hoped for."""

import json
from dataclasses import replace
from datetime import timedelta

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.messages import ACCEPTED_BY_OPERATOR, BUFFERED, Message, Receipt
from raspisms.simulator.wire import Answer, Wire


def earlier(final: Receipt) -> Receipt:
    """What the network may have said before: the operator has it."""
    before = final.at - timedelta(seconds=1)
    return replace(final, receipt=BUFFERED, ptt=ACCEPTED_BY_OPERATOR, at=before)


class CallbacksInSteps(HappyOvh):
    """First that the operator has it, then the end. In order, so no fault at all."""

    name = "callbacks_in_steps"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [earlier(final), final]


class CallbacksReordered(HappyOvh):
    """The end comes first, then what came before it."""

    name = "callbacks_reordered"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [final, earlier(final)]


class CallbacksDoubled(HappyOvh):
    """Each receipt twice."""

    name = "callbacks_doubled"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [final, final]


class CallbacksWrongId(HappyOvh):
    """Receipts for messages that nobody sent."""

    name = "callbacks_wrong_id"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return [replace(final, message_id=final.message_id + 70_000_000)]


class CallbacksOff(HappyOvh):
    """No callback; who asks by polling is told."""

    name = "callbacks_off"

    def receipts(self, final: Receipt) -> list[Receipt]:
        return []


class CallbacksBeforeAnswer(HappyOvh):
    """The receipts are there before the answer to the job."""

    name = "callbacks_before_answer"

    def deliver(self, messages: list[Message]) -> None:
        """Not later: now, but outside the world's lock, so below."""

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        for message_id in json.loads(answer.body)["ids"]:
            message = self.world.messages[message_id]
            for callback in self.world.delivery.settle(message):
                self.world.caller.make(callback)
        return answer
