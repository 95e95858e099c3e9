"""A run of the kill matrix by hand: ``python -m tests.faults.kills --kills 200 --seed 1``."""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.faults.kills.run import run


def main(given: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where anything is not as it must be."""
    options = _options(given)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)) / "instance"
        figures = run(options.seed, options.kills, folder, short=False, tell=_tell)
    print(figures.report())
    return 1 if figures.discrepancies else 0


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often it is killed")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the run")
    parser.add_argument("--folder", type=Path, help="where the database stays to be looked at")
    return parser.parse_args(given)


def _tell(progress: str) -> None:
    print(f"\r{progress}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
