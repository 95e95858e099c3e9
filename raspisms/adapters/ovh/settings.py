"""The keys and names that a person copies from OVH's pages, as they come out of the clipboard."""

import re
from collections.abc import Mapping
from typing import Any

from raspisms.adapters.base import Field
from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms.numbers import parse_number

#: The page on which a person makes keys, with the rights already filled in
#: (OVH guide "First steps with the OVHcloud API").
CREATE_TOKEN_URL = "https://eu.api.ovh.com/createToken/?" + "&".join(
    f"{method}={path}" for path in ("/sms", "/sms/*") for method in ("GET", "POST", "PUT", "DELETE")
)

FIELDS: tuple[Field, ...] = (
    Field(
        "number",
        say("Phone number"),
        kind="tel",
        help=say("Your virtual number, as OVH shows it under SMS → Virtual numbers."),
    ),
    Field(
        "service_name",
        say("Service Name"),
        help=say("The name of your SMS account at OVH. It looks like sms-ab12345-1."),
    ),
    Field("app_key", say("Application Key")),
    Field("app_secret", say("Application Secret"), kind="password", secret=True),
    Field("consumer_key", say("Consumer Key"), kind="password", secret=True),
)

_LONGEST = 200
_SERVICE = re.compile(r"\bsms-[a-z0-9]+-[0-9]+\b", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9_-]+")


def clean(values: Mapping[str, str], country: str) -> dict[str, Any]:
    """Settings from what was typed or pasted: surrounding blanks and labels are left out.

    Raises InvalidForm with a sentence for each field at fault.
    """
    problems: list[Invalid] = []
    settings: dict[str, Any] = {}
    for field in FIELDS:
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
    if not typed:
        raise Invalid(say("“%(label)s” is empty.", label=field.label), _where_to_find(field))
    if field.name == "service_name":
        found = _SERVICE.search(typed)
        return found.group().lower() if found else _last_word(field, typed)
    return _last_word(field, typed)


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
