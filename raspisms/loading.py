"""Loading what a program is made of, quickly."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Inside, modules are imported: none of it is garbage, and nobody ever looks for any.

    The collector would walk through all that is there again and again, which is a sixth of what a
    start costs; then once more after it, and at the end of the program.
    """
    there = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > there:
            gc.freeze()
        gc.enable()
