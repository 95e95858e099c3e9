"""From the start of the process to the first answer, against a bare gunicorn with the same imports.

Also the very first start, which makes the database, and ``raspisms --help``.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks import folders, processes


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        folders.write_modules(None, parent / "modules")
        folders.prepare(parent / "known")
        timings = _programs(parent)
        rounds = [
            {name: time_it() for name, time_it in timings.items()} for _ in range(options.rounds)
        ]
    _report({name: median(each[name] for each in rounds) for name in timings})


def _programs(parent: Path) -> Mapping[str, Callable[[], float]]:
    """What gives the seconds of one start, by name. They take turns."""
    number = count()
    return {
        "serve": lambda: _until_answer(parent / "known"),
        "serve, first start ever": lambda: _until_answer(parent / f"new-{next(number)}"),
        "bare gunicorn": lambda: _until_answer(None, parent / "modules"),
        "raspisms --help": lambda: _until_end(processes.command_line("--help")),
        "python doing nothing": lambda: _until_end([sys.executable, "-c", "pass"]),
    }


def _until_answer(path: Path | None, modules: Path | None = None) -> float:
    port = processes.free_port()
    command = processes.bare(port, modules) if modules else processes.serve(port)
    begun = time.perf_counter()
    with processes.running(command, folders.settings(path) if path else {}):
        processes.wait_until_answers(port)
        return time.perf_counter() - begun


def _until_end(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(
        command,
        cwd=processes.ROOT,
        env=processes.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun


def _report(seconds: Mapping[str, float]) -> None:
    for name, value in seconds.items():
        print(f"{name:24} {value:5.2f} s")
    bare, nothing = seconds["bare gunicorn"], seconds["python doing nothing"]
    print(f"start             {seconds['serve'] / bare:.2f} x the bare gunicorn's")
    print(
        f"first start ever  {seconds['serve, first start ever'] / bare:.2f} x the bare gunicorn's"
    )
    print(f"raspisms --help   {seconds['raspisms --help'] / nothing:.1f} x python doing nothing")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each, in turn (5)")
    parser.add_argument("--folder", help="where the databases go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
