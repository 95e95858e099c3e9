"""Writes docs/faults.md: ``python -m tests.faults.matrix > docs/faults.md``."""

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from raspisms.adapters import registry
from tests.faults.matrix import cells, page
from tests.faults.matrix.cells import Broken, Row
from tests.faults.matrix.providers import provider_of
from tests.faults.matrix.stage import Stage


def main() -> int:
    """1 where something is not as it must be; it is told, and has no row."""
    logging.disable(logging.WARNING)
    broken: list[Broken] = []
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.writelines(page.written(_rows(Path(folder), broken)))
    for one in broken:
        print(one, file=sys.stderr)
    return 1 if broken else 0


def _rows(folder: Path, broken: list[Broken]) -> Iterator[Row]:
    for kind in registry.all_kinds():
        with (
            provider_of(kind)(folder / kind.uid).running() as provider,
            Stage(kind, provider).set_up() as stage,
        ):
            for fault in provider.faults:
                print(f"{kind.uid}: {fault}", file=sys.stderr)
                try:
                    yield from cells.run(stage, fault)
                except Broken as one:
                    broken.append(one)


if __name__ == "__main__":
    sys.exit(main())
