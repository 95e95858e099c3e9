"""What was done to contacts for good or to many at once, kept for a while to be undone.

Undoing brings back what is still as that act had left it, and leaves alone what somebody has
changed since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, NotFound, say
from raspisms.messaging import address_undo
from raspisms.messaging.transactions import reading, writing
from raspisms.models import (
    AddressChange,
    AddressChangeRow,
    Contact,
    GroupContact,
    Member,
)
from raspisms.sms.names import sort_key

_One = TypeVar("_One")

KEPT = timedelta(days=30)
#: Changes told on one page.
MOST_SHOWN = 100
_PORTION = 500
_LONGEST_SUBJECT = 200

#: A contact as it is written down: name, number, data, notes, groups (ids), created_at and
#: updated_at (ISO, UTC).
Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One act, for a list; ``by`` is who did it, where that is known."""

    id: int
    kind: str
    subject: str
    count: int
    at: datetime
    by: str | None
    undone_at: datetime | None


@dataclass(frozen=True)
class Undone:
    """How many contacts are as before, and how many were left because they changed since."""

    kind: str
    restored: int
    left: int


def snapshot(session: Session, contact_ids: Iterable[int]) -> dict[int, Snapshot]:
    """Contacts as they are now, by id; those that there are."""
    found: dict[int, Snapshot] = {}
    for ids in _portions(contact_ids):
        query = select(Contact.id, _written_down()).where(Contact.id.in_(ids))
        found |= dict(session.execute(query).all())
    return found


def record(
    session: Session,
    member: Member | None,
    kind: str,
    subject: str,
    rows: Iterable[tuple[int, Snapshot | None, Snapshot | None]],
) -> AddressChange:
    """Keep what was done, in the transaction that does it.

    ``rows`` are (contact id, before, after); before is None of a contact that is new, after of one
    that is gone.
    """
    change = _begin(session, member, kind, subject)
    for portion in _portions(rows):
        written = [
            {
                "change_id": change.id,
                "contact_id": contact_id,
                "before": _with_key(before) if before and not after else before,
                "after": after,
            }
            for contact_id, before, after in portion
        ]
        session.execute(insert(AddressChangeRow), written)
        change.count += len(written)
    return change


def remove(
    session: Session, member: Member | None, subject: str, which: ColumnElement[bool]
) -> AddressChange:
    """Remove the contacts for which ``which`` is true, however many, and keep them to be undone."""
    change = _begin(session, member, "removal", subject)
    written = func.json_set(_written_down(), "$.name_key", Contact.name_key)
    rows = select(literal(change.id), Contact.id, written).where(which)
    put = insert(AddressChangeRow).from_select(["change_id", "contact_id", "before"], rows)
    change.count = _rows_of(session.execute(put))
    gone = select(AddressChangeRow.contact_id).where(AddressChangeRow.change_id == change.id)
    session.execute(
        delete(Contact).where(Contact.id.in_(gone)),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    return change


def undo(change_id: int) -> Undone:
    """Bring back what is still as the change left it, whoever did it.

    Raises NotFound where it is not kept any more, Conflict where it was undone already.
    """
    with writing() as session:
        change = _one(session, change_id)
        if change.undone_at is not None:
            raise Conflict(say("This was undone already."), say("Look at the contacts."))
        change.undone_at = clock.now()
        session.flush()
        return Undone(change.kind, *address_undo.restore(session, change_id))


def get(change_id: int) -> Change:
    """Raises NotFound where it is not kept any more."""
    found = reading().execute(_changes().where(AddressChange.id == change_id)).one_or_none()
    if found is None:
        raise _gone()
    return Change(*found)


def recent() -> list[Change]:
    """The last changes, the newest first; an import that changed no one is none."""
    query = _changes().where(AddressChange.at > clock.now() - KEPT, AddressChange.count > 0)
    query = query.order_by(AddressChange.at.desc(), AddressChange.id.desc()).limit(MOST_SHOWN)
    return [Change(*row) for row in reading().execute(query)]


def forget_old(now: datetime) -> None:
    """Forget what can be undone no more; nothing is written where there is none of it."""
    old = AddressChange.at <= now - KEPT
    if reading().scalar(select(AddressChange.id).where(old).limit(1)) is None:
        return
    with writing() as session:
        session.execute(delete(AddressChange).where(old))


def _begin(session: Session, member: Member | None, kind: str, subject: str) -> AddressChange:
    change = AddressChange(
        kind=kind,
        subject=subject[:_LONGEST_SUBJECT],
        count=0,
        at=clock.now(),
        member_id=member.id if member else None,
    )
    session.add(change)
    session.flush()
    return change


def _with_key(before: Snapshot) -> Snapshot:
    """With what finds a contact that is brought back."""
    return before | {"name_key": sort_key(before["name"])}


def _written_down() -> ColumnElement[Any]:
    """A contact as a Snapshot, made by the database."""
    groups = (
        select(func.json_group_array(GroupContact.group_id))
        .where(GroupContact.contact_id == Contact.id)
        .scalar_subquery()
    )
    written: ColumnElement[Any] = func.json_object(
        *("name", Contact.name, "number", Contact.number),
        *("data", func.json(Contact.data), "notes", Contact.notes),
        *("groups", func.json(groups)),
        *("created_at", _iso(Contact.created_at), "updated_at", _iso(Contact.updated_at)),
        type_=AddressChangeRow.before.type,
    )
    return written


def _iso(column: Any) -> ColumnElement[str]:
    # The database has instants as UTC, with a blank where ISO has a T.
    return func.replace(cast(column, String), " ", "T").concat("+00:00")


def _changes() -> Select[int, str, str, int, datetime, str | None, datetime | None]:
    return select(
        AddressChange.id,
        AddressChange.kind,
        AddressChange.subject,
        AddressChange.count,
        AddressChange.at,
        Member.name,
        AddressChange.undone_at,
    ).outerjoin(Member, Member.id == AddressChange.member_id)


def _one(session: Session, change_id: int) -> AddressChange:
    change = session.get(AddressChange, change_id)
    if change is None:
        raise _gone()
    return change


def _gone() -> NotFound:
    return NotFound(
        say("This can be undone no more."),
        say("What is done to contacts is kept for %(days)d days.", days=KEPT.days),
    )


def _portions(some: Iterable[_One]) -> Iterator[list[_One]]:
    iterator = iter(some)
    while portion := list(islice(iterator, _PORTION)):
        yield portion


def _rows_of(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
