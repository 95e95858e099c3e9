"""From pasted keys to what can be sent with, and every wrong turn on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from raspisms.adapters import registry
from raspisms.adapters.answers import Inspection
from raspisms.adapters.base import Adapter, Purpose, Surroundings
from raspisms.adapters.errors import Misconfigured, Throttled, Unreachable
from raspisms.adapters.ovh import client as ovh_client
from raspisms.adapters.ovh.assistant import OfferedService, OvhAssistant
from raspisms.errors import InvalidForm
from raspisms.messaging.true_time import TrueTime
from raspisms.simulator import Simulator, account
from tests.adapters.conftest import FreeBudget, ovh_adapter

KEYS = {
    "app_key": account.APPLICATION_KEY,
    "app_secret": account.APPLICATION_SECRET,
    "consumer_key": account.CONSUMER_KEY,
}
EMPTY = "sms-zz99999-1"
#: What the key page asks for.
RULES = [f"{method} {path}" for method in ("GET", "POST", "PUT") for path in ("/sms", "/sms/*")]

Start = Callable[..., OvhAssistant]
Act = Callable[[OvhAssistant], object]
ACTS: dict[str, Act] = {
    "check": lambda assistant: assistant.check_keys(),
    "services": lambda assistant: assistant.services(),
    "offers": lambda assistant: assistant.offers(account.SERVICE),
}


@pytest.fixture
def start(simulator: Simulator, budget: FreeBudget, tmp_path: Path) -> Start:
    """An assistant with the keys of the household, or with others."""

    def make(keys: dict[str, str] | None = None, country: str = "FR") -> OvhAssistant:
        near = Surroundings(country, tmp_path, simulator.url, budget, TrueTime())
        return OvhAssistant(keys or KEYS, near)

    return make


def _refusal(assistant: OvhAssistant) -> str:
    with pytest.raises(InvalidForm) as caught:
        assistant.check_keys()
    (problem,) = caught.value.problems
    assert problem.field == "keys"
    assert problem.hint is not None
    return str(problem)


def _granted(inspection: Inspection) -> dict[str, bool]:
    return {str(right.words): right.granted for right in inspection.rights}


def test_good_keys_tell_their_rights(start: Start) -> None:
    inspection = start().check_keys()
    assert inspection.expires_at is None
    granted = _granted(inspection)
    assert len(granted) == 7
    assert all(granted.values())
    assert [right.needed for right in inspection.rights].count(True) == 4


def test_keys_tell_when_they_end(start: Start, simulator: Simulator) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    keys = simulator.add_credential(RULES, expiration=end)
    assert start(keys).check_keys().expires_at == end


def test_a_right_that_is_not_needed_is_told_as_missing(start: Start, simulator: Simulator) -> None:
    keys = simulator.add_credential([rule for rule in RULES if not rule.startswith("PUT")])
    missing = [right for right in start(keys).check_keys().rights if not right.granted]
    assert [right.needed for right in missing] == [False]
    assert "Set the addresses" in str(missing[0].words)


def test_rights_on_one_service_only_count_for_it(start: Start, simulator: Simulator) -> None:
    own = f"/sms/{account.SECOND_SERVICE}"
    keys = simulator.add_credential(["GET /sms", f"GET {own}", f"GET {own}/*", f"POST {own}/*"])
    granted = _granted(start(keys).check_keys())
    assert [words for words, is_granted in granted.items() if not is_granted] == [
        "Set the addresses that the SMS account calls"
    ]


def test_rights_on_virtual_numbers_only_are_enough_for_one(
    start: Start, simulator: Simulator
) -> None:
    own = f"/sms/{account.SERVICE}"
    rules = ["GET /sms", f"GET {own}", f"GET {own}/virtual*", f"POST {own}/virtualNumbers/*"]
    rights = start(simulator.add_credential(rules)).check_keys().rights
    assert [right.granted for right in rights if right.needed] == [True] * 4


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"app_key": "0123456789abcdef"}, "does not know this application key"),
        ({"app_secret": account.CONSUMER_KEY}, "does not go with the application key"),
        ({"consumer_key": account.APPLICATION_SECRET}, "does not accept this consumer key"),
    ],
)
def test_keys_that_do_not_go_together_are_told_so(
    start: Start, changed: dict[str, str], words: str
) -> None:
    refusal = _refusal(start(KEYS | changed))
    assert words in refusal
    assert not any(key in refusal for key in (KEYS | changed).values())


def test_the_secret_of_another_application_is_told_so(start: Start, simulator: Simulator) -> None:
    other = simulator.add_credential()["app_secret"]
    assert "does not go with" in _refusal(start(KEYS | {"app_secret": other}))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("expired", "not valid any more"),
        ("pendingValidation", "not been validated yet"),
        ("refused", "not valid any more"),
    ],
)
@pytest.mark.parametrize("is_shown", [True, False], ids=["told by OVH", "refused by OVH"])
def test_a_consumer_key_that_is_not_valid_is_told_so(
    start: Start, simulator: Simulator, status: str, words: str, is_shown: bool
) -> None:
    simulator.change(states_shown=is_shown)
    keys = simulator.add_credential(RULES, status=status)
    assert (words if is_shown else "is not valid: not validated yet, or expired") in _refusal(
        start(keys)
    )


@pytest.mark.parametrize("path", ["/sms/*", f"/sms/{account.SERVICE}*"])
def test_keys_that_may_not_list_services_can_be_used_where_the_name_is_known(
    start: Start, simulator: Simulator, path: str
) -> None:
    keys = simulator.add_credential([f"GET {path}", f"POST {path}"])
    assert _granted(start(keys).check_keys())["Send messages"]
    assert start(keys).offers(account.SERVICE).numbers
    with pytest.raises(Misconfigured) as caught:
        start(keys).services()
    assert caught.value.code == "not_granted"


def test_keys_that_may_not_send_are_told_so(start: Start, simulator: Simulator) -> None:
    keys = simulator.add_credential(["GET /sms", "GET /sms/*"])
    assert "the right POST on /sms" in _refusal(start(keys))


def test_keys_that_may_not_ask_about_themselves_are_tried(
    start: Start, simulator: Simulator
) -> None:
    simulator.fault("error_403", match="GET /auth/currentCredential")
    assert start().check_keys() == Inspection()
    assert "the right GET on /sms" in _refusal(start(simulator.add_credential(["GET /sms/*"])))


def test_keys_of_an_account_without_sms_have_no_services(
    start: Start, simulator: Simulator
) -> None:
    keys = simulator.add_credential(RULES, foreign=True)
    assert all(_granted(start(keys).check_keys()).values())
    assert start(keys).services() == []
    with pytest.raises(Misconfigured) as caught:
        start(keys).offers(account.SERVICE)
    assert caught.value.code == "service_missing"


def test_services_are_told_with_what_helps_to_choose(start: Start, simulator: Simulator) -> None:
    simulator.add_service(EMPTY, status="disable", credits=2.5)
    assert start().services() == [
        OfferedService(account.SERVICE, "Household", 1000.0),
        OfferedService(account.SECOND_SERVICE, "Club", 1000.0),
        OfferedService(EMPTY, "", 2.5, enabled=False),
    ]


def test_a_service_that_may_not_be_read_is_listed_by_name(
    start: Start, simulator: Simulator
) -> None:
    keys = simulator.add_credential(["GET /sms", f"GET /sms/{account.SERVICE}"])
    first, second = start(keys).services()
    assert first.description == "Household"
    assert second == OfferedService(account.SECOND_SERVICE)


def test_of_many_services_the_first_are_told_in_detail(
    start: Start, simulator: Simulator, budget: FreeBudget
) -> None:
    for n in range(40):
        simulator.add_service(f"sms-zz99999-{n}", description="x")
    services = start().services()
    assert len(services) == 42
    assert [bool(one.description) for one in services].count(True) == 20
    assert len(budget.taken) == 21


def test_the_end_of_the_budget_leaves_names(
    start: Start, budget: FreeBudget, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end_after(2, budget, monkeypatch)
    assert [one.description for one in start().services()] == ["Household", ""]
    _end_after(0, budget, monkeypatch)
    with pytest.raises(Throttled):
        start().services()


def _end_after(calls: int, budget: FreeBudget, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter(range(calls))

    def take(_purpose: Purpose) -> None:
        if next(left, None) is None:
            raise Throttled(timedelta(seconds=1))

    monkeypatch.setattr(budget, "take", take)


def test_what_a_service_can_be_used_with(start: Start, simulator: Simulator) -> None:
    for status in ("waitingValidation", "refused", "disable"):
        simulator.add_sender(account.SERVICE, f"Le {status[:8]}", status)
    offers = start().offers(account.SERVICE)
    assert [one.values for one in offers.numbers] == [
        {"number": account.NUMBER},
        {"number": account.SECOND_NUMBER},
    ]
    assert offers.numbers[0].label == "06 39 98 00 01"
    assert offers.short_number is not None
    assert offers.short_number.usable
    told = [(one.label, one.usable, str(one.why_not or "")) for one in offers.senders]
    assert told == [
        (account.SENDER, True, ""),
        ("Le waitingV", False, "OVH has not approved the sender “Le waitingV” yet."),
        ("Le refused", False, "OVH refused the sender “Le refused”."),
        ("Le disable", False, "The sender “Le disable” is disabled at OVH."),
    ]


def test_each_usable_offer_is_a_phone_whose_settings_are_right(
    start: Start, simulator: Simulator, budget: FreeBudget, tmp_path: Path
) -> None:
    offers = start().offers(account.SERVICE)
    assert offers.short_number is not None
    for offer in (*offers.numbers, offers.short_number, *offers.senders):
        kind = registry.get(offer.adapter)
        typed = KEYS | {"service_name": account.SERVICE} | offer.values
        near = Surroundings("FR", tmp_path, simulator.url, budget, TrueTime())
        assert kind(kind.clean(typed, "FR"), near).check().problems == ()


def test_a_service_with_nothing_has_only_the_short_number(
    start: Start, simulator: Simulator
) -> None:
    simulator.add_service(EMPTY)
    offers = start().offers(EMPTY)
    assert (offers.numbers, offers.senders) == ((), ())
    assert offers.short_number is not None


def test_short_numbers_are_for_mainland_france(start: Start) -> None:
    short = start(country="BE").offers(account.SERVICE).short_number
    assert short is not None
    assert not short.usable
    assert "mainland France" in str(short.why_not)


def test_what_the_keys_may_not_list_is_left_out(start: Start, simulator: Simulator) -> None:
    root = f"GET /sms/{account.SERVICE}"
    keys = simulator.add_credential([f"{root}/virtualNumbers"])
    offers = start(keys).offers(account.SERVICE)
    assert (len(offers.numbers), offers.senders) == (2, ())
    keys = simulator.add_credential([f"{root}/senders"])
    (sender,) = start(keys).offers(account.SERVICE).senders
    assert sender.usable
    with pytest.raises(Misconfigured) as caught:
        start(simulator.add_credential(["GET /sms"])).offers(account.SERVICE)
    assert caught.value.code == "not_granted"


def test_of_many_senders_the_first_are_asked_about(
    start: Start, simulator: Simulator, budget: FreeBudget
) -> None:
    for n in range(40):
        simulator.add_sender(account.SERVICE, f"Nom {n}", "refused")
    senders = start().offers(account.SERVICE).senders
    assert len(senders) == 41
    assert [one.usable for one in senders].count(False) == 19
    assert len(budget.taken) == 22


@pytest.mark.parametrize("act", [*ACTS])
@pytest.mark.parametrize(
    "fault", ["html_200", "error_500_before", "error_503", "cut_before_reading", "empty_200"]
)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_ovh_that_is_down_at_any_step_is_nobody_s_fault(
    start: Start, simulator: Simulator, act: str, fault: str, after: int
) -> None:
    simulator.fault(fault, match="*", after=after)
    with pytest.raises(Unreachable):
        ACTS[act](start())


@pytest.mark.parametrize("act", [*ACTS])
def test_an_ovh_that_refuses_connections_or_is_silent_is_nobody_s_fault(
    start: Start, simulator: Simulator, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ovh_client, "TIMEOUT", (0.2, 0.2))
    simulator.fault("slow_before_acceptance", match="*", delay=0.5)
    with pytest.raises(Unreachable):
        ACTS[act](start())
    simulator.clear_faults()
    simulator.fault("connection_refused")
    with pytest.raises(Unreachable):
        ACTS[act](start())


@pytest.mark.parametrize("act", [*ACTS])
def test_too_many_calls_are_told(start: Start, simulator: Simulator, act: str) -> None:
    simulator.fault("error_429_retry_after", match="GET *sms*", retry_after=7)
    with pytest.raises(Throttled) as caught:
        ACTS[act](start())
    assert caught.value.retry_after == timedelta(seconds=7)


def test_a_phone_tells_what_its_keys_allow(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget, tmp_path: Path
) -> None:
    assert len(ovh.inspect().rights) == 7
    root = f"GET /sms/{account.SERVICE}"
    keys = simulator.add_credential([root, f"{root}/virtualNumbers/*/incoming*"])
    inspection = ovh_adapter(simulator.url, budget, tmp_path, **keys).inspect()
    assert [words for words, is_granted in _granted(inspection).items() if is_granted] == [
        "Receive messages",
        "Read the SMS account: its credit and the addresses that it calls",
    ]


def test_a_phone_whose_keys_may_not_ask_about_themselves_tells_nothing(
    ovh: Adapter, simulator: Simulator
) -> None:
    simulator.fault("error_403", match="GET /auth/currentCredential")
    assert ovh.inspect() == Inspection()


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_phone_whose_keys_have_expired_is_told_so(
    ovh: Adapter, simulator: Simulator, is_shown: bool
) -> None:
    simulator.change(states_shown=is_shown)
    simulator.account.credentials[account.CONSUMER_KEY].status = "expired"
    with pytest.raises(Misconfigured) as caught:
        ovh.inspect()
    assert caught.value.code == "keys_refused"


@pytest.mark.parametrize("fault", ["html_200", "error_500_before", "cut_before_reading"])
def test_rights_cannot_be_told_while_ovh_is_down(
    ovh: Adapter, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, match="*")
    with pytest.raises(Unreachable):
        ovh.inspect()
