"""What a rule or a text can know of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """Somebody to whom a text may go.

    ``data`` is under ``contact`` in rules and texts, all else under ``contact_metas``. For a bare
    number, which is in no address book, there is no name and there are no times. Times are aware.
    """

    number: str
    name: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None
