"""One text being filled in for one person: what it knows, and what it may still spend."""

import time
from collections.abc import Mapping
from datetime import datetime

from jinja2 import Environment
from jinja2.runtime import Context

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.php import conversion
from raspisms.sms.templating import limits
from raspisms.sms.templating.errors import Trouble

#: So many characters or entries cost as much as one step.
_PER_STEP = 16
_STEPS_BETWEEN_LOOKS = 50


class Run(Context):
    """Jinja's context of one rendering, with an account of what it costs.

    ``known`` has the names of the text and their values: None, bool, int, float, str, list, dict
    or datetime, as PHP has them. ``now`` is in the household's zone, ``language`` is that of the
    names of months, countries and the like.
    """

    def __init__(
        self, environment: Environment, known: dict[str, object], now: datetime, language: str
    ) -> None:
        super().__init__(environment, {}, None, {})
        self.known = known
        self.now = now
        self.language = language
        self._steps = limits.MOST_STEPS
        self._rounds = limits.MOST_ROUNDS
        self._room = limits.LONGEST_OUTPUT
        self._next_look = self._steps - _STEPS_BETWEEN_LOOKS
        self._deadline = time.thread_time() + limits.SECONDS

    def step(self, cost: int = 1) -> None:
        """Account for something to be worked out. Raises Trouble when that is too much."""
        self._steps -= cost
        if self._steps < 0:
            raise Trouble(say("There is too much to work out in this text."))
        if self._steps < self._next_look:
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """Raises Trouble when the time is up. It is asked seldom, since asking takes time, too."""
        self._next_look = self._steps - _STEPS_BETWEEN_LOOKS
        if time.thread_time() > self._deadline:
            raise Trouble(say("This text takes too long to work out."))

    def handle(self, value: object) -> None:
        """Account for a filter or an operator that goes through the whole value."""
        self.step(1 + len(value) // _PER_STEP if isinstance(value, str | list | dict) else 1)

    def look_through(self, value: object) -> None:
        """Account for a comparison that goes into lists, which costs more than handling them.

        What is within these bounds is far within those of ``comparison``, too.
        """
        if isinstance(value, list | dict):
            self.step(1 + _weigh(value))

    def round(self) -> None:
        """Account for one round of a loop."""
        self._rounds -= 1
        if self._rounds < 0:
            raise Trouble(
                say(
                    "The loops of this text go round more than %(most)s times.",
                    most=limits.MOST_ROUNDS,
                )
            )
        self.step()

    def write(self, written: str) -> str:
        """Account for what comes into the text."""
        self._room -= len(written)
        if self._room < 0:
            raise Trouble(
                say(
                    "The text becomes longer than %(most)s characters.",
                    most=limits.LONGEST_OUTPUT,
                )
            )
        return written

    def kept(self, value: object) -> object:
        """A value that was made, if it is no greater than values may be."""
        if isinstance(value, str):
            if len(value) > limits.LONGEST_OUTPUT:
                raise too_long()
        elif isinstance(value, list | dict):
            self.step(_weigh(value) // _PER_STEP)
        return value

    def text(self, value: object) -> str:
        """A value as a text. Raises Trouble for lists, maps and dates, which have none."""
        if isinstance(value, str):
            return value
        if isinstance(value, list | dict):
            raise Trouble(
                say("A list cannot be used as a text."),
                say("Take one entry of it, or join them: |join(', ')."),
            )
        try:
            return conversion.text(value)
        except conversion.Unconvertible as error:
            raise Trouble(
                say("A date cannot be used as a text."),
                say("Say how it is written, for example |date('d/m/Y')."),
            ) from error

    def number(self, value: object) -> int | float:
        """A value to calculate with. Raises Trouble for what is no number."""
        try:
            return conversion.number(value)
        except conversion.Unconvertible as error:
            if isinstance(value, str):
                raise Trouble(say("“%(text)s” is not a number.", text=excerpt(value))) from error
            raise Trouble(say("Lists and dates are no numbers.")) from error

    def integer(self, value: object) -> int:
        """A value as a whole number. Raises Trouble for what is no number."""
        return conversion.integer(self.number(value))


def too_long() -> Trouble:
    return Trouble(
        say("A value becomes longer than %(most)s characters.", most=limits.LONGEST_OUTPUT)
    )


def too_many() -> Trouble:
    return Trouble(say("A list has more than %(most)s entries.", most=limits.MOST_ENTRIES))


def _weigh(value: object) -> int:
    """Entries and characters of a list or a map, those within it included."""
    entries = characters = 0
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, list | Mapping):
            entries += len(one)
            if entries > limits.MOST_ENTRIES:
                raise too_many()
            if depth > limits.DEEPEST_VALUE:
                raise Trouble(say("Lists are nested too deeply."))
            within = one.values() if isinstance(one, Mapping) else one
            waiting.extend((each, depth + 1) for each in within)
            if isinstance(one, Mapping):
                characters += sum(len(key) for key in one if isinstance(key, str))
    if characters > 2 * limits.LONGEST_OUTPUT:
        raise too_long()
    return entries + characters
