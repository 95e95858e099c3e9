"""Schedules: when something runs, on the clock of a household."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from raspisms.errors import Invalid, Text, say
from raspisms.sms.localtime import to_utc
from raspisms.sms.recurrence import holidays as public_holidays
from raspisms.sms.recurrence import occurrences, rules, words
from raspisms.sms.recurrence.holidays import GO, Holidays, no_holidays

#: More than any change of a clock moves a time.
_CHANGE = timedelta(days=2)


@dataclass(frozen=True)
class Run:
    """One run: its instant, aware in UTC, and the wall-clock time that the schedule names for it.

    They differ (``moved``) where a public holiday or the change of the clocks moves it.
    """

    at: datetime
    asked: datetime
    moved: bool = False


class Schedule(ABC):
    """When something runs; a value, which ``as_kept`` writes down and ``of`` reads again."""

    #: How it is told from the others where it is kept.
    kind: ClassVar[str]

    @staticmethod
    def of(kept: Mapping[str, Any]) -> "Schedule":
        """The schedule that was kept. Raises Invalid for what is none."""
        for kind in (Once, Repeated, Birthdays):
            if kept.get("kind") == kind.kind:
                try:
                    return kind._read(kept)
                except (KeyError, TypeError, ValueError):
                    break
        raise Invalid(
            say("This schedule cannot be read."), say("Choose again when it goes."), field="kind"
        )

    @abstractmethod
    def as_kept(self) -> dict[str, Any]:
        """It as JSON can keep it."""

    @classmethod
    @abstractmethod
    def _read(cls, kept: Mapping[str, Any]) -> "Schedule": ...

    @abstractmethod
    def sentence(self) -> Text:
        """When it runs, for a person to read."""

    @abstractmethod
    def _asked(self, since: datetime) -> Iterator[datetime]:
        """The wall-clock times that it names, at or after one; naive, in their order."""

    def _placed(self, wall: datetime, holidays: Holidays) -> datetime | None:
        """When a run goes that is named for ``wall``; None where it does not."""
        return wall

    @property
    def _latest(self) -> timedelta:
        """By how much a run may be later than the schedule names it."""
        return _CHANGE

    def after(
        self, instant: datetime, zone: ZoneInfo, holidays: Holidays = no_holidays
    ) -> datetime | None:
        """The first run after an instant (aware), aware in UTC; None where there is none."""
        run = self.next_run(instant, zone, holidays)
        return run.at if run else None

    def next_run(
        self, instant: datetime, zone: ZoneInfo, holidays: Holidays = no_holidays
    ) -> Run | None:
        """The first run after an instant, with what the schedule names for it.

        Runs that fall on the same instant, because one was moved there, are one.
        """
        local = instant.astimezone(zone).replace(tzinfo=None)
        found: Run | None = None
        for wall in self._asked(local - self._latest):
            # No run is earlier than it is named, so that none of those to come can be the first.
            if found and to_utc(wall, zone) > found.at:
                break
            placed = self._placed(wall, holidays)
            if placed is None:
                continue
            at = to_utc(placed, zone)
            if at > instant and (found is None or at <= found.at):
                found = Run(at, wall, at.astimezone(zone).replace(tzinfo=None) != wall)
        return found

    def next_runs(
        self, count: int, instant: datetime, zone: ZoneInfo, holidays: Holidays = no_holidays
    ) -> tuple[Run, ...]:
        """The first ``count`` runs after an instant, or as many as there are."""
        runs: list[Run] = []
        while len(runs) < count and (run := self.next_run(instant, zone, holidays)):
            runs.append(run)
            instant = run.at
        return tuple(runs)

    def next_dates(
        self, count: int, instant: datetime, zone: ZoneInfo, holidays: Holidays = no_holidays
    ) -> tuple[datetime, ...]:
        """The instants of the first ``count`` runs after an instant, aware in UTC."""
        return tuple(run.at for run in self.next_runs(count, instant, zone, holidays))


@dataclass(frozen=True)
class Once(Schedule):
    """At one wall-clock time, naive."""

    kind = "once"
    at: datetime

    def as_kept(self) -> dict[str, Any]:
        return {"kind": self.kind, "at": self.at.isoformat(timespec="minutes")}

    @classmethod
    def _read(cls, kept: Mapping[str, Any]) -> "Once":
        return cls(_wall(kept["at"]))

    def sentence(self) -> Text:
        return words.once(self.at)

    def _asked(self, since: datetime) -> Iterator[datetime]:
        if self.at >= since:
            yield self.at


@dataclass(frozen=True)
class Repeated(Schedule):
    """By a rule, from a day on, at a time of day.

    ``on_holiday`` is a key of ``holidays.CHOICES``; ``country`` whose public holidays count: a code
    that the caller gives a meaning ("" for none).
    """

    kind = "repeated"
    starts: date
    at: time
    rule: rules.Rule
    on_holiday: str = GO
    country: str = ""

    def as_kept(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "starts": self.starts.isoformat(),
            "at": self.at.isoformat(timespec="minutes"),
            "rule": str(self.rule),
            "on_holiday": self.on_holiday,
            "country": self.country,
        }

    @classmethod
    def _read(cls, kept: Mapping[str, Any]) -> "Repeated":
        choice, country = kept.get("on_holiday", GO), kept.get("country", "")
        if choice not in public_holidays.CHOICES or not isinstance(country, str):
            raise ValueError(choice)
        rule = rules.parse(kept["rule"])
        return cls(date.fromisoformat(kept["starts"]), _time(kept["at"]), rule, choice, country)

    def sentence(self) -> Text:
        return words.repeated(self.rule, self.at, self.starts, self.on_holiday)

    def _asked(self, since: datetime) -> Iterator[datetime]:
        # Hours that the rule names are in place of that of ``at``, on the first day too.
        at = self.at.replace(hour=min(self.rule.hours)) if self.rule.hours else self.at
        return occurrences.walls(self.rule, datetime.combine(self.starts, at), since)

    @property
    def _latest(self) -> timedelta:
        moves = self.on_holiday == public_holidays.MOVE
        return _CHANGE + public_holidays.FARTHEST_MOVE if moves else _CHANGE

    def _placed(self, wall: datetime, holidays: Holidays) -> datetime | None:
        return public_holidays.placed(wall, self.on_holiday, holidays)


@dataclass(frozen=True)
class Birthdays(Schedule):
    """Each day at a time of day, for those whose birthday it is: ``key`` names the data that say.

    ``birthdays.is_birthday`` tells of whom. Public holidays make no difference.
    """

    kind = "birthdays"
    starts: date
    at: time
    key: str
    until: date | None = None

    def as_kept(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "starts": self.starts.isoformat(),
            "at": self.at.isoformat(timespec="minutes"),
            "key": self.key,
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def _read(cls, kept: Mapping[str, Any]) -> "Birthdays":
        if not isinstance(kept["key"], str):
            raise TypeError
        until = date.fromisoformat(kept["until"]) if kept.get("until") else None
        return cls(date.fromisoformat(kept["starts"]), _time(kept["at"]), kept["key"], until)

    def sentence(self) -> Text:
        return words.on_birthdays(self.key, self.at, self.starts, self.until)

    def _asked(self, since: datetime) -> Iterator[datetime]:
        daily = rules.Rule(rules.DAILY, until=self.until)
        return occurrences.walls(daily, datetime.combine(self.starts, self.at), since)

    def day_of(self, run: datetime, zone: ZoneInfo) -> date:
        """The day whose birthdays a run (its own instant, however late it is made) is for."""
        return run.astimezone(zone).date()


def _wall(text: str) -> datetime:
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is not None:
        raise ValueError(text)
    return wall


def _time(text: str) -> time:
    at = time.fromisoformat(text)
    if at.tzinfo is not None:
        raise ValueError(text)
    return at
