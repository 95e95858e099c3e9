"""What providers say when they call: durable when it is answered, however many call at once."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from raspisms import sqlite
from raspisms.adapters import registry
from raspisms.extensions import db
from raspisms.messaging import receipts
from raspisms.messaging.machine import StorageError, storage_fault
from raspisms.messaging.receipts import Told
from raspisms.models import phone as phones

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Call:
    """One call of a provider, and what came of it."""

    token: str
    values: Mapping[str, str]
    known: bool = False
    #: The account of whose messages it told something.
    service: str | None = None
    done: bool = False
    error: Exception | None = None


class ProviderCalls:
    """Who waits to be written; whoever has the turn writes for all who wait by then.

    Each commit waits for the disk, so a burst of calls costs few of them. Safe to use from many
    threads; one for each database.
    """

    def __init__(self, note_service: Callable[[str], None]) -> None:
        """``note_service`` is told the account of each call that said something."""
        self._note_service = note_service
        self._turn = threading.Lock()
        self._waiting: deque[_Call] = deque()

    def take(self, token: str, values: Mapping[str, str]) -> bool:
        """Take what a call says: it is durable once this returns.

        False for a token of no phone. That of a removed phone still counts: the address that a
        provider calls may be its, while another phone of the same service goes on. Raises
        StorageError when the machine cannot store.
        """
        call = _Call(token, values)
        self._waiting.append(call)
        with self._turn:
            if not call.done:
                _answer([self._waiting.popleft() for _ in range(len(self._waiting))])
        if call.error is not None:
            raise call.error
        if call.service is not None:
            self._note_service(call.service)
        return call.known


def _answer(batch: list[_Call]) -> None:
    try:
        _write(batch)
    except Exception as error:
        fault = storage_fault(error) or error
        if len(batch) > 1 and not isinstance(fault, StorageError):
            for call in batch:
                _answer([call])  # one that cannot be stored takes no other with it
        else:
            told_apart = any(call.known for call in batch)
            for call in batch:
                # Raised again where the call came in; a token known to be wrong stays wrong.
                call.error = fault if call.known or not told_apart else None
    for call in batch:
        call.done = True


def _write(batch: list[_Call]) -> None:
    with db.engine.connect() as connection:
        told = _understand(connection, batch)
        connection.rollback()
        if told:  # a stranger's call, without a true token, never takes the write lock
            with connection.execution_options(**sqlite.WRITING).begin():
                receipts.store_and_apply(connection, told)


def _understand(connection: Connection, batch: list[_Call]) -> list[Told]:
    """What the calls say; those with a true token are marked."""
    tokens = {"tokens": list({call.token for call in batch})}
    rows = {row.callback_token: row for row in connection.execute(phones.BY_TOKENS, tokens)}
    told = []
    for call in batch:
        phone = rows.get(call.token)
        if phone is None:
            continue
        call.known = True
        news = registry.get(phone.adapter).parse_callback(call.values)
        if news:
            call.service = phone.service
            told.append(Told(phone.service, tuple(news), receipts.CALLBACK))
        else:
            log.warning("A call about phone %s said nothing that is understood", phone.id)
    return told
