"""One connection of a client, held by the socket."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import NoReturn

from raspisms.simulator.errors import phrase
from raspisms.simulator.moments import Cut

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, value: object, status: int = 200) -> "Answer":
        """A JSON answer; OVH writes ``null`` where there is nothing to say."""
        return cls(status, json.dumps(value, separators=(",", ":")).encode())


@dataclass
class Call:
    """What the client asks. ``path`` is without ``/1.0`` or ``/v1``, still quoted."""

    method: str
    url: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""


class Wire:
    """Reads a call and writes an answer, by hand: faults need each step apart."""

    def __init__(
        self, handler: BaseHTTPRequestHandler, call: Call, answered: Callable[[int], None]
    ) -> None:
        self.call = call
        #: To be told the status before the client sees it.
        self.answered = answered
        self._handler = handler

    def read(self) -> None:
        """Take in the body."""
        length = int(self.call.headers.get("content-length", "0"))
        self.call.body = self._handler.rfile.read(length)

    def head(self, answer: Answer, length: int | None = None) -> None:
        """Write the status line and the headers; ``length`` may promise more than will come."""
        handler = self._handler
        handler.send_response_only(answer.status, phrase(answer.status))
        headers = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body) if length is None else length),
            "X-Ovh-Queryid": f"EU.sim-1.{secrets.token_hex(4)}.{secrets.token_hex(16)}",
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        for name, value in (headers | dict(answer.headers)).items():
            handler.send_header(name, value)
        handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)

    def cut(self, why: str) -> NoReturn:
        """Close the connection without another byte."""
        raise Cut(why)
