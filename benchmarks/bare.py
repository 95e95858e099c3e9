"""The bare gunicorn that RaspiSMS is compared with, as a program of its own.

``python -m benchmarks.bare PORT FILE_OF_MODULES [DATABASE]``: imports the modules, then serves a
hello-world, or with a database the callback endpoint of ``bare_callback``.
"""

import contextlib
import importlib
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

#: Those of raspisms.serving.
SETTINGS: dict[str, Any] = {
    "worker_class": "gthread",
    "workers": 1,
    "threads": 8,
    "preload_app": True,
    "keepalive": 15,
    "timeout": 120,
    "loglevel": "warning",
    "control_socket_disable": True,
    "worker_tmp_dir": "/dev/shm",
}


class BareServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with the settings that RaspiSMS gives it, and any application."""

    def __init__(self, application: Callable[..., Any], port: int) -> None:
        self._application = application
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        for name, value in (SETTINGS | {"bind": f"127.0.0.1:{self._port}"}).items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self._application


def hello(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The least that a WSGI application can be."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]


def import_all(names: Path) -> None:
    """Import the modules that a file names, one a line."""
    for name in names.read_text().split():
        # Some of what a program has loaded cannot be imported by name: aliases, for one.
        with contextlib.suppress(ImportError), warnings.catch_warnings(action="ignore"):
            importlib.import_module(name)


def main() -> None:
    port, names, *database = sys.argv[1:]
    import_all(Path(names))
    if database:
        from benchmarks.bare_callback import create_app

        BareServer(create_app(Path(database[0])), int(port)).run()
    else:
        BareServer(hello, int(port)).run()


if __name__ == "__main__":
    main()
