"""Who is in groups: lists, groups within them and rules resolved, each person once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from raspisms.errors import RaspismsError
from raspisms.messaging import rules_asked
from raspisms.messaging.people import Row, rows, rows_of
from raspisms.messaging.rules_asked import Deadline, Tally, Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Group, GroupGroup
from raspisms.models import contact as contacts
from raspisms.models import group as groups
from raspisms.sms.person import Person
from raspisms.sms.rules import Rule, RuleFailure

#: Rules are asked for a list of groups where there are at most so many contacts, and for so long.
_COUNTED_AT_ONCE = 5000
_SECONDS_TO_COUNT = 1.0


@dataclass(frozen=True)
class Gathered:
    """The people of some groups, by name, and who may have been one of them but for its rule."""

    people: list[Person]
    unjudged: tuple[Unjudged, ...] = ()


def people(group_ids: Iterable[int], now: datetime) -> list[Person]:
    """The people of some groups, by name, each once; whom a rule could not judge is left out.

    ``now`` is in the household's zone. Raises as ``gather`` does.
    """
    return gather(group_ids, now).people


def gather(group_ids: Iterable[int], now: datetime) -> Gathered:
    """The same, with those whom a rule could not judge.

    Raises RaspismsError where a rule cannot be read any more, and TooLong, which is one, where
    rules take too long: who is in is known of all contacts or not at all.
    """
    group_ids, tally = list(group_ids), Tally()
    found = _found(group_ids, rules_asked.among(group_ids), now, tally)
    found.sort(key=lambda row: (row.name_key, row.contact_id))
    return Gathered([row.person for row in found], tally.told())


def smart_ids(
    group_ids: Iterable[int], now: datetime, seconds: float = rules_asked.MOST_SECONDS
) -> tuple[list[int], tuple[Unjudged, ...]]:
    """The ids of the contacts for whom a rule among or within these groups holds.

    Raises as ``gather`` does.
    """
    tally = Tally()
    asked = rules_asked.among(group_ids)
    found = _by_rules(asked, frozenset(), now, tally, seconds) if asked else []
    return [row.contact_id for row in found], tally.told()


def listed_counts() -> dict[int, int]:
    """How many people are in the list of each group and in those within; no rule is asked."""
    return dict(reading().execute(groups.counts()).all())


def counts(now: datetime) -> dict[int, int | None]:
    """How many people are in each group, each once; None where asking its rules takes too long.

    A group without people may be missing.
    """
    found: dict[int, int | None] = dict(listed_counts())
    smart = _smart_within()
    if not smart:
        return found
    held = _holders(now)
    for group_id, within in smart.items():
        known = [held[smart_id] for smart_id in within if smart_id in held]
        if len(known) < len(within):
            found[group_id] = None
        else:
            listed = reading().scalars(groups.listed_in([group_id]))
            found[group_id] = len(set(listed).union(*known))
    return found


def _found(
    group_ids: list[int], asked: Mapping[str, Rule], now: datetime, tally: Tally
) -> list[Row]:
    listed = frozenset(reading().scalars(groups.listed_in(group_ids)))
    if not asked:
        return list(rows_of(listed))
    return _by_rules(asked, listed, now, tally, rules_asked.MOST_SECONDS)


def _by_rules(
    asked: Mapping[str, Rule],
    listed: frozenset[int],
    now: datetime,
    tally: Tally,
    seconds: float,
) -> list[Row]:
    found, deadline = [], Deadline(seconds)
    for row in rows(select(Contact)):
        if row.contact_id in listed or rules_asked.is_in_any(asked, row.person, now, tally):
            found.append(row)
        if deadline.is_over:
            raise rules_asked.too_long(asked, seconds)
    return found


def _smart_within() -> dict[int, set[int]]:
    """For each group that is or holds smart ones, however deep: which."""
    found = {group_id: {group_id} for group_id in _smart_groups()}
    edges = reading().execute(select(GroupGroup.parent_id, GroupGroup.child_id)).all()
    changed = bool(found)
    while changed:  # as often as groups are deep
        changed = False
        for parent_id, child_id in edges:
            more = found.get(child_id, set()) - found.get(parent_id, set())
            if more:
                found.setdefault(parent_id, set()).update(more)
                changed = True
    return found


def _smart_groups() -> list[int]:
    return list(reading().scalars(select(Group.id).where(Group.rule.is_not(None))))


def _holders(now: datetime) -> dict[int, set[int]]:
    """The contacts of each smart group whose rule can be read; none where that takes too long."""
    if reading().scalars(contacts.count()).one() > _COUNTED_AT_ONCE:
        return {}
    asked: dict[int, Rule] = {}
    for group in reading().scalars(groups.all_by_name().where(Group.rule.is_not(None))):
        try:
            asked[group.id] = rules_asked.of_group(group)
        except RaspismsError:
            continue
    held: dict[int, set[int]] = {group_id: set() for group_id in asked}
    deadline = Deadline(_SECONDS_TO_COUNT)
    for row in rows(select(Contact)):
        for group_id, rule in asked.items():
            if deadline.is_over:
                return {}
            if _holds(rule, row.person, now):
                held[group_id].add(row.contact_id)
    return held


def _holds(rule: Rule, person: Person, now: datetime) -> bool:
    try:
        return rule.holds(person, now)
    except RuleFailure:
        return False
