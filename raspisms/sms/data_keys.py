"""The free data of a contact: which keys and values there may be.

A key is what rules and texts write after ``contact.``: letters, digits, "-" and "_". Lengths are in
characters.
"""

from collections.abc import Iterable, Mapping

from raspisms.errors import Invalid, say
from raspisms.sms.accents import composed
from raspisms.sms.content import is_control

LONGEST_KEY = 50
LONGEST_VALUE = 1000
#: Of one contact.
MOST_KEYS = 100
LONGEST_NOTES = 5000

#: Keys and values as somebody gives them: a key may come twice then, which is a mistake.
Data = Mapping[str, str] | Iterable[tuple[str, str]]


def clean_key(text: str) -> str:
    """``text`` as a key, without blanks around it. Raises Invalid (field "data")."""
    key = composed(text.strip())
    if not key:
        raise Invalid(
            say("A value has no name."),
            say("Type what it is, such as “birthday”, or empty both boxes."),
            field="data",
        )
    if len(key) > LONGEST_KEY:
        raise Invalid(
            say("The name “%(name)s” is too long.", name=key[:LONGEST_KEY] + "…"),
            say("Type at most %(most)d characters.", most=LONGEST_KEY),
            field="data",
        )
    if not all(sign.isalnum() or sign in "-_" for sign in key):
        raise Invalid(
            say("The name “%(name)s” cannot be used.", name=key),
            say("Use only letters, digits, “-” and “_”, as in “first_name”."),
            field="data",
        )
    return key


def clean_value(key: str, text: str) -> str:
    """``text`` as the value under ``key``. Raises Invalid (field "data")."""
    value = composed(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    if len(value) > LONGEST_VALUE:
        raise Invalid(
            say("The value of “%(name)s” is too long.", name=key),
            say("Type at most %(most)d characters.", most=LONGEST_VALUE),
            field="data",
        )
    if any(map(is_control, value)):
        raise Invalid(
            say("The value of “%(name)s” has a control character in it.", name=key),
            say("Type it again."),
            field="data",
        )
    return value


def clean_data(data: Data) -> dict[str, str]:
    """Data as it is kept; what has neither key nor value is left out. Raises Invalid ("data")."""
    pairs = data.items() if isinstance(data, Mapping) else data
    found: dict[str, str] = {}
    for typed, value in pairs:
        if not typed.strip() and not value.strip():
            continue
        key = clean_key(typed)
        if key in found:
            raise Invalid(
                say("The name “%(name)s” is there twice.", name=key),
                say("Put both values into one, or choose another name."),
                field="data",
            )
        found[key] = clean_value(key, value)
    if len(found) > MOST_KEYS:
        raise Invalid(
            say("There are %(count)d values, which is too many.", count=len(found)),
            say("Keep at most %(most)d of them.", most=MOST_KEYS),
            field="data",
        )
    return found


def clean_notes(text: str) -> str:
    """Raises Invalid (field "notes")."""
    notes = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(notes) > LONGEST_NOTES:
        raise Invalid(
            say("The notes are too long."),
            say("Type at most %(most)d characters.", most=LONGEST_NOTES),
            field="notes",
        )
    if any(map(is_control, notes)):
        raise Invalid(
            say("The notes have a control character in them."), say("Type it again."), field="notes"
        )
    return notes
