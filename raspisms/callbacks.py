"""The addresses that providers call."""

from flask import Blueprint, Flask, Response, abort, current_app, request

from raspisms.extensions import csrf
from raspisms.messaging.engine import Engine
from raspisms.messaging.provider_calls import ProviderCalls

blueprint = Blueprint("callbacks", __name__, url_prefix="/callback")

LARGEST_BODY_BYTES = 16_384


def register(app: Flask) -> None:
    """Add the callback blueprint. Providers have no session, hence no CSRF token."""
    csrf.exempt(blueprint)
    engine: Engine = app.extensions["raspisms"]
    app.extensions["raspisms_provider_calls"] = ProviderCalls(engine.note_callback)
    app.register_blueprint(blueprint)


@blueprint.route("/<token>/status", methods=["GET", "POST"])
def status(token: str) -> Response:
    """What a provider says of a message: committed first, then answered with 200.

    Also for a message that is not known yet, since the call may overtake the answer to our own,
    and for a call that says nothing, since a provider that is told no may stop calling. A wrong
    token is an unknown address. The token is never logged.
    """
    # Read here, so that a body that is too large is refused whatever the method and the token.
    # One byte more than allowed tells a body that is too large also where its length is not told.
    request.max_content_length = LARGEST_BODY_BYTES + 1
    if len(request.get_data()) > LARGEST_BODY_BYTES:
        abort(413)
    values = request.args.to_dict() | request.form.to_dict()
    calls: ProviderCalls = current_app.extensions["raspisms_provider_calls"]
    if not calls.take(token, values):
        abort(404)
    return Response("OK", mimetype="text/plain")
