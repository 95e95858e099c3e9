"""A power cut while the address book is changed, or a STOP comes in: all of it, or nothing."""

import io
from typing import Any

import pytest
from sqlalchemy import text

from raspisms import clock
from raspisms.adapters.answers import Inbound
from raspisms.extensions import db
from raspisms.messaging import (
    address_changes,
    contact_merge,
    contacts,
    groups,
    imports,
    inbox,
    opt_outs,
    person_traces,
    privacy,
)
from raspisms.messaging.contact_merge import Choice
from tests.faults.moments import Act, killed_at
from tests.household import PEER, Household

ANA, BOB = "+33639980001", "+33639980002"
FILE = f"name,number,team\nAna,{ANA},U13\nBob,{BOB},U15\nLéa,{PEER},U17\n"
TABLES = (
    *("contact", "contact_group", "group_contact", "address_change", "address_change_row"),
    *("contact_import", "contact_import_row", "message", "conversation", "campaign"),
    *("opt_out", "opt_in", "journal_entry"),
)


def _undo_last(household: Household) -> object:
    return address_changes.undo(address_changes.recent()[0].id)


def _merge(household: Household) -> object:
    return contact_merge.merge(household.admin, 1, 2, Choice())


def _erase(household: Household) -> object:
    person = person_traces.of_number(PEER)
    return privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=False)


def _import(household: Household) -> object:
    imports.begin(household.engine, household.admin, 1, 1)
    return imports.work(household.engine, 1)


def _hear_stop(household: Household) -> object:
    told = Inbound(provider_uid="1", sender=ANA, text="STOP", sent_at=clock.now())
    return inbox.store(household.engine, 1, "", told)


def _prepared(household: Household, before: str) -> None:
    lea = contacts.add(household.engine, "Léa", PEER, {"team": "U11"}, "Notes")
    group = groups.add(household.admin, "Club")
    groups.add_contacts(group.id, [lea.id])
    household.add_test_phone()
    household.write(1, "Bonjour", PEER)
    household.write(1, "Réunion", f"{ANA}, {BOB}")
    opt_outs.add(household.engine, household.admin, PEER, "Parti")
    imports.add(household.engine, household.admin, "a.csv", io.BytesIO(FILE.encode()))
    imports.work(household.engine, 1)
    contacts.add(household.engine, "Léa", "+33639980009")
    if before == "removal":
        contacts.remove(lea.id, household.admin)
    elif before == "merge":
        _merge(household)
    elif before == "import":
        _import(household)


@pytest.mark.parametrize(
    ("before", "act"),
    [
        *(("removal", _undo_last), ("merge", _undo_last), ("import", _undo_last)),
        *(("", _merge), ("", _erase), ("import", _erase)),
        ("", _hear_stop),
    ],
)
def test_it_is_done_whole_or_not_at_all(household: Household, before: str, act: Act) -> None:
    with household.app.app_context():
        _prepared(household, before)
        db.session.remove()
    nothing, seen = stored(household), list[dict[str, Any]]()
    while killed_at(household, act, len(seen) + 1):
        seen.append(stored(household))
    assert stored(household) != nothing
    assert len(seen) > 5
    # What dies before the end of its one transaction leaves nothing; else the next would go on.
    assert seen == [nothing] * len(seen)


def stored(household: Household) -> dict[str, Any]:
    """All rows; what stands for an erased number is another one each time."""
    with household.app.app_context():
        found: dict[str, Any] = {}
        for table in TABLES:
            rows = db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).mappings()
            found[table] = [
                {name: _plain(name, value) for name, value in row.items()} for row in rows
            ]
        db.session.remove()
        db.engine.dispose()
    return found


def _plain(name: str, value: Any) -> Any:
    if name in ("at", "undone_at", "updated_at", "deleted_at", "finished_at", "final_at"):
        return value is not None
    return "~" if name == "peer" and str(value).startswith("~") else value
