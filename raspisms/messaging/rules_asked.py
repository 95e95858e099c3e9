"""The rules of groups, asked of contacts: who is in, who could not be judged, and in what time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from raspisms import clock
from raspisms.errors import RaspismsError, Text, say
from raspisms.messaging.transactions import reading
from raspisms.models import Group
from raspisms.models import group as groups
from raspisms.sms import rules
from raspisms.sms.person import Person
from raspisms.sms.rules import Rule, RuleError, RuleFailure

#: Seconds for all contacts, where all must be known: to write to them.
MOST_SECONDS = 60.0
#: Names told of those whom one cause concerns.
_NAMES = 5


@dataclass(frozen=True)
class Unjudged:
    """Contacts whom a rule could not judge, for one cause; they are not in the group.

    ``cause`` is what was said of the first of them; ``names`` has only a few.
    """

    group: str
    cause: Text
    count: int
    names: tuple[str, ...]


class TooLong(RaspismsError):
    """Not all contacts could be judged in the time there is."""


class Deadline:
    """When the time for a pass over contacts is over."""

    def __init__(self, seconds: float) -> None:
        self._ends = clock.steady() + seconds

    @property
    def is_over(self) -> bool:
        return clock.steady() > self._ends


class Tally:
    """Those whom rules could not judge, by group and cause."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Text, int, tuple[str, ...]]] = {}

    def note(self, group: str, person: Person, failure: RuleFailure) -> None:
        key = (group, failure.message.msgid)
        cause, count, names = self._found.get(key, (failure.message, 0, ()))
        if len(names) < _NAMES:
            names = (*names, person.name or person.number)
        self._found[key] = (cause, count + 1, names)

    def told(self) -> tuple[Unjudged, ...]:
        """The most frequent first."""
        found = (Unjudged(key[0], *one) for key, one in self._found.items())
        return tuple(sorted(found, key=lambda one: (-one.count, one.group)))


def among(group_ids: Iterable[int]) -> Mapping[str, Rule]:
    """The rules of the smart groups among these and within them, by the name of the group.

    Raises RaspismsError where a stored rule cannot be read (any more).
    """
    query = groups.all_by_name().where(Group.rule.is_not(None))
    query = query.where(Group.id.in_(groups.within(group_ids)))
    return {group.name: of_group(group) for group in reading().scalars(query)}


def of_group(group: Group) -> Rule:
    """Raises RaspismsError where the stored rule cannot be read (any more)."""
    try:
        return rules.parse(group.rule or "")
    except RuleError as error:
        raise RaspismsError(
            say(
                "The rule of the group “%(name)s” cannot be read: %(problem)s",
                name=group.name,
                problem=error.message,
            ),
            say("Open the group and correct its rule."),
        ) from error


def is_in_any(asked: Mapping[str, Rule], person: Person, now: datetime, tally: Tally) -> bool:
    """Whether any rule holds; ``tally`` learns of what failed only where none does."""
    failures: list[tuple[str, RuleFailure]] = []
    for name, rule in asked.items():
        try:
            if rule.holds(person, now):
                return True
        except RuleFailure as failure:
            failures.append((name, failure))
    for name, failed in failures:
        tally.note(name, person, failed)
    return False


def too_long(asked: Iterable[str], seconds: float) -> TooLong:
    names = ", ".join(asked)
    return TooLong(
        say(
            "The rules of %(names)s could not be asked of all contacts within %(seconds)d seconds.",
            names=names,
            seconds=round(seconds),
        ),
        say("Make them simpler, above all what “matches” looks for."),
    )
