"""What the columns of a table mean: guessed from their names, else from what is in them.

A role is "name", "first_name", "last_name", "number", "kind" (of the number in the next column),
"notes", "data:KEY", or empty for a column that is left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mode
from typing import Final

from raspisms.errors import Invalid, say
from raspisms.sms.accents import composed
from raspisms.sms.data_keys import LONGEST_KEY
from raspisms.sms.files.cells import is_like_number, plain_cell
from raspisms.sms.files.writers import OTHER_NOTES
from raspisms.sms.names import folded

NAME, FIRST, LAST, NUMBER = "name", "first_name", "last_name", "number"
KIND, NOTES, NOTHING, DATA = "kind", "notes", "", "data:"

_NAMES: Final[dict[str, frozenset[str]]] = {
    NAME: frozenset(
        {
            *("name", "full name", "display name", "file as", "formatted name", "contact"),
            *("contact name", "nom complet", "nom et prenom", "nom prenom", "prenom nom"),
            *("prenom et nom", "nom affiche", "nom a afficher", "adherent", "membre"),
        }
    ),
    LAST: frozenset(
        {"last name", "family name", "surname", "lastname", "nom", "nom de famille", "nom famille"}
    ),
    FIRST: frozenset({"first name", "given name", "firstname", "forename", "prenom"}),
    NUMBER: frozenset(
        {
            *("number", "phone", "phone number", "telephone", "telephone number", "tel", "mobile"),
            *("mobile phone", "mobile number", "cell", "cell phone", "gsm", "portable", "numero"),
            *("numero de telephone", "n de telephone", "n telephone", "no de telephone"),
            *("numero de portable", "numero de mobile", "numero mobile", "numero portable"),
            *("tel portable", "tel mobile", "tel port", "tel fixe", "telephone portable"),
            *("telephone mobile", "telephone fixe", "telephone domicile", "telephone bureau"),
            *("tel domicile", "tel bureau", "home phone", "home phone 2", "business phone"),
            *("business phone 2", "other phone", "primary phone", "company main phone"),
            *("work phone", "destination", "destinataire", "recipient", "to"),
        }
    ),
    NOTES: frozenset(
        {"notes", "note", "remarque", "remarques", "commentaire", "commentaires", "observations"}
    ),
    NOTHING: frozenset({"photo", "e mail type", "e mail label"}),
}
_OF_GOOGLE: Final = (
    (re.compile(r"phone \d+ value"), NUMBER),
    (re.compile(r"phone \d+ (label|type)"), KIND),
    (re.compile(r"(e mail|address|website|im|relation|event|custom field) \d+ (label|type)"), ""),
    (re.compile(r"e mail 1 value"), f"{DATA}email"),
    (re.compile(r"organization( 1)? name"), f"{DATA}organization"),
    (re.compile(r"date de naissance|ne e? ?le|anniversaire"), f"{DATA}birthdate"),
)


@dataclass(frozen=True)
class Layout:
    """Whether the first line names the columns, how it names them, and the role of each."""

    has_header: bool
    heads: tuple[str, ...]
    roles: tuple[str, ...]


def layout(rows: Sequence[Sequence[str]], has_header: bool | None = None) -> Layout:
    """What the first rows of a table tell; ``has_header``: what a person says of the first one."""
    # A row that is wider than the others has a delimiter too many in it, and is no column more.
    usual = mode([len(row) for row in rows[1:]] or [0])
    width = max(len(rows[0]) if rows else 0, usual)
    first = [*(rows[0] if rows else ()), *[""] * (width - len(rows[0]) if rows else 0)]
    if has_header is None:
        has_header = not any(map(is_like_number, first))
    body = rows[1:] if has_header else rows
    heads = tuple(plain_cell(cell).strip() for cell in first) if has_header else ("",) * width
    return Layout(has_header, heads, tuple(_roles(heads, body)))


def _roles(heads: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    if [_key(head) for head in heads[:2]] == [NAME, NUMBER]:
        return _unlike([NAME, NUMBER, *_as_raspisms(heads[2:])])
    roles = [_by_name(head) for head in heads]
    if NUMBER not in roles:
        _set(roles, _number_column(roles, body), NUMBER)
    if NAME not in roles and FIRST not in roles and LAST not in roles:
        _set(roles, _first_free(roles), NAME)
    # "Nom" is the whole name where it stands alone, or has the first name in it.
    if NAME not in roles and (FIRST not in roles or _has_first_names(roles, body)):
        roles = [NAME if role == LAST else role for role in roles]
    return _unlike(
        [
            _data(head, place) if role is None else role
            for place, (head, role) in enumerate(zip(heads, roles, strict=True), 1)
        ]
    )


def _as_raspisms(heads: Sequence[str]) -> list[str]:
    """All that follows name and number are data keys, but for the notes at the end."""
    roles = [_data(head, place) for place, head in enumerate(heads, 3)]
    if heads and heads[-1].casefold() in (NOTES, OTHER_NOTES):
        roles[-1] = NOTES
    return roles


def _by_name(head: str) -> str | None:
    """A role, None for a column that is called something else."""
    key = _key(head)
    for role, names in _NAMES.items():
        if key in names:
            return role
    for pattern, role in _OF_GOOGLE:
        if pattern.fullmatch(key):
            return role
    return NOTES if head.casefold() == OTHER_NOTES else None


def _number_column(roles: Sequence[str | None], body: Sequence[Sequence[str]]) -> int:
    """Where most cells look like numbers; the second column where none do."""
    found = Counter[int]()
    for row in body:
        for place, cell in enumerate(row[: len(roles)]):
            if roles[place] in (None, NOTHING) and is_like_number(cell):
                found[place] += 1
    if found:
        return max(found, key=lambda place: (found[place], -place))
    return min(1, len(roles) - 1)


def _has_first_names(roles: Sequence[str | None], body: Sequence[Sequence[str]]) -> bool:
    """Whether most of what is called the last name has the first name among its words."""
    if LAST not in roles:
        return False
    first, last = roles.index(FIRST), roles.index(LAST)
    pairs = [
        (_key(row[first]).split(), _key(row[last]).split())
        for row in body
        if len(row) > max(first, last) and row[first].strip() and row[last].strip()
    ]
    return sum(len(whole) > len(part) and set(part) <= set(whole) for part, whole in pairs) * 2 > (
        len(pairs)
    )


def _first_free(roles: Sequence[str | None]) -> int:
    return next((place for place, role in enumerate(roles) if role is None), -1)


def _set(roles: list[str | None], place: int, role: str) -> None:
    if 0 <= place < len(roles):
        roles[place] = role


def _unlike(roles: Iterable[str]) -> list[str]:
    """The same with a number behind a data key that is there already, and with one name."""
    there, given = set[str](), list[str]()
    for role in roles:
        if role in (NAME, FIRST, LAST, NOTES) and role in there:
            role = f"{DATA}{role}"
        one, number = role, 2
        while one.startswith(DATA) and one in there:
            one = f"{role[: len(DATA) + LONGEST_KEY - 4]}_{number}"
            number += 1
        there.add(one)
        given.append(one)
    return given


def _data(head: str, place: int) -> str:
    return f"{DATA}{key_of(head) or f'column_{place}'}"


def too_many_columns(count: int, most: int) -> Invalid:
    """What is wrong with a file of so many columns."""
    return Invalid(
        say(
            "This file has %(count)d columns; at most %(most)d can be read.", count=count, most=most
        ),
        say("Delete the columns that nobody needs, and choose the file again."),
        field="file",
    )


def key_of(head: str) -> str:
    """A data key made of what a column is called: the same, where it can be one."""
    head = composed(head.strip())
    if head and all(sign.isalnum() or sign in "-_" for sign in head):
        return head[:LONGEST_KEY]
    return _key(head).replace(" ", "_")[:LONGEST_KEY].strip("_")


def _key(head: str) -> str:
    """Words without case, accents and signs, parted by one blank."""
    return " ".join(re.findall(r"[^\W_]+", folded(head.replace("°", " "))))
