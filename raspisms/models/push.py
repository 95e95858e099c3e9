"""Browsers that want to be told of messages, and what is still to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class PushSubscription(Base):
    """One browser of one member (W3C Push API): where to send, and with which keys to encrypt.

    It ends with the login in which it was turned on.
    """

    __tablename__ = "push_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    login_id: Mapped[int] = mapped_column(
        ForeignKey("login_session.id", ondelete="CASCADE"), index=True
    )
    endpoint: Mapped[str] = mapped_column(String(2000), unique=True)
    p256dh: Mapped[str] = mapped_column(String(200))
    auth: Mapped[str] = mapped_column(String(100))
    #: The name of the host under which the browser reached us.
    site: Mapped[str] = mapped_column(String(255))
    #: The browser, as it calls itself, shortened.
    browser: Mapped[str] = mapped_column(String(200))
    #: Whether a notice says only that a message came, not from whom nor what.
    hides_text: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    #: Whether it is told of what needs somebody, too, such as a campaign that paused itself.
    alerts: Mapped[bool] = mapped_column(default=True, server_default=text("1"))
    created_at: Mapped[datetime]
    #: What went wrong the last time, as a code of ``messaging.push_faults``.
    fault: Mapped[str | None] = mapped_column(String(500))


class PushNotice(Base):
    """A notice on its way to one browser; gone once it was told or is too old to be told."""

    __tablename__ = "push_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("push_subscription.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    attempt_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)


class AlertNotice(Base):
    """What one browser is told, or was, of what needs a person; gone once that is over."""

    __tablename__ = "alert_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("push_subscription.id", ondelete="CASCADE")
    )
    #: Which alert it is, as ``messaging.alerts`` names it.
    key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    #: When it is to be told; empty once it was.
    attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("uq_alert_notice", "subscription_id", "key", unique=True),)
