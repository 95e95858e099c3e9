"""Threads that are there before they are needed."""

import threading
from concurrent.futures import ThreadPoolExecutor


def start_all(pool: ThreadPoolExecutor, count: int) -> None:
    """Have all ``count`` threads of a pool, which begins none otherwise, live from now on.

    What begins one when there is work fails where the machine has no memory for it by then.
    """
    all_started = threading.Event()
    try:
        for _ in range(count):
            pool.submit(all_started.wait)
    finally:
        all_started.set()
