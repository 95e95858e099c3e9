"""What makes the pages an app on a device: manifest, service worker, the page without a network.

Anyone may ask for them, so they say nothing of the household to who is not logged in.
"""

import hashlib
import json
import os
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from raspisms.paths import STATIC
from raspisms.web.context import current_member, household_name, this_login
from raspisms.web.i18n import language_tag

blueprint = Blueprint("pwa", __name__)

#: What the page without a network is made of.
_SHELL = ("css/tokens.css", "css/base.css", "css/components.css", "img/raspisms.svg")
_ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-192.png", "192x192", "maskable"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
    ("img/raspisms.svg", "any", "any"),
)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, colours and icons of the installed app (W3C Web Application Manifest)."""
    return _checked_each_time(json.dumps(_manifest()), "application/manifest+json")


@blueprint.get("/service-worker.js")
def worker() -> Response:
    """The service worker. Its address decides which pages it serves: all of this installation."""
    source = (STATIC / "js" / "service-worker.js").read_text(encoding="utf-8")
    return _checked_each_time(f"const SETUP = {json.dumps(_setup())};\n{source}", "text/javascript")


@blueprint.app_template_global()
def login_mark() -> str:
    """By which a browser knows whether its notices are for who is logged in, and in this login."""
    login = this_login()
    return f"{login.member_id}.{login.id}"


@blueprint.get("/offline")
def offline() -> str:
    """The page that the service worker shows where there is no connection."""
    return render_template("pwa/offline.html")


def _manifest() -> dict[str, object]:
    name = (household_name() if current_member() else None) or "RaspiSMS"
    conversations = url_for("conversations.index")
    return {
        "id": conversations,
        "name": name,
        "short_name": name if len(name) <= 12 else "RaspiSMS",
        "lang": language_tag(),
        "start_url": conversations,
        "scope": url_for("home"),
        "display": "standalone",
        "theme_color": _token("paper"),
        "background_color": _token("paper"),
        "icons": [
            {
                "src": url_for("static", filename=file),
                "sizes": sizes,
                "type": "image/svg+xml" if file.endswith(".svg") else "image/png",
                "purpose": purpose,
            }
            for file, sizes, purpose in _ICONS
        ],
        "shortcuts": [{"name": gettext("Write"), "url": url_for("compose.index")}],
    }


def _setup() -> dict[str, object]:
    """What the service worker has to know of this installation."""
    offline_page = url_for("pwa.offline")
    return {
        "version": _version(),
        "static": url_for("static", filename=""),
        "shell": [offline_page, *(url_for("static", filename=name) for name in _SHELL)],
        "offline": offline_page,
        "icon": url_for("static", filename="img/icon-192.png"),
        "badge": url_for("static", filename="img/badge-96.png"),
        "key": url_for("notices.key"),
        "devices": url_for("notices.turn_on"),
    }


def _version() -> str:
    """A mark of all static files: with others, what the service worker kept is forgotten."""
    files = (Path(folder, name) for folder, _, names in os.walk(STATIC) for name in names)
    return _mark(frozenset((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _mark(files: frozenset[tuple[Path, int]]) -> str:
    """A mark of what is in ``files``; browsers ask for it with every other page."""
    mark = hashlib.sha256()
    for file in sorted(file for file, _ in files):
        mark.update(hashlib.sha256(file.read_bytes()).digest())
    return mark.hexdigest()[:12]


def _token(name: str) -> str:
    """A colour of the light theme, as the style sheet has it."""
    path = STATIC / "css" / "tokens.css"
    return _tokens(path, path.stat().st_mtime_ns)[name]


@lru_cache(maxsize=2)
def _tokens(path: Path, _changed_at: int) -> dict[str, str]:
    light = path.read_text(encoding="utf-8").partition("@media")[0]
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", light))


def _checked_each_time(text: str, mimetype: str) -> Response:
    """An answer that is kept, but used only once the server said that it is still the same."""
    response = make_response(text)
    response.mimetype = mimetype
    response.cache_control.no_cache = True
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    return response.make_conditional(request)
