"""When providers last called, kept to the minute beside what else is known of their accounts."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import Insert, insert

from raspisms import clock
from raspisms.adapters.answers import CallbackKind
from raspisms.models import ProviderAccount

_EVERY_SECONDS = 60.0
_COLUMNS = {CallbackKind.STATUS: "called_at", CallbackKind.REPLY: "reply_called_at"}


@dataclass(frozen=True)
class Heard:
    """A call about ``service``, the account, that was understood."""

    service: str
    kind: CallbackKind


class AccountCalls:
    """Writes at most once a minute for each account and kind of call; one for each process."""

    def __init__(self) -> None:
        #: On the clock that never jumps.
        self._written_at: dict[Heard, float] = {}

    def write(self, connection: Connection, heard: Iterable[Heard]) -> list[Heard]:
        """Write what is due, within the transaction of ``connection``; what that was."""
        oldest = time.monotonic() - _EVERY_SECONDS
        due = [one for one in set(heard) if self._written_at.get(one, oldest) <= oldest]
        for one in due:
            row = {"service": one.service, _COLUMNS[one.kind]: clock.now()}
            connection.execute(_UPSERTS[one.kind], row)
        return due

    def committed(self, written: Collection[Heard]) -> None:
        """What ``write`` wrote is durable: nothing more is due for a minute."""
        self._written_at.update(dict.fromkeys(written, time.monotonic()))


def _upsert(column: str) -> Insert:
    statement = insert(ProviderAccount)
    return statement.on_conflict_do_update(
        index_elements=["service"], set_={column: statement.excluded[column]}
    )


#: Built once: providers call often.
_UPSERTS = {kind: _upsert(column) for kind, column in _COLUMNS.items()}
