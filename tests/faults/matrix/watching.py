"""What goes on beside a test: calls of the provider taken in, faults of the program noted."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Over HTTP, at this address, within the block."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """The provider notes what it was answered."""


class Errors(logging.Handler):
    """What the program says of faults of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._said: list[str] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        logger = logging.getLogger("raspisms")
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()
        if record.exc_info:
            words += f" ({record.exc_info[1]!r})"
        self._said.append(words)

    def clear(self) -> None:
        self._said.clear()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._said))
