"""Answers that providers call with: to which phone each one came, and storing it there."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from raspisms.adapters import registry
from raspisms.adapters.answers import Reply
from raspisms.adapters.base import Capability
from raspisms.messaging import inbox
from raspisms.messaging.engine import Engine
from raspisms.models import phone as phones
from raspisms.sms.numbers import is_subscriber, parse_sender

log = logging.getLogger(__name__)

_LONGEST_SHORT_NUMBER = 6
#: A row of ``phones.OF_SERVICES``.
_Phone = Any


@dataclass(frozen=True)
class Answer:
    """What one call said. The address that was called is that of ``service``, the account."""

    service: str
    reply: Reply


def store(connection: Connection, engine: Engine, answers: Sequence[Answer]) -> set[str]:
    """Store answers, each once, within the transaction of ``connection``.

    What cannot be placed, or came to a phone that is paused, is left to the poll of the inbox. The
    accounts are returned whose phones should be polled now: several could be meant.
    """
    unclear = set()
    receiving = _receiving(connection, {one.service for one in answers})
    with Session(bind=connection) as session:
        for one in answers:
            meant = _meant(one, receiving, engine.config.country)
            if not meant:
                log.warning("An answer to no phone of ours was left alone (%s)", one.service)
            elif len(meant) > 1:
                unclear.add(one.service)
            elif not meant[0].paused:
                message = inbox.received(engine, meant[0].id, one.service, one.reply.inbound)
                inbox.keep(session, engine, message)
        session.flush()
    return unclear


def _receiving(connection: Connection, services: set[str]) -> list[_Phone]:
    """The phones of some accounts to which answers can come."""
    rows = connection.execute(phones.OF_SERVICES, {"services": list(services)})
    return [
        row for row in rows if Capability.RECEIVE in registry.abilities(row.adapter, row.settings)
    ]


def _meant(answer: Answer, receiving: Sequence[_Phone], country: str) -> list[_Phone]:
    """The phones to which an answer may have come, by what it was sent to."""
    own = [phone for phone in receiving if phone.service == answer.service]
    to = parse_sender(answer.reply.to, country) if answer.reply.to else ""
    if is_subscriber(to):
        return [phone for phone in own if phone.number == to]
    if to and not (to.isdecimal() and len(to) <= _LONGEST_SHORT_NUMBER):
        return []
    # Nobody tells which short number the provider took: it is that of a phone without its own.
    return [phone for phone in own if phone.number is None] or own
