"""What a rule or a text can know of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

#: How RaspiSMS's database told times, which rules read and texts show as they are.
_TIME = "%Y-%m-%d %H:%M:%S"


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

    def metas(self, zone: tzinfo | None) -> dict[str, str]:
        """What is under ``contact_metas``: only what is known, with times told in this zone."""
        metas = {"number": self.number}
        if self.name is not None:
            metas["name"] = self.name
        for key, moment in (("created_at", self.created_at), ("updated_at", self.updated_at)):
            if moment is not None:
                metas[key] = moment.astimezone(zone).strftime(_TIME)
        return metas
