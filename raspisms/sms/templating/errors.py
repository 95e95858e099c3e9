"""What is wrong with a text with fields, told by line and cause."""

from raspisms.errors import Invalid, Text, say


class TextError(Invalid):
    """A text that cannot be read, or not be filled in for a person; ``field`` is "text".

    ``line`` counts from 1. The message names it too, ``cause`` is the sentence alone.
    """

    def __init__(self, line: int, cause: Text, hint: Text | None = None) -> None:
        super().__init__(
            say("Line %(line)s of the text: %(cause)s", line=line, cause=cause), hint, field="text"
        )
        self.line = line
        self.cause = cause


class Trouble(Exception):
    """What a filter, a function or an operator cannot do; who runs the text knows the line."""

    def __init__(self, cause: Text, hint: Text | None = None) -> None:
        super().__init__(cause, hint)
        self.cause = cause
        self.hint = hint
