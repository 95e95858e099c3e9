"""The ids of a call to several, of which it is not known whose each is.

``sms.elimination`` decides, this module stores. What it stores is within the transaction of whoever
calls, with few statements and no objects: receipts come by the hundred.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert
from sqlalchemy.orm import Session

from raspisms.messaging.transactions import reading
from raspisms.models import Message, UnmappedId, message_receipts
from raspisms.models import receipt as stored
from raspisms.models import unmapped_id as unmapped
from raspisms.sms import elimination, lifecycle
from raspisms.sms.elimination import Said
from raspisms.sms.lifecycle import Event, ReceiptState

#: SQLite takes so many values in one question.
_PORTION = 500


def known(service: str, uids: Collection[str]) -> set[str]:
    """Those of an account's ids that belong to messages of ours, mapped or not."""
    found: set[str] = set()
    every = list(uids)
    for start in range(0, len(every), _PORTION):
        about = {"service": service, "uids": every[start : start + _PORTION]}
        found.update(row.provider_uid for row in reading().execute(message_receipts.SENT_AS, about))
        found.update(row.provider_uid for row in reading().execute(unmapped.OF, about))
    return found


def keep(session: Session, accepted: Sequence[Message], uids: Sequence[str]) -> None:
    """Keep the ids of a call for its messages without one, and apply what was said of them."""
    if not uids:
        return
    session.flush()
    first, connection = accepted[0], session.connection()
    connection.execute(
        insert(UnmappedId),
        [
            {
                "service": first.service,
                "provider_uid": uid,
                "phone_id": first.phone_id,
                "call_tag": first.call_tag,
                "sent_at": first.sent_at,
                "state": "",
                "reason": "",
                "is_open": True,
            }
            for uid in uids
        ],
    )
    take_in(connection, first.service or "", uids)
    session.expire_all()


def take_in(connection: Connection, service: str, uids: Sequence[str]) -> None:
    """Conclude from the receipts of ``uids`` what can be concluded about the messages of a call."""
    about = {"service": service, "uids": list(uids)}
    tags = {row.provider_uid: row.call_tag for row in connection.execute(unmapped.OF, about)}
    if not tags:
        return
    said = _said(connection, service, list(tags))
    changes = [_change(service, uid, said[uid]) for uid in tags if uid in said]
    if changes:
        connection.execute(unmapped.NOTE, changes)
    for tag in dict.fromkeys(tags.values()):
        settle(connection, tag)


def place(connection: Connection, service: str, uid: str, receiver: str) -> str | None:
    """The provider says whose an id is: give it to that message. The mark of its call, if any."""
    about = {"service": service, "uids": [uid]}
    row = connection.execute(unmapped.OF, about).one_or_none()
    if row is None:
        return None
    names = {"of_call": row.call_tag, "of_service": service, "of_uid": uid}
    connection.execute(message_receipts.GIVE_ID, {**names, "to": receiver})
    connection.execute(unmapped.FORGET, names)
    _assign_receipts(connection, service, uid)
    tag: str = row.call_tag
    return tag


def settle(connection: Connection, tag: str) -> None:
    """Conclude what is true of all messages of a call that have no id of their own."""
    kinds = connection.execute(unmapped.KINDS, {"of_call": tag}).all()
    open_messages = connection.scalar(message_receipts.WITHOUT_ID, {"of_call": tag})
    if sum(row.ids for row in kinds) != open_messages:
        return  # not one for each: every id has to be looked up
    only = elimination.shared(_kind(row) for row in kinds)
    if only is not None:
        _conclude(connection, tag, only, kinds[0].said_at)
    elif len(kinds) > 1:
        connection.execute(unmapped.SET_OPEN, {"of_call": tag, "open": True})
    if open_messages == 1:
        _give_the_last(connection, tag)


def forget_before(session: Session, limit: datetime) -> None:
    """Forget ids of calls made before ``limit``: nothing will be said of them any more."""
    session.execute(delete(UnmappedId).where(UnmappedId.sent_at < limit))


def open_calls(phone_id: int) -> Mapping[str, Sequence[Any]]:
    """For each call of a phone with something to find out: its kinds, with their number of ids."""
    calls = defaultdict(list)
    for row in reading().execute(unmapped.OPEN_KINDS, {"of_phone": phone_id}):
        calls[row.call_tag].append(row)
    reading().rollback()
    return calls


def said_in_call(tag: str) -> dict[str, Said]:
    """What was said of each id of a call."""
    rows = reading().execute(unmapped.OF_CALL, {"of_call": tag}).all()
    reading().rollback()
    return {row.provider_uid: _kind(row) for row in rows}


def _said(
    connection: Connection, service: str, uids: list[str]
) -> dict[str, tuple[Said, datetime]]:
    """What all receipts of each id say together, and when the last of them came."""
    receipts = defaultdict(list)
    for row in connection.execute(stored.ABOUT, {"service": service, "uids": uids}):
        receipts[row.provider_uid].append(row)
    return {uid: (_together(rows), rows[-1].received_at) for uid, rows in receipts.items()}


def _together(rows: Iterable[Any]) -> Said:
    return elimination.of_receipts((ReceiptState(row.state), row.reason) for row in rows)


def _change(service: str, uid: str, what: tuple[Said, datetime]) -> dict[str, Any]:
    said, at = what
    return {
        "of_service": service,
        "of_uid": uid,
        "now_said": said.state or "",
        "why": said.reason,
        "at": at,
    }


def _kind(row: Any) -> Said:
    return Said(ReceiptState(row.state), row.reason) if row.state else Said()


def _conclude(connection: Connection, tag: str, said: Said, at: datetime) -> None:
    event = (
        Event.RECEIPT_DELIVERED if said.state is ReceiptState.DELIVERED else Event.RECEIPT_FAILED
    )
    before = sorted(lifecycle.sources(event))
    connection.execute(
        message_receipts.CLOSE_CALL,
        {
            "of_call": tag,
            "before": before,
            "new_status": lifecycle.next_status(before[0], event),
            "why": said.reason or None,
            "at": at,
        },
    )
    connection.execute(unmapped.SET_OPEN, {"of_call": tag, "open": False})


def _give_the_last(connection: Connection, tag: str) -> None:
    """One id and one message are left: they belong together."""
    row = connection.execute(unmapped.OF_CALL, {"of_call": tag}).one()
    names = {"of_call": tag, "of_service": row.service, "of_uid": row.provider_uid}
    connection.execute(message_receipts.GIVE_LAST_ID, names)
    connection.execute(unmapped.FORGET, names)
    _assign_receipts(connection, row.service, row.provider_uid)


def _assign_receipts(connection: Connection, service: str, uid: str) -> None:
    about = {"service": service, "uids": [uid]}
    row = connection.execute(message_receipts.SENT_AS, about).one_or_none()
    if row is not None:
        connection.execute(stored.ASSIGN, {"of_service": service, "of_uid": uid, "message": row.id})
