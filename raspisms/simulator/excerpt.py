"""Cut out of OVH's API description what the simulator serves.

OVH publishes the description of its API as one JSON file for each section
(``https://eu.api.ovh.com/1.0/sms.json`` and ``…/auth.json``). Run once when they change::

    python -m raspisms.simulator.excerpt sms.json auth.json > raspisms/simulator/schema.json
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROUTES = re.compile(
    r"""
    /auth/(time|credential|currentCredential|details)
    | /sms | /sms/(estimate|ptts|rates/destinations)
    | /sms/virtualNumbers(/\{number\})?
    | /sms/\{serviceName\}
    | /sms/\{serviceName\}/(jobs|outgoing|incoming)(/\{id\})?
    | /sms/\{serviceName\}/senders(/\{sender\}(/validate)?)?
    | /sms/\{serviceName\}/blacklists(/\{number\})?
    | /sms/\{serviceName\}/virtualNumbers(/\{number\}((/(jobs|outgoing|incoming))(/\{id\})?)?)?
    """,
    re.VERBOSE,
)
# Filters of OVH's access management, which a household does not have.
LEFT_OUT = {"iamTags"}


def main(paths: list[str]) -> None:
    """Write the excerpt of the descriptions at ``paths`` to standard output."""
    described = [json.loads(Path(path).read_text("utf-8")) for path in paths]
    operations = dict(sorted(op for section in described for op in _operations(section)))
    models = {name: model for section in described for name, model in section["models"].items()}
    excerpt = {"operations": operations, "types": dict(sorted(_types(operations, models)))}
    json.dump(excerpt, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _operations(section: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for api in section["apis"]:
        if ROUTES.fullmatch(api["path"]):
            for operation in api["operations"]:
                yield f"{operation['httpMethod']} {api['path']}", _operation(operation)


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [p for p in operation["parameters"] if p.get("name") not in LEFT_OUT]
    return {
        "signed": not operation["noAuthentication"],
        "returns": operation["responseType"],
        "body": next((p["dataType"] for p in parameters if not p.get("name")), None),
        "parameters": {
            p["name"]: {"in": p["paramType"], "type": p["dataType"], "required": p["required"]}
            for p in parameters
            if p.get("name")
        },
    }


def _types(
    operations: dict[str, dict[str, Any]], models: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The models and enumerations that the operations need, directly or through another."""
    waiting = [name for operation in operations.values() for name in _named(operation)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().removesuffix("[]")
        if name in seen or name not in models:
            continue
        seen.add(name)
        yield name, _type(models[name])
        waiting += [p["type"] for p in models[name].get("properties", {}).values()]


def _named(operation: dict[str, Any]) -> Iterator[str]:
    yield operation["returns"]
    yield operation["body"] or ""
    yield from (parameter["type"] for parameter in operation["parameters"].values())


def _type(model: dict[str, Any]) -> dict[str, Any]:
    if "enum" in model:
        number = model["enumType"] == "long"
        return {"enum": [int(v) if number else v for v in model["enum"]]}
    return {"properties": {n: _property(p) for n, p in model["properties"].items()}}


def _property(prop: dict[str, Any]) -> dict[str, Any]:
    return {"type": prop["type"], "null": prop["canBeNull"], "read_only": prop["readOnly"]}


if __name__ == "__main__":
    main(sys.argv[1:])
