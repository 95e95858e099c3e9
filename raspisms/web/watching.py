"""A message on its way, step by step, for who watches it."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from raspisms.messaging import phone_test
from raspisms.messaging.transactions import reading
from raspisms.models import Member, Message, Phone
from raspisms.sms.lifecycle import FINAL, Status
from raspisms.web import callback_state, drafts, live
from raspisms.web.panes import Pane

#: Where the provider has taken it.
_TAKEN = frozenset({Status.SENT, Status.DELIVERED, Status.EXPIRED})


@dataclass(frozen=True)
class Watched:
    """What is known of a message. ``brought_by`` is "callback" or "poll" once it is delivered.

    ``calls`` is how the calls of its provider stand, None where it makes none; ``is_late``: whether
    asking brought what a call should have.
    """

    message: Message
    phone: Phone
    brought_by: str | None
    calls: str | None
    is_late: bool

    @property
    def taken_at(self) -> datetime | None:
        """When the provider took it."""
        return self.message.sent_at if self.message.status in _TAKEN else None

    @property
    def is_delivered(self) -> bool:
        return self.message.status == Status.DELIVERED

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected by itself."""
        return Status(self.message.status) in FINAL


def pane(member: Member, message_id: int) -> Pane:
    """A message that ``member`` wrote, as an open page shows it. Raises NotFound."""
    message = phone_test.find_any(member, message_id)
    phone = reading().get_one(Phone, message.phone_id)
    brought_by = phone_test.brought_by(message)
    calls = callback_state.state_of(phone)
    is_set = calls is not None and calls.deliveries == "set"
    is_late = brought_by == "poll" and is_set and not phone_test.was_called_about(message)
    watched = Watched(message, phone, brought_by, calls.deliveries if calls else None, is_late)
    wait = drafts.waits_for(phone) if message.status == Status.PENDING else None
    state = live.version(
        message.status,
        message.reason,
        message.reason_detail,
        message.attempt_at,
        message.sent_at,
        message.final_at,
        message.credits,
        brought_by,
        watched.calls,
        is_late,
        wait,
    )
    values = {"watched": watched, "wait": wait, "state": state}
    return Pane(state, lambda: render_template("phones/_watched.html", **values), values)
