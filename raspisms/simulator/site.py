"""The simulator's own web application: the controls, and the page with the handsets."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_babel import Babel, format_datetime, format_decimal

from raspisms.paths import STATIC, TEMPLATES, TRANSLATIONS
from raspisms.simulator.control import create_control
from raspisms.simulator.messages import PARIS
from raspisms.simulator.pages import create_pages

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator

LANGUAGES = ("fr", "en")
MAX_BODY = 1_000_000


def create_site(simulator: "Simulator") -> Flask:
    """A Flask application without sessions: it keeps nothing about who looks at it."""
    site = Flask(__name__, static_folder=str(STATIC), template_folder=str(TEMPLATES))
    site.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    site.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    site.json.sort_keys = False  # type: ignore[attr-defined]
    site.add_template_filter(shown_time, "paris")
    site.add_template_filter(format_decimal, "decimal")
    Babel(site, locale_selector=language)
    site.before_request(refuse_strangers)
    site.after_request(secure)
    site.register_blueprint(create_control(simulator))
    site.register_blueprint(create_pages(simulator))
    return site


def language() -> str:
    """The browser's; French where it is neither French nor English."""
    return request.accept_languages.best_match(LANGUAGES, "fr")


def shown_time(moment: datetime) -> str:
    """In Paris, as OVH gives its times."""
    return str(format_datetime(moment.astimezone(PARIS), "d MMM HH:mm", rebase=False))


LOCAL_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})


def refuse_strangers() -> None:
    """Another site, open in the same browser, may not press the buttons here."""
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES:
        abort(403)  # a name of somebody else's that leads here
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


def secure(response: Response) -> Response:
    """No script, style or form but our own; a page may widen where its forms lead."""
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
