"""Two who change the same thing: the later one is asked before what the earlier entered is lost."""

from datetime import datetime

from raspisms.errors import Conflict, Text, say


def refuse(updated_at: datetime, seen: datetime | None, message: Text) -> None:
    """Raises Conflict without a field where a thing was changed since it was ``seen``.

    Both are its ``updated_at``: now, and when the change was made from it; whoever looked at
    nothing before has seen None. ``message`` says what was changed.
    """
    if seen is not None and updated_at != seen:
        raise Conflict(
            message, say("Look at what is there now, then save again what you want changed.")
        )
