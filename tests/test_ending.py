"""Being asked to end by a signal, at whatever instant it comes."""

import os
import signal
from types import FrameType

from raspisms.ending import until_signal

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


def test_a_signal_between_any_two_steps_of_waiting_is_heard() -> None:
    """With an Event, or a queue, this waits in vain within a second or two."""
    before = [signal.getsignal(one) for one in HEARD]
    for turn in range(4000):
        with until_signal(signal.SIGALRM) as asked:
            signal.setitimer(signal.ITIMER_REAL, 1e-6 * (1 + turn % 60))
            assert asked.wait(30)
            assert asked.wait()
    assert [signal.getsignal(one) for one in HEARD] == before


def test_other_signals_do_not_ask() -> None:
    noted = []

    def note(number: int, _frame: FrameType | None) -> None:
        noted.append(number)

    before = signal.signal(signal.SIGUSR1, note)
    try:
        with until_signal() as asked:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert not asked.wait(0.05)
            os.kill(os.getpid(), signal.SIGTERM)
            assert asked.wait(30)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert noted == [signal.SIGUSR1]


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with until_signal(signal.SIGHUP) as asked:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not asked.wait(0.05)
    finally:
        signal.signal(signal.SIGHUP, before)
