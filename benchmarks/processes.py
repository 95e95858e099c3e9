"""Programs under measurement: RaspiSMS, a bare gunicorn, the OVH simulator; each of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def command_line(*arguments: str) -> list[str]:
    """The command ``raspisms ARGUMENTS``, by this very interpreter."""
    return [sys.executable, "-m", "raspisms.cli", *arguments]


def serve(port: int) -> list[str]:
    """The command that serves RaspiSMS; its settings come from the environment."""
    return command_line("serve", "--host", HOST, "--port", str(port))


def bare(port: int, modules: Path, *more: str) -> list[str]:
    """The command of the bare gunicorn, with the modules named in a file imported."""
    return [sys.executable, "-m", "benchmarks.bare", str(port), str(modules), *more]


@contextmanager
def running(command: Sequence[str], settings: Mapping[str, object] | None = None) -> Iterator[int]:
    """A command while it runs, as its process id; ended with all that it started."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        _end(process)


@contextmanager
def simulator() -> Iterator[str]:
    """The OVH simulator in another process, as the address of its API."""
    port = free_port()
    program = f"from raspisms.simulator.command import run; run(port={port})"
    with running([sys.executable, "-c", program]):
        wait_until_answers(port, "/1.0/auth/time")
        yield f"http://{HOST}:{port}/1.0"


def wait_until_answers(port: int, path: str = "/healthz") -> None:
    """Come back as soon as the address answers with 200."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(port, path):
        if time.monotonic() > until:
            raise TimeoutError(f"no answer at port {port} within {_PATIENCE_SECONDS} s")
        time.sleep(0.005)


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def environment(settings: Mapping[str, object] | None = None) -> dict[str, str]:
    """Ours without settings of RaspiSMS or Python, and those that are given.

    An installed program keeps its compiled modules; PYTHONDONTWRITEBYTECODE would have both sides
    compile them anew at each start.
    """
    settings_of = ("RASPISMS_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings_of)}
    return kept | {name: str(value) for name, value in (settings or {}).items()}


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
