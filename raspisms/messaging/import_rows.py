"""The rows of an import: what an entry of a file is, number by number, and what becomes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from raspisms.errors import Invalid
from raspisms.messaging.import_choices import Choices
from raspisms.messaging.import_merging import Known, verdict
from raspisms.models import Contact, ContactImportRow
from raspisms.sms.data_keys import LONGEST_NOTES, MOST_KEYS, clean_key, clean_value
from raspisms.sms.files import written_numbers
from raspisms.sms.files.entry import Entry, Written, kept
from raspisms.sms.files.phone_kinds import label
from raspisms.sms.names import LONGEST_NAME, printable, sort_key
from raspisms.sms.numbers import display

NEW, CHANGED, SAME, SKIPPED = VERDICTS = ("new", "changed", "same", "skipped")
#: Of one entry; the others are not looked at.
_MOST_NUMBERS = 20
#: Characters of what is kept of an entry as it stood, where it was kept before.
_ONCE_MORE = 200

#: As a row of ContactImportRow, without its import.
Row = dict[str, Any]


@dataclass
class Reader:
    """Makes rows of entries, and counts the numbers that got their 0 back."""

    choices: Choices
    country: str
    completed: int = 0

    def rows(self, entry: Entry) -> list[Row]:
        """A row for each number, in the order of the entry; one that says why there is none."""
        if entry.fault:
            return [_skipped(entry, entry.fault)]
        if not entry.numbers:
            return [_skipped(entry, "no_number")]
        fault = _fault(entry)
        if fault:
            return [_skipped(entry, fault)]
        return self._each(entry)

    def _each(self, entry: Entry) -> list[Row]:
        rows, seen, is_told = list[Row](), set[str](), False
        for written in entry.numbers[:_MOST_NUMBERS]:
            try:
                read = written_numbers.read(
                    written.number, self.country, add_zero=self.choices.add_zero
                )
            except Invalid as error:
                row = _skipped(entry, _reason(error), number=written.number[:200])
                # A long line of bad numbers must not be kept as often as it has some.
                row["original"] = row["original"][:_ONCE_MORE] if is_told else row["original"]
                rows.append(row)
                is_told = True
                continue
            if read.number in seen:
                continue
            self.completed += read.is_completed
            name = self._name(entry.name, written, len(seen))
            seen.add(read.number)
            rows.append(_row(entry, name, read.number))
            if not rows[-1]["name"]:  # a new contact is called as its number reads
                rows[-1]["name_key"] = display(read.number, self.country)
        return rows

    def _name(self, name: str, written: Written, before: int) -> str:
        """The first number has the name alone; the others say which they are."""
        if not before or not name:
            return name
        told = label(written.kind, self.choices.language) or str(before + 1)
        return f"{name[: LONGEST_NAME - len(told) - 3]} ({told})"


def decide(session: Session, import_id: int, existing: Choices, rows: Iterable[Row]) -> None:
    """Say of each readable row what becomes of it, by the contacts and the rows there are."""
    open_rows = [row for row in rows if row["verdict"] == NEW]
    numbers = [row["number"] for row in open_rows]
    contacts = _contacts(session, numbers)
    first = _first_lines(session, import_id, numbers)
    for row in open_rows:
        number = row["number"]
        if number in first:
            reason = "entry_twice" if existing.format == "json" else "twice"
            row.update(verdict=SKIPPED, reason=reason, data={"line": first[number]})
            continue
        first[number] = row["line"]
        row["original"] = None
        if number in contacts:
            row["contact_id"], known = contacts[number]
            given = Known(row["name"], row["data"], row["notes"])
            row["verdict"], row["reason"] = verdict(existing.existing, known, given)
            if row["verdict"] == SKIPPED:
                row["original"] = row["_original"]


def stored(import_id: int, rows: Iterable[Row]) -> list[Row]:
    """Rows as the table takes them."""
    return [
        {"import_id": import_id, **{key: row[key] for key in row if key != "_original"}}
        for row in rows
    ]


def _contacts(session: Session, numbers: Sequence[str]) -> dict[str, tuple[int, Known]]:
    query = select(Contact.number, Contact.id, Contact.name, Contact.data, Contact.notes)
    found = session.execute(query.where(Contact.number.in_(numbers)))
    return {
        number: (contact_id, Known(name, data, notes))
        for number, contact_id, name, data, notes in found
    }


def _first_lines(session: Session, import_id: int, numbers: Sequence[str]) -> dict[str, int]:
    """Where in the file each of these numbers stood already."""
    row = ContactImportRow
    query = select(row.number, func.min(row.line)).where(
        row.import_id == import_id, row.number.in_(numbers)
    )
    return {str(number): line for number, line in session.execute(query.group_by(row.number))}


def _fault(entry: Entry) -> str:
    """Why an entry cannot be taken whatever its numbers are."""
    if len(entry.name) > LONGEST_NAME:
        return "name_too_long"
    if len(entry.notes) > LONGEST_NOTES:
        return "notes_too_long"
    if len(entry.data) > MOST_KEYS:
        return "too_many_values"
    try:
        for key, value in entry.data.items():
            clean_value(clean_key(key), value)
    except Invalid:
        return "value_too_long"
    return ""


def _reason(error: Invalid) -> str:
    if isinstance(error, written_numbers.Mangled):
        return "mangled"
    return "without_zero" if isinstance(error, written_numbers.WithoutZero) else "bad_number"


def _row(entry: Entry, name: str, number: str) -> Row:
    name = printable(name)
    return {
        "line": entry.line,
        "name": name,
        "name_key": sort_key(name),
        "number": number,
        "data": dict(entry.data),
        "notes": entry.notes,
        "verdict": NEW,
        "reason": None,
        "contact_id": None,
        "original": kept(entry.original),
        "_original": kept(entry.original),
    }


def _skipped(entry: Entry, reason: str, **details: str) -> Row:
    name = printable(entry.name[:LONGEST_NAME])
    row = _row(entry, name, "")
    return row | {
        "number": None,
        "data": details,
        "notes": "",
        "verdict": SKIPPED,
        "reason": reason,
    }
