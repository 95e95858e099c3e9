"""What it costs to ask before each call whether anything keeps its messages back.

A campaign of 10,000 waits on a phone. The choice of the next call is timed, and of it the gates
alone: without any gate, with a limit that has room, then once more where the limit is reached and
all 10,000 are told until when they wait. Aim: without a gate at most 1.5 times the choice alone.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from benchmarks import folders

_AIM = "aim: at most 1.50"


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        path = parent / "gates"
        folders.prepare(path, folders.TEST)
        with folders.household(path) as engine:
            _measure(engine, options.recipients, options.rounds)


def _measure(engine: Any, recipients: int, rounds: int) -> None:
    from raspisms.messaging import campaigns, claims, limit_changes, phones

    (phone,) = phones.everything()
    numbers = "\n".join(f"06{number:08}" for number in range(recipients))
    campaigns.accept(engine, None, campaigns.Draft(phone.id, numbers, "Bonjour"))
    _tell("no gate", engine, phone, rounds)
    limit_changes.add(engine, None, phone.id, str(recipients * 2), "today")
    limit_changes.add(engine, None, phone.id, str(recipients * 2), "-24 hours")
    _tell("two limits with room", engine, phone, rounds)
    limit_changes.add(engine, None, phone.id, "0", "-1 hour")
    began = time.perf_counter()
    assert not claims.choose(engine, phone)
    print(f"{recipients} told until when they wait: {time.perf_counter() - began:.2f} s")


def _tell(what: str, engine: Any, phone: Any, rounds: int) -> None:
    from raspisms.messaging import claims, gates

    chosen = claims.choose(engine, phone)

    def ask() -> None:
        gates.keep_back(engine, phone, chosen)
        gates.room(engine, phone, len(chosen))

    whole = _median(lambda: claims.choose(engine, phone), rounds)
    alone = _median(ask, rounds)
    ratio = whole / (whole - alone)
    print(
        f"{what}: choice of {len(chosen)} {whole * 1000:.2f} ms, of it gates {alone * 1000:.2f} ms,"
        f" ratio {ratio:.2f} ({_AIM})",
        flush=True,
    )


def _median(work: Callable[[], object], rounds: int) -> float:
    times: Sequence[float] = [_timed(work) for _ in range(rounds)]
    return median(times)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="where the database is made")
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
