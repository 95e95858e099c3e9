"""An import of 100,000 lines while somebody reads pages: time, memory, and how quick pages stay.

The file is uploaded as from a browser, read into its preview, then imported. Beside each part the
list of conversations and one of them are read, and before it while nothing else is done. The last
figure is how long the one transaction keeps others from writing, as they see it: the longest wait
of a program that writes something every 50 ms.
"""

import argparse
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import requests

from benchmarks import folders, history, processes, readings, rows
from benchmarks.processes import HOST
from benchmarks.reader import Readers, logged_in

_PAST = 10_000
_QUIET_SECONDS = 10.0
_PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True)
class Part:
    """Seconds of one part, the milliseconds of each page meanwhile, and memory at its highest."""

    seconds: float
    pages: list[float]
    memory: int


class Import:
    """One import, through the pages of a RaspiSMS that serves."""

    def __init__(self, pid: int, port: int, path: Path) -> None:
        from raspisms.sqlite import DATABASE

        self._pid = pid
        self._address = f"http://{HOST}:{port}/contacts/import"
        self._browser = requests.Session()
        self._browser.headers["Cookie"] = cookie = logged_in(port)
        self._readers = Readers(port, 1, 0.05, cookie, ["/conversations", "/conversations/1"])
        self.database = path / DATABASE

    def quiet(self) -> Part:
        return self._part(lambda: time.sleep(_QUIET_SECONDS))

    def read(self, content: bytes) -> Part:
        """Upload the file, until its preview is there."""

        def do() -> None:
            token = self._token(self._address)
            file = {"file": ("membres.csv", content)}
            self._browser.post(self._address, {"csrf_token": token}, files=file).raise_for_status()
            self._wait_for("ready")

        return self._part(do)

    def apply(self) -> Part:
        def do() -> None:
            page = f"{self._address}/1"
            form = {"csrf_token": self._token(page), "new_group": "Tous"}
            self._browser.post(f"{page}/import", form).raise_for_status()
            self._wait_for("done")

        return self._part(do)

    def _part(self, do: Callable[[], None]) -> Part:
        with self._readers.reading() as pages, _highest(self._pid) as memory:
            begun = time.perf_counter()
            do()
            seconds = time.perf_counter() - begun
        return Part(seconds, pages[1:], max(memory))

    def _token(self, page: str) -> str:
        found = re.search('name="csrf_token" value="([^"]+)"', self._browser.get(page).text)
        assert found is not None
        return found[1]

    def _wait_for(self, state: str) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        with closing(sqlite3.connect(self.database)) as connection:
            while connection.execute("SELECT state FROM contact_import").fetchone() != (state,):
                if time.monotonic() > until:
                    raise TimeoutError(f"the import is not {state}")
                time.sleep(0.1)


def _file(lines: int) -> bytes:
    """Names, numbers and three values, as a club has them."""
    rows_ = (
        f"Personne Numéro {n};06{40_000_000 + n};U{n % 20};Ville {n % 300};{n % 28 + 1}/05/2010\n"
        for n in range(lines)
    )
    return ("Nom;Téléphone;Équipe;Ville;Naissance\n" + "".join(rows_)).encode()


@contextmanager
def _highest(pid: int) -> Iterator[list[int]]:
    """Memory of a process and all that it started, looked at four times a second, in kB."""
    found, stop = [readings.read(pid).pss], threading.Event()

    def look() -> None:
        while not stop.wait(0.25):
            found.append(readings.read(pid).pss)

    thread = threading.Thread(target=look)
    thread.start()
    yield found
    stop.set()
    thread.join()


@contextmanager
def _writing(database: Path) -> Iterator[list[float]]:
    """Somebody else writes meanwhile; the milliseconds of each wait."""
    waits, stop = list[float](), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=120, isolation_level=None)) as connection:
            while not stop.wait(0.05):
                begun = time.perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                waits.append(1000 * (time.perf_counter() - begun))

    thread = threading.Thread(target=write)
    thread.start()
    yield waits
    stop.set()
    thread.join()


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as path, processes.simulator() as api_url:
        folders.prepare(path, folders.OVH, api_url)
        with rows.adding(path) as adding:
            history.add(adding, _PAST)
        port = processes.free_port()
        with processes.running(processes.serve(port), folders.settings(path, api_url)) as pid:
            processes.wait_until_answers(port)
            one = Import(pid, port, path)
            quiet = one.quiet()
            read = one.read(_file(options.lines))
            with _writing(one.database) as waits:
                applied = one.apply()
    _report(options.lines, quiet, read, applied, waits)


def _report(lines: int, quiet: Part, read: Part, applied: Part, waits: list[float]) -> None:
    print(f"{lines} lines")
    for name, part in (("nothing", quiet), ("reading", read), ("importing", applied)):
        late, ratio = _late(part.pages), _late(part.pages) / _late(quiet.pages)
        print(
            f"{name + ':':11}{part.seconds:6.1f} s, {part.memory / 1000:4.0f} MB at most;"
            f" pages: median {median(part.pages):4.0f} ms, 95 of 100 within {late:4.0f} ms,"
            f" {ratio:.1f} x ({len(part.pages)} pages)"
        )
    print(f"a write waits for {max(waits):.0f} ms at most while all are imported")


def _late(milliseconds: list[float]) -> float:
    """What 95 of 100 stay within; a part that is soon over has few pages beside it."""
    return quantiles([*milliseconds, milliseconds[-1]], n=20)[-1]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000, help="of the file (100000)")
    parser.add_argument("--folder", help="where the database goes: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
