"""Smart groups: a rule says who is in. It is asked anew whenever somebody wants to know."""

import heapq
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from raspisms.errors import RaspismsError
from raspisms.messaging import contacts, groups, people, rules_asked
from raspisms.messaging.people import Row
from raspisms.messaging.rules_asked import Deadline, Tally, Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Group, Member
from raspisms.models import contact as contact_queries
from raspisms.models import group as group_queries
from raspisms.sms import rules
from raspisms.sms.rules import Part, Rule, RuleFailure, builder
from raspisms.sms.rules.conditions import Condition

#: Contacts whom a preview names.
SHOWN = 20
#: A preview looks no longer.
_SECONDS = 8.0
#: All rules, asked of one contact.
_SECONDS_FOR_ONE = 1.0


@dataclass(frozen=True)
class Preview:
    """For whom a rule holds now: how many, and the first by name.

    Where time was over before all contacts had been looked at, ``is_whole`` is false, and all this
    is about the ``looked_at`` first ones only, in no order that means anything.
    """

    count: int
    first: list[Row]
    looked_at: int
    total: int
    unjudged: tuple[Unjudged, ...]

    @property
    def is_whole(self) -> bool:
        return self.looked_at == self.total


@dataclass(frozen=True)
class Why:
    """Whether a contact is in, with each part of the rule; None where it could not be judged."""

    contact: Contact
    holds: bool | None
    problem: RaspismsError | None
    parts: list[Part]


@dataclass(frozen=True)
class Judged:
    """A condition, and whether a contact meets it: None where ``problem`` says why nobody can tell.

    ``value`` is what they have there: empty for nothing, None for moments, which no one has typed.
    """

    condition: Condition
    holds: bool | None
    value: str | None
    problem: RaspismsError | None = None


def add(member: Member | None, name: str, rule: str) -> Group:
    """Raises as ``groups.add`` and ``rules.parse`` do."""
    rules.parse(rule)
    return groups.add(member, name, rule)


def change(
    member: Member | None, group_id: int, name: str, rule: str, *, seen: datetime | None = None
) -> Group:
    """Raises as ``groups.change`` and ``rules.parse`` do."""
    rules.parse(rule)
    return groups.change(member, group_id, name, rule, seen=seen)


def preview(rule: Rule, name: str, now: datetime, seconds: float = _SECONDS) -> Preview:
    """For whom a rule, stored or not, holds now; ``name`` is the group's."""
    total = reading().scalars(contact_queries.count()).one()
    tally, deadline = Tally(), Deadline(seconds)
    count, looked_at, first = 0, 0, list[Row]()
    for row in people.rows(select(Contact)):
        if deadline.is_over:
            break
        looked_at += 1
        if rules_asked.is_in_any({name: rule}, row.person, now, tally):
            count += 1
            first.append(row)
            if len(first) > 50 * SHOWN:
                first = _first(first)
    return Preview(count, _first(first), looked_at, total, tally.told())


def around(contact: Contact, now: datetime, seconds: float = _SECONDS_FOR_ONE) -> list[Group]:
    """The smart groups whose rule holds for a contact, by name; those found until time is over.

    What cannot be judged is none of them: the group's own page says why.
    """
    person, deadline = people.of_contact(contact), Deadline(seconds)
    found = []
    for group in reading().scalars(group_queries.all_by_name().where(Group.rule.is_not(None))):
        if deadline.is_over:
            break
        try:
            if rules_asked.of_group(group).holds(person, now):
                found.append(group)
        except RaspismsError:
            continue
    return found


def why(rule: Rule, contact_id: int, now: datetime) -> Why:
    """Why a contact is in or not. Raises NotFound where there is no such contact."""
    contact = contacts.get(contact_id)
    person = people.of_contact(contact)
    parts = rule.why(person, now)
    try:
        return Why(contact, rule.holds(person, now), None, parts)
    except RuleFailure as failure:
        return Why(contact, None, failure, parts)


def judged(condition: Condition, contact: Contact, now: datetime) -> Judged:
    """Whether a contact meets one condition of a rule."""
    person = people.of_contact(contact)
    known = {"contact_metas.name": contact.name, "contact_metas.number": contact.number}
    known |= {f"contact.{key}": value for key, value in person.data.items()}
    is_data = condition.field.startswith("contact.")
    value = known.get(condition.field, "" if is_data else None)
    try:
        holds = rules.parse(builder.write(condition)).holds(person, now)
    except RuleFailure as failure:
        return Judged(condition, None, value, failure)
    return Judged(condition, holds, value)


def _first(found: list[Row]) -> list[Row]:
    return heapq.nsmallest(SHOWN, found, key=lambda row: (row.name_key, row.contact_id))
