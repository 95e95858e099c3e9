"""The form of a contact, as it was typed: its data are rows of a name and a value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from raspisms.errors import Conflict, Invalid, RaspismsError
from raspisms.messaging import contacts
from raspisms.models import Contact
from raspisms.sms.data_keys import MOST_KEYS
from raspisms.sms.numbers import parse_recipient
from raspisms.web.access import safe_next
from raspisms.web.context import get_engine
from raspisms.web.i18n import phone_number

_EMPTY_ROWS = 3


@dataclass(frozen=True)
class ContactForm:
    """What the form shows; ``next`` is the page to go back to, ``rows`` are keys and values."""

    name: str
    number: str
    next: str
    rows: Sequence[tuple[str, str]] = ()
    notes: str = ""


def typed() -> ContactForm:
    form = request.form
    rows = list(zip(form.getlist("key"), form.getlist("value"), strict=False))
    return ContactForm(
        form.get("name", ""),
        form.get("number", ""),
        safe_next(form.get("next")) or "",
        rows[: 2 * MOST_KEYS],
        form.get("notes", ""),
    )


def typed_again() -> ContactForm:
    """The same to be shown again: with one more row where that was asked for."""
    form = typed()
    rows = [*form.rows, ("", "")] if asks_for_row() else form.rows
    return replace(form, rows=rows)


def asks_for_row() -> bool:
    """Whether it was the button for one more row that sent the form."""
    return "more" in request.form


def empty() -> ContactForm:
    number, back = request.args.get("number", ""), safe_next(request.args.get("next"))
    form = ContactForm(request.args.get("name", ""), phone_number(number), back or "")
    return replace(form, rows=[("", "")] * _EMPTY_ROWS)


def of(contact: Contact) -> ContactForm:
    rows = [*sorted(contact.data.items()), *[("", "")] * _EMPTY_ROWS]
    back = safe_next(request.args.get("next")) or ""
    return ContactForm(contact.name, phone_number(contact.number), back, rows, contact.notes)


def owner(problems: Sequence[RaspismsError]) -> Contact | None:
    """The contact that has the number already, where that is what is wrong."""
    if not any(isinstance(one, Conflict) and one.field == "number" for one in problems):
        return None
    try:
        number = parse_recipient(typed().number, get_engine().config.country)
    except Invalid:
        return None
    return contacts.find_by_number(number)
