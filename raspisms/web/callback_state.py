"""Whether a phone's provider calls this RaspiSMS, for the pages."""

from flask import Flask

from raspisms.messaging import callback_setup
from raspisms.messaging.callback_setup import CallbackStatus
from raspisms.models import Phone
from raspisms.web.public_address import own_root


def register(app: Flask) -> None:
    app.add_template_global(state_of, "callback_state")


def state_of(phone: Phone) -> CallbackStatus | None:
    """How the calls of a phone stand; None where they cannot be set."""
    if not callback_setup.kinds_of(phone):
        return None
    return callback_setup.status_of(phone, own_root())
