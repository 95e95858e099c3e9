"""RaspiSMS as its own process, started, stopped and killed from outside."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_environment(**settings: object) -> dict[str, str]:
    """This environment, without settings of a RaspiSMS that is installed here.

    Modules are compiled once, as where it is installed, and not at each start.
    """
    ours = ("RASPISMS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {name: str(value) for name, value in settings.items()}


class Served:
    """``raspisms serve`` on a folder of its own, in a process group of its own."""

    command: tuple[str, ...] = (sys.executable, "-m", "raspisms.cli")

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = clean_environment(
            RASPISMS_INSTANCE_PATH=folder,
            RASPISMS_SECRET_KEY="k" * 32,
            RASPISMS_PUBLIC_URL=self.url,
            **settings,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process

    def start(self) -> None:
        """Return once the pages answer."""
        self.launch()
        until = time.monotonic() + 60
        while not self.answers():
            self.check_alive()
            assert time.monotonic() < until, self.output
            time.sleep(0.05)

    def launch(self) -> None:
        """Start it, and return at once."""
        self._process = subprocess.Popen(
            [*self.command, "serve", "--host", "127.0.0.1", "--port", str(self.port)],
            env=self.environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def check_alive(self) -> None:
        """Fail with what it said where it has ended by itself."""
        assert self._process is not None
        assert self._process.poll() is None, self.output

    def answers(self) -> bool:
        """Whether the pages answer now. Asked often, so that it must cost little."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """What a power cut does to it: no process of the group lives on, none had a say."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self, within: float = 10) -> int:
        """Ask it to end; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self._output.close()
