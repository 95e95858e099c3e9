"""What is exported is imported again as the same contacts, in each format."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raspisms.extensions import db
from raspisms.messaging import contacts, exports, imports
from raspisms.messaging.exports import Format, Selection
from raspisms.messaging.transactions import writing
from raspisms.models import Contact
from raspisms.sms.data_keys import clean_data, clean_notes
from raspisms.sms.files import csv_reader, json_reader, source, vcard_reader
from raspisms.sms.files.columns import layout
from raspisms.sms.files.entry import Entry
from raspisms.sms.files.writers import Row, as_object, csv_lines, json_lines, vcard_lines
from tests.household import Household

_HARD = (
    *("=1+1", "'=1", "''", "-2", "@x", "+33", '"', '""', ";", ",", "\\n", "\\", "a\nb", "a\n\nb"),
    *("\t", "BEGIN:VCARD", "END:VCARD", ':;=,"', "é", "😀", "\u2028", "＝1", "{", "null", '="06"'),
    *("N;X=1:a", "=?utf-8?q?=41?=", "a=\nb", "  ", "name", "\ufeff", "x" * 200),
)
_texts = st.one_of(
    st.sampled_from(_HARD),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    st.lists(st.sampled_from(_HARD), max_size=3).map("".join),
)
#: A text as the address book keeps it: composed letters, no blanks around it.
_values = _texts.map(lambda text: unicodedata.normalize("NFC", text).strip())
_names = _values.map(lambda text: " ".join(text.split())[:200].strip()).filter(bool)
_keys = st.one_of(
    st.sampled_from(
        ("team", "Team", "name", "number", "notes", "first-name", "_", "-", "Téléphone")
    ),
    st.text("abAB09-_é", min_size=1, max_size=8),
)
_data = st.dictionaries(_keys, _values.filter(bool), max_size=4)
_rows = st.lists(st.builds(Row, _names, st.just(""), _data, _values), min_size=1, max_size=4).map(
    lambda rows: [row._replace(number=f"+3363998{i:04d}") for i, row in enumerate(rows)]
)


def read_csv(written: str) -> Iterator[Entry]:
    stream = io.BytesIO(written.encode())
    encoding = source.encoding_of(stream)
    with source.opened(io.BytesIO(written.encode()), encoding) as text:
        parted_by = csv_reader.delimiter(text)
    with source.opened(io.BytesIO(written.encode()), encoding) as text:
        found = layout(csv_reader.sample(text, parted_by))
    with source.opened(io.BytesIO(written.encode()), encoding) as text:
        yield from csv_reader.entries(text, parted_by, found)


def opened(written: str) -> io.TextIOWrapper:
    return source.opened(io.BytesIO(written.encode()), "utf-8")


def as_rows(entries: Iterator[Entry]) -> list[Row]:
    found = []
    for entry in entries:
        assert not entry.fault, entry
        ((number, _kind),) = entry.numbers
        number = number.removeprefix("tel:").removeprefix("'")
        found.append(Row(entry.name, number, dict(entry.data), entry.notes))
    return found


def keys_of(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row.data))


@given(_rows)
@settings(max_examples=200)
def test_csv(rows: list[Row]) -> None:
    assert as_rows(read_csv("".join(csv_lines(rows, keys_of(rows))))) == rows


@given(_rows, st.sampled_from(";,"))
def test_csv_for_a_spreadsheet(rows: list[Row], delimiter: str) -> None:
    lines = csv_lines(rows, keys_of(rows), for_spreadsheet=True, delimiter=delimiter)
    assert as_rows(read_csv("".join(lines))) == rows


@given(_rows)
@settings(max_examples=200)
def test_json(rows: list[Row]) -> None:
    written = "".join(json_lines(map(as_object, rows)))
    assert len(json.loads(written)) == len(rows)
    with opened(written) as text:
        assert as_rows(json_reader.entries(text)) == rows


@given(_rows)
@settings(max_examples=200)
def test_vcard(rows: list[Row]) -> None:
    with opened("".join(vcard_lines(rows))) as text:
        assert as_rows(vcard_reader.entries(text)) == rows


@given(_rows)
@settings(max_examples=50)
def test_the_data_are_such_as_the_address_book_keeps(rows: list[Row]) -> None:
    """Else these tests would be about contacts that there cannot be."""
    for row in rows:
        assert clean_data(row.data) == row.data
        assert clean_notes(row.notes) == row.notes


BOOK: Mapping[str, tuple[str, dict[str, str], str]] = {
    "+33639980001": ("Léa « la grande »", {"team": "U15", "Team": "=1+1"}, 'Une\nnote; "deux"'),
    "+33639980002": ("=SOMME(A1)", {"notes": "une clé", "birthday": "1990-10-22"}, ""),
    "36111": ("Météo", {}, ""),
    "+447911123456": ("O’Brien, Pat", {"first-name": "Pat", "été_1": "'=x"}, "-5"),
}


def book() -> dict[str, tuple[str, dict[str, str], str]]:
    db.session.rollback()
    rows = db.session.execute(db.select(Contact.number, Contact.name, Contact.data, Contact.notes))
    return {number: (name, data, notes) for number, name, data, notes in rows}


@pytest.mark.parametrize("form", list(Format))
def test_an_address_book_comes_back_whole(household: Household, form: Format) -> None:
    with household.app.app_context():
        for number, (name, data, notes) in BOOK.items():
            contacts.add(household.engine, name, number, data, notes)
        delimiter = ";" if form is Format.SPREADSHEET else ","
        pieces = exports.contacts(household.engine, Selection(), form, delimiter=delimiter)
        written = "".join(pieces)
        with writing() as session:
            session.execute(db.delete(Contact))
        import_id = imports.add(
            household.engine, household.admin, "retour", io.BytesIO(written.encode())
        )
        imports.work(household.engine, import_id)
        imports.begin(household.engine, household.admin, import_id)
        imports.work(household.engine, import_id)
        assert book() == BOOK


def test_the_writer_is_read_by_python_s_own_reader() -> None:
    rows = [Row('"', "36111", {"a": "x\ny"}, ",")]
    found = list(csv.reader(io.StringIO("".join(csv_lines(rows, ["a"])), newline="")))
    assert found[1] == ['"', "36111", "x\ny", ","]
