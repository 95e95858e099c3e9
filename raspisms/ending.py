"""Being asked to end, by a signal that comes at any instant."""

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Asked:
    """Whether one of some signals has come since ``until_signal`` began.

    A ``threading.Event`` that a handler sets would not do: Python runs the handler in the thread
    that waits, between two of its steps. Where that thread is just about to wait, the handler waits
    for the lock that it holds, or does not run at all; nothing would ever end then. So the
    interpreter itself, as soon as the system tells it, writes the signal's number where it is read
    here (``signal.set_wakeup_fd``).
    """

    def __init__(self, numbers: frozenset[int], reader: int) -> None:
        self._numbers = numbers
        self._reader = reader
        self._came = False

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until somebody has asked, for so long at most; whether somebody has."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self._came:
            left = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([self._reader], [], [], left)[0]:
                return False
            self._came = not self._numbers.isdisjoint(os.read(self._reader, 100))
        return True


@contextmanager
def until_signal(*more: signal.Signals) -> Iterator[Asked]:
    """SIGINT and SIGTERM ask, and ``more`` that are not ignored; afterwards all are as before.

    To be used in the main thread.
    """
    heard = [one for one in more if signal.getsignal(one) is not signal.SIG_IGN]
    numbers = (signal.SIGINT, signal.SIGTERM, *heard)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    written_before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    handlers = {one: signal.signal(one, _nothing) for one in numbers}
    try:
        yield Asked(frozenset(numbers), reader)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(written_before)
        os.close(reader)
        os.close(writer)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Keeps the signal from ending the program; that it came is written already."""
