"""Where OVH sends a person to say yes or no to a consumer key."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from raspisms.simulator.account import Credential

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator


def register_credential_page(pages: Blueprint, simulator: "Simulator") -> None:
    """``/auth/?credentialToken=…``, as in auth.ApiCredentialRequest.validationUrl."""

    @pages.get("/auth/")
    def credential() -> Response:
        return _show(_find(simulator, request.args.get("credentialToken", "")))

    @pages.post("/auth/")
    def decide() -> Response:
        """Once decided, it stays so."""
        found = _find(simulator, request.form.get("credentialToken", ""))
        with simulator.world.lock:
            if found.status == "pendingValidation":
                allowed = request.form.get("decision") == "allow"
                found.status = "validated" if allowed else "refused"
        return redirect(found.redirection, 303) if found.redirection else _show(found)


def _find(simulator: "Simulator", token: str) -> Credential:
    with simulator.world.lock:
        credentials = simulator.account.credentials.values()
        found = next((one for one in credentials if token and one.token == token), None)
    if found is None:
        abort(404)
    return found


def _show(credential: Credential) -> Response:
    response = make_response(
        render_template(
            "simulator/credential.html", language=str(get_locale()), credential=credential
        )
    )
    response.headers["Content-Security-Policy"] = _policy(credential.redirection)
    return response


def _policy(redirection: str | None) -> str:
    """Browsers hold the redirect after a form against form-action as well."""
    parts = urlsplit(redirection or "")
    beyond = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{beyond}"
    )
