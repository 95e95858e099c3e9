"""The free data of a contact: which keys and values there may be.

A key is what rules and texts write after ``contact.``: letters, digits, "-" and "_". Lengths are in
characters.
"""

import unicodedata

from raspisms.errors import Invalid, say

LONGEST_KEY = 50
LONGEST_VALUE = 1000
#: Of one contact.
MOST_KEYS = 100
LONGEST_NOTES = 5000


def clean_key(text: str) -> str:
    """``text`` as a key, without blanks around it. Raises Invalid (field "data")."""
    key = unicodedata.normalize("NFC", text.strip())
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
    value = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    if len(value) > LONGEST_VALUE:
        raise Invalid(
            say("The value of “%(name)s” is too long.", name=key),
            say("Type at most %(most)d characters.", most=LONGEST_VALUE),
            field="data",
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in value):
        raise Invalid(
            say("The value of “%(name)s” has a control character in it.", name=key),
            say("Type it again."),
            field="data",
        )
    return value
