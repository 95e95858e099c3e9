"""Pages that show what changes while they are open, without asking more than that it did.

A page with a live list tells its state in ``data-state``. The browser then asks the same address
for the list alone and names the state that it has; the answer is 304 where nothing is new.
"""

import hashlib
from collections.abc import Callable, Iterable

from flask import make_response, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from raspisms import clock
from raspisms.web.context import require_member
from raspisms.web.i18n import reader_zone

#: Asks for the list alone. Such an answer holds no notices, which are told once, on a page.
HEADER = "X-RaspiSMS-Part"


def is_asked() -> bool:
    return HEADER in request.headers


def version(*parts: object) -> str:
    """A mark of all that something shows; days are named after today, so it is one of the parts."""
    zone = reader_zone()
    today = clock.now().astimezone(zone).date()
    everything = (require_member().id, str(get_locale()), zone.key, today, *parts)
    return hashlib.sha256(repr(everything).encode(errors="replace")).hexdigest()[:16]


def state(versions: Iterable[str]) -> str:
    """A mark of a whole list."""
    return version(*versions)


def has(state: str) -> bool:
    """Whether whoever asks already shows that."""
    return request.if_none_match.contains_weak(state)


def answer(state: str, render: Callable[[], str]) -> Response:
    """The list, or 304 where it is known already."""
    response = make_response("", 304) if has(state) else make_response(render())
    response.set_etag(state, weak=True)
    return response
