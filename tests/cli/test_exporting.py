"""``raspisms export``."""

import json

from raspisms.messaging import contacts, groups
from tests.cli.program import Program
from tests.household import Household


def test_contacts_go_to_standard_output_in_each_format(program: Program) -> None:
    answer = program.done("export", "contacts")
    assert answer.out == "name,number,notes\r\nLéa,+33639981234,\r\n"
    (lea,) = json.loads(program.done_here("export", "contacts", "--format", "json").out)
    assert lea == {"name": "Léa", "number": "+33639981234", "data": {}}
    assert "FN:Léa" in program.done_here("export", "contacts", "--format", "vcard").out
    assert program.done_here("export", "opt-outs").out.startswith("number,name,at,source,reason")
    invalid = program.done_here("export", "invalid-numbers").out
    assert invalid.startswith("Destination,Total SMS Sent,Failed Percentage,Unknown Percentage")


def test_a_group_by_its_name(household: Household, program: Program) -> None:
    with household.app.app_context():
        ana = contacts.add(household.engine, "Ana", "06 39 98 55 55").id
        groups.add_contacts(groups.add(None, "Équipe").id, [ana])
    household.close()
    told = program.done_here("export", "contacts", "--group", "equipe", "--format", "json").out
    assert [one["name"] for one in json.loads(told)] == ["Ana"]
    assert "There is no group named “Chorale”." in program.refused(
        "export", "contacts", "--group", "Chorale"
    )
    assert program.here("export", "opt-outs", "--group", "Équipe").code == 2
