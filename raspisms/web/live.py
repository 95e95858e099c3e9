"""What an open page shows, and marks by which it is known whether that is still true.

A page says in ``<body data-live="…">`` what it shows (``url``). Each region of it that changes is
one list, ``<ol data-part="thread" data-state="…">``, of items ``<li id="…" data-version="…">``: an
id belongs to one thing for ever, and a version is a mark of all that the item shows. With
``data-whole`` a region lists all there is; without it, what stands before its first item is only
older. What is asked and answered is told in ``raspisms.web.news``.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from flask import g, request, url_for
from flask_babel import get_locale
from werkzeug.urls import iri_to_uri

from raspisms import clock
from raspisms.web.context import get_engine, require_member
from raspisms.web.i18n import reader_zone


def url(**shown: Any) -> str:
    """Where a page asks for news of what it shows: ``conversation`` and ``list``, if any."""
    return url_for("live.show", member=require_member().id, **shown)


def login_again() -> str:
    """The way back to this page for whoever was logged out."""
    back = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("auth.login", next=back and iri_to_uri(back))


def version(*parts: object) -> str:
    """A mark of all that something shows to whoever asks."""
    everything = (*_reader(), *parts)
    return hashlib.sha256(repr(everything).encode(errors="replace")).hexdigest()[:16]


def _reader() -> tuple[object, ...]:
    """What changes how the same thing is shown; found once for each page, which has many of them.

    Days are named after today, and numbers are written as in the household's country.
    """
    if "live_reader" not in g:
        zone, country = reader_zone(), get_engine().config.country
        today = clock.now().astimezone(zone).date()
        g.live_reader = (require_member().id, str(get_locale()), country, zone.key, today)
    found: tuple[object, ...] = g.live_reader
    return found


def state(versions: Iterable[str]) -> str:
    """A mark of a whole list."""
    return version(*versions)
