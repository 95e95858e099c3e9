"""What somebody chooses of an import: how the file is read, and what becomes of what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

Existing = Literal["keep", "complete", "replace"]
EXISTING: tuple[Existing, ...] = ("keep", "complete", "replace")


@dataclass(frozen=True)
class Choices:
    """As they are stored with an import; what is empty is found out by looking at the file.

    ``round`` counts how often the file was to be read anew.
    """

    existing: Existing = "complete"
    add_zero: bool = True
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    has_header: bool | None = None
    roles: tuple[str, ...] = ()
    group: int | None = None
    new_group: str = ""
    language: str = "fr"
    round: int = 0
    heads: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Choices":
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        for name in ("roles", "heads"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)

    def stored(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"roles": list(self.roles), "heads": list(self.heads)}

    def once_more(self, **changed: Any) -> "Choices":
        return replace(self, round=self.round + 1, **changed)
