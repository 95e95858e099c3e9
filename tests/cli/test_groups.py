"""``raspisms groups``."""

from raspisms import clock
from raspisms.messaging import contacts, groups
from raspisms.messaging.transactions import writing
from tests.cli.program import Program
from tests.household import Household


def test_groups_are_listed_with_how_many_are_in_them(household: Household) -> None:
    now = clock.now()
    with household.app.app_context():
        contact = contacts.find_by_number("+33639981234")
        assert contact is not None
        team = groups.add(None, "Équipe A")
        groups.add_contacts(team.id, [contact.id])
        groups.add(None, "Tous", "true")
        groups.add(None, "Cassé", "true &&")
        with writing() as session:
            groups.note_used(session, [team.id], now)
    household.close()
    program = Program(household.folder)
    told = program.done("groups", "--json").lines
    assert [(one["name"], one["smart"], one["people"]) for one in told] == [
        ("Cassé", True, None),
        ("Équipe A", False, 1),
        ("Tous", True, 1),
    ]
    assert told[1]["last_written_to"] == now.isoformat()
    assert (told[1]["rule"], told[2]["rule"]) == (None, "true")
    lines = program.done_here("groups").out.splitlines()
    assert [line.split()[0] for line in lines] == ["?", "1", "1"]
    assert lines[1].endswith("Équipe A")
