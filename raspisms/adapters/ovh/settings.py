"""The keys and names that a person copies from OVH's pages, as they come out of the clipboard."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from raspisms.adapters.base import Field
from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms.numbers import parse_number

#: The page on which a person makes keys, with the rights already filled in
#: (OVH guide "First steps with the OVHcloud API").
CREATE_TOKEN_URL = "https://eu.api.ovh.com/createToken/?" + "&".join(
    f"{method}={path}" for path in ("/sms", "/sms/*") for method in ("GET", "POST", "PUT", "DELETE")
)

_SERVICE_NAME = Field(
    "service_name",
    say("Service Name"),
    help=say("The name of your SMS account at OVH. It looks like sms-ab12345-1."),
)
_KEYS = (
    Field("app_key", say("Application Key")),
    Field("app_secret", say("Application Secret"), kind="password", secret=True),
    Field("consumer_key", say("Consumer Key"), kind="password", secret=True),
)

FIELDS: tuple[Field, ...] = (
    Field(
        "number",
        say("Phone number"),
        kind="tel",
        help=say("Your virtual number, as OVH shows it under SMS → Virtual numbers."),
    ),
    _SERVICE_NAME,
    *_KEYS,
)
SHORTCODE_FIELDS: tuple[Field, ...] = (
    _SERVICE_NAME,
    Field(
        "sender",
        say("Sender"),
        required=False,
        help=say(
            "A name that OVH has approved; it cannot be answered. Leave it empty to send from a "
            "short number, which people can answer for two days."
        ),
    ),
    *_KEYS,
    Field(
        "no_stop_clause",
        say("Leave out the words that say how to stop (“STOP”)"),
        kind="checkbox",
        required=False,
        help=say(
            "OVH adds them to messages under a sender's name, and they count in the length. "
            "Advertising must have them."
        ),
    ),
)

#: OVH guide on senders, and what RaspiSMS has asked for since ever: so many characters.
_SHORTEST_SENDER, _LONGEST_SENDER = 3, 11
#: What a box that is ticked, or not, is sent or typed as.
_TICKED = {"1": "1", "on": "1", "yes": "1", "true": "1", "": "", "0": "", "no": "", "false": ""}
_LONGEST = 200
_SERVICE = re.compile(r"\bsms-[a-z0-9]+-[0-9]+\b", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9_-]+")


def clean(fields: Iterable[Field], values: Mapping[str, str], country: str) -> dict[str, Any]:
    """Settings from what was typed or pasted: surrounding blanks and labels are left out.

    Raises InvalidForm with a sentence for each field at fault.
    """
    problems: list[Invalid] = []
    settings: dict[str, Any] = {}
    for field in fields:
        typed = values.get(field.name, "").strip()
        try:
            settings[field.name] = _clean_one(field, typed, country)
        except Invalid as error:
            problems.append(Invalid(error.message, error.hint, field=field.name))
    if problems:
        raise InvalidForm(problems)
    return settings


def _clean_one(field: Field, typed: str, country: str) -> str:
    if field.name == "number":
        return parse_number(typed, country)
    if field.name == "sender":
        return _sender(" ".join(typed.split()))
    if field.kind == "checkbox":
        return _ticked(field, typed)
    if not typed:
        raise Invalid(say("“%(label)s” is empty.", label=field.label), _where_to_find(field))
    if field.name == "service_name":
        found = _SERVICE.search(typed)
        return found.group().lower() if found else _last_word(field, typed)
    return _last_word(field, typed)


def _sender(name: str) -> str:
    if not name:
        return ""
    if not _SHORTEST_SENDER <= len(name) <= _LONGEST_SENDER or not name.isprintable():
        raise Invalid(
            say(
                "A sender's name has %(least)d to %(most)d letters and digits.",
                least=_SHORTEST_SENDER,
                most=_LONGEST_SENDER,
            ),
            say("Enter a name that OVH has approved, or leave this empty."),
        )
    if name.replace(" ", "").isdigit():
        raise Invalid(
            say("A sender's name cannot be made of digits only."),
            say("Enter a name that OVH has approved, or leave this empty."),
        )
    return name


def _ticked(field: Field, typed: str) -> str:
    if typed.lower() not in _TICKED:
        raise Invalid(
            say("“%(label)s” is ticked or not.", label=field.label),
            say("On the command line, give 1 or nothing."),
        )
    return _TICKED[typed.lower()]


def _last_word(field: Field, typed: str) -> str:
    """The value behind a label that was copied along: "Application Key : abc" is "abc"."""
    word = re.split(r"[\s:=]+", typed)[-1].strip("\"'«»“”,;")
    if len(word) > _LONGEST or not _KEY.fullmatch(word):
        raise Invalid(
            say("“%(label)s” has letters, digits, - and _ only.", label=field.label),
            _where_to_find(field),
        )
    return word


def _where_to_find(field: Field) -> Text:
    if field.name == "service_name":
        return say("Copy it from OVH's page of your SMS account. It looks like sms-ab12345-1.")
    return say("Copy it from the page on which OVH showed the keys; it shows them once.")
