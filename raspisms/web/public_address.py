"""The address of this RaspiSMS, as far as a page knows it."""

from flask import request

from raspisms.web.context import get_engine


def own_root() -> str:
    """The address of the settings, else that under which the page was asked for."""
    return get_engine().config.public_url or request.url_root
