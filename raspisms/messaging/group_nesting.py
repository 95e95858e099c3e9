"""Groups within the lists of groups: as deep as anyone likes, and never in a circle.

Whether a circle would close is found out in the transaction that puts one into the other: whoever
writes is alone, so that two acts at once cannot close one together.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Invalid, say
from raspisms.messaging import journal
from raspisms.messaging.groups import one, require_list
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Group, GroupGroup, Member
from raspisms.models import group as groups


def put_within(member: Member | None, parent_id: int, child_id: int) -> bool:
    """Put one group into the list of another; whether it was not there yet.

    Raises NotFound, and Invalid (group) where that would be a circle or the other has no list.
    """
    with writing() as session:
        parent, child = one(session, parent_id), one(session, child_id)
        require_list(parent)
        _refuse_circle(session, parent, child)
        if session.get(GroupGroup, (parent_id, child_id)) is not None:
            return False
        session.add(GroupGroup(parent_id=parent_id, child_id=child_id))
        _note(session, member, parent)
    return True


def take_out(member: Member | None, parent_id: int, child_id: int) -> bool:
    """Take one group out of the list of another; whether it was there. Raises NotFound."""
    with writing() as session:
        parent = one(session, parent_id)
        if session.get(GroupGroup, (parent_id, child_id)) is None:
            return False
        held = (GroupGroup.parent_id == parent_id) & (GroupGroup.child_id == child_id)
        session.execute(delete(GroupGroup).where(held))
        _note(session, member, parent)
    return True


def children(group_id: int) -> list[Group]:
    """The groups in the list of a group itself, by name."""
    query = groups.all_by_name().join(GroupGroup, GroupGroup.child_id == Group.id)
    return list(reading().scalars(query.where(GroupGroup.parent_id == group_id)))


def parents(group_id: int) -> list[Group]:
    """The groups that hold a group in their own list, by name."""
    query = groups.all_by_name().join(GroupGroup, GroupGroup.parent_id == Group.id)
    return list(reading().scalars(query.where(GroupGroup.child_id == group_id)))


def holders() -> dict[int, list[str]]:
    """For each group that is within others: the names of those that hold it in their own list."""
    query = select(GroupGroup.child_id, Group.name).join(Group, Group.id == GroupGroup.parent_id)
    found: dict[int, list[str]] = {}
    for child_id, name in reading().execute(query.order_by(Group.name_key)):
        found.setdefault(child_id, []).append(name)
    return found


def possible(group_id: int) -> list[tuple[int, str]]:
    """What can be put into a group, by name: neither is it there nor would it be a circle."""
    held_by: dict[int, list[int]] = {}
    for parent_id, held in _children(reading()).items():
        for child_id in held:
            held_by.setdefault(child_id, []).append(parent_id)
    no_more = {child.id for child in children(group_id)} | set(_reached(held_by, group_id))
    query = select(Group.id, Group.name).order_by(Group.name_key)
    return [(found, name) for found, name in reading().execute(query) if found not in no_more]


def _refuse_circle(session: Session, parent: Group, child: Group) -> None:
    if parent.id == child.id:
        raise Invalid(
            say("A group cannot be within itself."), say("Choose another group."), field="group"
        )
    reached = _reached(_children(session), child.id)
    if parent.id not in reached:
        return
    path = _path(reached, parent.id)
    found = session.execute(select(Group.id, Group.name).where(Group.id.in_(path)))
    names = dict(found.all())
    raise Invalid(
        say(
            "“%(child)s” cannot be put into “%(parent)s”, because it is around it: %(path)s.",
            child=child.name,
            parent=parent.name,
            path=" › ".join(names[group_id] for group_id in path),
        ),
        say("Take one of these out of the one before it first."),
        field="group",
    )


def _children(session: Session) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    for parent_id, child_id in session.execute(select(GroupGroup.parent_id, GroupGroup.child_id)):
        held.setdefault(parent_id, []).append(child_id)
    return held


def _reached(held: Mapping[int, Iterable[int]], start: int) -> dict[int, int | None]:
    """All that is reached from ``start``, by the shortest way: each with where from."""
    reached: dict[int, int | None] = {start: None}
    ahead = [start]
    for group_id in ahead:
        fresh = [found for found in held.get(group_id, ()) if found not in reached]
        reached |= dict.fromkeys(fresh, group_id)
        ahead.extend(fresh)
    return reached


def _path(reached: Mapping[int, int | None], end: int) -> list[int]:
    """The way there, from its start."""
    path: list[int] = []
    at: int | None = end
    while at is not None:
        path.append(at)
        at = reached[at]
    return path[::-1]


def _note(session: Session, member: Member | None, parent: Group) -> None:
    parent.updated_at = clock.now()
    journal.note(session, member, "group.changed", parent.name, changed=["groups"])
