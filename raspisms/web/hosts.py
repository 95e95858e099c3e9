"""Refusing requests for a host that has no possible name, before anything is made of it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAME = r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?"
_HOST = re.compile(rf"(?:{_NAME}|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?")


def register(app: Flask) -> None:
    """Answer 400 where no address of a page could be made: the error page itself needs some."""
    inner = app.wsgi_app

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if _HOST.fullmatch(environ.get("HTTP_HOST", "localhost")):
            return inner(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"There is no such host."]

    _replace(app, guarded)


def _replace(app: Flask, guarded: "WSGIApplication") -> None:
    app.wsgi_app = guarded  # type: ignore[method-assign]
