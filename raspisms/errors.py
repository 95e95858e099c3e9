"""What can go wrong in a way that a person can do something about.

Every error carries sentences, not codes: what happened, and what to do. The
sentences are kept with their parameters apart, so that each reader gets them in
their own language; ``str()`` gives English.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """A sentence to be translated where it is read: an English message id and its parameters.

    Parameters stand in the message id as ``%(name)s``; one may be a Text itself.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid


def say(msgid: str, **params: object) -> Text:
    """A translatable sentence; the name marks ``msgid`` for extraction into the catalogue."""
    return Text(msgid, params)


class RaspismsError(Exception):
    """A fault that can be told to a person.

    ``message`` says what happened, ``hint`` what to do, ``field`` names the form
    field or the option at fault where there is one.
    """

    def __init__(self, message: Text, hint: Text | None = None, field: str | None = None) -> None:
        super().__init__(message, hint, field)
        self.message = message
        self.hint = hint
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else str(self.message)


class Invalid(RaspismsError):
    """What was given cannot be used as it is."""


class TooLarge(Invalid):
    """More than is taken, so that nothing of it was read."""


class NotFound(RaspismsError):
    """What was asked for does not exist, or is not for the one who asks."""


class Conflict(RaspismsError):
    """The thing has changed meanwhile, or another one stands in the way."""


class Unusable(RaspismsError):
    """The installation itself cannot work: a bad setting, a database of a newer version."""


class InvalidForm(Invalid):
    """Several fields at once cannot be used; ``problems`` has one Invalid for each."""

    def __init__(self, problems: Sequence[Invalid]) -> None:
        super().__init__(say("Some of what was entered cannot be used."))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return " ".join(f"{problem.field}: {problem}" for problem in self.problems)
