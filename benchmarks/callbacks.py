"""Callbacks per second, against a bare endpoint that does the same lookup, update and commit.

Each call is about another message; each is durable when it is answered. Aim: at least 0.7 times.
"""

import argparse
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copytree
from statistics import median

from benchmarks import caller, folders, processes

#: The first calls, which load what is loaded once.
_WARMING = 200

Rate = Callable[[Sequence[str]], float]


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        token, uids = _prepare(parent, options.messages)
        rates: list[tuple[float, float]] = []
        with both(parent, token, options.threads) as (ours, bare):
            warming, *portions = _portions(uids, options.rounds)
            ours(warming), bare(warming)
            for portion in portions:
                rates.append((ours(portion), bare(portion)))
                print(_line(f"round {len(rates)}", *rates[-1]), flush=True)
        _check(parent, len(uids))
    _report(rates)


@contextmanager
def both(parent: Path, token: str, threads: int) -> Iterator[tuple[Rate, Rate]]:
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
    uids = folders.add_sent(parent / "ours", count + _WARMING)
    copytree(parent / "ours", parent / "bare")
    folders.write_modules(folders.OVH, parent / "modules")
    return token, uids


def _started(
    stack: ExitStack, path: Path, token: str, threads: int, modules: Path | None = None
) -> Rate:
    from raspisms.sqlite import DATABASE

    port = processes.free_port()
    database = str(path / DATABASE)
    command = processes.bare(port, modules, database) if modules else processes.serve(port)
    stack.enter_context(processes.running(command, folders.settings(path)))
    processes.wait_until_answers(port)

    def rate(uids: Sequence[str]) -> float:
        return caller.calls_per_second(port, token, threads, uids)

    return rate


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


def _report(rates: list[tuple[float, float]]) -> None:
    ours, bare = (median(side) for side in zip(*rates, strict=True))
    print(_line("median", ours, bare))
    ratio = median(our / other for our, other in rates)
    print(f"callbacks {ratio:.2f} x the bare endpoint's (aim: at least 0.70)")


def _line(name: str, ours: float, bare: float) -> str:
    return f"{name:8} {ours:7.0f}/s  bare {bare:7.0f}/s  {ours / bare:.2f} x"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callbacks", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000, help="sent messages (5000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median (5)")
    parser.add_argument("--threads", type=int, default=4, help="connections at once (4)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
