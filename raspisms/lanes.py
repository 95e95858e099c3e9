"""Work side by side: one lane for each phone and purpose, so that a stuck one delays no other."""

import _thread
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

#: More than any household's phones need; a bound all the same.
MOST_AT_ONCE = 64
SECONDS_AFTER_FAULT = 30.0
#: A thread that has not come to life by then found no memory to.
_BIRTH_SECONDS = 10.0


@dataclass(eq=False)
class _Run:
    """One run of a lane's work, in a thread of its own."""

    work: Callable[[], None]
    started: float = field(default_factory=time.monotonic)
    began: bool = False
    again: bool = False


class Lanes:
    """Runs each lane's work in a thread of its own, never twice at once in the same lane.

    ``report`` is told what the work raises. The lane then pauses, since the same fault would come
    again at once, and ``look_again`` is called after that: what was to be done is not done.
    """

    def __init__(
        self,
        stopping: threading.Event,
        report: Callable[[Exception, str], None],
        look_again: Callable[[], None],
    ) -> None:
        self._stopping = stopping
        self._report = report
        self._look_again = look_again
        self._busy: dict[Hashable, _Run] = {}
        self._lock = threading.Lock()
        self._pauses_end = threading.Condition()
        self._ended = 0
        self._places = threading.Semaphore(MOST_AT_ONCE)

    def run(self, lane: Hashable, work: Callable[[], None], *, once_more: bool = False) -> None:
        """Start ``work``, unless the lane is busy; ``once_more`` then has it run again after."""
        with self._lock:
            under_way = self._busy.get(lane)
            if under_way is not None:
                under_way.again |= once_more
                return
            run = self._busy[lane] = _Run(work)
        try:
            # Not threading.Thread, whose start waits for the thread to run: for ever, where it
            # finds no memory to. Either is a daemon: a call under way must not keep the process
            # from ending; its claim is kept.
            _thread.start_new_thread(self._drive, (lane, run))
        except (MemoryError, RuntimeError):  # no room for one more: the next wake-up tries again
            self._end(lane, run)
            raise

    def end_pauses(self) -> None:
        """Let lanes that pause after a fault go on now."""
        with self._pauses_end:
            self._ended += 1
            self._pauses_end.notify_all()

    def give_up_unborn(self) -> None:
        """Free the lanes whose thread never came to life. Raises MemoryError where one was."""
        latest = time.monotonic() - _BIRTH_SECONDS
        with self._lock:
            unborn = [
                lane for lane, run in self._busy.items() if not run.began and run.started < latest
            ]
            for lane in unborn:
                del self._busy[lane]
        if unborn:
            raise MemoryError(f"no thread for {unborn}")

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether all lanes have come to their end within ``seconds``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                if not self._busy:
                    return True
            time.sleep(0.02)
        return False

    def _drive(self, lane: Hashable, run: _Run) -> None:
        try:
            worked = self._go(lane, run)
        finally:
            self._end(lane, run)
        if not worked:
            self._look_again()

    def _go(self, lane: Hashable, run: _Run) -> bool:
        """Work until nothing more is wanted; whether it went well the last time."""
        with self._lock:
            if self._busy.get(lane) is not run:
                return True  # it was given up
            run.began = True
        while True:
            worked = self._works(lane, run.work)
            if not worked:
                self._pause()
            with self._lock:
                if not run.again:
                    del self._busy[lane]  # now, so that nobody wants more without being heard
                    return worked
                run.again = False

    def _end(self, lane: Hashable, run: _Run) -> None:
        """Free the lane, whatever ended the thread."""
        with self._lock:
            if self._busy.get(lane) is run:
                del self._busy[lane]

    def _works(self, lane: Hashable, work: Callable[[], None]) -> bool:
        with self._places:
            try:
                work()
            except Exception as error:
                self._report(error, f"The work of lane {lane}")
                return False
        return True

    def _pause(self) -> None:
        with self._pauses_end:
            ended = self._ended
            self._pauses_end.wait_for(
                lambda: self._stopping.is_set() or self._ended != ended, SECONDS_AFTER_FAULT
            )
