"""Starting everything that the demonstration consists of, and ending all of it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from raspisms.demo.seeding import Keys, seed
from raspisms.ending import Asked, until_signal
from raspisms.errors import RaspismsError, Text, Unusable, say
from raspisms.settings_sources import PREFIX
from raspisms.simulator import Simulator

HOST = "127.0.0.1"
#: Long enough to be seen as sent before it is delivered.
DELIVERY_SECONDS = 2.0
_LANGUAGE = f"{PREFIX}LANGUAGE"
_START_SECONDS = 120
_STOP_SECONDS = 15


def run(port: int, simulator_port: int, tell: Callable[[Text], object]) -> None:
    """Run until SIGINT, SIGTERM or SIGHUP, from the main thread; nothing is left then.

    Of the RASPISMS_… settings of this process, only the language counts. ``tell`` says a sentence.
    Raises RaspismsError in words when the pages cannot be served or end by themselves.
    """
    tell(say("One moment…"))
    with until_signal(signal.SIGHUP) as asked, _temporary_folder() as folder:
        port = _free_port(port)
        simulator_port = _free_port(simulator_port, taken=port)
        with Simulator(HOST, simulator_port, delivery_delay=DELIVERY_SECONDS) as simulator:
            url = f"http://{HOST}:{port}"
            _set_environment(folder, url, simulator.url)
            keys = seed(simulator, url)
            with _serving(port) as server:
                if _answers(port, server, asked):
                    _announce(tell, url, simulator.web_url, keys)
                _watch(server, asked)


def _announce(tell: Callable[[Text], object], url: str, handsets: str, keys: Keys) -> None:
    tell(say("RaspiSMS: %(link)s", link=f"{url}/login/{keys.login_token}"))
    tell(say("The handsets it writes to: %(link)s", link=handsets))
    tell(
        say(
            "The first link works once. Afterwards log in as %(name)s, password %(password)s",
            name=keys.name,
            password=keys.password,
        )
    )
    tell(say("Nothing is sent for real. Stop with Ctrl-C; nothing is kept."))


def _set_environment(folder: Path, url: str, api_url: str) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX) and name != _LANGUAGE]:
        del os.environ[name]
    os.environ.update(
        RASPISMS_INSTANCE_PATH=str(folder),
        RASPISMS_PUBLIC_URL=url,
        RASPISMS_OVH_API_URL=api_url,
        RASPISMS_OVH_CALLS_PER_MINUTE="600",
        RASPISMS_INBOX_POLL_SECONDS="2",
        # A proxy for the internet cannot reach this machine's own loopback.
        NO_PROXY=HOST,
        no_proxy=HOST,
    )


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="raspisms-demo-") as name:
        yield Path(name)


@contextmanager
def _serving(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """``raspisms serve`` in a session of its own, so that a Ctrl-C comes to us alone."""
    command = [sys.executable, "-m", "raspisms.cli", "serve", "--host", HOST, "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield server
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(_STOP_SECONDS)
        # Whatever did not end when asked, its workers too.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _answers(port: int, server: "subprocess.Popen[bytes]", asked: Asked) -> bool:
    """Wait until the pages answer; False when it ended, or was asked to end, before.

    Raises Unusable when it takes too long.
    """
    until = time.monotonic() + _START_SECONDS
    while not asked.wait(0.1) and server.poll() is None:
        if _is_healthy(port):
            return True
        if time.monotonic() > until:
            raise Unusable(say("The demonstration did not start within two minutes."))
    return False


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(server: "subprocess.Popen[bytes]", asked: Asked) -> None:
    """Wait until asked to end. Raises RaspismsError when the pages end by themselves."""
    while not asked.wait(0.5):
        if server.poll() is not None:
            raise RaspismsError(
                say("The pages of the demonstration ended by themselves."),
                say("What stands above may say why."),
            )


def _free_port(first: int, taken: int | None = None) -> int:
    """``first``, or the next port after it that nobody uses."""
    for port in range(first, min(first + 200, 65536)):
        if port != taken and _is_free(port):
            return port
    raise Unusable(
        say("No port from %(first)d on is free.", first=first),
        say("Choose another one with --port and --simulator-port."),
    )


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
        return True
