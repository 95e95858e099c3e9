"""``raspisms send`` and ``raspisms messages``."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.ctx import AppContext

from raspisms import clock
from raspisms.adapters.answers import Inbound
from raspisms.extensions import db
from raspisms.messaging import inbox, listing, outbox
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone
from raspisms.sms.lifecycle import Status
from tests.cli.program import Program
from tests.household import Household

KEYS = [
    "id", "direction", "phone", "number", "text", "status", "reason", "reason_text", "created_at",
    "sent_at", "final_at", "due_at", "provider_uid", "segments", "flash",
]  # fmt: skip


def test_a_message_is_stored_for_good_once_its_number_is_printed(program: Program) -> None:
    message_id = int(program.done("send", "--phone", "essai", "lea", "Bonjour 😀").out)
    (told,) = program.done_here("messages", "--json").lines
    assert list(told) == KEYS
    assert told["id"] == message_id
    assert (told["direction"], told["phone"], told["number"], told["status"]) == (
        "out",
        "Essai",
        "+33639981234",
        "pending",
    )
    assert (told["text"], told["segments"], told["reason"]) == ("Bonjour 😀", 1, None)
    due = datetime.fromisoformat(told["due_at"])
    assert due.utcoffset() == timedelta(0)
    assert abs(clock.now() - due) < timedelta(minutes=1)


def test_a_text_can_come_from_standard_input_and_wait_for_its_time(program: Program) -> None:
    at = f"{clock.now() + timedelta(days=3):%Y-%m-%d} 18:30Z"
    answer = program.done(
        "send", "--phone", "Essai", "06 39 98 55 55", "-", "--at", at, "--json", given="Un\nDeux\n"
    )
    (told,) = answer.lines
    assert told["text"] == "Un\nDeux"
    assert told["due_at"].endswith("T18:30:00+00:00")


def test_everything_that_is_wrong_is_told_at_once(program: Program) -> None:
    said = program.refused("send", "--phone", "Essai", "06 39", " ", "--at", "hier")
    fields = [line.partition(":")[0] for line in said.splitlines()]
    assert fields == ["raspisms", "number", "text", "at"]
    assert program.here("messages").out == ""


@pytest.mark.parametrize(
    ("number", "complaint"),
    [
        ("0639a81234", "contains letters"),
        ("Zoé", "no contact named “Zoé”"),
        ("", "number: "),
        ("+999 123 456 789", "number: "),
    ],
)
def test_a_number_that_cannot_be_used_is_told(
    program: Program, number: str, complaint: str
) -> None:
    assert complaint in program.refused("send", "--phone", "Essai", number, "Bonjour")


def test_an_unknown_phone_is_told_with_those_there_are(program: Program) -> None:
    said = program.refused("send", "--phone", "Rien", "Léa", "Bonjour")
    assert said == "raspisms: There is no phone named “Rien”. Known phones: Essai.\n"
    assert "Known phones: Essai." in program.refused("messages", "--phone", "Rien")


def test_what_became_of_messages_is_told_in_codes_and_in_words(
    program: Program, household: Household
) -> None:
    with household.app.app_context():
        sent, cancelled = household.write(1, "Un"), household.write(1, "Deux")
        with writing() as session:
            message = session.get_one(Message, cancelled)
            message.status, message.reason = Status.CANCELLED, "cancelled"
        outbox.send_due(household.engine, 1)
        service = db.session.get_one(Phone, 1).service
        inbound = Inbound("77", "+33639981234", "Trois\nlignes", datetime(2026, 1, 2, tzinfo=UTC))
        inbox.store(household.engine, 1, service, inbound)
    told = {line["text"]: line for line in program.done("messages", "--json").lines}
    assert (told["Un"]["id"], told["Un"]["status"]) == (sent, "sent")
    assert told["Un"]["provider_uid"].startswith("0-"), "where its line stands, and what it says"
    assert told["Deux"]["reason"] == "cancelled"
    assert told["Deux"]["reason_text"] == "It was cancelled before it left."
    received = told["Trois\nlignes"]
    assert (received["direction"], received["sent_at"]) == ("in", "2026-01-02T00:00:00+00:00")
    shown = program.here("messages", "--direction", "in").out
    assert "Essai        <- +33639981234      Received: Trois lignes" in shown
    assert len(shown.splitlines()) == 1
    (one,) = program.here("messages", "--status", "cancelled", "--json").lines
    assert one["id"] == cancelled


@pytest.fixture
def written(household: Household) -> AppContext:
    """More messages than are read at once, of two phones, in an application context."""
    with household.app.app_context() as context:
        other = household.add_test_phone("Autre", "+33639986666").id
        for number in range(5):
            household.write(1 if number % 2 else other, str(number))
        yield context


def _texts(newest: int | None = None, **wanted: object) -> list[str]:
    return [one.message.body for one in listing.walk(listing.Wanted(**wanted), newest)]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("portion", [1, 2, 5, 200])
def test_messages_are_walked_in_portions_that_nobody_sees(
    portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PORTION", portion)
    assert _texts() == ["0", "1", "2", "3", "4"]
    assert _texts(newest=3) == ["2", "3", "4"]
    assert _texts(newest=9) == ["0", "1", "2", "3", "4"]
    assert _texts(phone="essai") == ["1", "3"]
    assert _texts(newest=1, phone="Autre") == ["4"]
    assert _texts(status=Status.SENT) == _texts(direction="in", newest=2) == []


@pytest.mark.usefixtures("written")
def test_a_slow_reader_keeps_no_transaction_open() -> None:
    walk = listing.walk(listing.Wanted())
    next(walk)
    assert not db.session().in_transaction()
    assert len(list(walk)) == 4
