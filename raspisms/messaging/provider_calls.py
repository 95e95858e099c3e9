"""What providers say when they call: durable when it is answered, however many call at once."""

import logging
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from raspisms import sqlite
from raspisms.adapters import registry
from raspisms.adapters.answers import CallbackKind
from raspisms.adapters.base import Capability
from raspisms.extensions import db
from raspisms.messaging import receipts, replies, signals
from raspisms.messaging.account_calls import AccountCalls, Heard
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import StorageError, storage_fault
from raspisms.messaging.receipts import Told
from raspisms.messaging.replies import Answer
from raspisms.models import phone as phones

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Call:
    """One call of a provider, and what came of it."""

    kind: CallbackKind
    token: str
    values: Mapping[str, str]
    known: bool = False
    #: The account of which it told something.
    service: str | None = None
    #: Whether it brought an answer of which only the inbox can tell whose it is.
    unclear: bool = False
    done: bool = False
    error: Exception | None = None


@dataclass
class _Said:
    """What calls said, all together."""

    receipts: list[Told] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class ProviderCalls:
    """Who waits to be written; whoever has the turn writes for all who wait by then.

    Each commit waits for the disk, so a burst of calls costs few of them. Safe to use from many
    threads; one for each database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._account_calls = AccountCalls()
        self._turn = threading.Lock()
        self._waiting: deque[_Call] = deque()

    def take(self, kind: CallbackKind, token: str, values: Mapping[str, str]) -> bool:
        """Take what a call says: it is durable once this returns.

        False for a token of no phone. That of a removed phone still counts: the address that a
        provider calls may be its, while another phone of the same service goes on. Raises
        StorageError when the machine cannot store.
        """
        call = _Call(kind, token, values)
        self._waiting.append(call)
        with self._turn:
            if not call.done:
                self._answer([self._waiting.popleft() for _ in range(len(self._waiting))])
        if call.error is not None:
            raise call.error
        if call.service is not None and kind is CallbackKind.STATUS:
            self._engine.note_callback(call.service)
        if call.unclear:
            signals.inbox_wanted.send(self._engine)
        return call.known

    def _answer(self, batch: list[_Call]) -> None:
        try:
            self._write(batch)
        except Exception as error:
            fault = storage_fault(error) or error
            if len(batch) > 1 and not isinstance(fault, StorageError):
                for call in batch:
                    self._answer([call])  # one that cannot be stored takes no other with it
            else:
                told_apart = any(call.known for call in batch)
                for call in batch:
                    # Raised again where the call came in; a token known to be wrong stays wrong.
                    call.error = fault if call.known or not told_apart else None
        for call in batch:
            call.done = True

    def _write(self, batch: list[_Call]) -> None:
        with db.engine.connect() as connection:
            said = _understand(connection, batch)
            connection.rollback()
            heard = {Heard(call.service, call.kind) for call in batch if call.service is not None}
            if not heard:
                return  # a stranger's call, without a true token, never takes the write lock
            with connection.execution_options(**sqlite.WRITING).begin():
                receipts.store_and_apply(connection, said.receipts)
                unclear = self._store_answers(connection, said.answers)
                noted = self._account_calls.write(connection, heard)
        self._account_calls.committed(noted)
        for call in batch:
            call.unclear = call.kind is CallbackKind.REPLY and call.service in unclear

    def _store_answers(self, connection: Connection, answers: Sequence[Answer]) -> set[str]:
        return replies.store(connection, self._engine, answers) if answers else set()


def _understand(connection: Connection, batch: list[_Call]) -> _Said:
    """What the calls say; those with a true token are marked."""
    tokens = {"tokens": list({call.token for call in batch})}
    rows = {row.callback_token: row for row in connection.execute(phones.BY_TOKENS, tokens)}
    said = _Said()
    for call in batch:
        phone = rows.get(call.token)
        if phone is None:
            continue
        call.known = True
        if _understood(call, phone, said):
            call.service = phone.service
        else:
            log.warning("A call about phone %s said nothing that is understood", phone.id)
    return said


def _understood(call: _Call, phone: Any, said: _Said) -> bool:
    """Add what a call says to what was said; whether that is anything.

    ``phone`` is a row of ``phones.BY_TOKENS``.
    """
    kind = registry.get(phone.adapter)
    if call.kind is CallbackKind.STATUS:
        news = kind.parse_callback(call.values)
        if news:
            said.receipts.append(Told(phone.service, tuple(news), receipts.CALLBACK))
        return bool(news)
    # Whatever this very phone can do: the address is one for all phones of the account.
    reply = (
        kind.parse_reply(call.values) if Capability.REPLY_CALLBACK in kind.capabilities else None
    )
    if reply is not None:
        said.answers.append(Answer(phone.service, reply))
    return reply is not None
