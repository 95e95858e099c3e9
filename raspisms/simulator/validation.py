"""Holds what a client sends, and in tests what the simulator answers, against OVH's description.

OVH's refusals for a wrong value are not documented; the sentences here are ours.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from raspisms.simulator.errors import bad_parameter
from raspisms.simulator.schema import TYPES, Operation, Parameter

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def parameters(
    operation: Operation, path: Mapping[str, str], query: str, content_type: str, body: bytes
) -> dict[str, Any]:
    """Every parameter by name, checked and converted; a body that is a model is under ``body``.

    :raise ApiError: 400 for anything that the description does not provide for.
    """
    values = {name: from_text(operation.parameters[name], path[name], name) for name in path}
    values |= _query(operation, query)
    return values | _body(operation, content_type, body)


def _query(operation: Operation, query: str) -> dict[str, Any]:
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        raise bad_parameter("A parameter is given twice")
    known = operation.placed("query")
    _refuse_strangers(given, known)
    return {name: from_text(known[name], value, name) for name, value in given.items()}


def _body(operation: Operation, content_type: str, body: bytes) -> dict[str, Any]:
    known = operation.placed("body")
    if not known and not operation.body:
        if body:
            raise bad_parameter("This call takes no body")
        return {}
    given = _json(content_type, body) if body else {}
    if operation.body:
        check(operation.body, given, "body", writing=True)
        return {"body": given}
    if not isinstance(given, dict):
        raise bad_parameter("The body is not an object")
    _refuse_strangers(given, known)
    for name, value in given.items():
        check(known[name].type, value, name)
    return given


def _json(content_type: str, body: bytes) -> Any:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise bad_parameter("The body is not announced as application/json")
    try:
        return json.loads(body)
    except ValueError as error:
        raise bad_parameter(f"The body is not JSON: {error}") from error


def _refuse_strangers(given: Mapping[str, object], known: Mapping[str, Parameter]) -> None:
    strangers = sorted(given.keys() - known.keys())
    if strangers:
        raise bad_parameter(f"Received not described parameters: ({', '.join(strangers)})")
    missing = sorted(name for name, one in known.items() if one.required and name not in given)
    if missing:
        raise bad_parameter(f"Missing parameters: ({', '.join(missing)})")


def from_text(parameter: Parameter, text: str, name: str) -> Any:
    """A value of a path or a query string, in its type."""
    value: object = text
    if parameter.type == "long" and WHOLE_NUMBER.fullmatch(text):
        value = int(text)
    check(parameter.type, value, name)
    return datetime.fromisoformat(text) if parameter.type == "datetime" else value


def check(kind: str, value: object, name: str, *, writing: bool = False) -> None:
    """Hold a JSON value against a type; ``writing`` refuses what is read-only.

    :raise ApiError: 400 when it does not fit.
    """
    if kind.endswith("[]"):
        _check_list(kind.removesuffix("[]"), value, name, writing=writing)
    elif "enum" in TYPES.get(kind, {}):
        if value not in TYPES[kind]["enum"] or isinstance(value, bool):
            raise bad_parameter(f"[{name}] Given data ({value}) does not belong to {kind}")
    elif kind in TYPES:
        _check_model(kind, value, name, writing=writing)
    elif not PLAIN[kind](value):
        raise bad_parameter(f"[{name}] Given data ({value}) is not valid for type {kind}")


def _check_list(kind: str, value: object, name: str, *, writing: bool) -> None:
    if not isinstance(value, list):
        raise bad_parameter(f"[{name}] Given data ({value}) is not a list")
    for item in value:
        check(kind, item, name, writing=writing)


def _check_model(kind: str, value: object, name: str, *, writing: bool) -> None:
    if not isinstance(value, dict):
        raise bad_parameter(f"[{name}] Given data ({value}) is not valid for type {kind}")
    known = TYPES[kind]["properties"]
    for key, item in value.items():
        if key not in known:
            raise bad_parameter(f"[{name}] Received not described parameters: ({key})")
        if writing and known[key]["read_only"]:
            raise bad_parameter(f"[{name}] {key} is read only")
        if item is not None or not known[key]["null"]:
            check(known[key]["type"], item, key, writing=writing)


def _is_datetime(value: object) -> bool:
    """How OVH reads a time without an offset is not known, so none is taken."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


PLAIN: dict[str, Callable[[object], bool]] = {
    "string": _is_text,
    "text": _is_text,
    "password": _is_text,
    "ipBlock": _is_text,
    "boolean": lambda value: isinstance(value, bool),
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "double": _is_number,
    "datetime": _is_datetime,
    "uuid": _is_uuid,
    "void": lambda value: value is None,
}
