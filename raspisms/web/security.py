"""What every answer says to the browser, and the session's cookie."""

import hashlib

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response

from raspisms.messaging import logins
from raspisms.web.context import is_static, static_version

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, over https and over plain http on the home network.

    A Secure cookie cannot be replaced over http: the two have names of their own, so that a login
    over one never stands in the way of the other.
    """

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"{name}_https" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        # A static file may be kept by caches, which must not hand out anyone's session. And what
        # open pages ask for, again and again, must not put back what a form has changed meanwhile.
        is_apart = is_static() or request.blueprint in ("live", "pwa")
        return not is_apart and super().should_set_cookie(app, session)


def register(app: Flask) -> None:
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=_cookie_name(app),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=logins.LIFETIME,
    )
    app.after_request(_add_headers)


def _cookie_name(app: Flask) -> str:
    """Browsers share cookies among all ports of a machine: each installation has its own name."""
    return f"raspisms_{hashlib.sha256(app.instance_path.encode()).hexdigest()[:8]}"


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_static():
        response.headers["Cache-Control"] = _static_caching()
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _static_caching() -> str:
    asked = request.args.get("v")
    filename = (request.view_args or {}).get("filename", "")
    if asked and asked == static_version(filename):
        return "public, max-age=31536000, immutable"
    return "no-cache"
