"""An exact record of what happened, to be compared with what the product believes."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from raspisms import clock

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class JobEntry:
    """One message accepted for one receiver. ``text``, ``tag`` and ``validity`` (minutes) are as
    the client gave them.
    """

    id: int
    at: datetime
    service: str
    number: str | None
    sender: str
    receiver: str
    text: str
    tag: str
    validity: int | None = None


@dataclass(frozen=True)
class CallEntry:
    """One API call. ``status`` is None until answered, and for ever when ``end`` says why not."""

    id: int
    at: datetime
    method: str
    path: str
    query: str
    fault: str
    status: int | None = None
    end: str = ""


@dataclass(frozen=True)
class CallbackEntry:
    """One callback attempt. ``message`` is the id of the outgoing or incoming message.

    ``kind`` is ``receipt`` or ``response``; ``result`` is empty until the attempt ended,
    then ``answered`` or what went wrong.
    """

    id: int
    at: datetime
    kind: str
    message: int
    method: str
    url: str
    body: str = ""
    status: int | None = None
    result: str = ""


@dataclass(frozen=True)
class IncomingEntry:
    """One answer of a handset. ``deleted`` is when the client removed it from OVH."""

    id: int
    at: datetime
    service: str
    number: str
    sender: str
    text: str
    deleted: datetime | None = None


class Ledger:
    """Thread-safe. What it gives out are snapshots, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_id = 0
        self._jobs: dict[int, JobEntry] = {}
        self._calls: dict[int, CallEntry] = {}
        self._callbacks: dict[int, CallbackEntry] = {}
        self._incoming: dict[int, IncomingEntry] = {}

    @property
    def jobs(self) -> tuple[JobEntry, ...]:
        return self._snapshot(self._jobs)

    @property
    def calls(self) -> tuple[CallEntry, ...]:
        return self._snapshot(self._calls)

    @property
    def callbacks(self) -> tuple[CallbackEntry, ...]:
        return self._snapshot(self._callbacks)

    @property
    def incoming(self) -> tuple[IncomingEntry, ...]:
        return self._snapshot(self._incoming)

    def _snapshot(self, entries: dict[int, Entry]) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(entries.values())

    def add_job(self, entry: JobEntry) -> None:
        with self._lock:
            self._jobs[entry.id] = entry

    def add_incoming(self, entry: IncomingEntry) -> None:
        with self._lock:
            self._incoming[entry.id] = entry

    def incoming_deleted(self, incoming_id: int) -> None:
        with self._lock:
            entry = self._incoming[incoming_id]
            self._incoming[incoming_id] = replace(entry, deleted=clock.now())

    def call_begins(self, method: str, path: str, query: str, fault: str) -> int:
        with self._lock:
            self._last_id += 1
            entry = CallEntry(self._last_id, clock.now(), method, path, query, fault)
            self._calls[entry.id] = entry
            return entry.id

    def call_ends(self, call_id: int, status: int | None, end: str = "") -> None:
        """A call that began before the ledger was cleared is no longer of interest."""
        with self._lock:
            if call_id in self._calls:
                self._calls[call_id] = replace(self._calls[call_id], status=status, end=end)

    def callback_begins(self, kind: str, message: int, method: str, url: str, body: str) -> int:
        with self._lock:
            self._last_id += 1
            entry = CallbackEntry(self._last_id, clock.now(), kind, message, method, url, body)
            self._callbacks[entry.id] = entry
            return entry.id

    def callback_ends(self, callback_id: int, status: int | None, result: str) -> None:
        """As with calls, one that began before the ledger was cleared is forgotten."""
        with self._lock:
            if callback_id in self._callbacks:
                entry = self._callbacks[callback_id]
                self._callbacks[callback_id] = replace(entry, status=status, result=result)

    def clear(self) -> None:
        with self._lock:
            for entries in (self._jobs, self._calls, self._callbacks, self._incoming):
                entries.clear()

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """The same four lists, times in ISO 8601 (UTC)."""
        return {
            "jobs": [_plain(entry) for entry in self.jobs],
            "calls": [_plain(entry) for entry in self.calls],
            "callbacks": [_plain(entry) for entry in self.callbacks],
            "incoming": [_plain(entry) for entry in self.incoming],
        }


def _plain(entry: JobEntry | CallEntry | CallbackEntry | IncomingEntry) -> dict[str, Any]:
    items = vars(entry).items()  # asdict would copy each value, which takes ten times as long
    return {
        key: value.isoformat() if isinstance(value, datetime) else value for key, value in items
    }
