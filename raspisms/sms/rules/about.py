"""Of whom and when a rule is asked, and how much it may still take for them."""

import time
from collections.abc import Mapping
from datetime import datetime

from raspisms.errors import say
from raspisms.sms.person import Person
from raspisms.sms.rules.errors import TooSlow

#: Seconds that one rule may take for one person.
MOST_SECONDS = 0.2
#: Steps of work: values of lists that are made or looked through, and texts made (64 characters).
MOST_STEPS = 50_000


class About:
    """A person at a moment, while one rule is asked about them."""

    __slots__ = ("_deadline", "_metas", "_person", "_steps", "data", "now")

    def __init__(self, person: Person, now: datetime) -> None:
        self.data = person.data
        self.now = now
        self._person = person
        self._metas: Mapping[str, str] | None = None
        self._steps = MOST_STEPS
        self._deadline: float | None = None

    @property
    def metas(self) -> Mapping[str, str]:
        """What is under ``contact_metas``."""
        if self._metas is None:
            self._metas = self._person.metas(self.now.tzinfo)
        return self._metas

    def spend(self, steps: int) -> None:
        """Count work. Raises TooSlow when it is too much."""
        self._steps -= steps
        if self._steps < 0:
            raise TooSlow(
                say("The rule takes too many steps for one person."),
                say("Make its lists, ranges and texts shorter."),
            )

    def seconds_left(self) -> float:
        """Time of the processor since this was first asked. Raises TooSlow when none is left.

        Asking takes time too, and so only what may be slow asks.
        """
        spent = time.thread_time()
        if self._deadline is None:
            self._deadline = spent + MOST_SECONDS
        left = self._deadline - spent
        if left <= 0:
            raise TooSlow(
                say("The rule takes too long for one person."),
                say("Make it shorter, its regular expressions first."),
            )
        return left
