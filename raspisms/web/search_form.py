"""The form of the search: what was typed into it, and what that means."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from flask import request

from raspisms.errors import Invalid, InvalidForm, say
from raspisms.messaging.search import Wanted
from raspisms.models import message as messages
from raspisms.sms.lifecycle import Status
from raspisms.sms.localtime import start_of
from raspisms.web import addresses
from raspisms.web.i18n import reader_zone

#: Fields of addresses that are longer are not shown again.
_LONGEST = 1000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Days that a message can have, whatever the clock once said.
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class SearchForm:
    """As typed: days as YYYY-MM-DD, the others as their codes."""

    q: str = ""
    person: str = ""
    phone: str = ""
    since: str = ""
    until: str = ""
    status: str = ""
    direction: str = ""

    @property
    def filters(self) -> Mapping[str, str]:
        return {name: value for name, value in self.filled.items() if name != "q"}

    @property
    def filled(self) -> Mapping[str, str]:
        """The fields that are not empty, as an address has them."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in every.items() if value}


def typed() -> SearchForm:
    """What the address holds."""
    names = [field.name for field in fields(SearchForm)]
    return SearchForm(**{name: request.args.get(name, "").strip()[:_LONGEST] for name in names})


def wanted(form: SearchForm) -> Wanted:
    """What ``form`` asks for. Raises InvalidForm with all that cannot be understood."""
    problems: list[Invalid] = []
    zone = reader_zone()
    since, until = (list(_day(form, name, problems)) for name in ("since", "until"))
    if since and until and since > until:
        problems.append(_wrong_order())
    found = Wanted(
        form.q,
        form.person,
        _phone(form, problems),
        start_of(since[0], zone) if since else None,
        start_of(until[0] + timedelta(days=1), zone) if until else None,
        Status(_choice(form, "status", tuple(Status), problems)) if form.status else None,
        _choice(form, "direction", (messages.IN, messages.OUT), problems) or None,
    )
    if problems:
        raise InvalidForm(problems)
    return found


def _phone(form: SearchForm, problems: list[Invalid]) -> int | None:
    number = addresses.whole(form.phone)
    if form.phone and number is None:
        problems.append(_not_in_the_list("phone"))
    return number


def _choice(form: SearchForm, name: str, known: tuple[str, ...], problems: list[Invalid]) -> str:
    value: str = getattr(form, name)
    if value and value not in known:
        problems.append(_not_in_the_list(name))
        return known[0]
    return value


def _day(form: SearchForm, name: str, problems: list[Invalid]) -> Iterator[date]:
    """The day in a field, where there is one."""
    text: str = getattr(form, name)
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is not None and _FIRST <= day <= _LAST:
        yield day
    elif text:
        problems.append(
            Invalid(
                say("“%(day)s” is not a day that messages can have.", day=text[:40]),
                say("Enter a day like 2026-03-28, or leave the field empty."),
                field=name,
            )
        )


def _wrong_order() -> Invalid:
    return Invalid(
        say("The last day is before the first."),
        say("Exchange the two, or leave one of them empty."),
        field="until",
    )


def _not_in_the_list(name: str) -> Invalid:
    return Invalid(
        say("This is not one of the choices."), say("Choose one of the list."), field=name
    )
