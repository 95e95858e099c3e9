"""Where this RaspiSMS is, as a provider would reach it, and whether a phone's provider calls it."""

from flask import Flask, request

from raspisms.messaging import callback_setup
from raspisms.messaging.callback_setup import CallbackStatus
from raspisms.models import Phone
from raspisms.web.context import get_engine


def register(app: Flask) -> None:
    app.add_template_global(state_of, "callback_state")


def own_root() -> str:
    """The address of this RaspiSMS: the one of the settings, else that of the page asked for."""
    return get_engine().config.public_url or request.url_root


def state_of(phone: Phone) -> CallbackStatus | None:
    """How the calls of a phone stand; None where they cannot be set."""
    if not callback_setup.kinds_of(phone):
        return None
    return callback_setup.status_of(phone, own_root())
