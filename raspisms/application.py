"""The application, put together: its pages, on what needs none."""

from collections.abc import Mapping

from flask import Flask

from raspisms import callbacks
from raspisms.bare_application import create_bare_app
from raspisms.page_extensions import babel, csrf, limiter, login
from raspisms.web import pages
from raspisms.web.i18n import choose_locale, choose_timezone


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """The application, its database at the newest schema. It starts no thread.

    ``overrides`` and what it raises are those of ``create_bare_app``.
    """
    app = create_bare_app(overrides)
    csrf.init_app(app)
    login.init_app(app, add_context_processor=False)
    limiter.init_app(app)
    # Limits are on single routes, which count for themselves: nothing is looked up before others.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    callbacks.register(app)
    pages.register(app)
    return app
