"""Ids that a provider gave for the recipients of a call, without saying which is whose."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    String,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base

OPEN = text("unmapped_id.is_open = 1")


class UnmappedId(Base):
    """One id of a call to several recipients, not known to be this or that message's.

    The ids of a call are as many as its messages without an id of their own, one for each. A row
    goes when its message is found out.
    """

    __tablename__ = "unmapped_id"

    service: Mapped[str] = mapped_column(String(120), primary_key=True)
    provider_uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"))
    call_tag: Mapped[str] = mapped_column(String(20))
    #: When the provider took the call.
    sent_at: Mapped[datetime]
    #: What its receipts say together: "delivered", "failed" with a reason, or nothing final yet.
    state: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(64), default="")
    said_at: Mapped[datetime | None]
    #: Whether something of its call is still to be found out.
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        Index("ix_unmapped_id_call_tag", "call_tag", "state", "reason"),
        Index("ix_unmapped_id_open", "phone_id", "sent_at", sqlite_where=text("is_open = 1")),
    )


_row = UnmappedId.__table__
_OF_CALL = _row.c.call_tag == bindparam("of_call")

# Built once, and giving rows: receipts come by the hundred.

#: Those of an account's ids (``service``, ``uids``) that are not mapped, with their calls.
OF = select(_row.c.provider_uid, _row.c.call_tag).where(
    _row.c.service == bindparam("service"),
    _row.c.provider_uid.in_(bindparam("uids", expanding=True)),
)
#: All ids of one call.
OF_CALL = select(_row.c.service, _row.c.provider_uid, _row.c.state, _row.c.reason).where(_OF_CALL)
#: What was said of the ids of one call, and of how many each.
KINDS = (
    select(
        _row.c.state,
        _row.c.reason,
        func.count().label("ids"),
        func.max(_row.c.said_at).label("said_at"),
    )
    .where(_OF_CALL)
    .group_by(_row.c.state, _row.c.reason)
)
#: The same for each call of the phone ``of_phone`` with something to find out.
OPEN_KINDS = (
    select(
        _row.c.call_tag,
        _row.c.state,
        _row.c.reason,
        func.count().label("ids"),
        func.max(_row.c.said_at).label("said_at"),
        func.min(_row.c.sent_at).label("sent_at"),
    )
    .where(_row.c.phone_id == bindparam("of_phone"), OPEN)
    .group_by(_row.c.call_tag, _row.c.state, _row.c.reason)
)
#: Ids of the phone ``of_phone`` of which nothing final was said, by the time of their calls.
UNTOLD = select(_row.c.provider_uid).where(
    _row.c.phone_id == bindparam("of_phone"),
    OPEN,
    _row.c.state == "",
    _row.c.sent_at >= bindparam("since"),
    _row.c.sent_at <= bindparam("until"),
)
#: What the receipts of one id say together.
NOTE = (
    update(_row)
    .where(_row.c.service == bindparam("of_service"), _row.c.provider_uid == bindparam("of_uid"))
    .values(state=bindparam("now_said"), reason=bindparam("why"), said_at=bindparam("at"))
)
SET_OPEN = (
    update(_row)
    .where(_OF_CALL, _row.c.is_open != bindparam("open"))
    .values(is_open=bindparam("open"))
)
#: The id is mapped now.
FORGET = delete(_row).where(
    _row.c.service == bindparam("of_service"), _row.c.provider_uid == bindparam("of_uid")
)
