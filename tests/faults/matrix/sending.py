"""Drills of what goes out: written while all is well, and sent while it is not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar

from raspisms.adapters.base import Adapter, Capability
from raspisms.models import Message
from raspisms.sms.lifecycle import Status
from raspisms.sms.reasons import explain
from raspisms.web.labels import MESSAGE_STATUS
from tests.faults.matrix.drill import Drill, Seen, of_phone, phone_problems
from tests.faults.matrix.ends import End, Fate
from tests.faults.matrix.judge import DECISIONS, judge
from tests.faults.matrix.operations import Lasting, Operation

AS_SAID = "as the network said"
#: So many drills have numbers of their own; the range that is kept for films has no more.
_DRILLS, _RECEIVERS = 1800, 5


class Outbound(Drill):
    """Messages of one text to some people, each with a fate of their own."""

    needs = frozenset({Capability.SEND})
    is_called_back: ClassVar[bool] = False
    #: Whether it may end with a question to a person.
    may_ask_a_person: ClassVar[bool] = False

    def fates(self) -> Sequence[Fate]:
        return self.stage.provider.fates(self.fault)

    def prepare(self) -> None:
        if self.is_called_back:
            self.stage.call_back()
        self.fate_of = {self._peer(place): fate for place, fate in enumerate(self.fates())}
        for peer, fate in self.fate_of.items():
            self.stage.provider.promise(peer, fate)
        self.write()

    def _peer(self, place: int) -> str:
        return f"+3363998{1000 + self.number % _DRILLS * _RECEIVERS + place}"

    def write(self) -> None:
        self.stage.home.write(self.stage.phone_id, self.text, number=", ".join(self.fate_of))

    def act(self) -> None:
        self.stage.send()

    def rows(self) -> list[Message]:
        return self.stage.sent(self.text)

    def see(self) -> Seen:
        rows = self.rows()
        points = [row for row in rows if self.fate_of[row.peer].is_the_point]
        told = points or [row for row in rows if not self._is_as_said(row)]
        reasons = [row.reason for row in told if row.reason is not None]
        sentences = [*map(words_of, reasons), *of_phone(self.stage)]
        return Seen.of(_counted(told, len(rows) if not points else 1), sentences)

    def _is_as_said(self, row: Message) -> bool:
        return End(row.status, row.reason) == self.fate_of[row.peer].end

    def problems(self) -> Iterator[str]:
        rows = self.rows()
        yield from judge(rows, self.stage.provider.taken(self.text))
        yield from phone_problems(self.stage)
        if self.asks_a_person() and not self.may_ask_a_person:
            yield "a person is asked, who need not be"

    def asks_a_person(self) -> bool:
        return any(row.status in DECISIONS for row in self.rows())


def _counted(told: Sequence[Message], count: int) -> str:
    words = Counter(str(MESSAGE_STATUS[row.status].word).lower() for row in told)
    if count > len(told):
        words[AS_SAID] = count - len(told)
    if len(words) == 1:
        return next(iter(words))
    return ", ".join(f"{n} {word}" for word, n in words.items())


def words_of(code: str) -> str:
    """What a person reads of a reason."""
    reason = explain(code)
    return f"{reason.cause} {reason.advice}" if reason.advice else str(reason.cause)


class SendOne(Outbound):
    """One message is sent."""

    operation = Operation.SEND_ONE

    def fates(self) -> Sequence[Fate]:
        return super().fates()[:1]


class AskForTheTime(SendOne):
    """The provider's clock is asked before a message is claimed, where it is not known."""

    operation = Operation.CLOCK

    @classmethod
    def suits(cls, kind: type[Adapter]) -> bool:
        return super().suits(kind) and kind.clock_difference is not Adapter.clock_difference

    def prepare(self) -> None:
        super().prepare()
        self.stage.engine.time.forget()


class SendBatch(Outbound):
    """One text is sent to five people in one call."""

    operation = Operation.SEND_BATCH
    lasting = Lasting.TWICE


class SendAlike(Outbound):
    """The same text is sent twice to one person, and neither call has a clear end."""

    operation = Operation.SEND_ALIKE
    lasting = Lasting.TWICE
    may_ask_a_person = True

    def fates(self) -> Sequence[Fate]:
        return super().fates()[:1]

    def write(self) -> None:
        super().write()
        super().write()


class CallbackForOne(Outbound):
    """One message is sent, and the provider calls about it: where that can be, that it failed."""

    operation = Operation.CALLBACK_ONE
    needs = frozenset({Capability.SEND, Capability.CALLBACK})
    is_called_back = True

    def fates(self) -> Sequence[Fate]:
        every = super().fates()
        failing = [fate for fate in every if fate.end.status == Status.FAILED]
        return [fate for fate in every if fate.is_the_point] or failing[:1] or every[:1]

    def act(self) -> None:
        super().act()
        self.stage.provider.settle()


class Callback(CallbackForOne):
    """A batch is sent, and the provider calls about delivery."""

    operation = Operation.CALLBACK

    def fates(self) -> Sequence[Fate]:
        return self.stage.provider.fates(self.fault)
