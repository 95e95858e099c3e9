"""The quiet time after a start: nothing is sent, so that what waits can be looked at first."""

from datetime import timedelta

from raspisms import clock


class QuietStart:
    """Measured by the clock that never jumps, from the start of the process.

    Only the process that sends begins it; in all others it is over. Safe to use from many threads.
    """

    def __init__(self) -> None:
        self._started = clock.steady()
        self._until: float | None = None

    def begin(self, minutes: int) -> None:
        """This process sends, and is to be quiet for so long after its start.

        The first call counts. Whoever takes over from another process long after its own start
        is not quiet any more.
        """
        if self._until is None:
            self._until = self._started + 60 * minutes

    def shorten(self, minutes: int) -> None:
        """The setting is another now: less holds at once, more from the next start on."""
        if self._until is not None:
            self._until = min(self._until, self._started + 60 * minutes)

    def end(self) -> None:
        """A person has looked: what waits may go."""
        self.shorten(0)

    def left(self) -> timedelta:
        """For how long nothing is sent yet; 0 once it is over."""
        return timedelta(seconds=max(0.0, (self._until or 0.0) - clock.steady()))
