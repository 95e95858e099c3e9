"""What an import would do, a page at a time: each line with what becomes of it, and the report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from raspisms.errors import Invalid, Text, say
from raspisms.messaging.import_choices import Choices, Existing
from raspisms.messaging.import_merging import Known, merged
from raspisms.messaging.import_rows import CHANGED, NEW, SAME, SKIPPED
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, ContactImport, ContactImportRow
from raspisms.sms.files import entry, writers, written_numbers
from raspisms.sms.files.limits import LONGEST_LINE

PAGE = 50
_PORTION = 1000
#: Of two numbers that the database can be asked for.
_LONGEST_PLACE = 18

#: Why a line is skipped.
REASONS: dict[str, Text] = {
    entry.TOO_LONG: say(
        "It is longer than %(most)d characters, which is more than a contact can have.",
        most=LONGEST_LINE,
    ),
    entry.QUOTE: say("A quotation mark in it is opened and never closed."),
    entry.MORE_CELLS: say("It has more cells than the table has columns."),
    entry.NOT_AN_OBJECT: say("It is no contact: that is an object with “name” and “number”."),
    entry.NO_TEXT: say("One of its values is a list or an object, not a text."),
    entry.SYNTAX: say("It is not written as JSON has it."),
    entry.CUT_OFF: say("The file ends, or another entry begins, before it is at its end."),
    entry.CARD: say("It is not written as a vCard has it."),
    "no_number": say("It has no phone number."),
    "bad_number": say("Its phone number cannot be used."),
    "mangled": say("A spreadsheet has spoilt its phone number: digits are lost."),
    "without_zero": say("Its phone number lacks the 0 at its beginning."),
    "twice": say("Its phone number is in line %(line)d already."),
    "entry_twice": say("Its phone number is that of entry %(line)d already."),
    "kept": say("The number is in the address book already, and stays as it is."),
    "name_too_long": say("Its name is too long."),
    "notes_too_long": say("Its notes are too long."),
    "value_too_long": say("One of its values is too long."),
    "too_many_values": say("It has more values than a contact can have."),
}


@dataclass(frozen=True)
class Difference:
    """One thing that changes: "name", "notes" or a data key, and what it was and will be."""

    what: str
    is_data: bool
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """A line of the file, and what becomes of it. ``name`` is empty where the file has none."""

    line: int
    name: str
    number: str | None
    verdict: str
    differences: Sequence[Difference]
    why: Text | None
    original: str
    contact_id: int | None


@dataclass(frozen=True)
class Page:
    """Lines in the order of the file; ``after`` is where the page after them begins, if any."""

    rows: list[Shown]
    after: str | None


def page(record: ContactImport, country: str, verdict: str, after: str = "") -> Page:
    """The lines of which so much is said; ``after`` is what the page before says."""
    row = ContactImportRow
    query = select(row).where(row.import_id == record.id, row.verdict == verdict)
    begin = _place(after)
    if begin:
        query = query.where(tuple_(row.line, row.id) > begin)
    rows = list(reading().scalars(query.order_by(row.line, row.id).limit(PAGE + 1)))
    shown, last = rows[:PAGE], rows[PAGE - 1] if len(rows) > PAGE else None
    existing = Choices.of(record.choices).existing
    contacts = _contacts(shown) if record.state != "done" else {}
    return Page(
        [_shown(one, existing, contacts.get(one.contact_id), country) for one in shown],
        f"{last.line}-{last.id}" if last else None,
    )


def first_verdict(record: ContactImport) -> str:
    """What is looked at first: what changes somebody, else what is new, else what is skipped."""
    counts = record.found.get("counts", {})
    return next((one for one in (CHANGED, NEW, SKIPPED, SAME) if counts.get(one)), NEW)


def report(
    import_id: int,
    country: str,
    heads: Sequence[str],
    say_in_words: Callable[[Text], str],
    delimiter: str = ",",
) -> Iterator[str]:
    """The skipped lines as CSV for a spreadsheet: the line, why, and how it stood in the file."""
    rows = _skipped(import_id, country, say_in_words)
    return writers.table_lines(heads, rows, for_spreadsheet=True, delimiter=delimiter)


def _skipped(
    import_id: int, country: str, say_in_words: Callable[[Text], str]
) -> Iterator[Sequence[str]]:
    row, after = ContactImportRow, (0, 0)
    query = select(row.line, row.id, row.name, row.number, row.reason, row.data, row.original)
    query = query.where(row.import_id == import_id, row.verdict == SKIPPED)
    query = query.order_by(row.line, row.id).limit(_PORTION)
    while rows := reading().execute(query.where(tuple_(row.line, row.id) > after)).all():
        for one in rows:
            why = say_in_words(_why(one.reason, one.data, country))
            yield (
                str(one.line),
                why,
                one.original or ", ".join(filter(None, (one.name, one.number))),
            )
        after = rows[-1].line, rows[-1].id


def _place(after: str) -> tuple[int, int] | None:
    line, dash, row_id = after.partition("-")
    if not (dash and line.isdecimal() and row_id.isdecimal() and len(after) < _LONGEST_PLACE):
        return None
    return int(line), int(row_id)


def _contacts(rows: Sequence[ContactImportRow]) -> dict[int | None, Contact]:
    ids = [row.contact_id for row in rows if row.contact_id is not None]
    found = reading().scalars(select(Contact).where(Contact.id.in_(ids)))
    return {contact.id: contact for contact in found}


def _shown(
    row: ContactImportRow, existing: Existing, contact: Contact | None, country: str
) -> Shown:
    given = Known(row.name, row.data, row.notes)
    if row.verdict == CHANGED and contact is not None:
        before = Known(contact.name, contact.data, contact.notes)
        differences = _differences(before, merged(existing, before, given))
    elif row.verdict == NEW:
        differences = _differences(Known(row.name, {}, ""), given)
    else:
        differences = []
    return Shown(
        row.line,
        contact.name if contact is not None and row.verdict != NEW else row.name,
        row.number,
        row.verdict,
        differences,
        _why(row.reason, row.data, country) if row.reason else None,
        row.original or "",
        row.contact_id,
    )


def _differences(before: Known, after: Known) -> list[Difference]:
    parts = [("name", before.name, after.name), ("notes", before.notes, after.notes)]
    found = [Difference(what, False, old, new) for what, old, new in parts if old != new]
    for key in {**before.data, **after.data}:
        old, new = str(before.data.get(key, "")), str(after.data.get(key, ""))
        if old != new:
            found.append(Difference(key, True, old, new))
    return found


def _why(reason: str, details: dict[str, Any], country: str) -> Text:
    """A reason with what is particular to the line."""
    if reason == "bad_number" and details.get("number"):
        try:
            written_numbers.read(str(details["number"]), country, add_zero=True)
        except Invalid as error:
            return error.message
    words = REASONS.get(reason, REASONS["bad_number"])
    if reason in ("twice", "entry_twice"):
        return Text(words.msgid, {"line": int(details.get("line", 0))})
    return words
