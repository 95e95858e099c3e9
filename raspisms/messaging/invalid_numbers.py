"""Numbers at which nothing arrives: for good, as the network says, or too often.

What counts is what became of messages, of all phones, since the number last wrote to us, and since
a person last called it right: a failure before that says nothing any more. So does a failure for
good before something was delivered.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, TextualSelect, bindparam, text
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.config import Config
from raspisms.errors import NotFound, say
from raspisms.messaging import journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member, NumberCleared
from raspisms.models.base import UtcDateTime
from raspisms.sms.names import sort_key
from raspisms.sms.numbers import digits_of
from raspisms.sms.reasons import FOR_GOOD, OF_RECIPIENT

PAGE = 50
_LONGEST_SEARCH = 200


class Limits(NamedTuple):
    """From how many failures on, and from what share of all that was sent, it is too often."""

    failures: int
    percent: int


@dataclass(frozen=True)
class Rates:
    """What became of what was sent to a number since it last wrote, or was last called right.

    ``sent`` are those messages of which something final is known, or surely nothing will be
    (``unknown``); ``for_good``: the network said that nothing can arrive there. ``is_invalid``:
    that, or too many failed. ``last_at`` is the last failure.
    """

    number: str
    sent: int
    failed: int
    unknown: int
    for_good: bool
    is_invalid: bool
    last_at: datetime

    @property
    def failed_share(self) -> float:
        """From 0 to 1."""
        return self.failed / self.sent

    @property
    def unknown_share(self) -> float:
        """From 0 to 1."""
        return self.unknown / self.sent


@dataclass(frozen=True)
class Listed:
    """One line of the list; ``name`` and ``contact_id`` where it is in the address book."""

    rates: Rates
    name: str | None
    contact_id: int | None


@dataclass(frozen=True)
class Page:
    numbers: list[Listed]
    page: int
    has_next: bool


def limits(config: Config) -> Limits:
    """What the household's settings say."""
    return Limits(config.invalid_after_failures, config.invalid_failed_percent)


def listing(engine: Engine, search: str = "", page: int = 1) -> Page:
    """The invalid numbers, the last that failed first, whose number or contact's name fits."""
    query = _invalid(limits(engine.config), search[:_LONGEST_SEARCH])
    rows = reading().execute(query, {"limit": PAGE + 1, "offset": (page - 1) * PAGE}).all()
    return Page([_as_listed(row) for row in rows[:PAGE]], page, has_next=len(rows) > PAGE)


def each(engine: Engine) -> Iterator[Listed]:
    """All of them, in the same order."""
    query = _invalid(limits(engine.config))
    return map(_as_listed, reading().execute(query, {"limit": -1, "offset": 0}))


def among(session: Session, numbers: Iterable[str], limits: Limits) -> set[str]:
    """Those of ``numbers`` that are invalid."""
    rows = session.execute(_of(limits, numbers, suspected=limits.failures))
    return {row.number for row in rows if row.is_invalid}


def of(number: str, limits: Limits) -> Rates | None:
    """What is known of one number; None where nothing failed that still counts."""
    row = reading().execute(_of(limits, [number], suspected=1)).one_or_none()
    return _as_rates(row) if row is not None and row.failed else None


def clear(engine: Engine, member: Member | None, number: str) -> None:
    """Say that a number is right: what failed until now does not count any more.

    Raises NotFound where it is not among the invalid ones (any more).
    """
    with writing() as session:
        if not among(session, [number], limits(engine.config)):
            raise NotFound(
                say("This number is not among the invalid ones any more."),
                say("Go back to the list of invalid numbers."),
            )
        session.merge(NumberCleared(number=number, at=clock.now()))
        journal.note(session, member, "number.cleared", number)


def _invalid(limits: Limits, search: str = "") -> TextualSelect:
    """The invalid ones, each with the name and the id of its contact."""
    return _query(_RATES, _LISTED).bindparams(
        **_limits(limits),
        suspected=limits.failures,
        name=sort_key(search),
        digits=digits_of(search),
    )


def _of(limits: Limits, numbers: Iterable[str], suspected: int) -> TextualSelect:
    """What became of what was sent to those of ``numbers`` of which so many failed at all."""
    which = _RATES.replace("-- and", "AND message.peer IN (SELECT value FROM json_each(:numbers))")
    return _query(which, "SELECT * FROM judged").bindparams(
        **_limits(limits), suspected=suspected, numbers=json.dumps(list(numbers))
    )


def _query(*parts: str) -> TextualSelect:
    query = text("\n".join(parts)).bindparams(
        bindparam("gone", sorted(FOR_GOOD), expanding=True),
        bindparam("failing", sorted(OF_RECIPIENT), expanding=True),
    )
    return query.columns(last_at=UtcDateTime)


def _limits(limits: Limits) -> dict[str, int]:
    return {"failures": limits.failures, "percent": limits.percent}


def _as_rates(row: Row[*tuple[Any, ...]]) -> Rates:
    return Rates(
        row.number,
        row.sent,
        row.failed,
        row.unknown,
        bool(row.for_good),
        bool(row.is_invalid),
        row.last_at,
    )


def _as_listed(row: Row[*tuple[Any, ...]]) -> Listed:
    return Listed(_as_rates(row), row.name, row.contact_id)


#: Only where enough failed at all, whenever, all else that is known of a number is looked up: by
#: the index of failures first, then by number. What is no number is a sender's name, or stands for
#: somebody who was erased. "CROSS" and "MATERIALIZED" tell SQLite, which knows nothing of how much
#: there is of each, in what order to look.
_RATES = """
WITH suspect AS (
  SELECT peer AS number FROM message
  WHERE message.status = 'failed' AND message.peer GLOB '[+0-9]*'
    -- and
  GROUP BY peer
  HAVING sum(reason IN :gone) > 0 OR sum(reason IN :failing) >= :suspected
),
since AS MATERIALIZED (
  SELECT number, max(
    coalesce((SELECT at FROM number_cleared WHERE number_cleared.number = suspect.number), ''),
    coalesce((
      SELECT max(coalesce(message.sent_at, message.created_at))
      FROM phone
      CROSS JOIN conversation INDEXED BY uq_conversation_phone_id_peer
        ON conversation.phone_id = phone.id AND conversation.peer = suspect.number
      CROSS JOIN message ON message.id = conversation.last_inbound_id
    ), ''),
    coalesce((
      SELECT max(coalesce(message.sent_at, message.created_at))
      FROM phone
      CROSS JOIN conversation INDEXED BY uq_conversation_phone_id_peer
        ON conversation.phone_id = phone.id AND conversation.peer = suspect.number
      CROSS JOIN message ON message.conversation_id = conversation.id
      WHERE message.deleted_at IS NOT NULL AND message.direction = 'in'
    ), '')
  ) AS at
  FROM suspect
),
rates AS (
  SELECT
    since.number,
    count(*) AS sent,
    sum(status = 'failed') AS failed,
    sum(status = 'expired') AS unknown,
    max(CASE WHEN status = 'failed' THEN final_at END) AS last_at,
    max(CASE WHEN status = 'failed' AND reason IN :gone THEN final_at END) AS gone_at,
    max(CASE WHEN status = 'delivered' THEN final_at END) AS arrived_at
  FROM since CROSS JOIN message ON message.peer = since.number
  WHERE message.direction = 'out' AND message.final_at IS NOT NULL AND final_at > since.at
    AND (status IN ('delivered', 'expired') OR (status = 'failed' AND reason IN :failing))
  GROUP BY since.number
),
judged AS (
  SELECT *,
    for_good OR (failed >= :failures AND 100 * failed >= :percent * sent) AS is_invalid
  FROM (
    SELECT *, gone_at IS NOT NULL AND gone_at > coalesce(arrived_at, '') AS for_good FROM rates
  )
)
"""
_LISTED = """
SELECT judged.*, contact.name AS name, contact.id AS contact_id
FROM judged LEFT JOIN contact ON contact.number = judged.number
WHERE is_invalid AND (
  (:name = '' AND :digits = '')
  OR (:name <> '' AND instr(contact.name_key, :name))
  OR (:digits <> '' AND instr(judged.number, :digits))
)
ORDER BY last_at DESC, judged.number
LIMIT :limit OFFSET :offset
"""
