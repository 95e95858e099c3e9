"""The addresses that providers call."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, Response, abort, current_app, request

from raspisms.adapters.answers import CallbackKind
from raspisms.messaging.engine import Engine
from raspisms.messaging.provider_calls import ProviderCalls
from raspisms.page_extensions import csrf

blueprint = Blueprint("callbacks", __name__, url_prefix="/callback")

LARGEST_BODY_BYTES = 16_384
#: An SMS has at most 255 parts of 67 characters (UCS-2), of which a form makes up to 9 bytes each.
LARGEST_REPLY_BYTES = 163_840
_MOST_FIELDS = 100


def register(app: Flask) -> None:
    """Add the callback blueprint. Providers have no session, hence no CSRF token."""
    csrf.exempt(blueprint)
    engine: Engine = app.extensions["raspisms"]
    app.extensions["raspisms_provider_calls"] = ProviderCalls(engine)
    app.register_blueprint(blueprint)


@blueprint.route("/<token>/status", methods=["GET", "POST"])
def status(token: str) -> Response:
    """What a provider says of a message: committed first, then answered with 200.

    Also for a message that is not known yet, since the call may overtake the answer to our own,
    and for a call that says nothing, since a provider that is told no may stop calling. A wrong
    token is an unknown address. The token is never logged.
    """
    _body(LARGEST_BODY_BYTES)
    return _take(CallbackKind.STATUS, token, request.args.to_dict() | request.form.to_dict())


@blueprint.route("/<token>/reply", methods=["GET", "POST"])
def reply(token: str) -> Response:
    """An answer that a provider brings, in the same way.

    Also 200 for one that cannot be read or is not for a phone that works now: the poll of the inbox
    gets it.
    """
    body = _body(LARGEST_REPLY_BYTES)
    return _take(CallbackKind.REPLY, token, _text_fields(request.query_string, body))


def _body(largest: int) -> bytes:
    """Read here, so that what is too large is refused whatever the method and the token."""
    # One byte more than allowed tells a body that is too large also where its length is not told.
    request.max_content_length = largest + 1
    body = request.get_data()
    if len(body) > largest:
        abort(413)
    return body


def _text_fields(query: bytes, form: bytes) -> Mapping[str, str]:
    """The fields of a call in UTF-8; none where it is not, as a text is kept whole or not at all.

    Flask's own reading would leave what it cannot read as it came, in the midst of the text.
    """
    fields: dict[str, str] = {}
    try:
        for part in (query, form):
            pairs = parse_qsl(
                part.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
            fields.update(pairs)
    except ValueError:  # one of which is UnicodeDecodeError
        return {}
    return fields


def _take(kind: CallbackKind, token: str, values: Mapping[str, str]) -> Response:
    calls: ProviderCalls = current_app.extensions["raspisms_provider_calls"]
    if not calls.take(kind, token, values):
        abort(404)
    return Response("OK", mimetype="text/plain")
