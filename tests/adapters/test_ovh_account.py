"""What OVH tells and sets of an account: credit, callbacks, lengths, prices, the blacklist."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from raspisms.adapters.answers import AccountState, Blocked, CallbackKind, CallbackState
from raspisms.adapters.base import Adapter, Purpose
from raspisms.adapters.errors import Misconfigured, Throttled, Unreachable
from raspisms.adapters.ovh import client as ovh_client
from raspisms.simulator import Simulator, account
from tests.adapters.conftest import SHORTCODE, FreeBudget, ovh_adapter

RECEIPTS = "https://sms.example.org/callback/abc"
REPLIES = "https://sms.example.org/callback/abc/reply"
BOTH = {CallbackKind.STATUS: RECEIPTS, CallbackKind.REPLY: REPLIES}
FORWARDED = [{"media": "email", "sender": "", "target": "ana@example.org"}]

Act = Callable[[Adapter], object]
ACTS: dict[str, Act] = {
    "look at the account": lambda adapter: adapter.look_at_account(),
    "set callbacks": lambda adapter: adapter.set_callbacks({CallbackKind.STATUS: RECEIPTS}),
    "set both callbacks": lambda adapter: adapter.set_callbacks(BOTH),
    "estimate": lambda adapter: adapter.estimate("Bonjour"),
    "rate": lambda adapter: adapter.rate("BE"),
    "blacklist": lambda adapter: adapter.blacklist(),
}


def _service(simulator: Simulator) -> account.Service:
    return simulator.account.services[account.SERVICE]


def test_an_account_tells_its_credit_and_that_it_calls_nobody(either: Adapter) -> None:
    nothing = {kind: CallbackState() for kind in CallbackKind}
    assert either.look_at_account() == AccountState(True, 1000.0, nothing)


def test_a_disabled_account_tells_it(ovh: Adapter, simulator: Simulator) -> None:
    _service(simulator).status = "disable"
    assert not ovh.look_at_account().enabled


@pytest.mark.parametrize(
    ("response", "url", "words"),
    [
        ({"responseType": "cgi", "cgiUrl": REPLIES}, REPLIES, None),
        ({"responseType": "none", "cgiUrl": REPLIES}, None, None),
        ({"responseType": "text", "cgiUrl": REPLIES, "text": "Merci !"}, None, "(“Merci !”)"),
        ({"responseType": "text", "text": "blabla " * 40}, None, "bla…”"),
        ({"responseType": "text", "text": "Merci", "trackingOptions": FORWARDED}, None, "Merci"),
        ({"responseType": "text", "text": "Merci", "trackingOptions": FORWARDED}, None, "ana@"),
        ({"trackingOptions": FORWARDED}, None, "ana@example.org"),
        (
            {"responseType": "cgi", "cgiUrl": REPLIES, "trackingOptions": FORWARDED},
            REPLIES,
            "ana@example.org",
        ),
        ({"trackingOptions": FORWARDED * 5}, None, "ana@example.org, …"),
    ],
)
def test_what_happens_to_answers_is_told(
    ovh: Adapter,
    simulator: Simulator,
    response: dict[str, object],
    url: str | None,
    words: str | None,
) -> None:
    _service(simulator).response |= response
    reply = ovh.look_at_account().callbacks[CallbackKind.REPLY]
    assert reply.url == url
    if words is None:
        assert reply.instead is None
    else:
        assert words in str(reply.instead)
        assert len(str(reply.instead)) < 150


def test_addresses_that_were_set_are_read_back(either: Adapter) -> None:
    either.set_callbacks(BOTH)
    shown = either.look_at_account().callbacks
    assert shown == {kind: CallbackState(url) for kind, url in BOTH.items()}


def test_one_address_leaves_the_other_and_all_else_as_it_was(
    ovh: Adapter, simulator: Simulator
) -> None:
    service = _service(simulator)
    service.callback = "https://elsewhere.example.org/"
    service.stop_callback = "https://elsewhere.example.org/stop"
    service.response = {
        "responseType": "text",
        "cgiUrl": None,
        "text": "Merci",
        "trackingDefaultSmsSender": "Maison",
        "trackingOptions": FORWARDED,
    }
    ovh.set_callbacks({CallbackKind.REPLY: REPLIES})
    assert service.callback == "https://elsewhere.example.org/"
    assert service.stop_callback == "https://elsewhere.example.org/stop"
    assert service.response == {
        "responseType": "cgi",
        "cgiUrl": REPLIES,
        "text": "Merci",
        "trackingDefaultSmsSender": "Maison",
        "trackingOptions": FORWARDED,
    }
    ovh.set_callbacks({CallbackKind.STATUS: RECEIPTS})
    assert service.callback == RECEIPTS
    assert service.response["cgiUrl"] == REPLIES


def test_nothing_to_set_costs_no_call(ovh: Adapter, simulator: Simulator) -> None:
    ovh.set_callbacks({})
    assert not simulator.ledger.calls


def test_keys_without_the_right_to_change_the_account_are_told_so(
    ovh: Adapter, simulator: Simulator
) -> None:
    credential = simulator.account.credentials[account.CONSUMER_KEY]
    credential.rules = tuple(rule for rule in credential.rules if rule.method != "PUT")
    with pytest.raises(Misconfigured) as caught:
        ovh.set_callbacks(BOTH)
    assert caught.value.code == "not_granted"
    assert caught.value.query_id.startswith("EU.")
    assert _service(simulator).callback is None


@pytest.mark.parametrize("fault", ["cut_after_acceptance", "error_500_after"])
def test_a_change_whose_answer_was_lost_can_be_made_again(
    ovh: Adapter, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, match="PUT *", count=1)
    with pytest.raises(Unreachable):
        ovh.set_callbacks(BOTH)
    ovh.set_callbacks(BOTH)
    shown = ovh.look_at_account().callbacks
    assert {kind: shown[kind].url for kind in CallbackKind} == BOTH


def test_a_service_without_virtual_numbers_is_told_beside_the_number(
    simulator: Simulator, budget: FreeBudget, tmp_path: Path
) -> None:
    simulator.add_service("sms-zz99999-1")
    adapter = ovh_adapter(simulator.url, budget, tmp_path, service_name="sms-zz99999-1")
    (problem,) = adapter.check().problems
    assert problem.field == "number"
    assert "has no virtual number" in str(problem)


def test_keys_of_another_account_are_told_beside_the_service(
    simulator: Simulator, budget: FreeBudget, tmp_path: Path
) -> None:
    keys = simulator.add_credential(foreign=True)
    (problem,) = ovh_adapter(simulator.url, budget, tmp_path, **keys).check().problems
    assert problem.field == "service_name"


def test_an_address_that_ovh_does_not_take_is_told_as_such(ovh: Adapter) -> None:
    with pytest.raises(Misconfigured, match="does not take this address") as caught:
        ovh.set_callbacks({CallbackKind.STATUS: "ftp://sms.example.org/"})
    assert caught.value.code == "refused"


@pytest.mark.parametrize("act", [*ACTS])
@pytest.mark.parametrize(
    "fault", ["html_200", "error_500_before", "error_503", "cut_before_reading", "empty_200"]
)
def test_an_ovh_that_is_down_is_nobody_s_fault(
    ovh: Adapter, simulator: Simulator, act: str, fault: str
) -> None:
    ovh.clock_difference()
    simulator.fault(fault, match="*")
    with pytest.raises(Unreachable):
        ACTS[act](ovh)


@pytest.mark.parametrize("fault", ["error_500_before", "cut_before_reading", "error_502"])
def test_an_ovh_that_is_down_for_changes_only_changes_nothing(
    ovh: Adapter, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, match="PUT *")
    with pytest.raises(Unreachable):
        ovh.set_callbacks(BOTH)
    simulator.clear_faults()
    assert ovh.look_at_account().callbacks[CallbackKind.STATUS] == CallbackState()


@pytest.mark.parametrize("act", [*ACTS])
def test_a_silent_ovh_is_not_waited_for(
    ovh: Adapter, simulator: Simulator, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ovh_client, "TIMEOUT", (0.2, 0.2))
    ovh.clock_difference()
    simulator.fault("slow_before_acceptance", match="*", delay=0.5)
    with pytest.raises(Unreachable):
        ACTS[act](ovh)


@pytest.mark.parametrize("act", [*ACTS])
def test_an_ovh_that_refuses_connections_is_nobody_s_fault(
    ovh: Adapter, simulator: Simulator, act: str
) -> None:
    simulator.fault("connection_refused")
    with pytest.raises(Unreachable):
        ACTS[act](ovh)


@pytest.mark.parametrize("act", [*ACTS])
def test_too_many_calls_are_told_and_slow_the_others_down(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget, act: str
) -> None:
    simulator.fault("error_429_retry_after", match="*/sms*", retry_after=7)
    with pytest.raises(Throttled) as caught:
        ACTS[act](ovh)
    assert caught.value.retry_after == timedelta(seconds=7)
    assert budget.slowed == [timedelta(seconds=7)]


@pytest.mark.parametrize("act", [name for name in ACTS if name != "rate"])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"consumer_key": "CKwrong"}, "keys_refused"),
        ({"app_secret": "wrong"}, "keys_refused"),
    ],
)
def test_keys_that_ovh_does_not_take_are_told_so(
    simulator: Simulator,
    budget: FreeBudget,
    tmp_path: Path,
    act: str,
    changed: dict[str, str],
    code: str,
) -> None:
    with pytest.raises(Misconfigured) as caught:
        ACTS[act](ovh_adapter(simulator.url, budget, tmp_path, **changed))
    assert caught.value.code == code


@pytest.mark.parametrize("act", [name for name in ACTS if name not in ("rate", "estimate")])
def test_a_service_that_is_not_there_is_told_so(
    simulator: Simulator, budget: FreeBudget, tmp_path: Path, act: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        ACTS[act](ovh_adapter(simulator.url, budget, tmp_path, service_name="sms-zz99999-9"))
    assert caught.value.code == "service_missing"


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("ê" * 71, 2)]
)
def test_ovh_counts_the_segments_of_a_text(ovh: Adapter, text: str, parts: int) -> None:
    assert ovh.estimate(text) == parts


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"sender": account.SENDER}, 2),
        ({"sender": account.SENDER, "no_stop_clause": "1"}, 1),
        ({"sender": ""}, 1),
    ],
)
def test_ovh_counts_the_stop_clause_where_it_adds_one(
    simulator: Simulator,
    budget: FreeBudget,
    tmp_path: Path,
    settings: dict[str, str],
    parts: int,
) -> None:
    shortcode = ovh_adapter(simulator.url, budget, tmp_path, SHORTCODE, **settings)
    assert shortcode.estimate("a" * 155) == parts


def test_what_a_country_costs_needs_no_right_and_france_no_call(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.account.credentials[account.CONSUMER_KEY].rules = ()
    assert ovh.rate("FR") == 1.0
    assert not simulator.ledger.calls
    assert ovh.rate("BE") > 1.0


def test_a_country_that_ovh_does_not_know_is_told_so(ovh: Adapter) -> None:
    with pytest.raises(Misconfigured, match="XX"):
        ovh.rate("XX")


def _block(simulator: Simulator, count: int) -> datetime:
    since = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    for n in range(count):
        number = f"+3363998{n:04}"
        _service(simulator).blacklist[number] = account.Blocked(number, since, None)
    return since


def test_who_answered_stop_is_told_with_the_date(ovh: Adapter, simulator: Simulator) -> None:
    since = _block(simulator, 2)
    wanted = [Blocked("+33639980000", since), Blocked("+33639980001", since)]
    assert list(ovh.blacklist()) == wanted


def test_of_many_who_answered_stop_only_the_numbers_are_asked_for(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget
) -> None:
    _block(simulator, 300)
    told = ovh.blacklist()
    assert len({one.number for one in told}) == 300
    assert {one.since for one in told} == {None}
    assert len(budget.taken) == 1


def test_numbers_are_told_without_dates_where_the_budget_ends(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = _block(simulator, 3)
    left = iter(range(2))

    def take(_purpose: Purpose) -> None:
        if next(left, None) is None:
            raise Throttled(timedelta(seconds=1))

    monkeypatch.setattr(budget, "take", take)
    assert [one.since for one in ovh.blacklist()] == [since, None, None]
