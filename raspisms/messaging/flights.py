"""The messages whose call is under way in this process."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Flights:
    """Which messages, and to whom. Safe to use from many threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        #: Phone and recipient of each message.
        self._under_way: dict[int, tuple[int, str]] = {}

    @contextmanager
    def carrying(self, phone_id: int, peers: dict[int, str]) -> Iterator[None]:
        """Messages (id and recipient) are under way as long as the block runs."""
        with self._changed:
            self._under_way.update({one: (phone_id, peer) for one, peer in peers.items()})
        try:
            yield
        finally:
            with self._changed:
                for message_id in peers:
                    self._under_way.pop(message_id, None)
                self._changed.notify_all()

    def __contains__(self, message_id: int) -> bool:
        return message_id in self._under_way

    def peers(self, phone_id: int) -> Collection[str]:
        """To whom something of a phone is under way: what follows must not overtake it."""
        with self._changed:
            return {peer for phone, peer in self._under_way.values() if phone == phone_id}

    def wait_for_landing(self, phone_id: int, seconds: float) -> None:
        """Return when something of a phone has come to its end, at once where nothing flies."""
        with self._changed:
            if any(phone == phone_id for phone, _ in self._under_way.values()):
                self._changed.wait(seconds)
