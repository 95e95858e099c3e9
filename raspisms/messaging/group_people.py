"""Who is in groups: lists, groups within them and rules resolved, each person once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from raspisms.messaging.engine import Engine
from raspisms.messaging.people import Row, rows
from raspisms.messaging.transactions import reading
from raspisms.models import Contact
from raspisms.models import group as groups
from raspisms.sms.person import Person


@dataclass(frozen=True)
class Gathered:
    """The people of some groups, by name."""

    people: list[Person]


def people(engine: Engine, group_ids: Iterable[int], now: datetime) -> list[Person]:
    """The people of some groups, by name, each once."""
    return gather(engine, group_ids, now).people


def gather(engine: Engine, group_ids: Iterable[int], now: datetime) -> Gathered:
    found = list(rows(select(Contact).where(Contact.id.in_(groups.listed_in(group_ids)))))
    found.sort(key=_order)
    return Gathered([row.person for row in found])


def _order(row: Row) -> tuple[str, int]:
    return row.name_key, row.contact_id


def listed_counts() -> dict[int, int]:
    """How many people are in the list of each group and in those within; no rule is asked."""
    return dict(reading().execute(groups.counts()).all())
