"""Several recipients: who is meant, each once, and what cannot be used costs the others nothing."""

import tracemalloc

import pytest
from sqlalchemy import event, select

from raspisms.errors import Invalid, InvalidForm
from raspisms.extensions import db
from raspisms.messaging import campaigns, contacts, groups, recipients
from raspisms.messaging.campaigns import Acceptance, Draft
from raspisms.messaging.recipients import UnusableRecipient
from raspisms.models import Conversation, Message, Phone
from tests.household import PEER, Household

OTHER, THIRD = "+33639982222", "+33639983333"


def accept(household: Household, typed: str, **more: object) -> Acceptance:
    draft = Draft(1, typed, "Bonjour", **more)  # type: ignore[arg-type]
    return campaigns.accept(household.engine, household.admin, draft)


def test_no_emergency_number_is_written_to_however_it_is_named(
    household: Household, phone: Phone
) -> None:
    contacts.add(household.engine, "Secours", "112")
    contacts.add(household.engine, "Léa", PEER)
    club = groups.add(None, "Club").id
    groups.add_contacts(club, [1, 2])
    for typed in ("112", "1 1 2", "Secours", "Léa, 114"):
        with pytest.raises(InvalidForm) as refused:
            accept(household, typed)
        (problem,) = refused.value.problems
        assert "is an emergency number: nothing is sent to it" in str(problem)
    made = accept(household, "Secours, 15", groups=(club,), skip_unusable=True)
    assert (made.count, len(made.left_out), made.skipped) == (1, 2, {"emergency": 1})
    only = groups.add(None, "Seuls").id
    groups.add_contacts(only, [1])
    with pytest.raises(InvalidForm, match="these are emergency numbers"):
        accept(household, "", groups=(only,))
    without = accept(household, "Léa", groups=(club,), exclude="112")
    assert (sent_to(without), without.excluded) == ([PEER], 1)


def sent_to(accepted: Acceptance) -> list[str]:
    query = select(Message.peer).where(Message.campaign_id == accepted.campaign.id)
    return list(db.session.scalars(query.order_by(Message.id)))


def messages() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


@pytest.fixture
def book(household: Household, phone: Phone) -> Household:
    """A household with three contacts, one of whom has a comma in the name."""
    contacts.add(household.engine, "Léa", PEER)
    contacts.add(household.engine, "Dupont, Jean", OTHER)
    contacts.add(household.engine, "Jean", THIRD)
    return household


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (f"{PEER}\n{OTHER}", [PEER, OTHER]),
        (f"{PEER}\r\n\r\n {OTHER} \r\n", [PEER, OTHER]),
        ("06 39 98 11 11, 06.39.98.22.22;0033 6 39 98 33 33", [PEER, OTHER, THIRD]),
        ("06 39 98 11 11، 06 39 98 22 22；06 39 98 33 33", [PEER, OTHER, THIRD]),
        ("lea, JEAN", [PEER, THIRD]),
        ("Dupont, Jean", [OTHER]),
        ("Léa\ndupont,  jean\n36111", [PEER, OTHER, "36111"]),
        ("Léa; Dupont, Jean", [PEER, OTHER]),
        (",;Léa,,", [PEER]),
    ],
)
def test_whom_a_person_means(book: Household, typed: str, meant: list[str]) -> None:
    assert recipients.read(book.engine, typed).numbers == tuple(meant)


def test_what_only_begins_with_a_name_is_not_that_name(book: Household) -> None:
    read = recipients.read(book.engine, f"Léa{' ' * 500}, {OTHER}")
    assert read.numbers == (PEER, OTHER)


def test_each_person_gets_it_once_however_they_are_named(book: Household) -> None:
    accepted = accept(book, f"Léa, {PEER}\n06 39 98 11 11\n{OTHER}")
    assert sent_to(accepted) == [PEER, OTHER]
    assert (accepted.count, accepted.repeated) == (2, 2)


@pytest.mark.parametrize(("at", "scheduled"), [("", False), ("01-01 10:00", True)])
def test_each_message_is_in_its_conversation_whether_that_is_new_or_not(
    book: Household, at: str, scheduled: bool
) -> None:
    first = book.write(1, number=OTHER)
    if at:
        at = f"{book.message(first).created_at.year + 1}-{at}"
    accepted = accept(book, f"{PEER}, {OTHER}, {THIRD}", at=at)
    assert sent_to(accepted) == [PEER, OTHER, THIRD]
    new = messages()[1:]
    assert [message.scheduled for message in new] == [scheduled] * 3
    assert {message.batch_limit for message in new} == {None}
    assert {message.due_at == message.created_at for message in new} == {not scheduled}
    talks = {one.id: one for one in db.session.scalars(select(Conversation))}
    assert len(talks) == 3
    for message in new:
        talk = talks[message.conversation_id]
        assert (talk.peer, talk.last_message_id) == (message.peer, message.id)


def test_nothing_is_sent_where_one_cannot_be_used_and_each_is_named(book: Household) -> None:
    with pytest.raises(InvalidForm) as refused:
        accept(book, f"{PEER}\n06 12\n{OTHER}, Personne")
    problems = refused.value.problems
    assert all(isinstance(problem, UnusableRecipient) for problem in problems)
    assert [(one.entry.line, one.entry.typed, one.others) for one in problems] == [
        (2, "06 12", 2),
        (3, "Personne", 2),
    ]
    assert messages() == []


def test_those_that_can_be_used_get_it_when_the_others_are_left_out(book: Household) -> None:
    accepted = accept(book, f"{PEER}\n06 12\n{OTHER}, Personne", skip_unusable=True)
    assert sent_to(accepted) == [PEER, OTHER]
    assert [one.entry.typed for one in accepted.left_out] == ["06 12", "Personne"]
    with pytest.raises(InvalidForm):
        accept(book, "06 12\nPersonne", skip_unusable=True)
    assert len(messages()) == 2


def test_the_same_form_sent_twice_is_one_campaign(book: Household) -> None:
    typed = f"{PEER}\nLéa\n06 12\n{OTHER}"
    first = accept(book, typed, request="form", skip_unusable=True)
    again = accept(book, typed, request="form", skip_unusable=True)
    without = accept(book, typed, request="form")  # back, and the other button
    for accepted in (again, without):
        assert accepted.campaign.id == first.campaign.id
        assert accepted.message_id == first.message_id
        assert (accepted.count, accepted.repeated, len(accepted.left_out)) == (2, 1, 1)
    assert len(messages()) == 2


def test_too_many_are_refused_before_they_are_looked_at(book: Household) -> None:
    with pytest.raises(InvalidForm) as refused:
        accept(book, "0639981111," * recipients.MOST + "Léa")
    (problem,) = refused.value.problems
    assert "10001 recipients; one sending takes at most 10000" in str(problem)
    assert messages() == []


@pytest.mark.parametrize("typed", [",", "1;", " \n", "a,b\n"])
def test_what_nobody_could_have_typed_takes_little_memory(book: Household, typed: str) -> None:
    typed *= 300_000 // len(typed)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match=r"no recipient|recipients; one"):
            recipients.read(book.engine, typed)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * len(typed)


def test_many_are_stored_in_few_statements_and_without_objects(book: Household) -> None:
    statements = []
    event.listen(
        db.engine, "before_cursor_execute", lambda _c, _cursor, said, *_: statements.append(said)
    )
    many = [f"+447700{number:06}" for number in range(300)]
    accepted = accept(book, "\n".join(many))
    assert len(statements) < 30
    assert sum(said.startswith("BEGIN IMMEDIATE") for said in statements) == 1
    assert not any(isinstance(one, Message) for one in db.session().identity_map.values())
    assert sent_to(accepted) == many
