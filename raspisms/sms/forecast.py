"""When a campaign would begin to leave, and when the last of it would have left: an estimate.

It plays what will happen in steps of some minutes, from what is known now. Other campaigns, and a
provider that becomes slow, are not foreseen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from raspisms.sms import limits
from raspisms.sms.limits import Limit
from raspisms.sms.quiet_hours import NEVER_QUIET, QuietHours, no_holidays

_STEP: Final = timedelta(minutes=15)
#: From there on what was seen goes on alike: looking takes time, and nobody needs it to the minute.
_MOST_STEPS, _MOST_WAITS = 1000, 60
_FARTHEST: Final = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Line:
    """A phone that messages may leave from: its limits, and when its last ones left, sorted."""

    limits: Sequence[Limit] = ()
    left: Sequence[datetime] = ()


@dataclass(frozen=True)
class Rules:
    """What messages wait for beside their time: ``per_minute`` is how many may go at most."""

    per_minute: float
    lines: Sequence[Line] = (Line(),)
    quiet: QuietHours = NEVER_QUIET
    is_holiday: Callable[[date], bool] = no_holidays


@dataclass(frozen=True)
class Forecast:
    """``start`` is None where nothing can ever leave, ``end`` also where it lies years ahead.

    ``quiet`` and ``limited``: it is later because of quiet hours, or because of phones' limits.
    ``going`` is how many leave without waiting for a limit.
    """

    start: datetime | None
    end: datetime | None
    quiet: bool = False
    limited: bool = False
    going: int = 0


def forecast(start: datetime, count: int, rules: Rules, zone: ZoneInfo) -> Forecast:
    """How it would go with ``count`` messages that may leave from ``start`` (aware) on."""
    lines = [_Playing(line, zone) for line in rules.lines]
    at, left, waits = start, count, 0
    begun: datetime | None = None
    quiet, going = False, 0
    for _ in range(_MOST_STEPS):
        opens = rules.quiet.until(at, zone, rules.is_holiday)
        if opens is not None:
            quiet, at = True, opens
            continue
        room = sum(line.room(at, left) for line in lines)
        if not room:
            waits += 1
            ends = [one for one in (line.until(at) for line in lines) if one is not None]
            if not ends:
                return Forecast(begun, None, quiet, limited=True, going=going)
            at = max(min(ends), at + timedelta(seconds=1))
            if waits > _MOST_WAITS or at > start + _FARTHEST:
                break
            continue
        begun = begun or at
        goes = min(left, room, _in_one_step(rules))
        _share(lines, at, goes)
        left -= goes
        at += timedelta(minutes=goes / rules.per_minute)
        going += 0 if waits else goes
        if not left:
            return Forecast(begun, at, quiet, limited=waits > 0, going=going)
    return Forecast(begun, _alike(begun, at, count, left), quiet, limited=waits > 0, going=going)


class _Playing:
    """A line as it goes on in the play."""

    def __init__(self, line: Line, zone: ZoneInfo) -> None:
        self._limits, self._left, self._zone = line.limits, list(line.left), zone

    def room(self, at: datetime, wanted: int) -> int:
        room = limits.room(self._limits, self._left, at, self._zone)
        return wanted if room is None else min(room, wanted)

    def until(self, at: datetime) -> datetime | None:
        coming = limits.coming(self._limits, self._left, at, self._zone)
        return next((instant for instant, _ in coming), None)

    def leave(self, at: datetime, count: int) -> None:
        if self._limits:
            self._left.extend([at] * count)


def _in_one_step(rules: Rules) -> int:
    return max(1, int(rules.per_minute * (_STEP / timedelta(minutes=1))))


def _share(lines: Sequence[_Playing], at: datetime, count: int) -> None:
    """``count`` messages leave by the first lines that have room for them."""
    for line in lines:
        goes = line.room(at, count)
        line.leave(at, goes)
        count -= goes


def _alike(begun: datetime | None, at: datetime, count: int, left: int) -> datetime | None:
    """When the last leaves, where all goes on as until ``at``; None where that is years ahead."""
    if begun is None or left == count:
        return None
    per_message = (at - begun) / (count - left)
    if per_message > _FARTHEST / count:
        return None
    return begun + per_message * count
