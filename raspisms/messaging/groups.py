"""Groups: a name for several contacts, in a list or by a rule; lists may hold other groups.

Names are unique among groups of both kinds. A contact may bear the same name: who reads what was
typed asks ``named`` and ``contacts.numbers_named``, and sees where both know a name.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CursorResult, Executable, Select, delete, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, say
from raspisms.messaging import journal, overtaken
from raspisms.messaging.group_people import Gathered, gather, people
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Contact, Group, GroupContact, Member
from raspisms.models import group as groups
from raspisms.models.base import listed
from raspisms.sms.names import LONGEST_NAME, clean_name, sort_key

__all__ = ["Gathered", "gather", "people"]

#: More than anyone keeps apart, few enough for one page.
MOST = 1000


def choices() -> list[tuple[int, str, bool]]:
    """All groups by name, as (id, name, whether it is a smart one)."""
    query = select(Group.id, Group.name, Group.rule.is_not(None)).order_by(Group.name_key)
    return [(found, name, bool(smart)) for found, name, smart in reading().execute(query)]


def listing() -> list[Group]:
    """All groups by name."""
    return list(reading().scalars(groups.all_by_name()))


def get(group_id: int) -> Group:
    """Raises NotFound where there is none (any more)."""
    return one(reading(), group_id)


def named(names: Iterable[str]) -> dict[str, int]:
    """For each of ``names``, as it was typed, that a group bears: the id of that group."""
    keys = {name: sort_key(name) for name in names if len(name) <= 2 * LONGEST_NAME}
    if not keys:
        return {}
    query = select(Group.name_key, Group.id).where(Group.name_key.in_(listed(set(keys.values()))))
    found = dict(reading().execute(query).all())
    return {name: found[key] for name, key in keys.items() if key in found}


def of_contact(contact_id: int) -> list[tuple[int, str]]:
    """The groups in whose own list a contact is, by name, as (id, name)."""
    query = select(Group.id, Group.name).join(GroupContact, GroupContact.group_id == Group.id)
    query = query.where(GroupContact.contact_id == contact_id).order_by(Group.name_key)
    return [(group_id, name) for group_id, name in reading().execute(query)]


def add(member: Member | None, name: str, rule: str | None = None) -> Group:
    """A new group: a list, or with ``rule`` a smart one, whose rule was read before.

    Raises Invalid and Conflict (name).
    """
    name, now = clean_name(name), clock.now()
    with writing() as session:
        _refuse_taken(session, name, None)
        _refuse_too_many(session)
        group = Group(name=name, name_key=sort_key(name), rule=rule, created_at=now, updated_at=now)
        session.add(group)
        journal.note(session, member, "group.added", name)
    return group


def change(
    member: Member | None,
    group_id: int,
    name: str,
    rule: str | None = None,
    *,
    seen: datetime | None = None,
) -> Group:
    """Another name, and for a smart group another rule.

    ``seen`` is the ``updated_at`` of what the change was made from. Raises as ``add`` does,
    NotFound, and Conflict without a field where the group was changed since.
    """
    name = clean_name(name)
    with writing() as session:
        group = one(session, group_id)
        _refuse_taken(session, name, group_id)
        changed: dict[str, object] = {}
        before = group.name
        if name != group.name:
            changed["after"] = name
        if group.rule is not None and rule is not None and rule != group.rule:
            changed["changed"] = ["rule"]
        if changed:
            message = say("Somebody else changed this group meanwhile.")
            overtaken.refuse(group.updated_at, seen, message)
            group.name, group.name_key = name, sort_key(name)
            group.rule = rule if "changed" in changed else group.rule
            group.updated_at = clock.now()
            journal.note(session, member, "group.changed", before, **changed)
    return group


def remove(member: Member | None, group_id: int) -> None:
    """Forget a group; its contacts stay, and so do groups within it. Raises NotFound."""
    with writing() as session:
        group = one(session, group_id)
        journal.note(session, member, "group.removed", group.name)
        session.execute(delete(Group).where(Group.id == group_id))
        session.expunge(group)


def add_contacts(group_id: int, contact_ids: Iterable[int] | Select[int]) -> int:
    """Put contacts into the list of a group: their ids, or a query of ids; how many are new in it.

    Ids of no contact are passed over. Raises NotFound, and Invalid for a smart group.
    """
    with writing() as session:
        require_list(one(session, group_id))
        found = select(literal(group_id), Contact.id).where(Contact.id.in_(_ids(contact_ids)))
        put = insert(GroupContact).from_select(["group_id", "contact_id"], found)
        return _rows_of(session, put.on_conflict_do_nothing())


def remove_contacts(group_id: int, contact_ids: Iterable[int] | Select[int]) -> int:
    """Take contacts out of the list of a group; how many were in it. Raises NotFound."""
    with writing() as session:
        one(session, group_id)
        taken = delete(GroupContact).where(
            GroupContact.group_id == group_id, GroupContact.contact_id.in_(_ids(contact_ids))
        )
        return _rows_of(session, taken)


def note_used(session: Session, group_ids: Iterable[int], now: datetime) -> None:
    """Somebody wrote to these groups, in the transaction that stores what was written."""
    session.execute(update(Group).where(Group.id.in_(list(group_ids))).values(used_at=now))


def one(session: Session, group_id: int) -> Group:
    """A group by its id, in a session. Raises NotFound."""
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound(
            say("There is no such group any more."), say("Go back to the list of groups.")
        )
    return group


def _ids(contact_ids: Iterable[int] | Select[int]) -> Select[int]:
    return contact_ids if isinstance(contact_ids, Select) else listed(contact_ids)


def _rows_of(session: Session, statement: Executable) -> int:
    """How many rows a statement that writes has made or taken away."""
    result = session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def require_list(group: Group) -> None:
    """Raises Invalid for a smart group."""
    if group.rule is not None:
        raise Invalid(
            say("“%(name)s” is a smart group: its rule says who is in it.", name=group.name),
            say("Change its rule, or choose a group with a list."),
        )


def _refuse_taken(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalars(groups.by_name(sort_key(name))).one_or_none()
    if taken is not None and taken.id != own_id:
        raise Conflict(
            say("There is a group named “%(name)s” already.", name=taken.name),
            say("Choose another name."),
            field="name",
        )


def _refuse_too_many(session: Session) -> None:
    if session.scalars(select(func.count()).select_from(Group)).one() >= MOST:
        raise Invalid(
            say("There are %(most)d groups, and no more are possible.", most=MOST),
            say("Remove a group that nobody needs."),
        )
