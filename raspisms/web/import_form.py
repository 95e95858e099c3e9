"""The form of how a file is read: its columns, its letters, and what becomes of known numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request

from raspisms.errors import Invalid, InvalidForm, RaspismsError, Text, say
from raspisms.messaging.import_choices import EXISTING, Choices
from raspisms.models import ContactImport
from raspisms.sms.data_keys import clean_key
from raspisms.sms.files.columns import DATA, FIRST, KIND, LAST, NAME, NOTES, NUMBER, key_of
from raspisms.sms.files.csv_records import DELIMITERS
from raspisms.sms.files.source import ENCODINGS

_VALUE: Final = "data"
ROLES: Final[tuple[tuple[str, Text], ...]] = (
    (NAME, say("Name")),
    (FIRST, say("First name")),
    (LAST, say("Last name")),
    (NUMBER, say("Phone number")),
    (KIND, say("Kind of the number that follows")),
    (NOTES, say("Notes")),
    (_VALUE, say("Something else, to be called:")),
    ("", say("Leave this column out")),
)
FORMATS: Final[tuple[tuple[str, Text], ...]] = (
    ("csv", say("Table (CSV)")),
    ("json", say("JSON of RaspiSMS")),
    ("vcard", say("Address book (vCard)")),
)
_SIGNS: Final[dict[str, Text]] = {
    ",": say("Comma"),
    ";": say("Semicolon"),
    "\t": say("Tab"),
    "|": say("Vertical bar"),
}
_ONCE: Final = (NAME, FIRST, LAST, NOTES)


@dataclass(frozen=True)
class Column:
    """One column: where it is, what it is called, what stands in it, and what it is taken for."""

    place: int
    head: str
    examples: Sequence[str]
    role: str
    key: str


@dataclass(frozen=True)
class Form:
    """What the form shows."""

    format: str
    encoding: str
    delimiter: str
    has_header: bool
    existing: str
    add_zero: bool
    columns: Sequence[Column]
    #: Whether it is shown once more, since something in it is wrong.
    is_typed: bool = False
    roles: Sequence[tuple[str, Text]] = ROLES
    formats: Sequence[tuple[str, Text]] = FORMATS
    encodings: Sequence[tuple[str, str]] = tuple(ENCODINGS.items())
    delimiters: Sequence[tuple[str, Text]] = tuple(
        (name, _SIGNS[sign])
        for name, sign in zip(("comma", "semicolon", "tab", "bar"), DELIMITERS, strict=True)
    )


_BY_NAME: Final = dict(zip(("comma", "semicolon", "tab", "bar"), DELIMITERS, strict=True))
_NAMES: Final = {sign: name for name, sign in _BY_NAME.items()}


def shown(choices: Choices, record: ContactImport, problems: Sequence[RaspismsError]) -> Form:
    """The form as the import has it, or as it was typed where something is wrong with that."""
    typed = request.form if problems and request.endpoint == "imports.choose" else None
    examples = record.found.get("examples", [])
    columns = [
        Column(place, head, examples[place] if place < len(examples) else (), *_role(role, head))
        for place, (head, role) in enumerate(zip(choices.heads, choices.roles, strict=False))
    ]
    if typed is None:
        return Form(
            choices.format,
            choices.encoding,
            _NAMES.get(choices.delimiter, ""),
            bool(choices.has_header),
            choices.existing,
            choices.add_zero,
            columns,
        )
    return Form(
        typed.get("format", ""),
        typed.get("encoding", ""),
        typed.get("delimiter", ""),
        "has_header" in typed,
        typed.get("existing", ""),
        "add_zero" in typed,
        [
            Column(
                one.place,
                one.head,
                one.examples,
                typed.get(f"role-{one.place}", one.role),
                typed.get(f"key-{one.place}", one.key),
            )
            for one in columns
        ],
        is_typed=True,
    )


def typed(choices: Choices) -> dict[str, Any]:
    """The choices that were typed. Raises InvalidForm.

    Where the file is to be taken for something else, its columns are looked at anew.
    """
    form = request.form
    taken: dict[str, Any] = {
        "format": form["format"] if form.get("format") in dict(FORMATS) else choices.format,
        "encoding": form["encoding"] if form.get("encoding") in ENCODINGS else choices.encoding,
        "existing": form["existing"] if form.get("existing") in EXISTING else choices.existing,
        "add_zero": "add_zero" in form,
    }
    if choices.format == "csv":
        taken["delimiter"] = _BY_NAME.get(form.get("delimiter", ""), choices.delimiter)
        taken["has_header"] = "has_header" in form
    is_other = any(
        name in taken and taken[name] != getattr(choices, name)
        for name in ("format", "encoding", "delimiter", "has_header")
    )
    if is_other and taken["format"] != choices.format:
        taken |= {"delimiter": "", "has_header": None}
    taken["roles"] = () if is_other else _roles(choices)
    return taken


def _roles(choices: Choices) -> tuple[str, ...]:
    problems, roles = list[Invalid](), list[str]()
    for place, (head, before) in enumerate(zip(choices.heads, choices.roles, strict=False)):
        role = request.form.get(f"role-{place}")
        if role is None or role not in dict(ROLES):
            roles.append(before)
            continue
        try:
            role = f"{DATA}{_key(place, head)}" if role == _VALUE else role
        except Invalid as error:
            problems.append(Invalid(error.message, error.hint, field=f"key-{place}"))
        if (role in _ONCE or role.startswith(DATA)) and role in roles:
            problems.append(
                Invalid(
                    say("Another column is this already."),
                    say("Choose something else for one of them."),
                    field=f"role-{place}",
                )
            )
        roles.append(role)
    if roles and NUMBER not in roles:
        problems.append(
            Invalid(
                say("No column is the phone number."),
                say("Say which one it is: without a number there is no contact."),
                field="role-0",
            )
        )
    if problems:
        raise InvalidForm(problems)
    return tuple(roles)


def _key(place: int, head: str) -> str:
    typed = request.form.get(f"key-{place}", "").strip()
    return clean_key(typed or key_of(head) or f"column_{place + 1}")


def _role(role: str, head: str) -> tuple[str, str]:
    """A role as the form has it, and the data key beside it."""
    if role.startswith(DATA):
        return _VALUE, role[len(DATA) :]
    return role, key_of(head)
