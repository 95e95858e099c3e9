"""What becomes of a run whose day is a public holiday.

Which days are, is for the caller to know: ``Holidays`` answers for a day.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from raspisms.errors import Text, say

Holidays = Callable[[date], bool]

GO, SKIP, MOVE = "go", "skip", "move"
#: Each with its words for the form.
CHOICES: dict[str, Text] = {
    GO: say("It goes all the same"),
    SKIP: say("It is left out"),
    MOVE: say("It goes on the next working day (Monday to Friday)"),
}

#: Longer than any row of holidays and weekends; who moved further would not know why.
FARTHEST_MOVE = timedelta(days=14)
_SATURDAY = 5


def no_holidays(_day: date) -> bool:
    return False


def placed(wall: datetime, choice: str, is_holiday: Holidays) -> datetime | None:
    """When a run goes that is asked for at ``wall``; None where it is left out."""
    if choice == GO or not is_holiday(wall.date()):
        return wall
    return _next_working_day(wall, is_holiday) if choice == MOVE else None


def _next_working_day(wall: datetime, is_holiday: Holidays) -> datetime | None:
    for days in range(1, FARTHEST_MOVE.days + 1):
        moved = wall + timedelta(days=days)
        if moved.weekday() < _SATURDAY and not is_holiday(moved.date()):
            return moved
    return None
