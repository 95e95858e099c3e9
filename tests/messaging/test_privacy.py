"""Privacy: all that is kept of a person, and that nothing of them is left once they are erased."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing

import pytest

from raspisms import clock, sqlite
from raspisms.errors import Conflict, Invalid, say
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_drafts,
    contact_list,
    contacts,
    conversations,
    deletion,
    groups,
    imports,
    inbox,
    invalid_numbers,
    marks,
    person_traces,
    personal_data,
    plan_problems,
    privacy,
)
from raspisms.messaging.campaign_content import CampaignContent, Csv
from raspisms.messaging.contact_list import Selection
from raspisms.messaging.person_traces import Person
from raspisms.messaging.transactions import writing
from raspisms.models import (
    Campaign,
    CampaignDraft,
    Contact,
    Message,
    OptOut,
    Phone,
    Plan,
    Receipt,
)
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from raspisms.sms.person import Person as Recipient
from tests.household import PEER, Household
from tests.messaging.planning import daily, make
from tests.messaging.stored import came_in, went_out
from tests.web.making import in_days

OTHER = "+33639982222"
#: What must be nowhere once Léa is erased: in any spelling of number, name and words.
TRACES = ("639981111", "39 98 11 11", "Léa", '"lea', "Aubergine", "Poireau", "gluten")


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


def everywhere(household: Household, phone: Phone) -> tuple[Person, int]:
    """Léa, in each place in which RaspiSMS can keep somebody; and her conversation."""
    engine, admin = household.engine, household.admin
    lea = contacts.add(engine, "Léa", PEER, {"team": "Poireau"}, "Sans gluten")
    group = groups.add(admin, "Équipe").id
    groups.add_contacts(group, [lea.id])
    talk = came_in(household, phone.id, "Aubergine reçue", PEER)
    went_out(
        household, phone.id, "Aubergine", PEER, "failed", reason="bad_number",
        reason_detail=f"{PEER} is wrong", final_at=clock.now(), provider_uid="uid-1",
    )  # fmt: skip
    invalid_numbers.clear(engine, admin, PEER)
    household.write(phone.id, "Aubergine demain", PEER, at=f"{in_days(300):%Y-%m-%dT10:00}")
    household.write(phone.id, "À tous", f"{PEER}, {OTHER}", at=f"{in_days(300):%Y-%m-%dT10:00}")
    marks.keep_draft(admin, talk, "Poireau en projet")
    # A change that can be undone, and a file that was read.
    zoe = contacts.add(engine, "Léa", OTHER)
    contacts_of_lea = Selection(ids=(lea.id,))
    contact_list.remove(admin, contacts_of_lea, 1)
    lea = contacts.add(engine, "Léa", PEER, {"team": "Poireau"}, "Sans gluten")
    contacts.edit(engine, zoe.id, "Zoé", OTHER)
    file = f"name,number\nLéa,{PEER}\nLéa bis,06 39 98 11 11\nZoé,{OTHER}\n"
    import_id = imports.add(engine, admin, "membres.csv", io.BytesIO(file.encode()))
    imports.work(engine, import_id)
    imports.begin(engine, admin, import_id)
    imports.work(engine, import_id)
    with writing() as session:
        session.add(OptOut(number=PEER, at=clock.now(), source="sms", reason="STOP Poireau"))
        message = session.scalars(db.select(Message).where(Message.provider_uid == "uid-1")).one()
        session.add(
            Receipt(
                service="s", provider_uid="uid-1", state="failed", reason="bad_number",
                source="poll", raw=f"receiver={PEER}", received_at=clock.now(),
                message_id=message.id,
            )
        )  # fmt: skip
        session.get_one(Phone, phone.id).problem_detail = f"{PEER}: no"
    deletion.delete_message(admin, message.id)
    planned(household)
    return person_traces.of_contact(lea.id), talk


def planned(household: Household) -> None:
    """Léa in a draft, in a plan whose people are fixed, in one that names her, and in its trouble.

    Whoever else is named there stays; the last lines name her with others and alone.
    """
    admin = household.admin
    typed = f"{OTHER}, Léa; 06 39 98 22 33\nléa\n06.39.98.1(1)1-1\n٠٦٣٩٩٨١١١١\nZoé"
    csv = Csv("liste.csv", ("team",), ((PEER, "Poireau"), (OTHER, "U13")))
    content = CampaignContent(text="À tous", recipients=typed, csv=csv, exclude=PEER, phones=(1,))
    campaign_drafts.save(admin, content)
    make(household, daily(), fixed=True, people=[Recipient(PEER, data={"team": "Poireau"})])
    named = make(household, daily(), recipients=typed, exclude="Léa")
    with writing() as session:
        words = say("%(names)s could not be used.", names=f"Léa, {OTHER}")
        problem = plan_problems.kept(words, None, clock.now(), was_sent=True)
        session.get_one(Plan, named).problem = problem


def traces(household: Household) -> list[str]:
    """The places of the database that tell of her."""
    db.session.rollback()
    found = []
    with closing(sqlite3.connect(household.folder / sqlite.DATABASE)) as live:
        tables = live.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table.startswith("sqlite_") or "_search" in table:
                continue
            for row in live.execute(f"SELECT * FROM {table}"):
                told = json.dumps(row, ensure_ascii=False, default=str)
                told = told.encode().decode("unicode_escape") if "\\u" in told else told
                found += [f"{table}: {told}" for trace in TRACES if trace in told]
    return found


def test_everything_of_a_person_is_in_one_file(household: Household, phone: Phone) -> None:
    person, _ = everywhere(household, phone)
    file = io.BytesIO()
    personal_data.write(household.engine, household.admin, person, file)
    with zipfile.ZipFile(file) as archive:
        data = json.loads(archive.read("data.json"))
        text = archive.read("messages.txt").decode()
    contact = data["contact"]
    assert (contact["name"], contact["number"], contact["notes"]) == ("Léa", PEER, "Sans gluten")
    assert contact["data"] == {"team": "Poireau"}
    assert data["opt_out"]["reason"] == "STOP Poireau"
    assert data["called_right"]["at"]
    kinds = [next(iter(one.keys() - {"data"})) for one in data["planned"]]
    assert kinds == ["plan", "draft", "plan"]
    assert [one["data"] for one in data["planned"]] == [{"team": "Poireau"}] * 2 + [{}]
    assert {one["action"] for one in data["journal"]} >= {"number.cleared", "person.downloaded"}
    assert data["changes"][0]["before"]["number"] == PEER
    assert {one["name"] for one in data["imports"]} == {"Léa", "Léa bis"}
    bodies = [one["body"] for one in data["messages"]]
    assert bodies == ["Aubergine reçue", "Aubergine demain", "À tous", ""]
    (receipt,) = data["messages"][-1]["receipts"]
    assert (receipt["state"], receipt["raw"]) == ("failed", f"receiver={PEER}")
    assert text.startswith(f"Léa {PEER}\n")
    assert "Essai <- (received)\nAubergine reçue\n" in text
    assert OTHER not in json.dumps(data)


def test_nothing_of_an_erased_person_is_left_and_the_counts_are(
    household: Household, phone: Phone
) -> None:
    person, talk = everywhere(household, phone)
    assert len({place.partition(":")[0] for place in traces(household)}) >= 10
    before = privacy.effects(person)
    assert (before.messages, before.waiting, before.is_open) == (4, 2, False)
    privacy.erase(household.engine, household.admin, person, "06 39 98 11 11", keep_opt_out=False)
    assert traces(household) == []
    rows = db.session.execute(
        db.select(Message.status, Message.reason, Message.provider_uid, Message.peer)
        .where(Message.conversation_id == talk)
        .order_by(Message.id)
    ).all()
    assert [row[:3] for row in rows] == [
        (Status.RECEIVED, None, None),
        (Status.FAILED, "bad_number", "uid-1"),
        (Status.CANCELLED, "cancelled", None),
        (Status.CANCELLED, "cancelled", None),
    ]
    (stands_in,) = {row.peer for row in rows}
    assert stands_in.startswith("~")
    assert len(stands_in) > 15
    receipt = db.session.scalars(db.select(Receipt)).one()
    assert (receipt.state, receipt.raw) == ("failed", "")
    assert [one.number for one in db.session.scalars(db.select(Contact))] == [OTHER]
    assert [one.conversation.id for one in conversations.recent(household.admin)] != [talk]
    assert set(db.session.scalars(db.select(Campaign.body))) == {"", "À tous"}
    assert invalid_numbers.listing(household.engine).numbers == []


def test_whoever_else_is_in_plans_and_drafts_stays_there(
    household: Household, phone: Phone
) -> None:
    person, _ = everywhere(household, phone)
    privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=False)
    draft = db.session.scalars(db.select(CampaignDraft)).one()
    kept = CampaignContent.of(draft.content)
    assert kept.recipients == f"{OTHER}, 06 39 98 22 33\nZoé"
    assert (kept.exclude, kept.csv.rows, draft.version) == ("", ((OTHER, "U13"),), 2)
    named = db.session.get_one(Plan, 2)
    assert CampaignContent.of(named.content).recipients == kept.recipients
    trouble = plan_problems.told(named.problem)
    assert trouble is not None
    assert str(trouble.message) == f"…, {OTHER} could not be used."


def test_the_index_finds_them_no_more(household: Household, phone: Phone) -> None:
    person, _ = everywhere(household, phone)
    look = "SELECT count(*) FROM message_search WHERE message_search MATCH 'aubergine'"
    name = "SELECT count(*) FROM contact_search WHERE contact_search MATCH 'lea'"
    with closing(sqlite3.connect(household.folder / sqlite.DATABASE)) as live:
        assert (live.execute(look).fetchone(), live.execute(name).fetchone()) != ((0,), (0,))
        privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=False)
        assert (live.execute(look).fetchone(), live.execute(name).fetchone()) == ((0,), (0,))
        for index in ("message_search", "contact_search"):
            live.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")


def test_that_they_want_no_campaigns_can_be_kept_without_a_word(
    household: Household, phone: Phone
) -> None:
    person, _ = everywhere(household, phone)
    assert privacy.effects(person).is_opted_out
    privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=True)
    assert traces(household) == [
        place for place in traces(household) if place.startswith("opt_out:")
    ]
    kept = db.session.get_one(OptOut, PEER)
    assert (kept.source, kept.reason) == ("sms", "")


@pytest.mark.parametrize("status", sorted(deletion.OPEN))
def test_what_may_be_leaving_has_to_be_waited_for(
    household: Household, phone: Phone, status: Status
) -> None:
    went_out(household, phone.id, "En route", PEER, status)
    waiting = household.write(phone.id, "Demain", at=f"{in_days(300):%Y-%m-%dT10:00}")
    person = person_traces.of_number(PEER)
    assert privacy.effects(person).is_open
    with pytest.raises(Conflict, match="just leaving"):
        privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=True)
    assert household.message(waiting).status == Status.PENDING
    assert household.message(1).peer == PEER


def test_another_number_erases_nobody(household: Household, phone: Phone) -> None:
    came_in(household, phone.id, "Bonjour", PEER)
    person = person_traces.of_number(PEER)
    for typed in ("", "06 39 98 22 22", "Léa"):
        with pytest.raises(Invalid, match="not the number"):
            privacy.erase(household.engine, household.admin, person, typed, keep_opt_out=True)
    assert household.message(1).body == "Bonjour"


def test_who_writes_again_is_new(household: Household, phone: Phone) -> None:
    old = came_in(household, phone.id, "Un", PEER)
    person = person_traces.of_number(PEER)
    privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=True)
    new = came_in(household, phone.id, "Deux", PEER)
    assert new != old
    assert [one.last.body for one in conversations.recent(household.admin)] == ["Deux"]


def test_what_came_in_is_not_fetched_again(household: Household, simulator: Simulator) -> None:
    with household.app.app_context():
        phone_id = household.add_ovh_phone().id
        simulator.answer(PEER, account.NUMBER, "Un secret")
        inbox.poll(household.engine, phone_id)
        person = person_traces.of_number(PEER)
        privacy.erase(household.engine, household.admin, person, PEER, keep_opt_out=True)
        household.engine.inbox_listed.clear()  # all of it is listed again
        inbox.poll(household.engine, phone_id)
        assert [one.body for one in db.session.scalars(db.select(Message))] == [""]
