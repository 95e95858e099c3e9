"""At rest: memory, processor time, bytes written, against a bare gunicorn with the same imports.

RaspiSMS without a phone, with a test phone and with an OVH phone, and a bare gunicorn for each
kind of phone, all rest side by side, so that they see the same machine.
Aims: memory at most 1.2 times; under 0.5 % of a core; nothing written.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import folders, processes, readings
from benchmarks.readings import Reading

PHONES: Mapping[str, str | None] = {
    "no phone": None,
    "test phone": folders.TEST,
    "OVH phone": folders.OVH,
}
#: How often the login page is asked for before: a program at rest is one that was in use.
_USES = 200
#: The first look at the inbox is over by then, and what it loads is loaded.
_SETTLING_SECONDS = 12.0


@dataclass(frozen=True)
class Resting:
    """A program at rest; the bare one has no folder."""

    name: str
    pid: int
    folder: Path | None


@dataclass(frozen=True)
class Rest:
    """What one program cost during a window."""

    end: Reading
    cpu_percent: float
    written: int
    switches_per_second: float
    changed: tuple[str, ...]


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    rounds: list[dict[str, Rest]] = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}: {options.window} s of rest", flush=True)
        with everything(options.folder) as resting:
            time.sleep(_SETTLING_SECONDS)
            rounds.append(observe(resting, options.window))
    _report(rounds)


def observe(resting: list[Resting], window: float) -> dict[str, Rest]:
    """What each program costs while it has nothing to do for ``window`` seconds."""
    files = [readings.files(one.folder) if one.folder else {} for one in resting]
    before = [readings.read(one.pid) for one in resting]
    time.sleep(window)
    after = [readings.read(one.pid) for one in resting]
    changed = [
        _changes(was, readings.files(one.folder)) if one.folder else ()
        for one, was in zip(resting, files, strict=True)
    ]
    rests = [_rest(*each, window) for each in zip(before, after, changed, strict=True)]
    return {one.name: rest for one, rest in zip(resting, rests, strict=True)}


@contextmanager
def everything(parent: str | None) -> Iterator[list[Resting]]:
    """All programs, running and in use before."""
    with ExitStack() as stack:
        api_url = stack.enter_context(processes.simulator())
        resting = []
        for phone, adapter in PHONES.items():
            path = stack.enter_context(folders.folder(parent))
            modules = stack.enter_context(folders.folder(parent)) / "modules"
            folders.write_modules(adapter, modules)
            folders.prepare(path, adapter, api_url)
            settings = folders.settings(path, api_url)
            resting.append(Resting(phone, _started(stack, settings, None), path))
            resting.append(Resting(_bare_name(phone), _started(stack, {}, modules), None))
        yield resting


def _started(stack: ExitStack, settings: Mapping[str, object], modules: Path | None) -> int:
    port = processes.free_port()
    command = processes.bare(port, modules) if modules else processes.serve(port)
    pid = stack.enter_context(processes.running(command, settings))
    for _ in range(_USES):
        processes.wait_until_answers(port, "/login")
    return pid


def _rest(before: Reading, after: Reading, changed: tuple[str, ...], window: float) -> Rest:
    return Rest(
        end=after,
        cpu_percent=100 * (after.cpu - before.cpu) / window,
        written=after.written - before.written,
        switches_per_second=(after.switches - before.switches) / window,
        changed=changed,
    )


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


def _bare_name(phone: str) -> str:
    return f"bare, imports of {phone}"


def _report(rounds: list[dict[str, Rest]]) -> None:
    print(f"\n{'':28}{'PSS MB':>8}{'anon MB':>9}{'CPU %':>8}{'written B':>11}{'switches/s':>12}")
    for name in rounds[0]:
        rests = [each[name] for each in rounds]
        print(
            f"{name:28}"
            f"{median(r.end.pss for r in rests) / 1000:8.1f}"
            f"{median(r.end.pss_anon for r in rests) / 1000:9.1f}"
            f"{median(r.cpu_percent for r in rests):8.2f}"
            f"{max(r.written for r in rests):11}"
            f"{median(r.switches_per_second for r in rests):12.1f}"
        )
    for phone in PHONES:
        _report_phone(phone, rounds)


def _report_phone(phone: str, rounds: list[dict[str, Rest]]) -> None:
    ours = [each[phone] for each in rounds]
    bare = [each[_bare_name(phone)] for each in rounds]
    ratio = median(o.end.pss / b.end.pss for o, b in zip(ours, bare, strict=True))
    cpu = median(rest.cpu_percent for rest in ours)
    changed = sorted({name for rest in ours for name in rest.changed})
    print(f"\nwith {phone}:")
    print(f"  memory  {ratio:.2f} x the bare one's (aim: at most 1.20)")
    print(f"  CPU     {cpu:.2f} % of a core (aim: under 0.50)")
    print(f"  written {max(rest.written for rest in ours)} bytes (aim: 0)")
    print(f"  files changed: {', '.join(changed) or 'none'} (aim: none)")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rest", description=__doc__)
    parser.add_argument("--window", type=float, default=60, help="seconds of rest (60)")
    parser.add_argument("--rounds", type=int, default=3, help="windows, of which the median (3)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be spared")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
