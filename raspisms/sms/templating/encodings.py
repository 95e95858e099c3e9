"""Filters that write a value for another language: HTML, addresses, JSON."""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from raspisms.errors import say
from raspisms.sms.php import letters
from raspisms.sms.templating import limits, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run, too_long

_HTML = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&#039;", "<": "&lt;", ">": "&gt;"})

#: PHP's numbers for the options of json_encode.
_UNESCAPED_SLASHES = 64
_PRETTY_PRINT = 128
_UNESCAPED_UNICODE = 256
_PRESERVE_ZERO_FRACTION = 1024


def escape(run: Run, value: object, strategy: object = "html") -> str:
    """As HTML or as part of an address (``url``)."""
    if strategy == "html":
        return run.text(value).translate(_HTML)
    if strategy == "url":
        return _quoted(run.text(value))
    raise Trouble(say("“escape” knows html and url."))


def e(run: Run, value: object, strategy: object = "html") -> str:
    """The short name of ``escape``."""
    return escape(run, value, strategy)


def url_encode(run: Run, value: object) -> str:
    """As part of an address; a map as its parameters."""
    if not isinstance(value, list | dict):
        return _quoted(run.text(value))
    return "&".join(
        f"{_quoted(str(key))}={_quoted(run.text(_as_number(one)))}"
        for key, one in values.entries(value)
        if one is not None
    )


def json_encode(run: Run, value: object, options: object = 0) -> str:
    """As JSON, with PHP's escapes: of slashes, and of all beyond ASCII, unless options forbid."""
    chosen = run.integer(options)
    parts: list[str] = []
    room = limits.LONGEST_OUTPUT
    for part in _json(run, value, chosen, "\n" if chosen & _PRETTY_PRINT else ""):
        room -= len(part)
        if room < 0:
            raise too_long()
        parts.append(part)
    return "".join(parts)


def _json(run: Run, value: object, options: int, indent: str) -> Iterator[str]:
    match value:
        case str():
            written = json.dumps(value, ensure_ascii=not options & _UNESCAPED_UNICODE)
            yield written if options & _UNESCAPED_SLASHES else written.replace("/", "\\/")
        case datetime():
            yield from _json(run, _date(value), options, indent)
        case list() | dict():
            run.handle(value)
            yield from _entries(run, value, options, indent)
        case _:
            yield _scalar(value, options)


def _scalar(value: object, options: int) -> str:
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        raise Trouble(say("Such a number has no JSON."))
    written = json.dumps(value)
    return written if options & _PRESERVE_ZERO_FRACTION else written.removesuffix(".0")


def _entries(
    run: Run, value: list[object] | dict[object, object], options: int, indent: str
) -> Iterator[str]:
    begin, end = "[]" if isinstance(value, list) else "{}"
    if not value:
        # PHP does not tell an empty map from an empty list.
        yield "[]"
        return
    within = f"{indent}    " if indent else ""
    yield begin
    for position, (key, one) in enumerate(values.entries(value)):
        yield f",{within}" if position else within
        if isinstance(value, dict):
            yield from _json(run, str(key), options, within)
            yield ": " if indent else ":"
        yield from _json(run, one, options, within)
    yield f"{indent}{end}"


def _date(moment: datetime) -> dict[object, object]:
    """A date as PHP writes the object."""
    return {
        "date": letters.show(moment, "Y-m-d H:i:s.u"),
        "timezone_type": 3,
        "timezone": letters.show(moment, "e"),
    }


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="-_.~")


def _as_number(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


FILTERS = offered((escape, e, url_encode, json_encode), own=2)
