"""The conversations that messages form, and what each member has made of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class Conversation(Base):
    """All messages between one phone and one number.

    It keeps what the list of conversations shows, so that the list never searches the messages.
    """

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phone.id"))
    peer: Mapped[str] = mapped_column(String(64))
    last_message_id: Mapped[int]
    #: The newest message that came in; unread for whoever has read less far.
    last_inbound_id: Mapped[int | None]

    __table_args__ = (
        Index("uq_conversation_phone_id_peer", "phone_id", "peer", unique=True),
        Index("ix_conversation_last_message_id", "last_message_id"),
    )


class ConversationMark(Base):
    """What one member has made of one conversation; where there is no row, nothing yet.

    It is made for each member who sees the phone when something comes in, so that what is unread is
    found without a look at what is read.
    """

    __tablename__ = "conversation_mark"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    #: The first message that is not read; empty when all are.
    unread_from: Mapped[int | None]
    #: Muted: nothing of it is told, and it does not count.
    muted: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: Archived as long as the newest message is no newer than this one.
    archived_to: Mapped[int | None]
    #: What was typed and not sent.
    draft: Mapped[str | None]
    draft_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_conversation_mark_unread",
            "member_id",
            "conversation_id",
            sqlite_where=text("unread_from IS NOT NULL"),
        ),
        Index(
            "ix_conversation_mark_archived",
            "member_id",
            "archived_to",
            sqlite_where=text("archived_to IS NOT NULL"),
        ),
    )
