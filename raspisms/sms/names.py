"""How names are compared: without case, accents and double blanks."""

import unicodedata

#: Characters, of a person or a group.
LONGEST_NAME = 200


def sort_key(name: str) -> str:
    """A name without case, accents and double blanks, so that "Éloïse" is found by "eloise"."""
    parts = unicodedata.normalize("NFKD", " ".join(name[: 2 * LONGEST_NAME].split()))
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()
