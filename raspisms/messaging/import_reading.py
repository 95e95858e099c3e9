"""Reading the file of an import into rows: a portion at a time, each of them stored at once.

Between portions others write, and the processor is left to the pages. A reading that was cut off
begins again; what it had stored is forgotten first.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging import import_files, import_rows
from raspisms.messaging.engine import Engine
from raspisms.messaging.import_choices import Choices
from raspisms.messaging.import_rows import Reader
from raspisms.messaging.transactions import reading, writing
from raspisms.models import ContactImport, ContactImportRow
from raspisms.sms.files import csv_reader, json_reader, source, vcard_reader
from raspisms.sms.files.columns import Layout, layout
from raspisms.sms.files.entry import Entry
from raspisms.sms.files.limits import SAMPLE

#: Entries that are stored in one transaction.
PORTION = 500
#: More than any household knows; a file of bare numbers could have millions.
MOST_ENTRIES = 250_000
#: Rows that are forgotten in one transaction.
_FORGOTTEN = 20_000
#: How long nothing is read after a portion, by the time that it took: pages come first.
_PAUSE = 1.0
#: Shown of each column.
_EXAMPLES, _LONGEST_EXAMPLE = 3, 60


def read(engine: Engine, import_id: int, state: str = "reading") -> None:
    """Read the file of an import in that state, until its end or something else is wanted."""
    record = reading().get(ContactImport, import_id)
    if record is None or record.state != state:
        return
    choices = Choices.of(record.choices)
    forget_rows(import_id)
    try:
        path = import_files.path(engine.config.instance_path, import_id)
        _Reading(engine, import_id, choices, path, state).run()
    except FileNotFoundError:
        _fail(import_id, state, choices.round, _gone())
    except Invalid as problem:
        forget_rows(import_id)
        _fail(import_id, state, choices.round, problem)


def _fail(import_id: int, state: str, round_: int, problem: RaspismsError) -> None:
    """The file cannot be read: say so on its page, unless something else is wanted by now."""
    with writing() as session:
        record = _still(session, import_id, state, round_)
        if record is None:
            return
        record.state, record.finished_at = "failed", clock.now()
        record.problem = {"message": _stored(problem.message), "hint": _stored(problem.hint)}


def forget_rows(import_id: int) -> None:
    """Forget what was read of a file, however much, in short transactions."""
    row = ContactImportRow
    some = ContactImportRow.__table__.select().where(row.import_id == import_id)
    ids = some.with_only_columns(row.id).limit(_FORGOTTEN)
    while reading().scalar(ids.limit(1)) is not None:
        with writing() as session:
            session.execute(delete(row).where(row.id.in_(ids)))


class _Reading:
    """One reading of one file."""

    def __init__(
        self, engine: Engine, import_id: int, choices: Choices, path: Path, state: str
    ) -> None:
        self._engine = engine
        self._id = import_id
        self._path = path
        self._state = state
        self._round = choices.round
        self._examples: list[list[str]] = []
        self._choices = self._looked_up(choices)
        self._reader = Reader(self._choices, engine.config.country)
        self._counts = Counter[str]()
        self._reasons = Counter[str]()

    def run(self) -> None:
        with self._text(self._choices.encoding) as text:
            self._read(text, self._entries(text))

    def _read(self, text: TextIOWrapper, entries: Iterator[Entry]) -> None:
        file: Any = text.buffer
        count = 0
        while True:
            begun = time.monotonic()
            portion = list(islice(entries, PORTION))
            count += len(portion)
            if count > MOST_ENTRIES:
                raise Invalid(
                    say("This file has more than %(most)d entries.", most=MOST_ENTRIES),
                    say("Import it in several parts."),
                )
            if not self._store(portion, None if len(portion) < PORTION else file.tell()):
                return
            if self._engine.stopping.wait((time.monotonic() - begun) * _PAUSE):
                return

    def _store(self, entries: list[Entry], place: int | None) -> bool:
        """Store a portion, which ends at this byte, or with the file; whether to go on."""
        rows = [row for entry in entries for row in self._reader.rows(entry)]
        import_rows.decide(reading(), self._id, self._choices, rows)
        reading().rollback()
        with writing() as session:
            record = self._mine(session)
            if record is None:
                return False
            if rows:
                session.execute(insert(ContactImportRow), import_rows.stored(self._id, rows))
            record.done = record.size if place is None else min(place, record.size)
            self._counts.update(row["verdict"] for row in rows)
            self._reasons.update(row["reason"] for row in rows if row["reason"])
            if place is None:
                self._finish(record)
        return place is not None

    def _mine(self, session: Session) -> ContactImport | None:
        return _still(session, self._id, self._state, self._round)

    def _finish(self, record: ContactImport) -> None:
        record.state = "ready"
        record.choices = self._choices.stored()
        record.found = {
            "counts": {verdict: self._counts[verdict] for verdict in import_rows.VERDICTS},
            "reasons": dict(self._reasons),
            "completed": self._reader.completed,
            "examples": self._examples,
        }

    def _looked_up(self, choices: Choices) -> Choices:
        """The choices, with what is to be found out by looking at the file."""
        with open(self._path, "rb") as stream:
            source.refuse_binary(stream.read(SAMPLE))
            encoding = choices.encoding or source.encoding_of(stream)
        with self._text(encoding) as text:
            form = choices.format or source.format_of(text.read(SAMPLE))
        choices = replace(choices, encoding=encoding, format=form)
        return self._with_columns(choices) if form == "csv" else choices

    def _with_columns(self, choices: Choices) -> Choices:
        with self._text(choices.encoding) as text:
            parted_by = choices.delimiter or csv_reader.delimiter(text)
        with self._text(choices.encoding) as text:
            rows = csv_reader.sample(text, parted_by)
        found = layout(rows, choices.has_header)
        roles = choices.roles if len(choices.roles) == len(found.roles) else found.roles
        self._examples = _examples(rows[found.has_header :], len(roles))
        return replace(
            choices,
            delimiter=parted_by,
            has_header=found.has_header,
            heads=found.heads,
            roles=roles,
        )

    def _entries(self, text: IO[str]) -> Iterator[Entry]:
        if self._choices.format == "json":
            return json_reader.entries(text)
        if self._choices.format == "vcard":
            return vcard_reader.entries(text)
        columns = Layout(bool(self._choices.has_header), self._choices.heads, self._choices.roles)
        return csv_reader.entries(text, self._choices.delimiter, columns)

    def _text(self, encoding: str) -> TextIOWrapper:
        """The file from its beginning."""
        return source.opened(open(self._path, "rb"), encoding)


def _still(session: Session, import_id: int, state: str, round_: int) -> ContactImport | None:
    """The import, unless it was given up or is to be read in another way by now."""
    record = session.get(ContactImport, import_id)
    if record is None or record.state != state:
        return None
    return record if Choices.of(record.choices).round == round_ else None


def _examples(rows: list[list[str]], width: int) -> list[list[str]]:
    """What stands in each column, for who says what it is."""
    found: list[list[str]] = [[] for _ in range(width)]
    for row in rows:
        for place, cell in enumerate(row[:width]):
            if cell.strip() and len(found[place]) < _EXAMPLES:
                found[place].append(" ".join(cell.split())[:_LONGEST_EXAMPLE])
    return found


def _stored(text: Text | None) -> dict[str, Any] | None:
    return {"msgid": text.msgid, "params": dict(text.params)} if text else None


def _gone() -> Invalid:
    return Invalid(
        say("The file is not there any more, as after going back to a backup."),
        say("Choose it once more."),
    )
