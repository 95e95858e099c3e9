"""To whom a message goes, as a form offers and shows it: by name where that is clear."""

from collections import Counter

from flask import request
from flask_babel import gettext

from raspisms.errors import Invalid
from raspisms.messaging import contacts, groups, recipients
from raspisms.models import Contact
from raspisms.sms.names import sort_key
from raspisms.web.context import get_engine
from raspisms.web.i18n import phone_number

#: So many contacts an address can name; more are a group.
MOST_NAMED = 200


def suggestions() -> list[tuple[str, str]]:
    """Contacts and groups to choose from: what to put into the field, and what to show with it.

    A name that several have would be ambiguous: those are offered by number.
    """
    known, named = contacts.suggestions(), groups.choices()
    bearers = Counter(contact.name_key for contact in known)
    taken = {sort_key(name) for _, name, _ in named}
    people = [_suggestion(one, bearers[one.name_key] > 1 or one.name_key in taken) for one in known]
    own = [
        (name, gettext("%(name)s (group)", name=name))
        for _, name, _ in named
        if sort_key(name) not in bearers
    ]
    return people + own


def group_choices() -> list[tuple[str, str]]:
    return [
        (str(group_id), gettext("%(name)s (smart group)", name=name) if is_smart else name)
        for group_id, name, is_smart in groups.choices()
    ]


def of_address() -> tuple[str, str, tuple[str, ...]]:
    """The fields "To" and "More recipients", and the groups, as the page's address names them.

    ``to`` is a number or a name, ``contacts`` ids with commas between them, ``group`` an id.
    """
    chosen = tuple(one for one in request.args.getlist("group") if one.isdecimal())
    numbers = _numbers_of(request.args.get("contacts", ""))
    if not numbers:
        return as_typed(request.args.get("to", "").strip()), "", chosen
    named = [as_typed(number) for number in numbers]
    return (named[0], "", chosen) if len(named) == 1 else ("", "\n".join(named), chosen)


def as_typed(number: str) -> str:
    """A kept number as a person would type it: the contact's name where that is clear."""
    contact = contacts.find_by_number(number)
    if contact is None:
        return phone_number(number)
    try:
        known = recipients.read(get_engine(), contact.name)
    except Invalid:
        return phone_number(number)
    is_clear = known.numbers == (number,) and not known.unusable and not known.groups
    return contact.name if is_clear else phone_number(number)


def _numbers_of(ids: str) -> list[str]:
    wanted = [int(one) for one in ids.split(",")[:MOST_NAMED] if one.isdecimal() and len(one) < 15]
    return recipients.of_contacts(wanted)


def _suggestion(contact: Contact, is_shared: bool) -> tuple[str, str]:
    number = phone_number(contact.number)
    return (number, f"{contact.name}, {number}") if is_shared else (contact.name, "")
