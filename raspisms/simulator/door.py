"""The socket at which clients knock: it takes them in, refuses them, or leaves them standing."""

import socket
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from raspisms.simulator.network import Access

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# The loop looks so often whether it is to end, in seconds.
INTERVAL = 0.02
# Of a door where nobody is taken in. Linux lets one more than that connect; with 0, some of its
# versions take everyone for an attack and let all of them in.
BACKLOG = 1


class Door(ThreadedWSGIServer):
    """Listens from the beginning, and takes in who stands there once it was started."""

    def __init__(
        self, host: str, port: int, app: "WSGIApplication", handler: type[WSGIRequestHandler]
    ) -> None:
        """:raise SystemExit: when the port is taken."""
        self._loop: threading.Thread | None = None
        self._started = False
        self._access = Access.OPEN
        self._standing: list[socket.socket] = []
        super().__init__(host, port, app, handler)

    def server_bind(self) -> None:
        """A second socket keeps the port while nobody listens; later it could not be bound."""
        super().server_bind()
        self._keeper = self._bound()

    def _bound(self) -> socket.socket:
        bound = socket.socket(self.address_family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(self.server_address)
        return bound

    def start(self) -> None:
        self._started = True
        if self._access is Access.OPEN:
            self._take_in()

    def move(self, access: Access) -> None:
        """Open, refuse or keep waiting who comes from now on; who is inside stays."""
        wanted = Access.OPEN if access is Access.UNNAMED else access
        if wanted is self._access:
            return
        self._shut()
        self._access = wanted
        if wanted is not Access.REFUSED:
            self.socket = self._bound()
        if wanted is Access.OPEN:
            self._open()
        elif wanted is Access.UNTAKEN:
            self._fill()

    def _open(self) -> None:
        self.server_activate()
        if self._started:
            self._take_in()

    def _take_in(self) -> None:
        self._loop = threading.Thread(
            target=self.serve_forever, args=(INTERVAL,), name="simulator-door", daemon=True
        )
        self._loop.start()

    def _fill(self) -> None:
        """Once the queue is full, the system lets further knocks unanswered."""
        self.socket.listen(BACKLOG)
        for _ in range(BACKLOG + 1):
            self._standing.append(socket.create_connection(self.socket.getsockname()[:2], 1))

    def _shut(self) -> None:
        if self._loop is not None:
            self.shutdown()
            self._loop.join()
            self._loop = None
        self.server_close()
        while self._standing:
            self._standing.pop().close()

    def close(self) -> None:
        """For good; the port is free afterwards."""
        self._shut()
        self._keeper.close()
