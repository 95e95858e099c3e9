"""To whom a message goes in the end: those named one by one and those in groups, each once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from raspisms.errors import Invalid, RaspismsError, say
from raspisms.messaging import excepted, groups, people, recipients
from raspisms.messaging.engine import Engine
from raspisms.messaging.groups import Gathered
from raspisms.messaging.recipients import Recipients, UnusableRecipient
from raspisms.messaging.rules_asked import Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Group
from raspisms.sms.person import Person

if TYPE_CHECKING:
    from raspisms.messaging.drafting import Draft

NOTHING: Mapping[int, Mapping[str, str]] = {}


@dataclass(frozen=True)
class Audience:
    """``people`` in the order of their naming, then those of groups by name, each once.

    ``groups`` are the names of the chosen groups by id; ``named`` is how many of the people were
    named one by one, ``repeated`` how many of all were named once more.
    """

    people: tuple[Person, ...] = ()
    groups: Mapping[int, str] | None = None
    named: int = 0
    repeated: int = 0
    unusable: tuple[UnusableRecipient, ...] = ()
    #: Whom the rule of a group could not judge: they are not in it.
    unjudged: tuple[Unjudged, ...] = ()
    #: Who would get it, but for the exclusions.
    excluded: tuple[Person, ...] = ()
    #: Those of ``people`` who were named more than once.
    again: tuple[Person, ...] = ()

    @property
    def is_direct(self) -> bool:
        """Whether it is one person, named by number or name."""
        return not self.groups and not self.excluded and len(self.people) == 1

    def as_kept(self) -> dict[str, object]:
        """What is stored of it with a campaign: no numbers, so that erased people leave it."""
        chosen = [{"id": one, "name": name} for one, name in (self.groups or {}).items()]
        return {
            "named": self.named,
            "groups": chosen,
            "repeated": self.repeated,
            "unjudged": sum(one.count for one in self.unjudged),
            "excluded": len(self.excluded),
        }


def read(
    engine: Engine,
    typed: str,
    group_ids: Sequence[int],
    now: datetime,
    *,
    with_data: bool = True,
    beside: Mapping[int, Mapping[str, str]] = NOTHING,
    exclude: str = "",
    exclude_groups: Sequence[int] = (),
) -> Audience:
    """Whom ``typed`` and the groups ``group_ids`` mean; ``now`` is for rules.

    Without ``with_data`` nothing but their numbers is known of those who were named one by one.
    ``beside`` is more data of those on some lines of ``typed``, which outweighs their contact's.
    Whoever ``exclude`` and ``exclude_groups`` mean is not among them. Raises Invalid (fields
    "number" and "groups", "exclude" and "exclude_groups") where nobody is meant, or too many.
    """
    to = named(engine, typed, group_ids)
    chosen = _names((*group_ids, *to.groups))
    gathered = _gathered(chosen, now)
    found = _by_number(to, gathered.people, beside, with_data=with_data)
    left_out = excepted.read(engine, exclude, exclude_groups, now)
    excluded = [found.pop(number) for number in list(found) if number in left_out.numbers]
    if len(found) > recipients.MOST:
        raise recipients.too_many(len(found))
    if excluded and not found:
        raise excepted.nobody_left(len(excluded))
    if not found and not to.unusable:
        raise _nobody_in_groups("groups" if group_ids else "number")
    for one in to.unusable:
        one.others = len(found)
    repeated = to.repeated + len(to.numbers) + len(gathered.people) - len(found) - len(excluded)
    return Audience(
        tuple(found.values()),
        chosen,
        sum(number in found for number in to.numbers),
        repeated,
        to.unusable,
        (*gathered.unjudged, *left_out.unjudged),
        tuple(excluded),
        _named_again(to, gathered.people, found),
    )


def of(engine: Engine, draft: "Draft", now: datetime, *, with_data: bool = True) -> Audience:
    """Whom a draft means: ``read`` with all that it says of them."""
    return read(
        engine,
        draft.recipients,
        draft.groups,
        now,
        with_data=with_data,
        beside=draft.data,
        exclude=draft.exclude,
        exclude_groups=draft.exclude_groups,
    )


def _by_number(
    to: Recipients,
    listed: Sequence[Person],
    beside: Mapping[int, Mapping[str, str]],
    *,
    with_data: bool,
) -> dict[str, Person]:
    """Each of those who were named and of those in groups once: the named ones first."""
    known = people.of_numbers(to.numbers) if with_data else {}
    found = {
        number: _with(known.get(number) or Person(number), beside.get(to.lines[number]))
        for number in to.numbers
    }
    for person in listed:
        found.setdefault(person.number, person)
    return found


def _nobody_in_groups(field: str) -> Invalid:
    return Invalid(
        say("Nobody is in the groups that you chose."),
        say("Put contacts into them, or choose others."),
        field=field,
    )


def _named_again(
    to: Recipients, listed: Sequence[Person], found: Mapping[str, Person]
) -> tuple[Person, ...]:
    twice = {person.number for person in listed}.intersection(to.numbers).union(to.again)
    return tuple(person for number, person in found.items() if number in twice) if twice else ()


def _with(person: Person, data: Mapping[str, str] | None) -> Person:
    return replace(person, data={**person.data, **data}) if data else person


def named(engine: Engine, typed: str, group_ids: Sequence[int]) -> Recipients:
    """What was typed, which may be nothing where groups are chosen."""
    if group_ids and recipients.names_nobody(typed):
        return Recipients(())
    return recipients.read(engine, typed)


def given(engine: Engine, draft: "Draft") -> Mapping[str, Mapping[str, str]]:
    """What a draft says of people beside their numbers, by number."""
    if not draft.data:
        return {}
    lines = named(engine, draft.recipients, draft.groups).lines
    return {number: draft.data[line] for number, line in lines.items() if line in draft.data}


def _gathered(group_ids: Iterable[int], now: datetime) -> Gathered:
    try:
        return groups.gather(group_ids, now)
    except RaspismsError as error:
        raise Invalid(error.message, error.hint, "groups") from error


def _names(group_ids: Sequence[int]) -> dict[int, str]:
    """The names of groups in the order of their choosing. Raises Invalid where one is gone."""
    wanted = list(dict.fromkeys(group_ids))
    if not wanted:
        return {}
    # There never are more than so many, nor could the database be asked for all.
    query = select(Group.id, Group.name).where(Group.id.in_(wanted[: groups.MOST]))
    names = dict(reading().execute(query).all())
    if len(names) < len(wanted):
        raise Invalid(
            say("A group that you chose was removed meanwhile."),
            say("Look at the list of groups, then send again."),
            field="groups",
        )
    return {group_id: names[group_id] for group_id in wanted}
