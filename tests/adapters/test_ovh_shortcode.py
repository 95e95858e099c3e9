"""OVH without a number of one's own: from a short number, or under a sender's name."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from raspisms.adapters import registry
from raspisms.adapters.answers import Absent, Accepted, Batch, Found, Sought
from raspisms.adapters.base import Adapter, Capability
from raspisms.errors import InvalidForm
from raspisms.extensions import db
from raspisms.messaging import inbox, phones
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.models import Message, Phone
from raspisms.simulator import Simulator, account
from raspisms.simulator.account import Rule, Sender
from raspisms.sms.lifecycle import ReceiptState
from tests.adapters.conftest import SHORTCODE, FreeBudget, ovh_adapter
from tests.household import KEYS, PEER, Household

Make = Callable[..., Adapter]
SHORT_NUMBER = "38100"


@pytest.fixture
def make(simulator: Simulator, budget: FreeBudget, tmp_path: Path) -> Make:
    """The adapter, with what is filled in."""
    return lambda **given: ovh_adapter(simulator.url, budget, tmp_path, SHORTCODE, **given)


def _send(adapter: Adapter, text: str = "Bonjour", *, flash: bool = False) -> str:
    batch = Batch(text, (PEER,), "rsmark", timedelta(hours=48), flash)
    outcome = adapter.send(batch).outcomes[PEER]
    assert isinstance(outcome, Accepted), outcome
    assert outcome.provider_uid is not None
    return outcome.provider_uid


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What is posted, as it goes over the wire."""
    posted: list[dict[str, object]] = []
    send = requests.Session.send

    def listen(
        session: requests.Session, request: requests.PreparedRequest, **how: object
    ) -> requests.Response:
        if request.method == "POST":
            posted.append(json.loads(request.body or "{}"))
        return send(session, request, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(requests.Session, "send", listen)
    return posted


@pytest.mark.parametrize(
    ("given", "flash", "job"),
    [
        ({}, False, {"senderForResponse": True}),
        ({"no_stop_clause": "1"}, False, {"senderForResponse": True}),
        ({"sender": "Maison"}, False, {"sender": "Maison", "noStopClause": False}),
        (
            {"sender": "Maison", "no_stop_clause": "on"},
            True,
            {"sender": "Maison", "noStopClause": True, "class": "flash"},
        ),
    ],
)
def test_a_job_says_where_it_comes_from(
    make: Make,
    simulator: Simulator,
    bodies: list[dict[str, object]],
    given: dict[str, str],
    flash: bool,
    job: dict[str, object],
) -> None:
    _send(make(**given), flash=flash)
    (body,) = bodies
    usual = {"message", "receivers", "tag", "validityPeriod", "charset"}
    assert {name: body[name] for name in body.keys() - usual} == job
    (sent,) = simulator.ledger.jobs
    assert sent.sender == given.get("sender", SHORT_NUMBER)


@pytest.mark.parametrize("sender", ["", "Maison"])
def test_what_was_sent_is_found_and_followed(make: Make, simulator: Simulator, sender: str) -> None:
    adapter = make(sender=sender)
    uid = _send(adapter)
    simulator.settle(5)
    since = datetime.now(UTC) - timedelta(minutes=1)
    sought = Sought("rsmark", "Bonjour", (PEER,), since, lambda _uids: ())
    assert adapter.find_sent(sought).findings == {PEER: Found(uid, 1.0)}
    other = Sought("rsother", "Bonsoir", (PEER,), since, lambda _uids: ())
    assert adapter.find_sent(other).findings == {PEER: Absent()}
    (news,) = adapter.poll_receipts(since, datetime.now(UTC), {uid}).news
    assert (news.provider_uid, news.state) == (uid, ReceiptState.DELIVERED)


@pytest.mark.parametrize(
    ("given", "text", "counted"),
    [
        ({}, "a" * 160, 1),
        ({"sender": "Maison"}, "a" * 149, 1),
        ({"sender": "Maison"}, "a" * 150, 2),
        ({"sender": "Maison", "no_stop_clause": "1"}, "a" * 160, 1),
    ],
)
def test_the_stop_clause_counts_as_ovh_counts_it(
    make: Make, simulator: Simulator, given: dict[str, str], text: str, counted: int
) -> None:
    from raspisms.sms.segments import measure

    adapter = make(**given)
    assert measure(adapter.on_the_air(adapter.settings, text)).segments == counted
    _send(adapter, text)
    (message,) = simulator.world.messages.values()
    assert message.length.parts == counted


def test_under_a_name_nothing_comes_back(make: Make) -> None:
    kind = registry.get(SHORTCODE)
    both_ways, one_way = make().settings, make(sender="Maison").settings
    assert kind.abilities(both_ways) == kind.capabilities >= {Capability.FLASH, Capability.RECEIVE}
    lost = kind.abilities(both_ways) - kind.abilities(one_way)
    assert lost == {Capability.RECEIVE, Capability.REPLY_CALLBACK} & kind.capabilities
    assert (kind.number(both_ways), kind.number(one_way)) == (None, "Maison")


@pytest.mark.parametrize(
    ("typed", "sender"), [("  Le   Club ", "Le Club"), ("", ""), ("B&B 24/7", "B&B 24/7")]
)
def test_a_name_is_trimmed(make: Make, typed: str, sender: str) -> None:
    assert make(sender=typed).settings["sender"] == sender


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sender", "Ma"),
        ("sender", "Maison Verte"),
        ("sender", "33612"),
        ("sender", "336 12"),
        ("sender", "Ma\u0007son"),
        ("no_stop_clause", "perhaps"),
        ("service_name", ""),
        ("consumer_key", " "),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(make: Make, field: str, typed: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        make(**{field: typed})
    assert [problem.field for problem in caught.value.problems] == [field]


def test_right_settings_teach_which_numbers_have_answers_of_their_own(make: Make) -> None:
    report = make(sender="Maison").check()
    assert (report.problems, report.notices) == ((), ())
    wanted = [one.replace("+", "00") for one in (account.NUMBER, account.SECOND_NUMBER)]
    assert report.learned == {"other_numbers": " ".join(wanted)}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "has no sender “Maison”"),
        ("waitingValidation", "has not approved the sender “Maison” yet"),
        ("refused", "OVH refused the sender “Maison”"),
        ("disable", "“Maison” is disabled"),
    ],
)
@pytest.mark.parametrize("has_another", [True, False])
def test_a_sender_that_ovh_does_not_let_send_is_told_so(
    make: Make, simulator: Simulator, status: str | None, words: str, has_another: bool
) -> None:
    senders = {"Plus tard": Sender("Plus tard", "waitingValidation")}
    if status is not None:
        senders["Maison"] = Sender("Maison", status)
    if has_another:
        senders["Été & co"] = Sender("Été & co")
    simulator.account.services[account.SERVICE].senders = senders
    (problem,) = make(sender="Maison").check().problems
    assert problem.field == "sender"
    assert words in str(problem.message)
    assert ("Approved senders: Été & co." in str(problem.hint)) == has_another
    assert "Plus tard" not in str(problem.hint)


def test_an_approved_name_may_have_any_letters(make: Make, simulator: Simulator) -> None:
    name = "Été & co/%"
    simulator.account.services[account.SERVICE].senders[name] = Sender(name)
    assert make(sender=name).check().problems == ()
    _send(make(sender=name))
    assert simulator.ledger.jobs[0].sender == name


def test_keys_that_may_send_from_virtual_numbers_only_are_told_so(
    make: Make, simulator: Simulator
) -> None:
    rules = (
        Rule("GET", "/auth/*"),
        Rule("GET", "/sms/*"),
        Rule("POST", f"/sms/{account.SERVICE}/virtualNumbers/*"),
    )
    simulator.account.credentials[account.CONSUMER_KEY].rules = rules
    (problem,) = make().check().problems
    assert problem.field == "consumer_key"
    assert "POST" in str(problem.message)


@pytest.mark.parametrize("fault", ["error_403", "error_403_legacy"])
def test_keys_that_may_not_ask_what_they_may_do_are_tried_all_the_same(
    either: Adapter, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, match="GET /auth/currentCredential")
    assert either.check().problems == ()
    credential = simulator.account.credentials[account.CONSUMER_KEY]
    credential.rules = tuple(one for one in credential.rules if one.path == "/sms")
    (problem,) = either.check().problems
    assert problem.field == "service_name"


def _add(household: Household, name: str, **given: str) -> Phone:
    draft = PhoneDraft(name, SHORTCODE, KEYS | given)
    return phones.add(household.engine, draft, phones.new_token()).phone


def _received(phone_id: int) -> list[str]:
    db.session.rollback()
    query = db.select(Message.body).where(Message.phone_id == phone_id, Message.direction == "in")
    return list(db.session.scalars(query.order_by(Message.id)))


@pytest.mark.parametrize("is_checked", [True, False])
def test_each_answer_comes_in_once_on_the_phone_that_it_was_sent_to(
    household: Household, simulator: Simulator, is_checked: bool
) -> None:
    """A service lists what came to its virtual numbers too, and does not say so."""
    with household.app.app_context():
        if not is_checked:
            simulator.fault("error_503", match="GET */virtualNumbers")
        short = _add(household, "Court")
        assert (short.verified_at is not None) == is_checked
        simulator.clear_faults()
        own = household.add_ovh_phone("Propre")
        both = [short.id, own.id]
        for n in range(2):
            simulator.answer(PEER, account.NUMBER, f"Au numéro {n}")
            simulator.answer(PEER, SHORT_NUMBER, f"Au court {n}")
            for phone_id in (*both, *reversed(both)):
                inbox.poll(household.engine, phone_id)
        assert _received(short.id) == ["Au court 0", "Au court 1"]
        assert _received(own.id) == ["Au numéro 0", "Au numéro 1"]


def test_two_phones_that_send_from_the_same_are_refused_beside_the_sender(
    household: Household,
) -> None:
    with household.app.app_context():
        _add(household, "Court")
        _add(household, "Nom", sender="Maison")
        for sender, words in (("", "“Court”"), ("Maison", "“Nom”")):
            with pytest.raises(InvalidForm) as caught:
                _add(household, "Encore", sender=sender)
            (problem,) = caught.value.problems
            assert problem.field == "sender"
            assert words in str(problem.message)
