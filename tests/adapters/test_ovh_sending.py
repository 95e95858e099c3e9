"""What each way in which a call can go wrong means for the message."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from raspisms.adapters.answers import Accepted, Batch, NotSent, Refused, Uncertain
from raspisms.adapters.base import Adapter
from raspisms.adapters.ovh import client as ovh_client
from raspisms.simulator import Simulator
from tests.adapters.conftest import FreeBudget, ovh_adapter
from tests.household import PEER
from tests.process import free_port

#: (fault, its options, what the message is said to be, its code, whether OVH took it)
FAULTS = [
    ("cut_before_reading", {}, Uncertain, None, 0),
    ("cut_after_acceptance", {}, Uncertain, None, 1),
    ("cut_in_answer", {}, Uncertain, None, 1),
    ("slow_after_acceptance", {"delay": 3}, Uncertain, None, 1),
    ("empty_200", {}, Uncertain, None, 1),
    ("html_200", {}, Uncertain, None, 1),
    ("html_408", {}, Uncertain, None, 0),
    ("truncated_json", {}, Uncertain, None, 1),
    ("other_shape", {}, Uncertain, None, 1),
    ("json_list", {}, Uncertain, None, 1),
    ("error_list", {}, NotSent, "provider_down", 0),
    ("error_string", {}, NotSent, "provider_down", 0),
    ("error_400", {}, Refused, "refused", 0),
    ("error_401", {}, NotSent, "keys_refused", 0),
    ("error_403", {}, NotSent, "not_granted", 0),
    ("error_403_legacy", {}, NotSent, "not_granted", 0),
    ("error_404", {}, NotSent, "service_missing", 0),
    ("error_409", {}, NotSent, "provider_down", 0),
    ("error_429", {}, NotSent, "throttled", 0),
    ("error_429_retry_after", {"retry_after": 7}, NotSent, "throttled", 0),
    ("error_460", {}, NotSent, "service_disabled", 0),
    ("error_500_before", {}, Uncertain, None, 0),
    ("error_500_after", {}, Uncertain, None, 1),
    ("error_502", {}, Uncertain, None, 0),
    ("error_503", {}, Uncertain, None, 0),
    ("error_504", {}, Uncertain, None, 0),
    ("error_504_after", {}, Uncertain, None, 1),
    ("invalid_signature", {}, NotSent, "keys_refused", 0),
    ("invalid_credential", {}, NotSent, "keys_refused", 0),
    ("no_credit", {}, NotSent, "no_credit", 0),
    ("service_disabled", {}, NotSent, "service_disabled", 0),
    ("no_ids", {}, Uncertain, None, 1),
    ("all_invalid", {}, Refused, "invalid_number", 0),
    ("repeated_ids", {}, Accepted, None, 1),
    ("more_ids", {}, Accepted, None, 1),
    ("tags_dropped", {}, Accepted, None, 1),
]


def _batch(*receivers: str) -> Batch:
    return Batch("Bonjour", receivers or (PEER,), "rsmark", timedelta(hours=48))


@pytest.mark.parametrize(
    ("fault", "options", "kind", "code", "taken"), FAULTS, ids=[fault[0] for fault in FAULTS]
)
def test_the_outcome_says_what_is_known(
    ovh: Adapter,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    options: dict[str, float],
    kind: type,
    code: str | None,
    taken: int,
) -> None:
    if "delay" in options:
        monkeypatch.setattr(ovh_client, "TIMEOUT", (1, 1))
    simulator.fault(fault, match="POST */jobs", **options)
    outcome = ovh.send(_batch()).outcomes[PEER]
    assert isinstance(outcome, kind), outcome
    assert getattr(outcome, "code", None) == code
    assert len(simulator.ledger.jobs) == taken


def test_a_message_is_accepted_under_ovh_s_id_with_its_credits(
    ovh: Adapter, simulator: Simulator
) -> None:
    outcome = ovh.send(_batch()).outcomes[PEER]
    (job,) = simulator.ledger.jobs
    assert outcome == Accepted(str(job.id), 1.0)
    assert job.tag == "rsmark"


def _peers(count: int) -> tuple[str, ...]:
    return tuple(f"+3363998{n:04}" for n in range(100, 100 + count))


def test_of_a_batch_the_ids_are_known_but_not_whose_each_is(
    ovh: Adapter, simulator: Simulator
) -> None:
    peers = _peers(6)
    simulator.outcome(peers[2], "invalid")
    before = len(simulator.ledger.calls)
    report = ovh.send(_batch(*peers))
    assert report.outcomes.pop(peers[2]) == Refused("invalid_number")
    assert set(report.outcomes.values()) == {Accepted(None, 1.0)}
    assert sorted(report.unmapped) == sorted(str(job.id) for job in simulator.ledger.jobs)
    assert len(report.outcomes) == len(report.unmapped) == 5
    assert [call.path for call in simulator.ledger.calls[before:]].count("/auth/time") <= 1
    assert len(simulator.ledger.calls) - before <= 2


@pytest.mark.parametrize("fault", ["fewer_ids", "more_ids", "repeated_ids", "no_ids"])
@pytest.mark.parametrize("count", [3, 40])
def test_where_ids_and_numbers_do_not_match_no_id_is_given_to_a_number_by_guess(
    ovh: Adapter, simulator: Simulator, fault: str, count: int
) -> None:
    simulator.fault(fault, match="POST */jobs")
    report = ovh.send(_batch(*_peers(count)))
    truth = {job.receiver: str(job.id) for job in simulator.ledger.jobs}
    assert report.unmapped == ()
    assert len(truth) == count
    for receiver, outcome in report.outcomes.items():
        assert isinstance(outcome, Accepted | Uncertain)
        if isinstance(outcome, Accepted):
            assert outcome.provider_uid == truth[receiver]


def test_a_refused_batch_says_that_it_was_refused_whole(ovh: Adapter, simulator: Simulator) -> None:
    simulator.fault("error_400", match="POST */jobs")
    report = ovh.send(_batch(*_peers(3)))
    assert set(report.outcomes) == set(_peers(3))
    assert all(isinstance(one, Refused) and one.whole_call for one in report.outcomes.values())


def test_when_there_were_too_many_calls_all_calls_slow_down(
    ovh: Adapter, simulator: Simulator, budget: FreeBudget
) -> None:
    simulator.fault("error_429_retry_after", match="POST */jobs", retry_after=7)
    outcome = ovh.send(_batch()).outcomes[PEER]
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == timedelta(seconds=7)
    assert budget.slowed == [timedelta(seconds=7)]


def test_nothing_leaves_where_nobody_listens(budget: FreeBudget, tmp_path: Path) -> None:
    adapter = ovh_adapter(f"http://127.0.0.1:{free_port()}/1.0", budget, tmp_path)
    outcome = adapter.send(_batch()).outcomes[PEER]
    assert isinstance(outcome, NotSent)
    assert outcome.code == "unreachable"


def test_nothing_leaves_when_the_name_is_not_known(budget: FreeBudget, tmp_path: Path) -> None:
    adapter = ovh_adapter("https://no-such-host.invalid/1.0", budget, tmp_path)
    assert isinstance(adapter.send(_batch()).outcomes[PEER], NotSent)


def test_nothing_leaves_when_nobody_takes_the_connection(
    budget: FreeBudget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ovh_client, "TIMEOUT", (0.3, 0.3))
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        # The queue of waiting connections is filled, so that the next one is not answered.
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(address)
            adapter = ovh_adapter(f"http://127.0.0.1:{address[1]}/1.0", budget, tmp_path)
            assert isinstance(adapter.send(_batch()).outcomes[PEER], NotSent)
        finally:
            for one in waiting:
                one.close()


def test_a_wrong_clock_at_ovh_is_made_up_for(ovh: Adapter, simulator: Simulator) -> None:
    simulator.change(time_offset=7200)
    assert isinstance(ovh.send(_batch()).outcomes[PEER], Accepted)


def test_a_clock_that_was_set_since_is_noticed_after_one_refusal(
    ovh: Adapter, simulator: Simulator
) -> None:
    assert isinstance(ovh.send(_batch()).outcomes[PEER], Accepted)
    simulator.change(time_offset=7200)
    first = ovh.send(_batch()).outcomes[PEER]
    assert isinstance(first, NotSent)
    assert isinstance(ovh.send(_batch()).outcomes[PEER], Accepted)
