"""What a member makes of a conversation for themselves, and of nobody else's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from raspisms import clock
from raspisms.errors import Invalid, NotFound
from raspisms.extensions import db
from raspisms.messaging import campaigns, conversations, marks, members
from raspisms.messaging.conversations import Show
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.models import message as messages
from raspisms.sms.content import LONGEST_TEXT
from raspisms.sms.lifecycle import Status
from tests.household import Household
from tests.messaging.stored import came_in
from tests.statements import changes, statements

PEER, OTHER = "+33639981111", "+33639982222"


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    with household.app.app_context():
        yield household.add_test_phone()


@pytest.fixture
def one(household: Household, phone: Phone) -> int:
    """A conversation with a message that is not read."""
    return came_in(household, phone.id, "Salut", PEER)


@pytest.fixture
def asked(household: Household, one: int) -> Iterator[list[str]]:
    """The statements since the conversation is there."""
    with statements(household.app) as asked:
        yield asked


def listed(member: Member, show: Show = Show.INBOX) -> list[int]:
    return [summary.conversation.id for summary in conversations.recent(member, show=show)]


def summary_of(member: Member, conversation_id: int) -> conversations.ConversationSummary:
    (summary,) = [
        one for one in conversations.recent(member) if one.conversation.id == conversation_id
    ]
    return summary


def test_only_what_was_shown_is_read(household: Household, phone: Phone, one: int) -> None:
    shown = conversations.thread(household.admin, one).newest
    came_in(household, phone.id, "Encore", PEER)
    marks.mark_read(household.admin, one, shown)
    assert marks.find(household.admin, one).unread_from == shown + 1
    marks.mark_read(household.admin, one, shown + 1)
    assert marks.find(household.admin, one).unread_from is None


def test_an_older_page_makes_nothing_unread_again(
    household: Household, phone: Phone, one: int
) -> None:
    came_in(household, phone.id, "Encore", PEER)
    marks.mark_read(household.admin, one)
    marks.mark_read(household.admin, one, 1)
    assert marks.find(household.admin, one).unread_from is None


def test_nothing_is_written_where_nothing_changes(
    household: Household, one: int, asked: list[str]
) -> None:
    admin, wrote = household.admin, []
    for _ in range(2):
        marks.mark_read(admin, one)
        marks.mute(admin, one)
        marks.archive(admin, one)
        marks.keep_draft(admin, one, "Bientôt")
        wrote.append(changes(asked))
        asked.clear()
    assert [bool(each) for each in wrote] == [True, False]


def test_what_is_muted_does_not_count_and_is_still_marked(household: Household, one: int) -> None:
    assert conversations.unread_count(household.admin) == 1
    marks.mute(household.admin, one)
    assert conversations.unread_count(household.admin) == 0
    assert summary_of(household.admin, one).unread
    assert summary_of(household.admin, one).muted
    marks.mute(household.admin, one, muted=False)
    assert conversations.unread_count(household.admin) == 1


@pytest.mark.parametrize("comes_back_with", ["a message that comes in", "one that goes out"])
def test_an_archived_conversation_comes_back_with_the_next_message(
    household: Household, phone: Phone, one: int, comes_back_with: str
) -> None:
    other = came_in(household, phone.id, "Bonjour", OTHER)
    marks.archive(household.admin, one)
    assert listed(household.admin) == [other]
    assert listed(household.admin, Show.ARCHIVED) == [one]
    if comes_back_with == "one that goes out":
        household.write(phone.id, number=PEER)
    else:
        came_in(household, phone.id, "Encore", PEER)
    assert listed(household.admin) == [one, other]
    assert listed(household.admin, Show.ARCHIVED) == []


def test_an_archived_conversation_can_be_put_back(household: Household, one: int) -> None:
    marks.archive(household.admin, one)
    marks.unarchive(household.admin, one)
    assert listed(household.admin) == [one]


def test_what_is_unread_has_a_list_of_its_own(household: Household, phone: Phone, one: int) -> None:
    other = came_in(household, phone.id, "Bonjour", OTHER)
    assert listed(household.admin, Show.UNREAD) == [other, one]
    marks.mark_read(household.admin, one)
    assert listed(household.admin, Show.UNREAD) == [other]


def test_each_list_has_pages(
    household: Household, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "PAGE", 2)
    ids = [came_in(household, phone.id, "Un", f"+3363998200{n}") for n in range(5)]
    for conversation_id in ids:
        marks.archive(household.admin, conversation_id)
    came_in(household, phone.id, "Deux", "+33639982000")
    expected = {Show.INBOX: ids[:1], Show.UNREAD: [ids[0], *ids[:0:-1]], Show.ARCHIVED: ids[:0:-1]}
    for show, wanted in expected.items():
        found: list[int] = []
        before = None
        while page := conversations.recent(household.admin, before, show):
            found += [summary.conversation.id for summary in page]
            before = page[-1].place
        assert found == wanted, show


def test_a_draft_is_kept_for_one_member_and_an_empty_one_removes_it(
    household: Household, phone: Phone, one: int
) -> None:
    other = members.create("Sacha", "trois mots simples", is_admin=True)
    marks.keep_draft(household.admin, one, "J’arrive\nà <b>8 h</b> \u202e")
    assert summary_of(household.admin, one).draft == "J’arrive\nà <b>8 h</b> \u202e"
    assert summary_of(other, one).draft is None
    marks.keep_draft(household.admin, one, " \n")
    assert summary_of(household.admin, one).draft is None


def test_a_draft_is_bounded_and_can_be_stored_whatever_is_typed(
    household: Household, one: int
) -> None:
    marks.keep_draft(household.admin, one, "a\x00b\ud800c")
    assert summary_of(household.admin, one).draft == "abc"
    with pytest.raises(Invalid, match="too long"):
        marks.keep_draft(household.admin, one, "a" * (LONGEST_TEXT + 1))
    assert summary_of(household.admin, one).draft == "abc"


def test_what_is_sent_is_no_draft_any_more_not_even_when_it_is_stored_late(
    household: Household, phone: Phone, one: int
) -> None:
    marks.keep_draft(household.admin, one, "Oui ê")
    draft = campaigns.Draft(phone.id, PEER, "Oui ê", kept_in=one)
    campaigns.accept(household.engine, household.admin, draft)
    assert marks.find(household.admin, one).draft is None
    marks.keep_draft(household.admin, one, "Oui e\u0302")
    assert marks.find(household.admin, one).draft is None
    marks.keep_draft(household.admin, one, "Oui, et")
    assert marks.find(household.admin, one).draft == "Oui, et"
    db.session.execute(db.update(Campaign).values(created_at=clock.now() - timedelta(minutes=2)))
    db.session.commit()
    marks.keep_draft(household.admin, one, "Oui ê")
    assert marks.find(household.admin, one).draft == "Oui ê"


def test_a_message_that_is_refused_leaves_the_draft(
    household: Household, phone: Phone, one: int
) -> None:
    marks.keep_draft(household.admin, one, "Oui")
    draft = campaigns.Draft(phone.id, PEER, "Oui", at="2020-01-01T10:00", kept_in=one)
    with pytest.raises(Invalid):
        campaigns.accept(household.engine, household.admin, draft)
    assert marks.find(household.admin, one).draft == "Oui"


def test_who_does_not_see_the_phone_can_do_nothing(household: Household, one: int) -> None:
    stranger = members.create("Sacha", "trois mots simples", is_admin=False)
    for act in (marks.mark_read, marks.mark_unread, marks.mute, marks.archive, marks.unarchive):
        with pytest.raises(NotFound):
            act(stranger, one)
    with pytest.raises(NotFound):
        marks.keep_draft(stranger, one, "Oui")


def plan(query: Any) -> str:
    sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    rows = db.session.execute(db.text(f"EXPLAIN QUERY PLAN {sql}")).all()
    return " / ".join(row.detail for row in rows)


def test_the_lists_do_not_look_at_what_they_do_not_show(household: Household, phone: Phone) -> None:
    plans = {}
    for show in Show:
        query, place = conversations._listed(household.admin, show)
        plans[show] = plan(query.order_by(place.desc()).limit(50))
    assert "USING INDEX ix_conversation_last_message_id" in plans[Show.INBOX]
    assert "USING INDEX ix_conversation_mark_unread" in plans[Show.UNREAD]
    assert "USING INDEX ix_conversation_mark_archived" in plans[Show.ARCHIVED]
    for show in (Show.INBOX, Show.ARCHIVED):
        assert "TEMP B-TREE" not in plans[show], show


def test_a_thread_and_what_needs_a_person_are_found_by_their_indexes(phone: Phone) -> None:
    now = clock.now()
    plans = {
        "ix_message_thread": messages.thread(1, now).order_by(Message.id.desc()).limit(50),
        "ix_message_planned": messages.planned(1, now, 20),
        "ix_message_attention": messages.needing_attention(Status.FAILED, [1], 100),
    }
    for index, query in plans.items():
        assert f"USING INDEX {index}" in plan(query)
