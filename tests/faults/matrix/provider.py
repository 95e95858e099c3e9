"""What a provider gives for its adapters to be run through the matrix."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from raspisms.adapters.base import Adapter
from tests.faults.matrix.ends import End, Fate
from tests.faults.matrix.operations import Lasting, Operation


@dataclass(frozen=True)
class Taken:
    """A message that the provider took, and how it must end since the network said so.

    ``uid`` is empty where it is the adapter that makes the ids.
    """

    uid: str
    receiver: str
    end: End


@dataclass(frozen=True)
class CameIn:
    """A message that someone wrote to the phone; ``uid`` as in ``Taken``."""

    uid: str
    sender: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where a fault is laid: what is done, and to which entry of the inbox where that matters.

    ``spared`` calls still go well before.
    """

    operation: Operation
    lasting: Lasting
    spared: int = 0
    about: str = ""


class Provider(ABC):
    """One provider, made anew for each adapter."""

    #: Each has one row for each operation that it concerns.
    faults: ClassVar[Sequence[str]]

    def __init__(self, folder: Path) -> None:
        """``folder`` is where the household keeps its data."""
        self.folder = folder

    @contextmanager
    def running(self) -> Iterator[Self]:
        """It can be reached within the block."""
        yield self

    @property
    def settings(self) -> Mapping[str, object]:
        """What the household is set up with to reach it."""
        return {}

    @classmethod
    @abstractmethod
    def plays_for(cls, kind: type[Adapter]) -> bool:
        """Whether this is the provider of an adapter."""

    @classmethod
    @abstractmethod
    def told(cls, fault: str) -> str:
        """What a fault is, in one line of Markdown."""

    @abstractmethod
    def values(self, kind: type[Adapter], which: int) -> dict[str, str]:
        """What a person would enter for the phone that is used (0), or one of another account (1).

        Fails with a sentence for a field of which it has no value.
        """

    @classmethod
    @abstractmethod
    def concerns(cls, fault: str) -> Collection[Operation]:
        """The operations that a fault can meet."""

    @abstractmethod
    def fates(self, fault: str) -> Sequence[Fate]:
        """What becomes of the messages to the receivers of a batch, in their order."""

    def counts(self, fault: str) -> bool:
        """Whether a fault can be laid on a single call; else it is on or off."""
        return False

    def is_of_clock(self, fault: str) -> bool:
        """Whether a fault meets only those who ask for the time."""
        return False

    @abstractmethod
    def begin(self, settings: Mapping[str, Any]) -> None:
        """All is well, and nothing has happened yet to the phone of ``settings``."""

    def call_back(self, addresses: Sequence[tuple[Mapping[str, Any], str]]) -> None:
        """Call these addresses about delivery, each for the account of some settings."""
        raise NotImplementedError(f"{type(self).__name__} does not call back")

    @abstractmethod
    def promise(self, receiver: str, fate: Fate) -> None:
        """What becomes of messages to ``receiver`` from now on."""

    @abstractmethod
    def come_in(self, sender: str, text: str) -> None:
        """Someone writes to the phone."""

    @contextmanager
    @abstractmethod
    def lay(self, fault: str, place: Place) -> Iterator[None]:
        """A fault is in force within the block."""

    @abstractmethod
    def was_met(self) -> bool:
        """Whether the fault that was laid last stood in anyone's way."""

    def surroundings(self) -> Mapping[str, object]:
        """Settings in force, by their names in ``Config``, that a fault can change."""
        return {}

    @abstractmethod
    def settle(self) -> None:
        """Return once nothing is under way at the provider."""

    @abstractmethod
    def taken(self, text: str) -> list[Taken]:
        """The messages with a text that it took, since ``begin``."""

    @abstractmethod
    def came_in(self) -> list[CameIn]:
        """The messages that came in since ``begin``."""

    def problems(self) -> list[str]:
        """What the provider itself has to complain about."""
        return []
