"""One operation under one fault: prepared while all is well, then done while it is not."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from raspisms.adapters.base import Adapter, Capability
from raspisms.messaging.phone_states import PhoneState, state_of
from tests.faults.matrix.operations import Lasting, Operation
from tests.faults.matrix.provider import Place
from tests.faults.matrix.stage import Stage

#: More calls than any operation makes.
_MOST_CALLS = 12
#: Nothing that one drill writes is written by another.
_NUMBERS = count(1)


@dataclass(frozen=True)
class Seen:
    """What a person sees: in a word or two, and in sentences."""

    state: str
    sentences: tuple[str, ...] = ()

    @classmethod
    def of(cls, state: str, sentences: Iterable[str]) -> "Seen":
        return cls(state, tuple(dict.fromkeys(sentences)))


class Drill(ABC):
    """Made anew for each cell of the matrix."""

    operation: ClassVar[Operation]
    needs: ClassVar[frozenset[Capability]] = frozenset()
    lasting: ClassVar[Lasting] = Lasting.ONCE

    def __init__(self, stage: Stage, fault: str) -> None:
        self.stage = stage
        self.fault = fault
        self.number = next(_NUMBERS)
        self.text = f"{self.operation} under {fault}, {self.number}"
        self.was_met = False
        self._first: Seen | None = None

    @classmethod
    def told(cls) -> str:
        """What it is, in one line."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split()).rstrip(".")

    @classmethod
    def suits(cls, kind: type[Adapter]) -> bool:
        """Whether an adapter can do it."""
        return cls.needs <= kind.capabilities

    @abstractmethod
    def prepare(self) -> None:
        """Everything up to what the fault is to meet; nothing goes wrong yet."""

    @abstractmethod
    def act(self) -> None:
        """The operation."""

    @abstractmethod
    def see(self) -> Seen:
        """What became of it so far."""

    @abstractmethod
    def problems(self) -> Iterator[str]:
        """What must not be, once nothing moves any more."""

    def asks_a_person(self) -> bool:
        """Whether it has come to where a person must decide."""
        return False

    def about(self) -> str:
        """The entry of the inbox that the fault is to meet, where it is about one."""
        return ""

    def run(self) -> Seen:
        """Do it while the fault lasts; what is seen after the first time."""
        self.prepare()
        counted = self.stage.provider.counts(self.fault)
        if counted and self.lasting is Lasting.EACH:
            self._meet_each_call()
        else:
            self._meet(0, 2 if self.lasting is Lasting.TWICE else 1)
        assert self._first is not None
        return self._first

    def _meet_each_call(self) -> None:
        for spared in range(_MOST_CALLS):
            if not self._meet(spared, 1):
                return
        raise AssertionError(f"{self.operation} makes {_MOST_CALLS} calls or more")

    def _meet(self, spared: int, times: int) -> bool:
        """Whether the fault stood in the way."""
        place = Place(self.operation, self.lasting, spared, self.about())
        with self.stage.lay(self.fault, place):
            for _ in range(times):
                self.stage.skip_waits()
                if self.stage.provider.is_of_clock(self.fault):
                    self.stage.engine.time.forget()
                self.act()
                self._first = self._first or self.see()
            met = self.stage.provider.was_met()
        self.was_met |= met
        return met


def of_phone(stage: Stage) -> Iterator[str]:
    """What a person reads about a phone that is not as it should be."""
    state = state_of(stage.phone)
    if state.level != "ok":
        yield _joined(state)


def phone_problems(stage: Stage) -> Iterator[str]:
    """What must not be said of a phone when all is well again."""
    yield from (f"the phone still says: {words}" for words in of_phone(stage))
    if stage.phone.clock_off is not None:
        yield "the clock still counts as wrong"


def _joined(state: PhoneState) -> str:
    words = str(state.words).rstrip(".")
    return f"{words}. {state.hint}" if state.hint else f"{words}."
