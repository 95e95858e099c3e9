"""Imports: what is read of a file, what becomes of it, and that it is all or nothing."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound
from raspisms.extensions import db
from raspisms.messaging import (
    address_changes,
    contacts,
    groups,
    import_files,
    import_preview,
    imports,
)
from raspisms.messaging.import_choices import EXISTING
from raspisms.messaging.import_merging import Known, merged
from raspisms.messaging.transactions import writing
from raspisms.models import Contact, ContactImport, ContactImportRow, JournalEntry
from tests.household import Household, eventually

FILES = Path(__file__).parent.parent / "files"
ANA, BOB, EVE = "+33639980001", "+33639980002", "+33639980003"
FILE = f"name,number,team,notes\nAna,{ANA},U13,\nBob,{BOB},,\nEve,{EVE},U15,Chante\n"


@pytest.fixture
def home(household: Household) -> Iterator[Household]:
    with household.app.app_context():
        yield household


def read(home: Household, content: str | bytes, name: str = "membres.csv", **chosen: Any) -> int:
    """Upload a file and read it, as the job does."""
    raw = content.encode() if isinstance(content, str) else content
    import_id = imports.add(home.engine, home.admin, name, io.BytesIO(raw))
    if chosen:
        imports.choose(home.engine, import_id, **chosen)
    imports.work(home.engine, import_id)
    return import_id


def do(home: Household, import_id: int, **into: Any) -> ContactImport:
    imports.begin(home.engine, home.admin, import_id, **into)
    imports.work(home.engine, import_id)
    return imports.get(import_id)


def counts(import_id: int) -> dict[str, int]:
    found: dict[str, int] = imports.get(import_id).found["counts"]
    return {verdict: count for verdict, count in found.items() if count}


def book() -> dict[str, tuple[str, dict[str, Any], str]]:
    db.session.rollback()
    rows = db.session.execute(db.select(Contact.number, Contact.name, Contact.data, Contact.notes))
    return {number: (name, data, notes) for number, name, data, notes in rows}


def skipped(import_id: int) -> list[tuple[int, str]]:
    row = ContactImportRow
    query = db.select(row.line, row.reason).where(
        row.import_id == import_id, row.verdict == "skipped"
    )
    return [(line, reason) for line, reason in db.session.execute(query.order_by(row.id))]


def test_nothing_is_written_before_it_is_wanted_and_then_all(home: Household) -> None:
    import_id = read(home, FILE)
    assert (imports.get(import_id).state, counts(import_id)) == ("ready", {"new": 3})
    assert book() == {}
    record = do(home, import_id)
    assert book() == {
        ANA: ("Ana", {"team": "U13"}, ""),
        BOB: ("Bob", {}, ""),
        EVE: ("Eve", {"team": "U15"}, "Chante"),
    }
    assert (record.state, record.done) == ("done", record.size)
    entry = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == (
        "contacts.imported",
        "membres.csv",
    )
    assert not import_files.path(home.folder, import_id).exists()
    assert [one.name for one in contacts.listing("eve").contacts] == ["Eve"]  # found by its index


def test_the_same_file_twice_changes_nothing(home: Household) -> None:
    do(home, read(home, FILE))
    again = read(home, FILE)
    assert counts(again) == {"same": 3}
    before = db.session.scalars(db.select(Contact.updated_at)).all()
    do(home, again)
    db.session.rollback()
    assert db.session.scalars(db.select(Contact.updated_at)).all() == before
    for existing in EXISTING:
        assert counts(read(home, FILE, existing=existing)) == {"same": 3}


@pytest.mark.parametrize(
    ("existing", "expected", "said"),
    [
        ("keep", ("Anna", {"team": "U9", "size": "M"}, "Rit"), {"skipped": 1, "new": 2}),
        (
            "complete",
            ("Anna", {"team": "U9", "size": "M", "città": "Lyon"}, "Rit"),
            {"changed": 1, "new": 2},
        ),
        (
            "replace",
            ("Ana", {"team": "É13", "size": "M", "città": "Lyon"}, "Rit"),
            {"changed": 1, "new": 2},
        ),
    ],
)
def test_numbers_that_exist(
    home: Household, existing: str, expected: tuple[Any, ...], said: dict[str, int]
) -> None:
    contacts.add(home.engine, "Anna", ANA, {"team": "U9", "size": "M"}, "Rit")
    file = f"name,number,team,città\nAna,{ANA},É13,Lyon\nBob,{BOB},,\n,{EVE},,\n"
    import_id = read(home, file, existing=existing)
    assert counts(import_id) == said
    do(home, import_id)
    assert book() == {ANA: expected, BOB: ("Bob", {}, ""), EVE: ("06 39 98 00 03", {}, "")}
    assert counts(import_id) == said


def test_what_sql_does_is_what_the_preview_says(home: Household) -> None:
    """Each way to treat what exists, over names, values and notes that are there or not."""
    given = [
        Known(name, data, notes)
        for name in ("", "Ana")
        for data in ({}, {"a": "1"}, {"a": "é\"'\\", "b": "2"})
        for notes in ("", "n")
    ]
    known = [
        Known("Ana", {}, ""),
        Known("Zoé", {"a": "1", "c": "3"}, "n"),
        Known("Ana", {"a": "2"}, "m"),
    ]
    for existing in EXISTING:
        db.session.rollback()
        pairs = [(one, other) for one in known for other in given]
        numbers = [f"+3363998{place:04d}" for place in range(len(pairs))]
        for number, (contact, _) in zip(numbers, pairs, strict=True):
            if number in book():
                stored = contacts.find_by_number(number)
                assert stored is not None
                contacts.edit(
                    home.engine, stored.id, contact.name, number, contact.data, contact.notes
                )
            else:
                contacts.add(home.engine, contact.name, number, contact.data, contact.notes)
        rows = [
            {"name": one.name, "number": number, "data": one.data, "notes": one.notes}
            for number, (_, one) in zip(numbers, pairs, strict=True)
        ]
        import_id = read(home, json.dumps(rows), existing=existing)
        foretold = counts(import_id)
        do(home, import_id)
        assert counts(import_id) == foretold
        now = book()
        for number, (contact, one) in zip(numbers, pairs, strict=True):
            assert now[number] == tuple(merged(existing, contact, one)), (existing, contact, one)


def test_an_import_is_undone_but_for_what_somebody_changed(home: Household) -> None:
    contacts.add(home.engine, "Anna", ANA, {"team": "U9"}, "")
    group = groups.add(home.admin, "U13").id
    before = book()
    record = do(home, read(home, FILE, existing="replace"), group_id=group)
    assert len(groups.people([group], clock.now())) == 3
    eve = contacts.find_by_number(EVE)
    assert eve is not None
    contacts.edit(home.engine, eve.id, "Ève", EVE, {}, "")
    undone = imports.undo(record.id)
    assert (undone.restored, undone.left) == (2, 1)
    assert book() == before | {EVE: ("Ève", {}, "")}
    with pytest.raises(Conflict):
        imports.undo(record.id)


def test_all_go_into_a_group_also_those_that_stay_as_they_are(home: Household) -> None:
    contacts.add(home.engine, "Ana", ANA, {"team": "U13"}, "")
    contacts.add(home.engine, "Robert", BOB)
    record = do(home, read(home, FILE, existing="keep"), new_group=" Tournoi ")
    group = groups.named(["Tournoi"])["Tournoi"]
    people = groups.people([group], clock.now())
    assert [one.name for one in people] == ["Ana", "Eve", "Robert"]
    only_put = do(home, read(home, FILE), new_group="Finale")
    told = [(one.kind, one.count) for one in address_changes.recent()]
    assert told == [("grouping", 3), ("import", 1)]  # whom it only put there was not imported
    imports.undo(only_put.id)
    assert groups.people([groups.named(["Finale"])["Finale"]], clock.now()) == []
    imports.undo(record.id)
    assert groups.people([group], clock.now()) == []
    assert set(book()) == {ANA, BOB}
    smart = groups.add(home.admin, "Majeurs", "true").id
    for wrong in ({"group_id": smart}, {"group_id": 999}, {"new_group": "x" * 300}):
        with pytest.raises(Invalid):
            imports.begin(home.engine, home.admin, read(home, FILE), **wrong)  # type: ignore[arg-type]


def test_two_import_at_once_and_what_changed_since_the_preview_is_told(home: Household) -> None:
    first, second = (
        read(home, FILE),
        read(home, FILE.replace("Chante", "Danse"), existing="replace"),
    )
    do(home, first)
    record = do(home, second)
    assert record.found["moved"] == 3
    assert counts(second) == {"changed": 1, "same": 2}
    assert book()[EVE] == ("Eve", {"team": "U15"}, "Danse")
    third = read(home, FILE)
    bob = contacts.find_by_number(BOB)
    assert bob is not None
    contacts.remove(bob.id)
    assert do(home, third).found["moved"] == 1
    assert BOB in book()
    with pytest.raises(Conflict):
        imports.begin(home.engine, home.admin, third)


def test_each_bad_line_is_told_with_its_reason(home: Household) -> None:
    file = (
        "Nom;Téléphone;Équipe\n"
        "Ana;0639980001;U13\n"
        "Bis;+33 6 39 98 00 01;U13\n"
        "Mil;3,36123E+10;\n"
        "Zéro;639980002;\n"
        "Rien;;\n"
        "Court;0639;\n"
        'Guillemet;"0639980003;\n'
        f"{'x' * 201};0639980004;\n"
        f"Long;0639980005;{'x' * 1001}\n"
        "Trop;0639980006;a;b\n"
        'Fin;="0639980007";\'=1\n'
        ";0639980009;\n"
        "👩\u200d🚒 کیا\u200cرش\u200e\x07 X;0639980008;\n"
    )
    import_id = read(home, file)
    assert skipped(import_id) == [
        *((3, "twice"), (4, "mangled"), (6, "no_number"), (7, "bad_number"), (8, "quote")),
        *((9, "name_too_long"), (10, "value_too_long"), (11, "more_cells")),
    ]
    assert imports.get(import_id).found["completed"] == 1
    record = imports.get(import_id)
    page = import_preview.page(record, "FR", "skipped")
    assert [str(one.why) for one in page.rows][:4] == [
        "Its phone number is in line 2 already.",
        "A spreadsheet has spoilt its phone number: digits are lost.",
        "It has no phone number.",
        "“0639” has too few digits for a phone number.",
    ]
    report = "".join(import_preview.report(import_id, "FR", ("Line", "Why", "Text"), str))
    fault = '"8","A quotation mark in it is opened and never closed."'
    assert f'{fault},"Guillemet;""0639980003;"' in report
    do(home, import_id)
    joined = "👩\u200d🚒 کیا\u200cرش X"  # the parts of a sign, and of a word, stay together
    assert {name for name, _, _ in book().values()} == {
        *("Ana", "Zéro", "Fin", joined),
        "06 39 98 00 09",  # who has no name is called as the number reads
    }
    changed = contacts.edit(home.engine, contacts.listing("کیا").contacts[0].id, joined, EVE)
    assert changed.name == joined
    assert book()["+33639980007"][1] == {"Équipe": "=1"}
    on_one_line = read(home, json.dumps([{"name": one, "number": EVE} for one in "AB"]))
    page = import_preview.page(imports.get(on_one_line), "FR", "skipped")
    assert [(one.line, str(one.why)) for one in page.rows] == [
        (2, "Its phone number is that of entry 1 already.")
    ]
    other = read(home, "Nom;Téléphone\nZéro;639980009\n", add_zero=False)
    assert skipped(other) == [(2, "without_zero")]


def test_a_long_line_of_bad_numbers_is_kept_once(home: Household) -> None:
    line = f"Ana,{' ::: '.join('0' * n for n in range(1, 9))},{'x' * 400}"
    import_id = read(home, f"name,number,team\n{line}\n")
    row = ContactImportRow
    kept = db.session.scalars(db.select(row.original).order_by(row.id)).all()
    assert len(kept) == 8
    assert kept[0] == line
    assert {one or "" for one in kept[1:]} == {line[:200]}
    assert skipped(import_id)[0][0] == 2


def test_columns_are_mapped_again(home: Household) -> None:
    import_id = read(home, "Truc;Machin;Bidule\nAna;U13;0639980001\n")
    assert imports.get(import_id).choices["roles"] == ["name", "data:Machin", "number"]
    imports.choose(home.engine, import_id, roles=("data:nom", "name", "number"))
    imports.work(home.engine, import_id)
    do(home, import_id)
    assert book() == {ANA: ("U13", {"nom": "Ana"}, "")}


def test_several_numbers_of_a_card_are_several_contacts(home: Household) -> None:
    do(home, read(home, (FILES / "apple-3.0.vcf").read_bytes(), "carnet.vcf"))
    assert sorted((name, number) for number, (name, _, _) in book().items()) == [
        ("Éloïse Müller", "+33639980042"),
        ("Éloïse Müller (principal)", "+33639980041"),
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_each_real_file_is_imported_and_then_the_same(home: Household, name: str) -> None:
    content = (FILES / name).read_bytes()
    do(home, read(home, content, name))
    known = book()
    assert known
    assert all(number.startswith("+33") for number in known)
    again = read(home, content, name)
    assert not {"new", "changed"} & counts(again).keys()
    do(home, again)
    assert len(address_changes.recent()) == 1  # of the second there is nothing to undo


def test_what_cannot_be_read_is_said_and_can_be_tried_in_another_way(home: Household) -> None:
    for content, said in ((b"", "empty"), (b"\x89PNG\r\n", "picture")):
        with pytest.raises(Invalid, match=said):
            read(home, content)
    assert list(imports.recent()) == []
    import_id = read(home, '{"name": "Ana"}')
    problem = imports.problem_of(imports.get(import_id))
    assert problem is not None
    assert str(problem[0]) == "This JSON file is not a list."
    imports.choose(home.engine, import_id, format="csv")
    imports.work(home.engine, import_id)
    assert imports.get(import_id).state == "ready"
    lost = imports.add(home.engine, home.admin, "a.csv", io.BytesIO(FILE.encode()))
    import_files.forget(home.folder, lost)
    imports.work(home.engine, lost)
    assert imports.get(lost).state == "failed"


def test_a_file_of_more_than_50_mb_is_refused(home: Household) -> None:
    file = io.BytesIO()
    file.seek(50_000_001)
    file.write(b"x")
    with pytest.raises(Invalid, match="50 MB"):
        imports.add(home.engine, home.admin, "a.csv", file)


def test_what_is_given_up_or_old_is_forgotten_with_its_file(home: Household) -> None:
    given_up, old = read(home, FILE), read(home, FILE)
    assert import_files.path(home.folder, old).stat().st_mode & 0o777 == 0o600
    imports.discard(home.engine, given_up)
    with pytest.raises(NotFound):
        imports.get(given_up)
    half = import_files.path(home.folder, 99).with_name(".99.partial")
    half.write_bytes(b"Ana")  # as a power cut leaves it
    being_stored = half.with_name(f".{old}.partial")
    being_stored.write_bytes(b"Ana")
    imports.forget_old(home.engine, clock.now() + timedelta(days=6))
    assert imports.get(old).state == "ready"
    assert not half.exists()
    assert being_stored.exists()
    imports.forget_old(home.engine, clock.now() + timedelta(days=8))
    assert list((home.folder / "imports").iterdir()) == []
    assert db.session.scalars(db.select(ContactImportRow)).all() == []


def test_what_a_power_cut_left_half_stored_or_half_given_up_is_forgotten(home: Household) -> None:
    stored, given_up, kept = read(home, FILE), read(home, FILE), read(home, FILE)
    with writing() as session:
        session.get_one(ContactImport, stored).state = "uploaded"
        session.get_one(ContactImport, given_up).state = "discarded"
    for minutes, left in ((59, {stored, kept}), (61, {kept})):
        imports.forget_old(home.engine, clock.now() + timedelta(minutes=minutes))
        assert set(db.session.scalars(db.select(ContactImport.id))) == left
    assert set(db.session.scalars(db.select(ContactImportRow.import_id))) == {kept}
    assert [file.name for file in (home.folder / "imports").iterdir()] == [str(kept)]


def test_who_looked_at_a_file_that_was_given_up_does_not_import_another(home: Household) -> None:
    seen = read(home, FILE)
    imports.discard(home.engine, seen)
    other = read(home, f"name,number\nMallory,{BOB}\n")
    with pytest.raises(NotFound):
        imports.begin(home.engine, home.admin, seen)
    assert imports.get(other).state == "ready"


def test_nothing_is_left_of_a_file_that_could_not_be_taken_wholly(home: Household) -> None:
    refusal = "CREATE TRIGGER refusal BEFORE UPDATE ON contact_import"
    with writing() as session:
        session.execute(text(f"{refusal} BEGIN SELECT RAISE(ABORT, 'broken'); END"))
    with pytest.raises(IntegrityError, match="broken"):
        imports.add(home.engine, home.admin, "membres.csv", io.BytesIO(FILE.encode()))
    assert db.session.scalars(db.select(ContactImport)).all() == []
    assert import_files.stored(home.engine.config.instance_path) == {}


def test_too_many_files_do_not_wait(home: Household) -> None:
    for _ in range(imports.MOST_OPEN):
        imports.add(home.engine, home.admin, "a.csv", io.BytesIO(b"name,number\n"))
    with pytest.raises(Conflict, match="20 files"):
        imports.add(home.engine, home.admin, "a.csv", io.BytesIO(b"name,number\n"))


def test_the_job_reads_and_imports_by_itself(household: Household) -> None:
    with household.app.app_context(), household.jobs():
        file = io.BytesIO(FILE.encode())
        import_id = imports.add(household.engine, household.admin, "a.csv", file)
        eventually(lambda: imports.get(import_id).state == "ready")
        imports.begin(household.engine, household.admin, import_id)
        eventually(lambda: imports.get(import_id).state == "done")
        assert len(book()) == 3


def test_messages_go_on_while_a_long_file_is_read_and_it_can_be_given_up(
    household: Household,
) -> None:
    lines = "".join(f"Personne {n},0639{n:06d}\n" for n in range(60_000))
    with household.app.app_context(), household.jobs():
        phone = household.add_test_phone()
        file = io.BytesIO(f"name,number\n{lines}".encode())
        import_id = imports.add(household.engine, household.admin, "a.csv", file)
        eventually(lambda: imports.get(import_id).done)
        message_id = household.write(phone.id)
        eventually(lambda: household.message(message_id).status == "delivered")
        assert imports.get(import_id).state == "reading"
        imports.discard(household.engine, import_id)
        with pytest.raises(NotFound):
            imports.get(import_id)
        assert db.session.scalars(db.select(ContactImportRow.id).limit(1)).all() == []


@pytest.mark.parametrize(("act", "state"), [("choose", "ready"), ("discard", None)])
def test_what_is_wanted_while_a_file_proves_unreadable_is_heeded(
    home: Household, act: str, state: str | None
) -> None:
    import_id = imports.add(home.engine, home.admin, "a.csv", io.BytesIO(b'{"name": "Ana"}'))
    acted = list[str]()

    def act_once() -> None:
        with home.app.app_context():
            wanted = {"format": "csv"} if act == "choose" else {}
            getattr(imports, act)(home.engine, import_id, **wanted)

    def meanwhile(*given: Any) -> None:
        if "contact_import_row" in given[2] and not acted:
            acted.append(act)
            thread = Thread(target=act_once)
            thread.start()
            thread.join()

    event.listen(db.engine, "before_cursor_execute", meanwhile)
    imports.work(home.engine, import_id)
    event.remove(db.engine, "before_cursor_execute", meanwhile)
    assert acted == [act]
    imports.work(home.engine, import_id)
    db.session.rollback()
    record = db.session.get(ContactImport, import_id)
    assert (record.state if record else None) == state


def test_a_choice_made_while_a_file_is_read_is_heeded(home: Household) -> None:
    import_id = imports.add(home.engine, home.admin, "a.csv", io.BytesIO(FILE.encode()))
    before = imports.get(import_id).choices["round"]
    imports.choose(home.engine, import_id, existing="replace")
    assert imports.get(import_id).choices["round"] == before + 1
    home.engine.stopping.set()  # as when the program is about to end
    imports.work(home.engine, import_id)
    home.engine.stopping.clear()
    imports.work(home.engine, import_id)
    assert (imports.get(import_id).state, counts(import_id)) == ("ready", {"new": 3})
    assert imports.get(import_id).choices["existing"] == "replace"
