"""The simulator over real HTTP, the real ovh client, and a server that takes callbacks."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import ovh
import pytest
import requests

from raspisms.simulator import Simulator
from raspisms.simulator.account import APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY

Connect = Callable[..., ovh.Client]


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(delivery_delay=0.02) as simulator:
        yield simulator


@pytest.fixture
def connect(sim: Simulator) -> Iterator[Connect]:
    """Makes clients of the simulator; any of their arguments may be given."""
    clients: list[ovh.Client] = []
    ovh.client.ENDPOINTS[sim.url] = sim.url

    def make(**changes: Any) -> ovh.Client:
        usual = {
            "endpoint": sim.url,
            "application_key": APPLICATION_KEY,
            "application_secret": APPLICATION_SECRET,
            "consumer_key": CONSUMER_KEY,
            "timeout": 5,
        }
        clients.append(ovh.Client(**(usual | changes)))
        return clients[-1]

    yield make
    del ovh.client.ENDPOINTS[sim.url]
    for client in clients:
        client._session.close()


@pytest.fixture
def client(connect: Connect) -> ovh.Client:
    return connect()


class Control:
    """The controls over HTTP."""

    def __init__(self, sim: Simulator) -> None:
        self.url = sim.web_url + "control/"

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=5)

    def post(self, path: str, **body: Any) -> requests.Response:
        return requests.post(self.url + path, json=body, timeout=5)

    def delete(self, path: str) -> requests.Response:
        return requests.delete(self.url + path, timeout=5)


@pytest.fixture
def control(sim: Simulator) -> Control:
    return Control(sim)


class Listener:
    """What came in, as (method, query, form), in order."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}/receipt?token=abc"
        self.got: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.status = 200
        #: While it is clear, callbacks are not answered.
        self.answering = threading.Event()
        self.answering.set()


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            heard.got.append((self.command, query, form))
            heard.answering.wait(60)
            self.send_response(heard.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        # As many as call at the same time find a place; who finds none tries again after a second.
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        # Joined by server_close, so that no thread outlives the test.
        server.daemon_threads = False
        heard = Listener(server)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield heard
        heard.answering.set()
        server.shutdown()
        thread.join()
