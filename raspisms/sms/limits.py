"""Limits of phones: at most so many messages since a moment that moves with the time.

RaspiSMS 3 says that moment in PHP's words: ``today``, ``-24 hours``, ``first day of this month
midnight``. What is counted here is never less than what those words count: where they would go back
as time goes on (``-1 month`` on the 31st of March and on the 1st of April; the hours around a
change of the clocks) the earlier moment holds, so that no such window ever gets too many.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from raspisms.errors import Invalid, say
from raspisms.sms.localtime import to_utc
from raspisms.sms.php import dates

MOST_VOLUME = 10_000_000
LONGEST_STARTPOINT = 60
#: No word of PHP is the beginning of this hour; there, these two mean now, which would count none.
THIS_HOUR = "this hour"

_FARTHEST = timedelta(days=3 * 366)
_EXACT = timedelta(seconds=1)
#: No change of the clocks sets them by more.
_AROUND = timedelta(hours=3)
_DAYS_THAT_A_MONTH_MAY_MISS = 4
#: Instants worked out in one go; whoever waits longer is told the last of them, and looks again.
_MOST_INSTANTS = 24


@dataclass(frozen=True)
class Limit:
    """At most ``volume`` messages since ``startpoint``."""

    volume: int
    startpoint: str

    def since(self, now: datetime, zone: ZoneInfo) -> datetime:
        """From when on messages count at an instant: for a later one it is never earlier."""
        now = now.astimezone(UTC)
        start = self._start(now, zone)
        if start <= now - timedelta(days=27):
            # A month that has no such day: PHP overflows into the next, and goes back a day later.
            start = min([start, *(self._start(one, zone) for one in _midnights(now, zone))])
        change = _change(now, now + _AROUND, zone)
        if change is not None and _offset(change, zone) < _offset(now, zone):
            # The clock is about to say once more what it says now, and PHP's moment goes back.
            start = min(start, self._start(change, zone))
        return _not_in_gap(start, zone)

    def room(self, instants: Sequence[datetime], now: datetime, zone: ZoneInfo) -> int:
        """How many may go now, after those of ``instants``, which are sorted."""
        counted = len(instants) - bisect_left(instants, self.since(now, zone))
        return max(0, self.volume - counted)

    def until(self, instants: Sequence[datetime], now: datetime, zone: ZoneInfo) -> datetime | None:
        """From when on one more may go, by seconds; None for never."""
        if self.volume <= 0:
            return None
        if len(instants) < self.volume:
            return now
        last = instants[-self.volume]  # once it no longer counts, there is room for one
        if self.since(now, zone) > last:
            return now
        after, step = now, timedelta(minutes=1)
        while self.since(after, zone) <= last:
            if after > now + _FARTHEST:
                return None
            before, after, step = after, after + step, step * 2
        while after - before > _EXACT:
            middle = before + (after - before) / 2
            if self.since(middle, zone) > last:
                after = middle
            else:
                before = middle
        return after

    def _start(self, now: datetime, zone: ZoneInfo) -> datetime:
        local = now.astimezone(zone)
        if self.startpoint == THIS_HOUR:
            return now - timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
        # In UTC: two times of one zone are compared by their hands, not as instants.
        return dates.parse(self.startpoint, local).astimezone(UTC)


def read(volume: str, startpoint: str, now: datetime, zone: ZoneInfo) -> Limit:
    """A limit as a person typed it. Raises Invalid (field volume or startpoint)."""
    volume = volume.strip()
    if not re.fullmatch("[0-9]{1,12}", volume) or int(volume) > MOST_VOLUME:
        wrong = say("“%(volume)s” is no number of messages.", volume=volume[:40])
        raise Invalid(
            wrong if volume else say("It is not said how many messages may go."),
            say("Type a whole number, 0 for none at all."),
            field="volume",
        )
    limit = Limit(int(volume), " ".join(startpoint.split()))
    if not limit.startpoint or len(limit.startpoint) > LONGEST_STARTPOINT:
        raise _unreadable(startpoint)
    try:
        ages = [
            one - limit.since(one, zone)
            for one in (now + timedelta(days=day, minutes=7 * day + 1) for day in range(8))
        ]
    except (ValueError, OverflowError):
        raise _unreadable(startpoint) from None
    if min(ages) < timedelta(0) or max(ages) <= timedelta(0):
        raise Invalid(
            say("“%(text)s” is not always in the past.", text=limit.startpoint),
            say("Messages are counted since that moment: choose one as today, or -24 hours."),
            field="startpoint",
        )
    return limit


def room(
    limits: Iterable[Limit], instants: Sequence[datetime], now: datetime, zone: ZoneInfo
) -> int | None:
    """How many may go now by all limits; None where there is none."""
    return min((one.room(instants, now, zone) for one in limits), default=None)


def coming(
    limits: Sequence[Limit], instants: Sequence[datetime], now: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, int]]:
    """When the next may go: instants with how many of them, as far as worked out in one go.

    ``instants`` are those of what left, sorted. Each number of messages counts for what comes
    after. Nothing comes where nothing can ever go.
    """
    left = list(instants)
    for _ in range(_MOST_INSTANTS):
        at = _all_allow(limits, left, now, zone)
        if at is None:
            return
        count = room(limits, left, at, zone) or 1
        yield at, count
        left.extend([at] * count)
        now = at


def _all_allow(
    limits: Sequence[Limit], instants: Sequence[datetime], now: datetime, zone: ZoneInfo
) -> datetime | None:
    at = now
    while True:
        wanted = [limit.until(instants, at, zone) for limit in limits]
        known = [one for one in wanted if one is not None]
        if len(known) < len(wanted):
            return None
        latest = max(known, default=at)
        if latest == at:
            return at
        at = latest


def _midnights(now: datetime, zone: ZoneInfo) -> list[datetime]:
    today = now.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    ahead = range(1, _DAYS_THAT_A_MONTH_MAY_MISS + 1)
    return [to_utc(today + timedelta(days=day), zone) for day in ahead]


def _not_in_gap(start: datetime, zone: ZoneInfo) -> datetime:
    """A time that the wall clock skipped means a later one: from the end of the gap it goes on."""
    change = _change(start - _AROUND, start, zone)
    if change is None:
        return start
    gap = _offset(start, zone) - _offset(start - _AROUND, zone)
    return change if start < change + gap else start


def _change(begin: datetime, end: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after a change of the clocks between two, which are some hours apart."""
    if _offset(begin, zone) == _offset(end, zone):
        return None
    before, after = begin, end
    while after - before > timedelta.resolution:
        middle = before + (after - before) / 2
        if _offset(middle, zone) == _offset(begin, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _unreadable(startpoint: str) -> Invalid:
    typed = startpoint.strip()[:60]
    return Invalid(
        say("“%(text)s” names no moment.", text=typed)
        if typed
        else say("It is not said since when messages count."),
        say("Write it in English as PHP reads it: today, -24 hours, first day of this month."),
        field="startpoint",
    )
