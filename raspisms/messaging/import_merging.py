"""What becomes of a contact whose number is in a file.

The same is said in SQL by ``import_applying``, for as many contacts as there are.
"""

from collections.abc import Mapping
from typing import NamedTuple

from raspisms.messaging.import_choices import Existing


class Known(NamedTuple):
    """What is known of somebody, apart from the number."""

    name: str
    data: Mapping[str, str]
    notes: str


def merged(existing: Existing, contact: Known, given: Known) -> Known:
    """ "complete" adds what is missing; "replace" takes what the file has, and leaves the rest."""
    if existing == "keep":
        return contact
    if existing == "complete":
        return Known(contact.name, {**given.data, **contact.data}, contact.notes or given.notes)
    return Known(
        given.name or contact.name, {**contact.data, **given.data}, given.notes or contact.notes
    )


def verdict(existing: Existing, contact: Known, given: Known) -> tuple[str, str | None]:
    """What is to be said of a line whose number is in the address book, and why."""
    if existing == "keep":
        differs = merged("replace", contact, given) != contact
        return ("skipped", "kept") if differs else ("same", None)
    return ("changed" if merged(existing, contact, given) != contact else "same"), None
