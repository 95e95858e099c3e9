"""Messages that were sent and what receipts make of them: what receipts ask of the table."""

from datetime import datetime

from sqlalchemy import Select, bindparam, func, select, text, update

from raspisms.models.message import SENT, Message

_message = Message.__table__


def awaiting(
    phone_id: int, since: datetime, until: datetime, limit: int
) -> Select[datetime | None]:
    """When messages without a receipt were sent, between two instants, oldest first."""
    return (
        select(Message.sent_at)
        .where(
            Message.phone_id == phone_id, SENT, Message.sent_at >= since, Message.sent_at <= until
        )
        .order_by(Message.sent_at)
        .limit(limit)
    )


def awaited_ids(phone_id: int, since: datetime, until: datetime) -> Select[str | None]:
    """The ids of the same messages, of those that have one."""
    return select(Message.provider_uid).where(
        Message.phone_id == phone_id,
        SENT,
        Message.sent_at >= since,
        Message.sent_at <= until,
        Message.provider_uid.is_not(None),
    )


#: The outbound messages that a provider's account (``service``) knows by the ids ``uids``. For
#: receipts, which come by the hundred: rows instead of objects, and statements built once.
SENT_AS = select(_message.c.id, _message.c.provider_uid, _message.c.status).where(
    _message.c.service == bindparam("service"),
    _message.c.provider_uid.in_(bindparam("uids", expanding=True)),
    text("message.direction = 'out'"),
)
# What receipts make of a message.
_ENDED = {
    "status": bindparam("new_status"),
    "reason": bindparam("why"),
    "reason_detail": None,
    "final_at": bindparam("at"),
}
#: That of the message ``message``.
CLOSE = update(_message).where(_message.c.id == bindparam("message")).values(_ENDED)

# The messages of one call (``of_call``) that the provider took without saying under which id.
_ACCEPTED_WITHOUT_ID = (
    _message.c.call_tag == bindparam("of_call"),
    _message.c.provider_uid.is_(None),
    _message.c.sent_at.is_not(None),
)
#: How many they are.
WITHOUT_ID = select(func.count()).select_from(_message).where(*_ACCEPTED_WITHOUT_ID)
#: What is true of all of them, unless more is known already.
CLOSE_CALL = (
    update(_message)
    .where(*_ACCEPTED_WITHOUT_ID, _message.c.status.in_(bindparam("before", expanding=True)))
    .values(_ENDED)
)
#: The one that is to ``to`` has the id ``of_uid``.
GIVE_ID = (
    update(_message)
    .where(*_ACCEPTED_WITHOUT_ID, _message.c.peer == bindparam("to"))
    .values(provider_uid=bindparam("of_uid"))
)
#: The only one left has the id ``of_uid``.
GIVE_LAST_ID = (
    update(_message).where(*_ACCEPTED_WITHOUT_ID).values(provider_uid=bindparam("of_uid"))
)
