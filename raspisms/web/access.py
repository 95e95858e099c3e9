"""Who may ask for what: refused unless it is allowed here, in one place."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.routing import IntegerConverter
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from raspisms.page_extensions import csrf
from raspisms.web.context import current_member, note_use

P = ParamSpec("P")
R = TypeVar("R")

#: What anyone may ask for; every other address is for members.
PUBLIC_ENDPOINTS = frozenset(
    {
        "static",
        "health.healthz",
        "pwa.manifest",
        "pwa.offline",
        "pwa.worker",
        "auth.login",
        "auth.log_in",
        "auth.login_link",
        "auth.log_in_by_link",
        "auth.setup",
        "auth.set_up",
        "auth.invitation",
        "auth.accept_invitation",
        "auth.reset",
        "auth.reset_password",
    }
)
#: Blueprints for programs, which prove by a token of their own who they are.
PROGRAM_BLUEPRINTS = frozenset({"callbacks"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_NEXT = 2000


class RowId(IntegerConverter):
    """A number in an address: one that the database could hold, else there is no such page."""

    regex = r"[0-9]{1,18}"


def register(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    # The order matters: a stranger's form is never looked at, not even for its token. So the token
    # is checked here, after the login, and not by the extension on its own.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # The token alone decides: the pages behind a one-time link send no Referer.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_admit)


def admin_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse a page to everyone but administrators."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        member = current_member()
        if member is None or not member.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return guarded


def was_admitted() -> bool:
    """Whether whoever asks may use the address asked for."""
    return bool(g.get("admitted"))


def safe_next(target: str | None) -> str | None:
    """``target`` where it is a path of this very site; None for anything that leads elsewhere."""
    if not target or len(target) > LONGEST_NEXT or not target.isprintable():
        return None
    if not target.startswith("/") or target.startswith("//") or "\\" in target or " " in target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def _admit() -> Any:
    """Let pass what is public or asked for by a member with a true form; all else ends here."""
    if request.endpoint is None or request.blueprint in PROGRAM_BLUEPRINTS:
        return None  # an unknown address is a 404 for everyone, and programs know no forms
    if request.endpoint not in PUBLIC_ENDPOINTS:
        if current_member() is None:
            return _to_login()
        note_use()
    g.admitted = True
    if request.method not in SAFE_METHODS:
        if None in request.form:  # a part without a name, which no page of ours sends
            abort(400)
        csrf.protect()
    return None


def _to_login() -> Response:
    if request.method not in SAFE_METHODS:
        abort(401)
    here = iri_to_uri(request.script_root + request.full_path.rstrip("?"))
    return redirect(url_for("auth.login", next=here))
