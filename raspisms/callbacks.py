"""The addresses that providers call."""

import logging

from flask import Blueprint, Flask, Response, abort, request

from raspisms.adapters import registry
from raspisms.extensions import csrf
from raspisms.messaging import receipts

blueprint = Blueprint("callbacks", __name__, url_prefix="/callback")
log = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 16_384


def register(app: Flask) -> None:
    """Add the callback blueprint. Providers have no session, hence no CSRF token."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.route("/<token>/status", methods=["GET", "POST"])
def status(token: str) -> Response:
    """What a provider says of a message: committed first, then answered with 200.

    Also for a message that is not known yet, since the call may overtake the answer to our own,
    and for a call that says nothing, since a provider that is told no may stop calling. A wrong
    token is an unknown address. The token is never logged.
    """
    # Read here, so that a body that is too large is refused whatever the method and the token.
    request.max_content_length = LARGEST_BODY_BYTES
    values = request.args.to_dict() | request.form.to_dict()
    phone = receipts.phone_of_token(token)
    if phone is None:
        abort(404)
    news = registry.get(phone.adapter).parse_callback(values)
    if news:
        receipts.take(phone.service, news, receipts.CALLBACK)
    else:
        log.warning("A call about phone %s said nothing that is understood", phone.id)
    return Response("OK", mimetype="text/plain")
