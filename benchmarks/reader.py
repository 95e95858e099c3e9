"""People who read: each asks for one page after the other, as a program of its own.

``python -m benchmarks.reader PORT PEOPLE PAUSE PATH...`` takes a cookie from standard input, reads
until that ends, and prints the milliseconds of each page.
"""

import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle

import requests

from benchmarks import folders, readings
from benchmarks.processes import HOST, ROOT

_WARMING_SECONDS, _READING_SECONDS = 1.0, 3.0


@dataclass(frozen=True)
class Readers:
    """``people`` who wait for ``pause`` seconds between two of the pages ``paths``."""

    port: int
    people: int
    pause: float
    cookie: str
    paths: Sequence[str]

    @contextmanager
    def reading(self) -> Iterator[list[float]]:
        """They read while the block runs; then the milliseconds of each page are in the list."""
        options = [self.port, self.people, self.pause, *self.paths]
        command = [sys.executable, "-m", "benchmarks.reader", *map(str, options)]
        milliseconds: list[float] = []
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{self.cookie}\n")
            process.stdin.flush()
            process.stdout.readline()  # they begin
            yield milliseconds
            process.stdin.close()
            milliseconds += map(float, process.stdout)
        if process.returncode != 0:
            raise RuntimeError("a page could not be read")


def logged_in(port: int) -> str:
    """The cookie of the only member."""
    with requests.Session() as browser:
        address = f"http://{HOST}:{port}/login"
        found = re.search('name="csrf_token" value="([^"]+)"', browser.get(address).text)
        assert found is not None
        form = {"csrf_token": found[1], "name": folders.NAME, "password": folders.PASSWORD}
        browser.post(address, data=form).raise_for_status()
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


def processor_milliseconds(pid: int, readers: Readers) -> float:
    """Of processor time that a program takes for a page, once its templates are compiled."""
    with readers.reading():
        time.sleep(_WARMING_SECONDS)
    before = readings.read(pid).cpu
    with readers.reading() as milliseconds:
        time.sleep(_READING_SECONDS)
    return 1000 * (readings.read(pid).cpu - before) / len(milliseconds)


def _read(readers: Readers, stop: threading.Event) -> list[float]:
    connection = http.client.HTTPConnection(HOST, readers.port, timeout=60)
    milliseconds = []
    for path in cycle(readers.paths):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": readers.cookie})
        response = connection.getresponse()
        response.read()
        milliseconds.append(1000 * (time.perf_counter() - begun))
        if response.status != 200:
            raise ConnectionError(f"{path} is answered with {response.status}")
        if stop.wait(readers.pause):
            break
    return milliseconds


def main() -> None:
    port, people, pause, *paths = sys.argv[1:]
    readers = Readers(int(port), int(people), float(pause), sys.stdin.readline().strip(), paths)
    stop = threading.Event()
    with ThreadPoolExecutor(readers.people) as pool:
        found = [pool.submit(_read, readers, stop) for _ in range(readers.people)]
        print("reading", flush=True)
        sys.stdin.read()
        stop.set()
    print("\n".join(str(one) for future in found for one in future.result()))


if __name__ == "__main__":
    main()
