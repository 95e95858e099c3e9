"""A form that could not be taken: kept through a new login or a fault, then shown again.

What was typed travels in the page itself and is stored nowhere. It is never acted upon: the
form comes back as it was, and the person sends it again.
"""

import json
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from raspisms.adapters import registry
from raspisms.errors import RaspismsError, say
from raspisms.web.access import safe_next
from raspisms.web.forms import can_show_again

#: "keys" is the box for keys of a provider's: anything may be in it.
_NEVER_KEPT = frozenset({"csrf_token", "current", "password", "again", "keys"})


@dataclass(frozen=True)
class Kept:
    """What was typed, and the address that it was sent to."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        return json.dumps(self.fields)


def ask_login(_error: HTTPException) -> Response:
    """The login page, in place of what a form sent by nobody was to do."""
    kept = sent()
    if kept is None:
        return redirect(url_for("auth.login"), 303)
    problem = RaspismsError(
        say("You are not logged in any more."),
        say("Nothing was saved yet. Log in: what you entered is kept."),
    )
    page = render_template("auth/login.html", problems=[problem], name="", kept=kept)
    return make_response(page, 401)


def sent() -> Kept | None:
    """The form that was just sent, without its secrets; None where it cannot be shown again."""
    if not can_show_again() or not _is_from_here():
        return None
    secret = {one.name for kind in registry.all_kinds() for one in kind.fields if one.secret}
    try:
        form = request.form
    except RequestEntityTooLarge:
        return None  # more than any form of ours can hold
    typed = tuple(
        (name, value) for name, value in form.items(multi=True) if name not in secret | _NEVER_KEPT
    )
    return Kept(request.script_root + request.path, typed)


def carried() -> Kept | None:
    """What a login form carries of an earlier form."""
    address = safe_next(request.form.get("kept_address"))
    try:
        packed = json.loads(request.form.get("kept", ""))
        fields = tuple((_plain(name), _plain(value)) for name, value in packed)
    except (ValueError, TypeError, RecursionError):
        return None
    return Kept(address, fields) if address else None


def _plain(value: object) -> str:
    """A text that can be written to a page, whatever somebody packed into the form."""
    return str(value).encode(errors="replace").decode()


def _is_from_here() -> bool:
    """Whether the form was on a page of ours.

    A form on a stranger's page comes without our cookie even from someone who is logged in; the
    login page would then put a new cookie in the place of theirs.
    """
    return request.headers.get("Origin") == request.host_url.rstrip("/")
