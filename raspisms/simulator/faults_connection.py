"""The line fails: cut, or slow."""

from collections.abc import Mapping
from typing import ClassVar

from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.wire import Answer, Wire


class CutBeforeReading(HappyOvh):
    """Closed before the body is read: nothing is done, but the client cannot know."""

    name = "cut_before_reading"

    def before_reading(self, wire: Wire) -> None:
        wire.cut(self.name)


class CutAfterAcceptance(HappyOvh):
    """Closed without a word, though all is done."""

    name = "cut_after_acceptance"

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        wire.cut(self.name)


class CutInAnswer(HappyOvh):
    """Closed after half of the answer; all is done."""

    name = "cut_in_answer"

    def write(self, wire: Wire, answer: Answer) -> None:
        wire.head(answer)
        wire.write(answer.body[: len(answer.body) // 2])
        wire.cut(self.name)


class Slow(HappyOvh):
    """What the two slow ones share."""

    options: ClassVar[Mapping[str, float]] = {"delay": 3.0}

    def sleep(self, wire: Wire) -> None:
        if self.world.stopping.wait(self.chosen["delay"]):
            wire.cut("stopping")


class SlowAfterAcceptance(Slow):
    """Done at once, answered ``delay`` seconds later: longer than the client waits."""

    name = "slow_after_acceptance"

    def after_acceptance(self, wire: Wire, answer: Answer) -> Answer:
        self.sleep(wire)
        return answer


class SlowBeforeAcceptance(Slow):
    """Done only ``delay`` seconds later, when the client may have given up."""

    name = "slow_before_acceptance"

    def before_acceptance(self, wire: Wire) -> None:
        self.sleep(wire)
