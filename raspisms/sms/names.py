"""Names: which can be used, and how they are compared, without case, accents and double blanks."""

import unicodedata

from raspisms.errors import Invalid, say
from raspisms.sms.accents import taken_apart

#: Characters, of a person or a group.
LONGEST_NAME = 200
#: Not seen themselves: they join the parts of an emoji, or of a word in Persian or Hindi, and spell
#: out the flags of parts of a country (https://www.unicode.org/reports/tr51/).
_JOINERS = "\u200c\u200d" + "".join(map(chr, range(0xE0020, 0xE0080)))


def sort_key(name: str) -> str:
    """A name without case, accents and double blanks, so that "Éloïse" is found by "eloise"."""
    return folded(" ".join(name[: 2 * LONGEST_NAME].split()))


def folded(text: str) -> str:
    """A text without case and accents."""
    parts = taken_apart(text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


def printable(name: str) -> str:
    """A name with blanks for what cannot be shown, then with single spaces."""
    if not name.isprintable():  # most are, which is told much sooner
        name = "".join(one if one.isprintable() or one in _JOINERS else " " for one in name)
    return " ".join(name.split())


def clean_name(name: str, longest: int = LONGEST_NAME, field: str = "name") -> str:
    """A name with single spaces. Raises Invalid (``field``) for one that cannot be used."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(say("The name is empty."), say("Type a name."), field=field)
    if len(name) > longest or printable(name) != name or not sort_key(name).strip(_JOINERS):
        raise Invalid(
            say("This name cannot be used."),
            say("Type at most %(most)d letters, digits and signs.", most=longest),
            field=field,
        )
    return name
