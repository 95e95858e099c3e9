"""Writing to groups, and to people who get nothing: each once, and what was skipped is kept."""

import pytest
from sqlalchemy import select

from raspisms import clock
from raspisms.errors import InvalidForm
from raspisms.extensions import db
from raspisms.messaging import campaigns, contacts, groups, outbox, texts
from raspisms.messaging.campaigns import Acceptance, Draft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Conversation, JournalEntry, Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import Household, opt_out

ANA, BOB, LEA, TOM = (f"+3363998{number}" for number in ("1111", "2222", "3333", "4444"))


@pytest.fixture
def club(household: Household, phone: Phone) -> Household:
    """Ana, Bob and Léa, of whom the first two are in the group "U13" and Léa in "Staff"."""
    named = {"Bob": BOB, "Ana": ANA, "Léa": LEA}
    ids = {name: contacts.add(household.engine, name, number).id for name, number in named.items()}
    for name, members in (
        ("U13", ("Bob", "Ana")),
        ("Staff, parents", ("Léa", "Ana")),
        ("Vide", ()),
    ):
        group = groups.add(household.admin, name)
        groups.add_contacts(group.id, [ids[one] for one in members])
    return household


def accept(household: Household, typed: str, text: str = "Bonjour", **more: object) -> Acceptance:
    draft = Draft(1, typed, text, **more)  # type: ignore[arg-type]
    return campaigns.accept(household.engine, household.admin, draft)


def refusal(household: Household, typed: str, text: str = "Bonjour", **more: object) -> list[str]:
    """The fields that are refused with what is said of each; nothing is stored."""
    with pytest.raises(InvalidForm) as refused:
        accept(household, typed, text, **more)
    assert rows() == []
    assert db.session.scalars(select(Campaign)).all() == []
    assert db.session.scalars(select(Conversation)).all() == []
    return [f"{problem.field}: {problem.message}" for problem in refused.value.problems]


def rows() -> list[tuple[str, str, str | None]]:
    """Of all messages: to whom, the status, and why."""
    found = db.session.scalars(select(Message).order_by(Message.id))
    return [(one.peer, one.status, one.reason) for one in found]


def pending(*numbers: str) -> list[tuple[str, str, None]]:
    return [(number, "pending", None) for number in numbers]


def test_a_group_is_written_to_by_its_name_or_by_its_id_its_people_by_name(
    club: Household,
) -> None:
    accepted = accept(club, "u13")
    assert rows() == pending(ANA, BOB)
    campaign = accepted.campaign
    assert (campaign.direct, campaign.template, accepted.count) == (False, False, 2)
    assert campaign.audience == {
        "named": 0,
        "groups": [{"id": 1, "name": "U13"}],
        "repeated": 0,
        "unjudged": 0,
        "excluded": 0,
    }
    accept(club, "", groups=(2,))
    assert rows()[2:] == pending(ANA, LEA)
    used = {group.name: group.used_at for group in map(groups.get, (1, 2, 3))}
    assert used["Vide"] is None
    assert used["U13"]
    assert used["Staff, parents"]


def test_a_person_gets_it_once_whichever_way_they_were_named(club: Household) -> None:
    accepted = accept(club, f"Léa\n{TOM}\nStaff, parents\nLEA", groups=(1, 1))
    assert rows() == pending(LEA, TOM, ANA, BOB)
    assert (accepted.count, accepted.repeated) == (4, 2)


def test_a_group_of_one_is_still_no_direct_message(club: Household) -> None:
    groups.remove_contacts(1, [1])
    assert not accept(club, "U13").campaign.direct
    direct = accept(club, "Ana").campaign
    assert direct.direct
    assert direct.audience is None


def test_what_goes_to_several_is_in_the_journal_and_a_word_to_one_person_is_not(
    club: Household,
) -> None:
    opt_out(BOB)
    accept(club, "U13", "Bonjour tous", name="Fête")
    accept(club, "Ana")
    (entry,) = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action.like("campaign.%"))
    )
    assert (entry.action, entry.actor, entry.subject) == ("campaign.confirmed", "Ana", "Fête")
    assert entry.details == {"count": 1}


def test_a_name_of_a_contact_and_of_a_group_is_asked_about(club: Household) -> None:
    contacts.add(club.engine, "u13", TOM)
    (said,) = refusal(club, "U13")
    assert said == "number: A contact and a group are named “U13”."


@pytest.mark.parametrize(
    ("typed", "chosen", "said"),
    [
        ("", (3,), "groups: Nobody is in the groups that you chose."),
        ("Vide", (), "number: Nobody is in the groups that you chose."),
        ("", (99,), "groups: A group that you chose was removed meanwhile."),
        ("", tuple(range(99, 40_099)), "groups: A group that you chose was removed meanwhile."),
        ("", (), "number: There is no recipient."),
        ("U des", (1,), "number: There is no contact named “U des”."),
    ],
)
def test_what_is_wrong_with_groups_is_said(
    club: Household, typed: str, chosen: tuple[int, ...], said: str
) -> None:
    assert refusal(club, typed, groups=chosen) == [said]


def test_those_in_groups_count_where_what_cannot_be_used_is_left_out(club: Household) -> None:
    with pytest.raises(InvalidForm) as refused:
        accept(club, "06 12", groups=(1,))
    (problem,) = refused.value.problems
    assert problem.others == 2  # type: ignore[attr-defined]
    assert accept(club, "06 12", groups=(1,), skip_unusable=True).count == 2


def test_who_wants_no_campaigns_is_skipped_with_the_reason_kept(club: Household) -> None:
    opt_out(ANA, "+33600000009")
    accepted = accept(club, "", groups=(1, 2))
    assert rows() == [(ANA, "skipped", "opted_out"), *pending(BOB, LEA)]
    assert (accepted.count, accepted.skipped) == (2, {"opted_out": 1})
    assert accepted.message_id == 2
    skipped = club.message(1)
    assert (skipped.body, skipped.attempt_at, skipped.final_at) == (
        "Bonjour",
        None,
        skipped.created_at,
    )
    outbox.send_due(club.engine, 1)
    assert [status for _, status, _ in rows()] == ["skipped", "sent", "sent"]


def test_nothing_is_stored_where_nobody_would_get_it(club: Household) -> None:
    opt_out(ANA, BOB)
    (said,) = refusal(club, "U13")
    assert said == "number: Nobody would get it: all of them have said STOP."


def test_several_reasons_why_nobody_would_get_it_are_not_told_as_one(club: Household) -> None:
    opt_out(ANA)
    fill_in(club, Ana={"a": "x"})
    (said,) = refusal(club, "U13", "{{ contact.a }}")
    assert said == "number: Nobody would get it, for several reasons."


def test_one_person_who_wants_no_campaigns_is_written_to_only_knowingly(club: Household) -> None:
    opt_out(ANA)
    (said,) = refusal(club, "Ana")
    assert said == "despite_opt_out: This person wants no messages to several people (STOP)."
    accepted = accept(club, "Ana", despite_opt_out=True)
    assert (rows(), accepted.campaign.direct) == (pending(ANA), True)
    # It is no way around a STOP for campaigns.
    assert accept(club, "U13", despite_opt_out=True).skipped == {"opted_out": 1}


def test_the_same_form_is_accepted_once_and_tells_the_same(club: Household) -> None:
    opt_out(ANA)
    first = accept(club, "Léa, lea", groups=(1,), request="form")
    groups.add_contacts(1, [3])
    again = accept(club, "Léa, lea", groups=(1,), request="form")
    assert again == first
    other = accept(club, "Léa, lea", groups=(1, 2), request="form")
    literal = accept(club, "Léa, lea", groups=(1,), request="form", template=False)
    assert len({first.campaign.id, other.campaign.id, literal.campaign.id}) == 3


def test_it_is_noted_when_a_saved_text_was_used(club: Household) -> None:
    text = texts.add("Rappel", "Bonjour")
    accept(club, "U13", text_id=text.id)
    assert texts.get(text.id).used_at
    accept(club, "U13", text_id=999)  # removed meanwhile: the message goes


def test_known_invalid_numbers_are_left_out_where_that_is_wished(club: Household) -> None:
    accept(club, "Ana")
    with writing() as session:
        failed = session.get_one(Message, 1)
        failed.status, failed.reason = Status.FAILED, "bad_number"
        failed.sent_at = failed.final_at = clock.now()
    assert accept(club, "U13").skipped == {"known_invalid": 1}
    assert accept(club, "U13", leave_out_invalid=False).skipped == {}
    assert accept(club, "Ana").count == 1  # one person is written to, to try again
    opt_out(ANA)
    assert accept(club, "U13").skipped == {"opted_out": 1}


def fill_in(household: Household, **data: dict[str, str]) -> None:
    """Give contacts data, by name."""
    for contact in contacts.suggestions():
        if contact.name in data:
            contacts.edit(
                household.engine, contact.id, contact.name, contact.number, data[contact.name]
            )


def test_a_text_with_fields_is_each_persons_own_and_the_campaign_keeps_the_fields(
    club: Household,
) -> None:
    fill_in(club, Ana={"prenom": "Ana"}, Bob={"prenom": "Bob"})
    accepted = accept(club, f"U13, {TOM}", "Bonjour {{ contact.prenom }} {{ contact_metas.name }}!")
    bodies = db.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert bodies == ["Bonjour  !", "Bonjour Ana Ana!", "Bonjour Bob Bob!"]
    campaign = accepted.campaign
    assert (campaign.template, campaign.body) == (
        True,
        "Bonjour {{ contact.prenom }} {{ contact_metas.name }}!",
    )


def test_blank_texts_and_texts_that_fail_are_kept_as_not_sent(club: Household) -> None:
    fill_in(club, Ana={"n": "4"}, Bob={"n": "0"})
    text = "{% if contact.n is defined %}{{ 8 / contact.n }}{% endif %}"
    assert accept(club, "", text, groups=(1, 2)).skipped == {"empty_text": 1, "text_error": 1}
    found = db.session.execute(select(Message.peer, Message.body, Message.segments, Message.reason))
    assert found.all() == [
        (ANA, "2", 1, None),
        (BOB, text, 0, "text_error"),
        (LEA, "", 0, "empty_text"),
    ]


def test_a_text_that_is_too_long_for_one_person_goes_to_the_others(club: Household) -> None:
    fill_in(club, Ana={"a": "court"}, Bob={"a": "long " * 100})
    text = "{{ contact.a }}{{ contact.a }}{{ contact.a }}{{ contact.a }}"
    assert accept(club, "U13", text).skipped == {"text_error": 1}


@pytest.mark.parametrize(
    ("typed", "text", "said"),
    [
        ("U13", "{{ 1 / 0 }}", "text: Nobody would get it: of the text nothing"),
        ("U13", "{% if false %}x{% endif %}", "text: Nobody would get it: of the text nothing"),
        ("Ana", "a\n{{ 1 / 0 }}", "text: Line 2 of the text: "),
        ("Ana", "{{ contact.a }}", "text: For this person nothing is left of the text"),
        ("U13", "{{ contact.a", "text: Line 1 of the text: "),
        ("U13", "  ", "text: The message is empty."),
        ("U13", "{{ 1 }}\x00", "text: The message contains the invisible control character"),
    ],
)
def test_what_nobody_would_get_is_refused_with_the_line(
    club: Household, typed: str, text: str, said: str
) -> None:
    (told,) = refusal(club, typed, text)
    assert told.startswith(said)


def test_the_same_words_are_sent_in_one_call_and_others_in_their_own(club: Household) -> None:
    fill_in(club, Ana={"a": "1"}, Bob={"a": "1"}, **{"Léa": {"a": "2"}})
    accept(club, "", "Equipe {{ contact.a }}", groups=(1, 2))
    outbox.send_due(club.engine, 1)
    sent = db.session.execute(select(Message.peer, Message.status, Message.call_tag)).all()
    assert [status for _, status, _ in sent] == ["sent"] * 3
    tags = {peer: tag for peer, _, tag in sent}
    assert tags[ANA] == tags[BOB] != tags[LEA]


def test_dates_and_words_are_the_households(club: Household) -> None:
    accept(
        club, "U13", "{{ '2026-03-28'|format_datetime('long', 'none') }} {{ 'FR'|country_name }}"
    )
    body = db.session.scalars(select(Message.body)).first()
    assert body == "28 mars 2026 France"


def test_smart_groups_are_written_to_and_whom_a_rule_cannot_judge_is_told(club: Household) -> None:
    fill_in(club, Ana={"age": "12"}, Bob={"age": "0"}, **{"Léa": {"age": "40"}})
    groups.add(None, "Enfants", "exists(contact.age) && 100 / contact.age > 5")
    accepted = accept(club, "Enfants")
    assert rows() == pending(ANA)
    assert (accepted.count, accepted.unjudged) == (1, 1)


def test_a_rule_that_cannot_be_read_any_more_is_said_beside_the_groups(club: Household) -> None:
    groups.add(None, "Abîmé", "contact.age ==")
    (said,) = refusal(club, "", groups=(1, 4))
    assert said.startswith("groups: ")
