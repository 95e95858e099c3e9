"""The answer to a form that a script sent from a page that it does not leave (send.js).

Such a form names the page that it is on in the header PAGE. Where the answer would only lead back
to that page, it says in JSON what the page would have told; where it leads elsewhere, it says
where, and what is to be told waits for the page there. All other answers are as ever.
"""

from urllib.parse import urlsplit

from flask import Flask, get_flashed_messages, jsonify, request
from werkzeug.wrappers import Response

from raspisms.web.access import SAFE_METHODS
from raspisms.web.drafts import new_request

PAGE = "RaspiSMS-Page"


def register(app: Flask) -> None:
    app.after_request(_stay)


def _stay(response: Response) -> Response:
    page, location = request.headers.get(PAGE), response.headers.get("Location")
    if page is None or location is None or request.method in SAFE_METHODS:
        return response
    if urlsplit(location).path != page:
        return jsonify(location=location)
    return jsonify(told=list(map(_toast, _flashes())), request=new_request())


def _flashes() -> list[tuple[str, str]]:
    flashes: list[tuple[str, str]] = get_flashed_messages(with_categories=True)
    return flashes


def _toast(flash: tuple[str, str]) -> dict[str, str]:
    kind, text = flash
    return {"kind": "success" if kind == "message" else kind, "text": text}
