"""Files that are uploaded: larger than any form, by members only, and never in memory.

``/tmp`` may be memory, so a file goes to the disk of the instance folder as it comes in.
"""

from collections.abc import Sequence
from typing import IO, Any, Final

from flask import Flask, Request, current_app, request

from raspisms.messaging import import_files
from raspisms.sms.files.limits import MOST_BYTES
from raspisms.web.context import current_member, get_engine

#: Addresses that take a file.
TAKE_FILES: Final = frozenset({"imports.upload"})
#: Addresses that take a long form: a hundred thousand numbers that were pasted are kept, and told.
TAKE_LONG_FORMS: Final = frozenset({"campaign_drafts.add", "campaign_drafts.save"})
_LONGEST_FORM: Final = 6_000_000
#: What a form has beside its file.
_BESIDE: Final = 100_000
#: Fields and files of such a form: each file is an open one as long as the form is looked at.
_MOST_PARTS: Final = 20
#: What is read of a request that is too large, so that the browser comes to see the answer.
_MOST_READ: Final = 300_000_000


class UploadRequest(Request):
    """A request whose files go where there is room for them."""

    _opened: Sequence[IO[bytes]] = ()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint in TAKE_FILES:
            file = import_files.being_uploaded(get_engine().config.instance_path)
            self._opened = [*self._opened, file]
            return file
        usual: Any = super()._get_file_stream(
            total_content_length, content_type, filename, content_length
        )
        stream: IO[bytes] = usual
        return stream

    def close(self) -> None:
        """Also what was taken of a form before it was refused."""
        super().close()
        for file in self._opened:
            file.close()


def register(app: Flask) -> None:
    """Before what looks at forms: what they may have is said first."""
    app.request_class = UploadRequest
    app.before_request(_allow_more)


def _allow_more() -> None:
    if request.endpoint in TAKE_LONG_FORMS and current_member() is not None:
        request.max_content_length = request.max_form_memory_size = _LONGEST_FORM
        return
    if request.endpoint not in TAKE_FILES or request.method != "POST":
        return
    if current_member() is None:
        return  # strangers are refused before anything of it is read
    length = request.content_length
    if length is not None and length > MOST_BYTES + _BESIDE:
        _pass_over(length)
        raise import_files.too_large()
    request.max_content_length = MOST_BYTES + _BESIDE
    request.max_form_parts = _MOST_PARTS


def _pass_over(length: int) -> None:
    if length > _MOST_READ or current_app.testing:
        return
    rest, body = length, request.environ["wsgi.input"]
    while rest > 0 and (chunk := body.read(min(rest, 1 << 20))):
        rest -= len(chunk)
