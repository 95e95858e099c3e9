"""``raspisms import``: contacts of a file, with or without a running RaspiSMS."""

from pathlib import Path

import pytest

from raspisms.extensions import db
from raspisms.messaging import groups
from raspisms.models import Contact
from tests.cli.program import Program
from tests.household import Household


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "membres.csv"
    text = "Nom;Téléphone;Équipe\nAna;0639980001;U13\nLéa;0639981234;U15\nBob;3,36E+10;\n"
    file.write_bytes(text.encode("cp1252"))
    return file


def book(household: Household) -> dict[str, object]:
    with household.app.app_context():
        return dict(db.session.execute(db.select(Contact.name, Contact.data)).all())


def test_contacts_come_in_and_what_is_skipped_is_told(
    program: Program, household: Household, file: Path
) -> None:
    answer = program.done("import", str(file), "--group", "Club")
    assert answer.out == "New: 1, changed: 1, same as before: 0, skipped: 1.\n"
    assert answer.err == (
        "raspisms: Line 4: A spreadsheet has spoilt its phone number: digits are lost.\n"
    )
    assert book(household) == {"Léa": {"Équipe": "U15"}, "Ana": {"Équipe": "U13"}}
    with household.app.app_context():
        assert groups.named(["Club"])


def test_it_can_only_look_and_leave_what_is_known(
    program: Program, household: Household, file: Path
) -> None:
    (counts,) = program.here("import", str(file), "--dry-run", "--json").lines
    assert counts == {"new": 1, "changed": 1, "same": 0, "skipped": 1}
    assert book(household) == {"Léa": {}}
    program.here("import", str(file), "--existing", "keep")
    assert book(household) == {"Léa": {}, "Ana": {"Équipe": "U13"}}


def test_what_cannot_be_read_is_refused(program: Program, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "a.json").write_text("{}")
    for name, said in (("empty.csv", "is empty"), ("none", "none"), ("a.json", "not a list")):
        assert said in program.refused("import", str(tmp_path / name))
