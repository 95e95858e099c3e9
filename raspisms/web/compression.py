"""Static files go out compressed, which is a third of their bytes.

Pages do not: they hold the form's token beside what was typed, and the length of the two compressed
together would tell of the token to whoever hears it (https://www.breachattack.com).
"""

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

from raspisms.web.context import is_static

#: What has words in it; pictures and sounds are compressed already, or too short.
_TYPES = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
#: More than there are files of these types.
_MOST_KEPT = 128


def register(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not is_static() or response.mimetype not in _TYPES:
        return response
    response.vary.add("Accept-Encoding")
    # To a part of a file, and where it is known already, there is nothing to say in fewer bytes.
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    etag, _ = response.get_etag()
    response.set_data(_packed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag:
        response.set_etag(etag, weak=True)  # the same content, in other bytes
    return response


@lru_cache(_MOST_KEPT)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
