"""What a provider said of the accounts that phones go through, and when it last called."""

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from raspisms.models.base import Base


class ProviderAccount(Base):
    """One account, by the name that ``Phone.service`` has; phones may share one.

    It is written when what it says changes, not whenever the provider is asked.
    """

    __tablename__ = "provider_account"

    service: Mapped[str] = mapped_column(String(120), primary_key=True)
    enabled: Mapped[bool | None]
    #: What is left; empty where it was never told.
    credits: Mapped[float | None] = mapped_column(Float)
    #: The addresses that the provider calls: about delivery, and with answers.
    status_url: Mapped[str | None] = mapped_column(String(2000))
    reply_url: Mapped[str | None] = mapped_column(String(2000))
    #: Whether the provider does something else with answers than to call an address.
    reply_is_used: Mapped[bool] = mapped_column(default=False)
    #: When the provider told all this; empty while it never did.
    seen_at: Mapped[datetime | None]
    #: When RaspiSMS last set the addresses.
    set_at: Mapped[datetime | None]
    #: When the provider last called, to the minute: about delivery, and with an answer.
    called_at: Mapped[datetime | None]
    reply_called_at: Mapped[datetime | None]
