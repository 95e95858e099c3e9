"""How an operation of an adapter fails, other than ``send``, which answers what became of it."""

from datetime import timedelta

from raspisms.errors import RaspismsError, Text, say


class AdapterError(RaspismsError):
    """An operation other than ``send`` did not work.

    ``query_id`` is what the provider's support asks for to find the call; empty where it gave none.
    """

    query_id: str = ""


class Unreachable(AdapterError):
    """The provider did not answer, or not in a way that makes sense; later it may."""


class Misconfigured(AdapterError):
    """The provider refuses these settings; a person has to change something.

    ``code`` is one of ``sms.reasons``.
    """

    def __init__(self, code: str, message: Text, hint: Text | None = None) -> None:
        super().__init__(message, hint)
        self.code = code


class Throttled(AdapterError):
    """Too many calls; the next may be made after ``retry_after``."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(
            say("The provider allows only so many calls a minute."),
            say("RaspiSMS goes on by itself."),
        )
        self.retry_after = retry_after


class UnreadableMessage(AdapterError):
    """One message in the provider's inbox cannot be read; the others can."""
