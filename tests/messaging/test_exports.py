"""Exports: what leaves the address book, and as what."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import vobject

from raspisms import clock
from raspisms.errors import NotFound
from raspisms.extensions import db
from raspisms.messaging import exports, groups
from raspisms.messaging.contact_list import Selection as Chosen
from raspisms.messaging.exports import Format, Selection
from raspisms.messaging.transactions import writing
from raspisms.models import Contact, OptOut
from raspisms.sms.names import sort_key
from tests.household import PEER, Household
from tests.messaging.stored import went_out

OTHER = "+33639982222"


@pytest.fixture
def book(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        put("Zoé", OTHER, {"team": "U15", "Team": "=1+1"}, "Allergique\nau gluten")
        put("Ana", PEER, {"birthday": "1990-10-22", "team": "U13"})
        put("Météo", "36111", {})
        yield household


def put(name: str, number: str, data: dict[str, str], notes: str = "") -> int:
    now = clock.now()
    with writing() as session:
        contact = Contact(
            name=name,
            name_key=sort_key(name),
            number=number,
            data=data,
            notes=notes,
            created_at=now,
            updated_at=now,
        )
        session.add(contact)
        session.flush()
        return contact.id


def exported(household: Household, form: Format, **selection: Any) -> str:
    return "".join(exports.contacts(household.engine, Selection(**selection), form))


def cells(text: Iterable[str], delimiter: str = ",") -> list[list[str]]:
    lines = "".join(text).splitlines(keepends=True)
    return list(csv.reader(lines, delimiter=delimiter))


def test_contacts_as_csv_have_a_column_for_each_key_by_how_many_have_it(book: Household) -> None:
    assert cells(exported(book, Format.CSV)) == [
        ["name", "number", "team", "Team", "birthday", "notes"],
        ["Ana", PEER, "U13", "", "1990-10-22", ""],
        ["Météo", "36111", "", "", "", ""],
        ["Zoé", OTHER, "U15", "'=1+1", "", "Allergique\nau gluten"],
    ]


def test_contacts_as_json_are_in_raspisms_s_form(book: Household) -> None:
    ana, meteo, zoe = json.loads(exported(book, Format.JSON))
    assert ana == {
        "name": "Ana",
        "number": PEER,
        "data": {"birthday": "1990-10-22", "team": "U13"},
    }
    assert meteo == {"name": "Météo", "number": "36111", "data": {}}
    assert zoe["notes"] == "Allergique\nau gluten"


def test_contacts_as_cards(book: Household) -> None:
    cards = list(vobject.readComponents(exported(book, Format.VCARD)))
    assert [card.fn.value for card in cards] == ["Ana", "Météo", "Zoé"]


def test_some_contacts_and_those_of_a_group(book: Household) -> None:
    ids = dict(db.session.execute(db.select(Contact.name, Contact.id)).all())
    group = groups.add(book.admin, "Équipe").id
    groups.add_contacts(group, [ids["Zoé"]])
    assert [row[0] for row in cells(exported(book, Format.CSV, group_id=group))[1:]] == ["Zoé"]
    some = exported(book, Format.CSV, chosen=Chosen((ids["Météo"], ids["Ana"], 999)))
    assert cells(some) == [
        ["name", "number", "birthday", "team", "notes"],
        ["Ana", PEER, "1990-10-22", "U13", ""],
        ["Météo", "36111", "", "", ""],
    ]
    assert "Zoé" in exported(book, Format.CSV, chosen=Chosen(search="zoe"))
    for selection in ({"chosen": Chosen((999,))}, {"group_id": 999}):
        with pytest.raises(NotFound):
            exported(book, Format.CSV, **selection)


def test_a_smart_group_is_asked_by_the_household_s_day(
    book: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just after midnight, when it is yesterday yet in UTC."""
    now = datetime(2026, 6, 2, 0, 30, tzinfo=book.engine.config.timezone).astimezone(UTC)
    assert now.day == 1
    monkeypatch.setattr(clock, "now", lambda: now)
    group = groups.add(book.admin, "Mardi", 'date("today") == date("2026-06-02")').id
    assert len(cells(exported(book, Format.CSV, group_id=group))) > 1


def test_many_are_read_in_portions_each_once(
    book: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_PORTION", 2)
    for place in range(4):
        put("Même nom", f"+3363998000{place}", {})
    rows = cells(exported(book, Format.CSV))[1:]
    assert [row[0] for row in rows] == ["Ana", *["Même nom"] * 4, "Météo", "Zoé"]
    assert len({row[1] for row in rows}) == 7


def test_an_empty_book_is_an_empty_file(household: Household) -> None:
    with household.app.app_context():
        assert exported(household, Format.CSV) == "name,number,notes\r\n"
        assert json.loads(exported(household, Format.JSON)) == []
        assert exported(household, Format.VCARD) == ""


def test_opt_outs_say_since_when_and_why(book: Household) -> None:
    at = clock.now()
    with writing() as session:
        session.add(OptOut(number=PEER, at=at, source="sms", reason="=STOP"))
        session.add(OptOut(number="+33639989999", at=at, source="person", reason="Parti"))
    assert cells(exports.opt_outs(Format.CSV)) == [
        ["number", "name", "at", "source", "reason"],
        [PEER, "Ana", at.isoformat(), "sms", "'=STOP"],
        ["+33639989999", "", at.isoformat(), "person", "Parti"],
    ]
    told = json.loads("".join(exports.opt_outs(Format.JSON)))
    assert told[1]["number"] == "+33639989999"
    cards = list(vobject.readComponents("".join(exports.opt_outs(Format.VCARD))))
    assert [card.fn.value for card in cards] == ["Ana", "+33639989999"]


def test_invalid_numbers_are_in_raspisms_s_form(book: Household) -> None:
    phone = book.add_test_phone()
    now = clock.now()
    for status, reason in (
        ("failed", "bad_number"),
        ("failed", "absent"),
        ("expired", "no_receipt"),
    ):
        went_out(book, phone.id, "x", PEER, status, reason=reason, final_at=now)
    assert "".join(exports.invalid(book.engine, Format.CSV)) == (
        "Destination,Total SMS Sent,Failed Percentage,Unknown Percentage\r\n"
        f"{PEER},3,0.6667,0.3333\r\n"
    )
    (told,) = json.loads("".join(exports.invalid(book.engine, Format.JSON)))
    assert told == {"number": PEER, "sent": 3, "failed": 0.6667, "unknown": 0.3333}
