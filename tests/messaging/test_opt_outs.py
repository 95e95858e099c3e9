"""STOP and START: by SMS, however it comes in, and by a person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from raspisms import clock
from raspisms.adapters.answers import Inbound
from raspisms.errors import Conflict, Invalid, NotFound
from raspisms.extensions import db
from raspisms.messaging import contacts, inbox, opt_outs, outbox, phones
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Campaign, JournalEntry, Message, OptIn, OptOut, Phone
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household
from tests.statements import changes, statements

OTHER = "+33639982222"
NAME = "ORANGE"


def known() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(db.select(OptOut).order_by(OptOut.number))
    return [(row.number, row.source, row.reason) for row in rows]


def hear(household: Household, phone: Phone, text: str, ago: float = 0, sender: str = PEER) -> None:
    """A message that the provider got some minutes ago."""
    sent_at = household.engine.time.now() - timedelta(minutes=ago)
    uid = str(reading().scalar(db.select(db.func.count(Message.id))) or 0)
    told = Inbound(provider_uid=f"uid-{uid}", sender=sender, text=text, sent_at=sent_at)
    inbox.store(household.engine, phone.id, phone.service, told)
    db.session.rollback()


def campaign(household: Household, phone: Phone, numbers: Sequence[str], **more: str) -> list[int]:
    """A campaign that waits; the ids of its messages."""
    first = household.write(phone.id, "Réunion", ", ".join(numbers), "2027-01-01 10:00", **more)
    campaign_id = household.message(first).campaign_id
    with writing() as session:
        session.get_one(Campaign, campaign_id).direct = False
    query = db.select(Message.id).where(Message.campaign_id == campaign_id).order_by(Message.id)
    return list(db.session.scalars(query))


def sent(phone_id: int) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(
        db.select(Message).where(Message.direction == "out").order_by(Message.id)
    )
    return [(row.peer, row.body) for row in rows if row.phone_id == phone_id]


@pytest.fixture
def confirming(household: Household, phone: Phone) -> Phone:
    """A household that answers both words."""
    words = {"stop_confirmation": "Plus rien.", "start_confirmation": "Vous revoilà."}
    household.engine.go_by(replace(household.engine.config, **words))
    return phone


# By SMS.


def test_a_stop_that_is_polled_opts_out_once_however_often_it_is_listed(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    simulator.answer(PEER, account.NUMBER, "Stop SMS svp !")
    for _ in range(3):
        inbox.poll(household.engine, phone.id)
    assert known() == [(PEER, "sms", "Stop SMS svp !")]
    assert opt_outs.among(reading(), [PEER, OTHER]) == {PEER}


def test_a_stop_by_callback_and_by_poll_counts_once(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    one = simulator.answer(PEER, account.NUMBER, "STOP")
    data = {"id": str(one.id), "senderid": PEER, "message": "STOP", "shortcode": account.NUMBER}
    for _ in range(2):
        url = f"/callback/{phone.callback_token}/reply"
        assert household.client().post(url, data=data).status_code == 200
    db.session.rollback()
    inbox.poll(household.engine, phone.id)
    assert known() == [(PEER, "sms", "STOP")]


def test_what_waits_is_skipped_in_the_same_transaction_but_for_what_is_personal(
    household: Household, phone: Phone, simulator: Simulator
) -> None:
    mine, others = campaign(household, phone, [PEER, OTHER])
    personal = household.write(phone.id, "À demain", PEER, "2027-01-01 10:00")
    second = household.add_ovh_phone("Deuxième", number=account.SECOND_NUMBER)
    elsewhere, _ = campaign(household, second, [PEER, OTHER])
    with writing() as session:
        session.get_one(Message, elsewhere).status = Status.HELD
    hear(household, phone, "STOP")
    skipped = [household.message(one) for one in (mine, elsewhere)]
    assert [(one.status, one.reason) for one in skipped] == [("skipped", "opted_out")] * 2
    assert all(one.final_at for one in skipped)
    assert [household.message(one).status for one in (others, personal)] == ["pending"] * 2


def test_a_message_that_left_is_not_touched(household: Household, phone: Phone) -> None:
    (one, _) = campaign(household, phone, [PEER, OTHER])
    for status in (Status.SENDING, Status.UNCERTAIN, Status.SENT, Status.FAILED):
        with writing() as session:
            session.get_one(Message, one).status = status
        hear(household, phone, "STOP")
        assert household.message(one).status == status


def test_what_was_under_way_and_comes_back_does_not_go_again(
    household: Household, phone: Phone
) -> None:
    one, other = campaign(household, phone, [PEER, OTHER])
    with writing() as session:
        session.get_one(Message, one).status = Status.SENDING
    hear(household, phone, "STOP")
    now = clock.now()
    with writing() as session:
        for message_id in (one, other):
            message = session.get_one(Message, message_id)
            message.status, message.due_at, message.attempt_at = Status.PENDING, now, now
    outbox.send_due(household.engine, phone.id)
    assert sent(phone.id) == [(PEER, "Réunion"), (OTHER, "Réunion")]
    assert (household.message(one).status, household.message(one).reason) == (
        "skipped",
        "opted_out",
    )
    assert household.message(other).status == "sent"


def test_what_is_for_them_alone_goes_all_the_same(household: Household, phone: Phone) -> None:
    hear(household, phone, "STOP")
    household.write(phone.id, "À demain", PEER, despite_opt_out=True)
    outbox.send_due(household.engine, phone.id)
    assert household.message(2).status == "sent"


def test_a_stop_that_was_taken_back_does_not_count_when_it_is_told_again(
    household: Household, phone: Phone
) -> None:
    data = {"id": "1", "senderid": PEER, "message": "STOP", "shortcode": account.NUMBER}
    url = f"/callback/{phone.callback_token}/reply"
    assert household.client().post(url, data=data).status_code == 200
    opt_outs.remove(household.engine, household.admin, PEER)
    assert household.client().post(url, data=data).status_code == 200
    assert known() == []


def test_a_sentence_and_a_sender_s_name_opt_nobody_out(household: Household, phone: Phone) -> None:
    hear(household, phone, "arrête tes bêtises, stop !")
    hear(household, phone, "STOP", sender=NAME)
    hear(household, phone, "STOP", sender="36111")
    assert known() == []


def test_start_takes_it_back(household: Household, phone: Phone) -> None:
    hear(household, phone, "STOP", ago=5)
    hear(household, phone, "Oui, reprendre")
    assert known() == []
    assert opt_outs.of(PEER) is None


@pytest.mark.parametrize("order", [*permutations(((30, "STOP"), (20, "START"), (10, "STOP")))])
def test_the_newest_decides_in_whatever_order_they_come_in(
    household: Household, phone: Phone, order: tuple[tuple[int, str], ...]
) -> None:
    for ago, text in order:
        hear(household, phone, text, ago)
    assert [number for number, _, _ in known()] == [PEER]
    for ago, text in ((5, "START"), (7, "STOP")):
        hear(household, phone, text, ago)
    assert known() == []


def test_the_words_are_those_of_the_settings(household: Household, phone: Phone) -> None:
    household.engine.go_by(replace(household.engine.config, stop_words=("basta",)))
    hear(household, phone, "STOP")
    assert known() == []
    hear(household, phone, "¡Basta!")
    assert [number for number, _, _ in known()] == [PEER]


# The answer to it.


def test_nothing_is_answered_unless_it_is_wanted(household: Household, phone: Phone) -> None:
    hear(household, phone, "STOP")
    assert sent(phone.id) == []


def test_each_word_is_answered_once_and_once_a_day(
    household: Household, confirming: Phone, simulator: Simulator
) -> None:
    hear(household, confirming, "STOP")
    assert sent(confirming.id) == [(PEER, "Plus rien.")]
    hear(household, confirming, "STOP")
    hear(household, confirming, "START")
    hear(household, confirming, "STOP")
    assert sent(confirming.id) == [(PEER, "Plus rien.")]
    with writing() as session:
        session.get_one(OptOut, PEER).confirmed_at -= timedelta(days=2)  # type: ignore[operator]
    hear(household, confirming, "START")
    assert sent(confirming.id)[1:] == [(PEER, "Vous revoilà.")]
    outbox.send_due(household.engine, confirming.id)
    # An answer is an ordinary message.
    assert sorted(job.text for job in simulator.ledger.jobs) == ["Plus rien.", "Vous revoilà."]


def test_who_wrote_long_ago_or_to_a_phone_that_rests_is_not_answered(
    household: Household, confirming: Phone
) -> None:
    hear(household, confirming, "STOP", ago=2000)
    hear(household, confirming, "START", ago=1900, sender=OTHER)
    phones.pause(confirming.id, True)
    hear(household, confirming, "STOP", sender=OTHER)
    assert len(known()) == 2
    assert sent(confirming.id) == []


def test_who_starts_without_having_stopped_is_not_answered(
    household: Household, confirming: Phone
) -> None:
    hear(household, confirming, "START")
    assert sent(confirming.id) == []


# By a person.


def test_a_person_leaves_a_number_out_by_a_contact_s_name_and_takes_it_back(
    household: Household, phone: Phone
) -> None:
    contacts.add(household.engine, "Élodie", "06 39 98 11 11")
    mine, _ = campaign(household, phone, [PEER, OTHER])
    opt_outs.add(household.engine, household.admin, "elodie", "  a  dit non ")
    assert known() == [(PEER, "person", "a dit non")]
    assert household.message(mine).reason == "opted_out"
    with pytest.raises(Conflict):
        opt_outs.add(household.engine, household.admin, PEER, "")
    opt_outs.remove(household.engine, household.admin, PEER)
    assert known() == []
    assert db.session.get_one(OptIn, PEER).at
    with pytest.raises(NotFound):
        opt_outs.remove(household.engine, household.admin, PEER)
    acts = db.session.scalars(db.select(JournalEntry.action).order_by(JournalEntry.id))
    assert [act for act in acts if act.startswith("opt_out")] == [
        "opt_out.added",
        "opt_out.removed",
    ]


@pytest.mark.parametrize("typed", ["", "personne", "12", "06 39 98 11"])
def test_what_is_no_number_and_no_contact_is_refused(household: Household, typed: str) -> None:
    with household.app.app_context(), pytest.raises(Invalid):
        opt_outs.add(household.engine, household.admin, typed, "")
    with household.app.app_context(), pytest.raises(Invalid):
        opt_outs.add(household.engine, household.admin, PEER, "x" * 501)


def test_a_list_is_taken_line_by_line_and_bad_lines_are_given_back(
    household: Household, phone: Phone
) -> None:
    opt_outs.add(household.engine, household.admin, OTHER, "")
    mine, _ = campaign(household, phone, [PEER, OTHER])
    text = (
        "Numéro;Nom\n06 39 98 11 11;Élodie\n\n+33639982222\npas un numéro;x\n"
        "\"'+33639981111\",encore\n'+33639983333\n06 39 98 44\n3,36123E+10\n"
    )
    listed = opt_outs.add_list(household.engine, household.admin, text, "salon")
    assert (listed.added, listed.known) == (2, 1)
    assert [(bad.line, bad.text) for bad in listed.bad] == [
        (5, "pas un numéro;x"),
        (8, "06 39 98 44"),
        (9, "3,36123E+10"),
    ]
    assert [row for row in known() if row[1] == "import"] == [
        (PEER, "import", "salon"),
        ("+33639983333", "import", "salon"),
    ]
    assert household.message(mine).status == "skipped"


def test_a_list_that_is_known_already_writes_nothing(household: Household, phone: Phone) -> None:
    opt_outs.add_list(household.engine, household.admin, f"{PEER}\n{OTHER}", "")
    with statements(household.app) as asked:
        again = opt_outs.add_list(household.engine, household.admin, f"{OTHER}\n{PEER}", "")
    assert (again.added, again.known, changes(asked)) == (0, 2, [])


def test_the_list_is_searched_by_number_name_and_reason_and_paged(
    household: Household, phone: Phone
) -> None:
    contacts.add(household.engine, "Élodie Martin", PEER)
    opt_outs.add(household.engine, household.admin, PEER, "salon")
    many = "\n".join(f"+3363998{n:04}" for n in range(3000, 3070))
    opt_outs.add_list(household.engine, household.admin, many, "")
    for search in ("elodie", "Martin", "06 39 98 11", "٠٦ ٣٩ ٩٨ ١١", "salon"):
        (line,) = opt_outs.listing(search).lines
        assert (line.opt_out.number, line.name) == (PEER, "Élodie Martin")
    for search in ("%", "a" * 60_000, "1" * 60_000):
        assert opt_outs.listing(search).lines == []
    first, second = opt_outs.listing(), opt_outs.listing(page=2)
    assert (len(first.lines), first.has_next) == (50, True)
    assert (len(second.lines), second.has_next) == (21, False)
    assert second.lines[-1].opt_out.number == PEER, "the newest come first"


def test_a_stop_by_callback_is_answered_too(household: Household, confirming: Phone) -> None:
    data = {"id": "7", "senderid": PEER, "message": "STOP", "shortcode": account.NUMBER}
    url = f"/callback/{confirming.callback_token}/reply"
    assert household.client().post(url, data=data).status_code == 200
    assert sent(confirming.id) == [(PEER, "Plus rien.")]


def test_a_stop_after_the_one_that_was_taken_back_counts_whatever_the_clock_says(
    household: Household, phone: Phone
) -> None:
    hear(household, phone, "STOP", ago=5)
    opt_outs.remove(household.engine, household.admin, PEER)
    hear(household, phone, "STOP", ago=7)
    assert known() == []
    hear(household, phone, "Stop !", ago=1)
    assert known() == [(PEER, "sms", "Stop !")]


@pytest.mark.parametrize("end", ["\n", "\r", "\v", "\u2028"])
def test_a_list_that_would_take_too_long_is_refused_as_a_whole(
    household: Household, end: str
) -> None:
    with household.app.app_context():
        with pytest.raises(Invalid, match="at most 20000 lines"):
            opt_outs.add_list(household.engine, household.admin, f"{PEER}{end}" * 20_001, "")
        assert known() == []
