"""Who asks, and what every page may use."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, current_app, g, request, session, url_for
from flask_login import UserMixin, current_user, login_user

from raspisms.messaging import links, logins
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import StorageError
from raspisms.models import LoginSession, Member
from raspisms.page_extensions import login
from raspisms.paths import STATIC
from raspisms.scheduling import is_anyone_scheduling
from raspisms.web.avatars import avatar_of
from raspisms.web.labels import MESSAGE_STATUS

_LANGUAGES = "raspisms_languages"


class Login(UserMixin):
    """Somebody in one browser, whose cookie has nothing but the secret of this login."""

    def __init__(self, secret: str, found: logins.Found) -> None:
        self._secret = secret
        self.member, self.login = found.member, found.login

    def get_id(self) -> str:
        return self._secret


def register(app: Flask) -> None:
    # A phone changes its address when it leaves the house; its login goes on.
    login.session_protection = None
    # Sessions are remembered by their own cookie; that of the extension is never looked at.
    app.config["REMEMBER_COOKIE_NAME"] = ""
    login.user_loader(_load)
    app.extensions[_LANGUAGES] = {}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_global(current_member)
    app.add_template_global(nobody_sends)
    app.add_template_global(trouble)
    app.add_template_global(is_at)
    app.add_template_global(avatar_of)
    app.add_template_global(icons)
    app.jinja_env.globals["message_status"] = MESSAGE_STATUS
    app.url_defaults(_add_version)


def get_engine() -> Engine:
    """What the running program holds."""
    engine: Engine = current_app.extensions["raspisms"]
    return engine


def household_name() -> str | None:
    """What the household is called, where it has a name."""
    return get_engine().config.household_name


def current_member() -> Member | None:
    """Who is logged in, if anyone."""
    # What is behind the proxy is looked up once, not for each question.
    user = current_user._get_current_object()
    return user.member if user.is_authenticated else None


def require_member() -> Member:
    """Who is logged in; for views that only they reach."""
    member = current_member()
    if member is None:
        abort(403)
    return member


def enter(secret: str) -> None:
    """Let this browser in by the secret of a login that has just begun.

    Whoever was logged in there before is not any more: the browser has forgotten their secret.
    """
    if current_user.is_authenticated:
        logins.end(current_user.login.member_id, current_user.login.id)
    found = logins.find(secret)
    if found is None:
        abort(403)  # it was ended in this very instant, as with the account
    session.clear()
    session.permanent = True
    login_user(Login(secret, found))


def this_login() -> LoginSession:
    """The login of this browser; for views that only members reach."""
    require_member()
    login: LoginSession = current_user.login
    return login


def note_use() -> None:
    """Keep the login of whoever is logged in alive; written down once a day, not with each page.

    A machine that cannot store keeps nobody out: it is tried again with the next page.
    """
    login, trouble = current_user.login, get_engine().trouble
    if logins.is_noted(login) or trouble.fault:
        return
    try:
        logins.note_use(login.id)
    except StorageError as fault:
        trouble.tell(fault, fault)


def nobody_sends() -> bool:
    """Whether no process does the jobs: what is written then stays where it is.

    False where that cannot be told, because the disk does not say.
    """
    try:
        return not is_anyone_scheduling(get_engine().config.instance_path)
    except OSError:
        return False


def trouble() -> StorageError | None:
    """What keeps the jobs of this process from recording, if anything."""
    return get_engine().trouble.fault


def language_at_hand() -> str | None:
    """The language that the member of this session chose, as far as it is known without asking."""
    known: dict[str, str | None] = current_app.extensions[_LANGUAGES]
    return known.get(links.digest(session.get("_user_id") or ""))


def is_at(*endpoints: str) -> bool:
    """Whether the page asked for is in a section that begins at one of ``endpoints``."""
    return request.blueprint in {endpoint.partition(".")[0] for endpoint in endpoints}


def icons() -> str:
    """The address of the file with all icons, of which a page has dozens; made once for each."""
    if "icons" not in g:
        g.icons = url_for("static", filename="img/icons.svg")
    address: str = g.icons
    return address


def static_version(filename: str) -> str | None:
    """A mark of what a static file holds; None where there is no such file."""
    path = _static_path(filename)
    if path is None or not path.is_file():
        return None
    return _digest(path, path.stat().st_mtime_ns)


def _load(secret: str) -> Login | None:
    found = logins.find(secret)
    if found is None:
        return None
    current_app.extensions[_LANGUAGES][found.login.secret_hash] = found.member.language
    return Login(secret, found)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Let the address of a static file change with its content."""
    if endpoint == "static" and "v" not in values and "filename" in values:
        values["v"] = static_version(values["filename"])


@lru_cache(maxsize=256)
def _static_path(filename: str) -> Path | None:
    """Where a static file would be: a page asks for dozens of addresses of the same few."""
    path = (STATIC / filename).resolve()
    return path if path.is_relative_to(STATIC.resolve()) else None


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def is_static() -> bool:
    return request.endpoint == "static"
