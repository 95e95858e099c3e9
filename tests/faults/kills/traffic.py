"""What is written and what comes in meanwhile."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from raspisms.simulator import Simulator
from tests.faults.kills.people import People
from tests.household import Household


class Sms(NamedTuple):
    """One SMS as a person knows it: the phone's number, to whom, what. Alike ones are several."""

    number: str
    receiver: str
    text: str


@dataclass
class Accepted:
    """How often each SMS was accepted: counted once accepting has returned."""

    counts: Counter[Sms] = field(default_factory=Counter)

    def add(self, number: str, text: str, receivers: list[str]) -> None:
        self.counts.update(Sms(number, receiver, text) for receiver in receivers)

    @property
    def total(self) -> int:
        return self.counts.total()


class Traffic:
    """The household writes from this process into the database that the product works on.

    Use it within an application context. ``phones`` are ids by number.
    """

    def __init__(
        self,
        household: Household,
        simulator: Simulator,
        phones: dict[str, int],
        people: People,
        chance: random.Random,
    ) -> None:
        self.accepted = Accepted()
        self.received = 0
        self._household = household
        self._simulator = simulator
        self._phones = phones
        self._people = people
        self._chance = chance
        self._texts = 0
        self._kinds = (self._answer, self._single, self._many, self._alike)

    @property
    def total(self) -> int:
        """Messages out and in."""
        return self.accepted.total + self.received

    def one(self) -> None:
        """Something happens: one message, or some that belong together."""
        (kind,) = self._chance.choices(self._kinds, (8, 5, 1, 1))
        kind()

    def in_and_out(self) -> None:
        """One message each way."""
        self._answer()
        self._single()

    def _answer(self) -> None:
        """A handset writes, and now and then the same again."""
        (person,) = self._people.some(self._chance, 1)
        text = self._chance.choice(("OK", f"Entrant {self._next()} é€"))
        self._simulator.answer(person, self._number(), text)
        self.received += 1

    def _single(self) -> None:
        longer = self._chance.choice(("", "", " 😀", " Rendez-vous à huit heures." * 12))
        self._write(f"Seul {self._next()}{longer}", 1)

    def _many(self) -> None:
        self._write(f"À tous {self._next()}", self._chance.randint(3, 12))

    def _alike(self) -> None:
        """The same words to the same person are different messages."""
        number, receivers = self._number(), self._people.some(self._chance, 1)
        for _ in range(self._chance.randint(2, 3)):
            self._accept(number, "OK", receivers)

    def _write(self, text: str, count: int) -> None:
        self._accept(self._number(), text, self._people.some(self._chance, count))

    def _accept(self, number: str, text: str, receivers: list[str]) -> None:
        # Also to those at whom messages failed before: whom a campaign leaves out by itself depends
        # on what was known the moment that it was written, which no book can tell afterwards.
        self._household.write(
            self._phones[number], text, number="\n".join(receivers), leave_out_invalid=False
        )
        self.accepted.add(number, text, receivers)

    def _number(self) -> str:
        return self._chance.choice(list(self._phones))

    def _next(self) -> int:
        self._texts += 1
        return self._texts
