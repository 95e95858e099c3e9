"""The pages of a group with a list: who is in it, and through what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, union

from raspisms.errors import RaspismsError
from raspisms.messaging import people, rules_asked
from raspisms.messaging.group_people import smart_ids
from raspisms.messaging.rules_asked import Tally, Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Group, GroupContact
from raspisms.models import group as groups
from raspisms.models.base import listed

PAGE = 50
#: A page asks the rules within a group for no longer.
_SECONDS = 8.0


@dataclass(frozen=True)
class GroupMember:
    """A contact in a group: in its own list, or through groups within it, by name."""

    contact: Contact
    is_direct: bool
    through: tuple[str, ...]


@dataclass(frozen=True)
class MemberPage:
    """Members by name. ``problem`` is why those of smart groups within are not among them."""

    members: list[GroupMember]
    count: int
    page: int
    has_next: bool
    unjudged: tuple[Unjudged, ...] = ()
    problem: RaspismsError | None = None


def listing(group: Group, now: datetime, page: int = 1) -> MemberPage:
    """Who is in a group with a list, with those of the groups within it."""
    problem, by_rule, unjudged = None, list[int](), tuple[Unjudged, ...]()
    try:
        by_rule, unjudged = smart_ids([group.id], now, _SECONDS)
    except RaspismsError as error:
        problem = error
    ids = _ids(group.id, by_rule)
    count = reading().scalars(select(func.count()).select_from(ids.subquery())).one()
    query = select(Contact).where(Contact.id.in_(ids)).order_by(Contact.name_key, Contact.id)
    query = query.offset((page - 1) * PAGE).limit(PAGE + 1)
    found = list(reading().scalars(query))
    members = _with_groups(group, found[:PAGE], now, ask_rules=problem is None)
    return MemberPage(members, count, page, len(found) > PAGE, unjudged, problem)


def listed_among(group_id: int, contact_ids: Iterable[int]) -> set[int]:
    """Which of these contacts are in the own list of a group."""
    query = select(GroupContact.contact_id).where(GroupContact.group_id == group_id)
    return set(reading().scalars(query.where(GroupContact.contact_id.in_(list(contact_ids)))))


def _ids(group_id: int, by_rule: Sequence[int]) -> Select[int]:
    both = union(groups.listed_in([group_id]), listed(by_rule)).subquery()
    return select(both.c[0])


def _with_groups(
    group: Group, found: Sequence[Contact], now: datetime, *, ask_rules: bool
) -> list[GroupMember]:
    held: dict[int, list[tuple[int, str]]] = {}
    query = select(GroupContact.contact_id, Group.id, Group.name)
    query = query.join(Group, Group.id == GroupContact.group_id)
    query = query.where(GroupContact.contact_id.in_([one.id for one in found]))
    query = query.where(Group.id.in_(groups.within([group.id]))).order_by(Group.name_key)
    for contact_id, group_id, name in reading().execute(query):
        held.setdefault(contact_id, []).append((group_id, name))
    asked = rules_asked.among([group.id]) if ask_rules else {}
    members = []
    for contact in found:
        lists, person = held.get(contact.id, []), people.of_contact(contact)
        through = [name for group_id, name in lists if group_id != group.id]
        for name, rule in asked.items():
            if rules_asked.is_in_any({name: rule}, person, now, Tally()):
                through.append(name)
        is_direct = any(group_id == group.id for group_id, _ in lists)
        members.append(GroupMember(contact, is_direct, tuple(through)))
    return members
