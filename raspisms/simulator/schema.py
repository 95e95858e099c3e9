"""OVH's own description of the routes, their parameters and their answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from raspisms.simulator.errors import unknown_url


@dataclass(frozen=True)
class Parameter:
    """``place`` is path, query or body."""

    place: str
    type: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """One method on one route. ``body`` names the model of a body that has no named parameters."""

    method: str
    path: str
    signed: bool
    returns: str
    body: str | None
    parameters: Mapping[str, Parameter]

    def placed(self, place: str) -> dict[str, Parameter]:
        return {name: one for name, one in self.parameters.items() if one.place == place}


def _operation(key: str, described: dict[str, Any]) -> Operation:
    method, path = key.split(" ")
    parameters = {
        name: Parameter(p["in"], p["type"], p["required"])
        for name, p in described["parameters"].items()
    }
    return Operation(
        method, path, described["signed"], described["returns"], described["body"], parameters
    )


_EXCERPT = json.loads(Path(__file__).with_name("schema.json").read_text("utf-8"))
OPERATIONS = {key: _operation(key, described) for key, described in _EXCERPT["operations"].items()}
TYPES: dict[str, dict[str, Any]] = _EXCERPT["types"]


def _pattern(path: str) -> re.Pattern[str]:
    # A dot of "creationDatetime.from" never stands in a path, so names are identifiers.
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


# Fixed words win over parameters: /sms/ptts is no service name.
_PATTERNS = [
    (_pattern(operation.path), operation)
    for operation in sorted(OPERATIONS.values(), key=lambda o: (o.path.count("{"), o.path))
]


def find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation that a raw (still quoted) path means, with its path parameters unquoted.

    :raise ApiError: 404 when there is none.
    """
    for pattern, operation in _PATTERNS:
        found = pattern.fullmatch(path) if operation.method == method else None
        if found:
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    raise unknown_url()
