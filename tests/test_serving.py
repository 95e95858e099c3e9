"""One process does the jobs, however many there are; it starts, stops and hands over cleanly."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from raspisms import scheduling
from raspisms.models import Message
from raspisms.scheduling import SchedulerLock
from raspisms.simulator import Simulator, account
from raspisms.simulator.ledger import CallbackEntry
from raspisms.sms.lifecycle import Status
from tests.household import Household, eventually, settings_for
from tests.process import Served, clean_environment

OTHER_SENDS = (
    "Another RaspiSMS sends and receives for this folder; this one serves the pages, and takes "
    "over when that one ends."
)


@pytest.fixture
def served(household: Household, simulator: Simulator) -> Iterator[Served]:
    with Served(household.folder, **settings_for(simulator)) as served:
        yield served


def test_a_message_of_another_process_leaves_at_once_and_not_at_the_next_hour(
    household: Household, served: Served, simulator: Simulator
) -> None:
    with household.app.app_context():
        phone = household.add_ovh_phone()
        household.write(phone.id)
        eventually(lambda: simulator.ledger.jobs)
        household.write(phone.id, "encore")
        eventually(lambda: len(simulator.ledger.jobs) == 2)


def test_it_stops_within_seconds_when_asked_to(served: Served) -> None:
    started = time.monotonic()
    assert served.stop() == 0
    assert time.monotonic() - started < 10


def test_it_stops_within_seconds_when_the_provider_hangs_and_the_claims_are_kept(
    household: Household, served: Served, simulator: Simulator
) -> None:
    """Also while others wait for a place among the calls."""
    with household.app.app_context():
        phone = household.add_ovh_phone()
        most = household.engine.config.calls_in_flight
        simulator.hold("request_read", match="POST */jobs", count=most)
        texts = [f"Message {number}" for number in range(most + 3)]
        messages = [
            household.write(phone.id, text, f"+336399811{number:02}")
            for number, text in enumerate(texts)
        ]
        eventually(lambda: _statuses(household, messages).count(Status.SENDING) == most)
        started = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - started < 10
        assert _statuses(household, messages).count(Status.SENDING) == most
        assert _statuses(household, messages).count(Status.PENDING) == 3
        assert not simulator.ledger.jobs


def _statuses(household: Household, messages: list[int]) -> list[str]:
    return [household.message(one).status for one in messages]


def test_a_call_under_way_is_recorded_before_it_stops(
    household: Household, served: Served, simulator: Simulator
) -> None:
    """And nothing is begun meanwhile."""
    with household.app.app_context():
        phone = household.add_ovh_phone()
        hold = simulator.hold("accepted", match="POST */jobs")
        first = household.write(phone.id, "un")
        hold.wait(30)
        os.kill(served.pid, signal.SIGTERM)
        time.sleep(0.5)
        second = household.write(phone.id, "deux", "+33639981112")
        hold.release("go on")
        assert served.stop() == 0
        assert household.message(first).provider_uid
        assert household.message(second).status == Status.PENDING
        assert [job.text for job in simulator.ledger.jobs] == ["un"]


def test_a_second_one_serves_and_leaves_the_jobs_to_the_first_until_it_dies(
    household: Household, served: Served, simulator: Simulator
) -> None:
    with household.app.app_context():
        phone_id = household.add_ovh_phone().id
        settings = settings_for(simulator, RASPISMS_LANGUAGE="en")
        with Served(household.folder, **settings) as second:
            first_id = household.write(phone_id, "un")
            eventually(lambda: household.message(first_id).provider_uid)
            eventually(lambda: OTHER_SENDS in second.output)
            assert OTHER_SENDS not in served.output
            served.kill()
            second_id = household.write(phone_id, "deux")
            eventually(lambda: household.message(second_id).provider_uid, what=second.output)
            assert second.output.count(OTHER_SENDS) == 1
            assert second.output.count("The other RaspiSMS has ended; this one sends") == 1
        assert [job.text for job in simulator.ledger.jobs] == ["un", "deux"]


def test_a_lock_whose_file_was_taken_away_is_taken_again_or_left_to_whoever_was_quicker(
    tmp_path: Path,
) -> None:
    ours, other = SchedulerLock(tmp_path), SchedulerLock(tmp_path)
    assert ours.acquire()
    (tmp_path / scheduling.LOCK).unlink()
    assert scheduling.is_anyone_scheduling(tmp_path) is False
    assert ours.keep()
    assert scheduling.is_anyone_scheduling(tmp_path)
    (tmp_path / scheduling.LOCK).unlink()
    assert other.acquire()
    assert not ours.keep()
    other.release()
    assert ours.keep()
    ours.release()


def test_a_worker_beside_serve_says_that_it_is_one_too_many(
    household: Household, served: Served
) -> None:
    eventually(lambda: scheduling.is_anyone_scheduling(household.folder))
    done = subprocess.run(
        [sys.executable, "-m", "raspisms.cli", "worker"],
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "already" in done.stderr or "déjà" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_does_the_jobs_for_web_processes_of_one_s_own(
    household: Household, simulator: Simulator
) -> None:
    environment = clean_environment(
        RASPISMS_INSTANCE_PATH=household.folder, **settings_for(simulator)
    )
    with household.app.app_context():
        phone = household.add_ovh_phone()
        worker = subprocess.Popen(
            [sys.executable, "-m", "raspisms.cli", "worker"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            message_id = household.write(phone.id)
            eventually(lambda: household.message(message_id).provider_uid)
            worker.terminate()
            assert worker.wait(60) == 0
        finally:
            worker.kill()
            worker.communicate()


def test_at_rest_nothing_is_written(household: Household, simulator: Simulator) -> None:
    with household.app.app_context():
        household.add_ovh_phone()
    with Served(household.folder, **settings_for(simulator)) as served:
        before = len(simulator.ledger.calls)
        eventually(lambda: len(simulator.ledger.calls) > before + 4)
        files = _files(household.folder)
        polled = len(simulator.ledger.calls)
        eventually(lambda: len(simulator.ledger.calls) > polled + 4)
        assert _files(household.folder) == files
        assert requests.get(f"{served.url}/login", timeout=5).ok
        assert _files(household.folder) == files


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    found = {path.name: path.stat() for path in folder.iterdir() if path.suffix != ".sqlite3-shm"}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found.items()}


def test_a_phone_that_could_not_be_verified_is_checked_again_by_itself(
    household: Household, simulator: Simulator
) -> None:
    from raspisms.extensions import db
    from raspisms.models import Phone

    simulator.fault("cut_before_reading", match="*")
    with household.app.app_context():
        phone = household.add_ovh_phone()
        assert phone.verified_at is None
        db.session.execute(db.text("UPDATE phone SET check_at = '2026-01-01 00:00:00.000000'"))
        db.session.commit()
        simulator.clear_faults()
        with Served(household.folder, **settings_for(simulator)):
            eventually(lambda: db.session.get_one(Phone, 1).verified_at)


def test_a_message_by_callback_is_delivered_within_a_second(
    household: Household, served: Served, simulator: Simulator
) -> None:
    with household.app.app_context():
        phone = household.add_ovh_phone()
        simulator.set_callback(
            account.SERVICE, f"{served.url}/callback/{phone.callback_token}/status"
        )
        message_id = household.write(phone.id)
        eventually(lambda: household.message(message_id).status == Status.DELIVERED)
        message: Message = household.message(message_id)
        assert message.sent_at is not None
        assert message.final_at is not None
        attempt = eventually(lambda: _answered(simulator))
        assert attempt.status == 200
        assert json.dumps(attempt.url).count(phone.callback_token) == 1
        assert phone.callback_token not in served.output


def _answered(simulator: Simulator) -> CallbackEntry | None:
    """The only callback, once it is known what we answered."""
    (attempt,) = simulator.ledger.callbacks
    return attempt if attempt.status else None


def test_a_callback_of_untold_length_is_refused_when_it_is_too_large(
    household: Household, served: Served
) -> None:
    with household.app.app_context():
        token = household.add_ovh_phone().callback_token
    url = f"{served.url}/callback/{token}/status"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    start = b"id=7703&ptt=4&description=1&x="
    small = requests.post(url, data=iter([start, b"y" * 100]), headers=form, timeout=10)
    large = requests.post(url, data=iter([start, b"y" * 17_000]), headers=form, timeout=10)
    assert (small.status_code, large.status_code) == (200, 413)
    with household.app.app_context():
        assert _receipts() == ["7703"]


def _receipts() -> list[str]:
    from raspisms.extensions import db

    return list(db.session.scalars(db.text("SELECT provider_uid FROM receipt")))
