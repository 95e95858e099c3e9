"""Running RaspiSMS: gunicorn with the jobs in its one worker, or the jobs alone."""

import gc
import logging
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

from raspisms.application import create_app
from raspisms.ending import until_signal
from raspisms.errors import Text, Unusable, say
from raspisms.extensions import db
from raspisms.jobs import Jobs
from raspisms.messaging import first_account, members
from raspisms.messaging.engine import Engine
from raspisms.scheduling import SchedulerLock
from raspisms.threads import start_all

THREADS = 8
#: Gunicorn's worker shows that it lives by touching a file each second: in memory, not on the card.
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of the system, nothing secret in it


#: Tells a person at the terminal something, in their language.
Tell = Callable[[Text], None]


def run(host: str, port: int, tell: Tell) -> None:
    """Serve the pages and do the jobs, until SIGINT or SIGTERM.

    Raises Unusable in words where a setting, the database or the address cannot be used.
    """
    _log_to_stderr()
    _check_address(host, port)
    app = create_app()
    with app.app_context():
        link = first_account.make_link()
        # What the fork would share between processes.
        db.engine.dispose()
    tell(_announcement(app, host, port, link))
    # What is loaded now stays: the collector of the worker must not walk through it, since each
    # page of memory that it marks would then be there twice.
    gc.collect()
    gc.freeze()
    _Server(app, host, port, tell).run()


def work(tell: Tell) -> None:
    """Do the jobs alone, beside web processes that others run, until SIGINT or SIGTERM.

    Raises Unusable where another process does them already.
    """
    _log_to_stderr()
    app = create_app()
    engine: Engine = app.extensions["raspisms"]
    lock = SchedulerLock(engine.config.instance_path)
    if not lock.acquire():
        raise Unusable(
            say("Another RaspiSMS already does the jobs of this folder."),
            say("Stop that one first, or let it go on: one is enough."),
        )
    lock.release()
    with app.app_context():
        if not members.any_exists():
            tell(say("Make the first account with: raspisms user add NAME --admin"))
    jobs = Jobs(app)
    with until_signal() as asked:
        jobs.start()
        tell(say("RaspiSMS sends and receives. Stop it with Ctrl-C."))
        asked.wait()
        jobs.stop()


class _Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker, with two changes.

    The jobs end when it is asked to, and not after the pages that are being answered: else calls
    would be begun meanwhile, and those under way would have no time to be recorded. And its threads
    all start with it, since it would end where a later one finds no memory.
    """

    when_asked_to_end: Callable[[], None] | None = None

    def get_thread_pool(self) -> ThreadPoolExecutor:
        pool: ThreadPoolExecutor = super().get_thread_pool()
        start_all(pool, THREADS)
        return pool

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.when_asked_to_end is not None:
            self.when_asked_to_end()
        super().handle_exit(sig, frame)


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings. One worker: on a small machine, threads do."""

    def __init__(self, app: Flask, host: str, port: int, tell: Tell) -> None:
        self._app = app
        self._tell = tell
        self._jobs: Jobs | None = None
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._address,
            "worker_class": _Worker,
            "workers": 1,
            "threads": THREADS,
            "preload_app": True,
            "graceful_timeout": 5,
            "timeout": 120,
            "keepalive": 15,
            # The most there is: who looks for far too much is told so on a page.
            "limit_request_line": 8190,
            # No access log: it would write for each page, and would hold callback tokens.
            "accesslog": None,
            "loglevel": "warning",
            # Headers of proxies are the application's business (RASPISMS_TRUSTED_PROXIES).
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "proc_name": "raspisms",
            "post_worker_init": self._start_jobs,
            "worker_exit": self._stop_jobs,
        }
        if _MEMORY_FOLDER.is_dir():
            settings["worker_tmp_dir"] = str(_MEMORY_FOLDER)
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def _start_jobs(self, worker: "_Worker") -> None:
        self._jobs = Jobs(self._app, self._tell)
        worker.when_asked_to_end = self._jobs.begin_to_stop
        self._jobs.start()

    def _stop_jobs(self, _arbiter: Arbiter, _worker: Worker) -> None:
        if self._jobs is not None:
            self._jobs.stop()


def _check_address(host: str, port: int) -> None:
    """Raise Unusable where nobody can listen: gunicorn would only try for a while and log it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        raise Unusable(
            say(
                "RaspiSMS cannot listen at %(host)s, port %(port)d: %(fault)s.",
                host=host,
                port=port,
                fault=error.strerror,
            ),
            say("Choose another port with --port, or stop the program that uses this one."),
        ) from error


def _announcement(app: Flask, host: str, port: int, setup_link: str | None) -> Text:
    engine: Engine = app.extensions["raspisms"]
    shown = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1") else host  # noqa: S104 - compared only
    address = engine.config.public_url or f"http://{shown}:{port}"
    if setup_link is None:
        return say("RaspiSMS: %(address)s", address=f"{address}/")
    return say("Make the first account here: %(address)s", address=f"{address}/setup/{setup_link}")


_SECRET = re.compile(r"/(callback|login|setup)/[^/\s?']+")


def _without_secrets(record: logging.LogRecord) -> bool:
    """Gunicorn names the address of a request that it cannot read; some addresses are secrets."""
    record.msg, record.args = _SECRET.sub(r"/\1/…", record.getMessage()), ()
    return True


def _log_to_stderr() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("gunicorn.error").addFilter(_without_secrets)
    # Its connection pool logs addresses, which carry numbers.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
