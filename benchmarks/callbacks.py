"""Callbacks per second, against a bare endpoint that does the same lookup, update and commit.

Each call is about another message; each is durable when it is answered. Aim: at least 0.7 times.
"""

import argparse
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from statistics import median

from benchmarks import caller, folders, processes, readings, rows

#: The first calls, which load what is loaded once.
_WARMING = 200


@dataclass(frozen=True)
class Pace:
    """How fast calls were answered, and what each cost the server."""

    per_second: float
    #: Milliseconds of processor time for each call. Other work on the machine hardly moves it.
    cpu: float


Calling = Callable[[Sequence[str]], Pace]
Round = tuple[Pace, Pace]


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        token, uids = _prepare(parent, options.messages)
        rounds: list[Round] = []
        with both(parent, token, options.threads) as (ours, bare):
            warming, *portions = _portions(uids, options.rounds)
            ours(warming), bare(warming)
            for portion in portions:
                rounds.append((ours(portion), bare(portion)))
                print(_line(f"round {len(rounds)}", *rounds[-1]), flush=True)
        _check(parent, len(uids))
    _report(rounds)


@contextmanager
def both(parent: Path, token: str, threads: int) -> Iterator[tuple[Calling, Calling]]:
    """RaspiSMS and the bare endpoint, running, each as what calls it."""
    with ExitStack() as stack:
        yield (
            _started(stack, parent / "ours", token, threads),
            _started(stack, parent / "bare", token, threads, parent / "modules"),
        )


def _prepare(parent: Path, count: int) -> tuple[str, list[str]]:
    """Two folders with the same household; the phone's token and the messages' ids at OVH."""
    with processes.simulator() as api_url:
        token = folders.prepare(parent / "ours", folders.OVH, api_url)
    with rows.adding(parent / "ours") as adding:
        uids = adding.sent(count + _WARMING)
    copytree(parent / "ours", parent / "bare")
    folders.write_modules(folders.OVH, parent / "modules")
    return token, uids


def _started(
    stack: ExitStack, path: Path, token: str, threads: int, modules: Path | None = None
) -> Calling:
    from raspisms.sqlite import DATABASE

    port = processes.free_port()
    database = str(path / DATABASE)
    command = processes.bare(port, modules, database) if modules else processes.serve(port)
    pid = stack.enter_context(processes.running(command, folders.settings(path)))
    processes.wait_until_answers(port)

    def call(uids: Sequence[str]) -> Pace:
        before = readings.read(pid).cpu
        per_second = caller.calls_per_second(port, token, threads, uids)
        return Pace(per_second, 1000 * (readings.read(pid).cpu - before) / len(uids))

    return call


def _portions(uids: list[str], rounds: int) -> Iterator[list[str]]:
    """The first for warming up, then one for each round."""
    yield uids[:_WARMING]
    size = (len(uids) - _WARMING) // rounds
    for number in range(rounds):
        start = _WARMING + number * size
        yield uids[start : start + size]


def _check(parent: Path, count: int) -> None:
    """Nothing may have been answered without being stored."""
    from raspisms.sqlite import DATABASE

    for name in ("ours", "bare"):
        connection = sqlite3.connect(parent / name / DATABASE)
        query = (
            "SELECT count(*) FROM message JOIN receipt ON receipt.message_id = message.id"
            " WHERE status = 'delivered'"
        )
        (stored,) = connection.execute(query).fetchone()
        connection.close()
        print(f"{name}: {stored} of {count} messages delivered, each with its receipt")


def _report(rounds: list[Round]) -> None:
    speed = median(ours.per_second / bare.per_second for ours, bare in rounds)
    cpu = median(ours.cpu / bare.cpu for ours, bare in rounds)
    print(f"callbacks per second {speed:.2f} x the bare endpoint's (aim: at least 0.70)")
    print(f"processor time       {cpu:.2f} x the bare endpoint's for each call")


def _line(name: str, ours: Pace, bare: Pace) -> str:
    return (
        f"{name}: {ours.per_second:5.0f}/s, {ours.cpu:.2f} ms each;"
        f" bare {bare.per_second:5.0f}/s, {bare.cpu:.2f} ms each;"
        f" {ours.per_second / bare.per_second:.2f} x"
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callbacks", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000, help="sent messages (5000)")
    parser.add_argument("--rounds", type=int, default=20, help="rounds, of which the median (20)")
    parser.add_argument("--threads", type=int, default=4, help="connections at once (4)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
