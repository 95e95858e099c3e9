"""What can be wrong with a rule: as it is written, or when it meets a person."""

from raspisms.errors import Invalid, RaspismsError, Text, say


class RuleError(Invalid):
    """A rule that cannot be read; ``position`` is where, in characters from 0."""

    def __init__(self, message: Text, position: int, hint: Text | None = None) -> None:
        super().__init__(message, hint, field="rule")
        self.position = position


class RuleFailure(RaspismsError):
    """A rule that can be read, but comes to nothing for one person: the person is not meant."""


class TooSlow(RuleFailure):
    """A rule that took more time or work for one person than a rule may.

    For most others it would take as much, so whoever asks for many does well to stop.
    """


def wrong_kind(part: str) -> RuleFailure:
    return RuleFailure(
        say("“%(part)s” has a value of a kind that cannot stand there.", part=part),
        say("Lists and dates are no texts, and only lists have values within them."),
    )


def no_number(part: str) -> RuleFailure:
    return RuleFailure(
        say("“%(part)s” calculates with something that is no number.", part=part),
        say("Ask first whether it is there, or take intval(…) of it."),
    )
