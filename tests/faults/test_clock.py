"""The clock of the machine is set while RaspiSMS runs, as a process of its own."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from raspisms import clock
from raspisms.messaging import times
from raspisms.models import Phone
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.household import PEER, Household, eventually
from tests.process import Served

SOURCE = Path(__file__).with_name("wallclock.c")
DAY = 86_400


class WallClock:
    """The wall clock of a process: moved from outside, as by NTP."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("no C compiler, with which the process's clock is moved")
        self._library, self._file = folder / "wallclock.so", folder / "offset"
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-o", str(self._library), str(SOURCE), "-ldl"],
            check=True,
        )
        self.set(0)

    def set(self, seconds: int) -> None:
        """So far off from the true time."""
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "WALLCLOCK_OFFSET_FILE": str(self._file)}


@pytest.fixture
def wall_clock(tmp_path: Path, served: Served) -> WallClock:
    wall_clock = WallClock(tmp_path)
    served.environment.update(wall_clock.environment)
    return wall_clock


@pytest.mark.parametrize("days", [90, -90], ids=["months ahead", "months back"])
def test_a_clock_that_jumps_by_months_and_back_fires_nothing_early_and_stops_nothing(
    household: Household,
    served: Served,
    simulator: Simulator,
    wall_clock: WallClock,
    days: int,
) -> None:
    phone = _phone(household, served, simulator)
    soon = (clock.now() + timedelta(days=2)).isoformat(timespec="minutes")
    scheduled = household.write(phone.id, "Dans deux jours", at=soon)
    served.start()
    _goes_and_comes(household, simulator, household.write(phone.id, "avant"), "avant")
    wall_clock.set(days * DAY)
    _goes_and_comes(household, simulator, _written_there(served, phone, "pendant"), "pendant")
    eventually(lambda: times.worst_difference() == timedelta(days=-days), what=served.output)
    assert household.message(scheduled).status == Status.PENDING
    wall_clock.set(0)
    _goes_and_comes(household, simulator, household.write(phone.id, "après"), "après")
    eventually(lambda: times.worst_difference() is None, what=served.output)
    assert household.message(scheduled).status == Status.PENDING
    texts = sorted(job.text for job in simulator.ledger.jobs)
    assert texts == sorted(["avant", "pendant", "après"])
    assert served.stop() == 0


def _phone(household: Household, served: Served, simulator: Simulator) -> Phone:
    """One whose receipts are called back, which is quick."""
    phone = household.add_ovh_phone()
    simulator.set_callback(account.SERVICE, f"{served.url}/callback/{phone.callback_token}/status")
    return phone


def _written_there(served: Served, phone: Phone, text: str) -> int:
    """A message that is written on the machine whose clock was moved; its id.

    One of this process would be late by months, or far ahead, once the other goes by its new clock.
    """
    command = [*served.command, "send", "--phone", phone.name, PEER, text]
    done = subprocess.run(command, env=served.environment, capture_output=True, check=True)
    return int(done.stdout)


def _goes_and_comes(household: Household, simulator: Simulator, message_id: int, text: str) -> None:
    """A message goes out and is delivered, and an answer comes in: all within seconds."""
    eventually(lambda: household.message(message_id).status == Status.DELIVERED, what=text)
    simulator.answer(PEER, account.NUMBER, f"réponse {text}")
    eventually(lambda: _is_in(household, f"réponse {text}"), what=text)


def _is_in(household: Household, text: str) -> bool:
    from raspisms.extensions import db
    from raspisms.models import Message

    return db.session.scalar(db.select(Message.id).where(Message.body == text)) is not None


def test_a_machine_that_starts_with_an_old_clock_sends_and_goes_on_when_it_is_set(
    simulator: Simulator, household: Household, served: Served, wall_clock: WallClock
) -> None:
    """A Raspberry Pi begins where it was switched off; the network sets its clock later."""
    phone = _phone(household, served, simulator)
    household.write(phone.id, "écrit avant la coupure")
    wall_clock.set(-5 * DAY)
    served.start()
    eventually(lambda: len(simulator.ledger.jobs) == 1, what=served.output)
    wall_clock.set(0)
    _goes_and_comes(household, simulator, household.write(phone.id, "à l'heure"), "à l'heure")
    assert len(simulator.ledger.jobs) == 2
