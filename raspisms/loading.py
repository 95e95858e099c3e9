"""Loading what a program is made of, quickly."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Inside, modules are imported: none of it is garbage, and nobody looks for any.

    The collector would walk through all that is there again and again, which is a sixth of what a
    start costs.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
