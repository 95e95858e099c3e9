"""Real HTTP: API calls by hand on the socket, the pages and the controls as a WSGI application."""

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler

from raspisms.simulator.door import Door
from raspisms.simulator.moments import Cut
from raspisms.simulator.wire import Call, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from raspisms.simulator.world import World

# Two names of one API (python-ovh issue 141).
PREFIXES = ("/1.0", "/v1")
# How long a client may take to send its request, in seconds.
PATIENCE = 30


class Handler(WSGIRequestHandler):
    """Takes API calls itself and hands everything else to the WSGI application."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    # An answer goes out in pieces, which must not wait for each other.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        prefix = next((p for p in PREFIXES if self.path.startswith(p + "/")), None)
        if prefix is None:
            super().run_wsgi()
        else:
            self.close_connection = True
            serve(self.server.world, self, prefix)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """The ledger is the log."""


def serve(world: "World", handler: BaseHTTPRequestHandler, prefix: str) -> None:
    """One API call, entered in the ledger from its beginning to its end."""
    call = _call(handler, prefix)
    behaviour = world.faults.pick(call.method, call.path)
    entry = world.ledger.call_begins(call.method, call.path, call.query, behaviour.name)
    wire = Wire(handler, call, lambda status: world.ledger.call_ends(entry, status))
    try:
        behaviour.serve(wire)
    except Cut as cut:
        world.ledger.call_ends(entry, None, f"cut: {cut}")
    except OSError as error:
        world.ledger.call_ends(entry, None, f"lost: {error}")


def _call(handler: BaseHTTPRequestHandler, prefix: str) -> Call:
    parts = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    url = f"http://{headers.get('host', '')}{handler.path}"
    return Call(handler.command, url, parts.path.removeprefix(prefix), parts.query, headers)


class Server(Door):
    """Knows its threads and connections, so that it can end them all."""

    def __init__(self, host: str, port: int, app: "WSGIApplication", world: "World") -> None:
        super().__init__(host, port, app, Handler)
        self.world = world
        self._lock = threading.Lock()
        self._inside: dict[socket.socket, threading.Thread] = {}
        world.network.attach(self.move)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Known before it runs, so that none can slip through ``close()``."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._inside[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._inside[request]

    def close(self) -> None:
        """Let nobody in, end every connection, then every thread."""
        self.world.network.detach()
        super().close()
        with self._lock:
            left = dict(self._inside)
            for connection in left:
                # It may have ended by itself meanwhile.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in left.values():
            thread.join()
