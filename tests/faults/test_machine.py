"""The machine itself fails: nothing is sent that is not recorded, pages say it, and it passes."""

import _thread
import errno
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest

from raspisms import clock, sqlite
from raspisms.lanes import Lanes
from raspisms.messaging import contacts, members
from raspisms.messaging.machine import StorageError
from raspisms.messaging.trouble import Trouble
from raspisms.simulator import Simulator
from raspisms.sms.lifecycle import Status
from tests.disk import Disk, damage, left_as_by_a_power_cut, small_disk
from tests.household import PEER, Household, eventually, settings_for
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import logged_in

SENDING = "POST */jobs"
PATHS = ("/conversations", "/write", "/messages", "/phones", "/contacts", "/account", "/login")


@contextmanager
def on_a_small_disk(folder: Path, simulator: Simulator) -> Iterator[tuple[Household, Disk]]:
    settings = settings_for(simulator, RASPISMS_RECONCILE_SECONDS=1)
    with small_disk(folder / "small", "6m") as disk:
        household = Household(disk.folder / "instance", **settings)
        try:
            yield household, disk
        finally:
            household.close()


def test_a_disk_that_is_full_between_claim_and_record_loses_and_doubles_nothing(
    tmp_path: Path, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer cannot be recorded; what waits behind it cannot be claimed, so it does not go."""
    with on_a_small_disk(tmp_path, simulator) as (home, disk), home.app.app_context():
        phone_id = home.add_ovh_phone().id
        browser = logged_in(home.app, home.admin_id)
        hold = simulator.hold("accepted", match=SENDING)
        with home.jobs():
            first = home.write(phone_id, "un")
            hold.wait(30)
            second = home.write(phone_id, "deux")
            with reading(home.folder / sqlite.DATABASE):
                disk.fill()
                hold.release("go on")
                eventually(lambda: home.engine.trouble.fault)
                outside(_says_so_on_a_page_and_keeps_what_was_typed, browser)
                assert home.message(first).status == Status.SENDING
                assert home.message(second).status == Status.PENDING
                assert [job.text for job in simulator.ledger.jobs] == ["un"]
            disk.free()
            eventually(lambda: home.message(first).provider_uid)
            eventually(lambda: home.message(second).provider_uid)
            eventually(lambda: home.engine.trouble.fault is None)
            assert "Nothing is sent" not in words(outside(browser.get, "/write").text)
        assert [job.text for job in simulator.ledger.jobs] == ["un", "deux"]
    told = [record for record in caplog.records if "The disk is full" in record.getMessage()]
    assert len(told) == 1
    assert not any(record.exc_info for record in caplog.records)


def outside(what: Callable[..., Any], *args: Any) -> Any:
    """Ask for pages outside of the test's application context, which they would share."""
    return Context().run(what, *args)


def _says_so_on_a_page_and_keeps_what_was_typed(browser: Browser) -> None:
    browser.submit("/write", {"phone": "1", "number": PEER, "text": "Pendant ce temps"})
    assert browser.page.status_code == 503
    said = words(browser.page.text)
    assert "The disk is full. Nothing was saved. Free some space, then try again." in said
    assert "Nothing is sent or received now The disk is full. Free some space on the disk." in said
    assert "Pendant ce temps" in said


@contextmanager
def reading(database: Path) -> Iterator[None]:
    """Who reads keeps the write-ahead log as long as it is; the jobs would else make room by it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM message")
        yield


def test_a_little_room_is_enough_where_our_own_log_takes_the_rest(
    tmp_path: Path, simulator: Simulator
) -> None:
    with on_a_small_disk(tmp_path, simulator) as (home, disk), home.app.app_context():
        add_contacts(home, range(150))
        disk.fill()
        with pytest.raises(StorageError, match="The disk is full") as fault:
            add_contacts(home, range(150, 200))
        disk.free_a_little(100_000)
        with home.jobs():
            home.engine.trouble.note(fault.value)
            eventually(lambda: home.engine.trouble.fault is None)
            add_contacts(home, range(200, 210))  # more than was freed: an index goes with each


def add_contacts(home: Household, numbers: range) -> None:
    for number in numbers:
        contacts.add(home.engine, f"Contact {number}", f"+336399{number:05}")


def test_a_disk_that_can_only_be_read_shows_its_pages(tmp_path: Path, simulator: Simulator) -> None:
    with on_a_small_disk(tmp_path, simulator) as (home, disk):
        with home.app.app_context():
            home.add_ovh_phone()
        browser = logged_in(home.app, home.admin_id)
        with left_as_by_a_power_cut(home.folder / sqlite.DATABASE):
            home.close()
        disk.make("ro")
        browser.submit("/write", {"phone": "1", "number": PEER, "text": "Pendant ce temps"})
        assert browser.page.status_code == 503
        assert "The disk can only be read. Nothing was saved." in words(browser.page.text)
        assert "Pendant ce temps" in words(browser.page.text)
        disk.make("rw")
        browser.send_again("/write")  # still on the connection with which the form was shown again
        browser.send_again("/write")
        assert browser.page.status_code == 303


@contextmanager
def damaged(household: Household, table: str) -> Iterator[None]:
    """As long as the block runs, what a table holds cannot be read."""
    database = household.folder / sqlite.DATABASE
    household.close()
    whole = damage(database, table)
    yield
    household.close()
    database.write_bytes(whole)


def test_each_page_says_that_nothing_can_be_read_in_the_reader_s_language(
    household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    with household.app.app_context():
        members.change_account(household.admin, "Ana", "fr", "")
    browser = logged_in(household.app, household.admin_id)
    browser.get("/account")
    with damaged(household, "member"):
        for path in (*PATHS, "/unknown"):
            page = browser.get(path)
            assert page.status_code == 503, path
            assert '<html lang="fr">' in page.text
            assert "raspisms restore" in words(page.text)
    assert browser.get("/account").status_code == 200
    assert len(caplog.records) == 1


def test_what_was_typed_comes_back_when_the_database_can_be_read_again(
    household: Household,
) -> None:
    with household.app.app_context():
        household.add_ovh_phone()
    browser = logged_in(household.app, household.admin_id)
    browser.get("/write")
    typed = {"phone": "1", "number": PEER, "text": "L'été\n\nvient"}
    fields = form_fields(browser.page.text, "/write") | typed
    with damaged(household, "member"):
        browser.post("/write", fields, headers={"Origin": "http://localhost"})
        assert browser.page.status_code == 503
        assert "Nothing was saved." in words(browser.page.text)
        assert "csrf_token" not in browser.page.text
    browser.send_again("/write")
    assert "Nothing was saved" in words(browser.page.text)
    kept = form_fields(browser.page.text, "/write")
    assert {name: kept[name] for name in typed} == typed
    browser.send_again("/write")
    assert browser.page.status_code == 303


def test_what_a_stranger_s_page_sent_is_not_shown_again(household: Household) -> None:
    browser = logged_in(household.app, household.admin_id)
    with damaged(household, "member"):
        browser.post("/write", {"text": "buy"}, headers={"Origin": "http://evil.example"})
        assert browser.page.status_code == 503
        assert "buy" not in browser.page.text


def test_a_lane_that_meets_a_fault_pauses_and_what_was_to_be_done_is_looked_at_again() -> None:
    faults: list[str] = []
    looked = threading.Event()
    lanes = Lanes(threading.Event(), lambda error, _what: faults.append(str(error)), looked.set)
    lanes.run("stuck", _fail)
    eventually(lambda: faults)
    other = threading.Event()
    lanes.run("other", other.set)
    assert other.wait(5)
    assert not looked.wait(0.1)
    lanes.end_pauses()
    assert looked.wait(5)
    assert lanes.wait_until_idle(5)
    assert faults == ["no room"]


def _fail() -> None:
    raise MemoryError("no room")


def test_a_lane_whose_thread_found_no_memory_to_live_is_freed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python starts it, says "Exception ignored in thread", and nothing of it ever runs."""
    lanes = Lanes(threading.Event(), lambda _error, _what: None, lambda: None)
    with monkeypatch.context() as dead:
        dead.setattr(_thread, "start_new_thread", lambda *_: 0)
        lanes.run("send", _fail)
    lanes.give_up_unborn()  # it may still come
    monkeypatch.setattr("raspisms.lanes._BIRTH_SECONDS", 0.0)
    with pytest.raises(MemoryError, match="send"):
        lanes.give_up_unborn()
    done = threading.Event()
    lanes.run("send", done.set)
    assert done.wait(5)


def test_whether_it_is_over_is_tried_ever_more_rarely_and_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = _Disk()
    monkeypatch.setattr(clock, "steady", lambda: disk.now)
    trouble = Trouble(disk.write)
    trouble.note(_full())
    assert not any(disk.passed(100, trouble))
    assert disk.tries == [1, 3, 7, 15, 31, 61, 91]
    disk.is_full = False
    assert sum(disk.passed(30, trouble)) == 1
    assert trouble.fault is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert not any(disk.passed(130, trouble))
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


class _Disk:
    """One that is full until it is told otherwise, on a clock of its own."""

    def __init__(self) -> None:
        self.now, self.is_full = 0, True
        self.tries: list[int] = []

    def write(self) -> None:
        self.tries.append(self.now)
        if self.is_full:
            raise _full()

    def passed(self, seconds: int, trouble: Trouble) -> Iterator[bool]:
        """What is found in each of the next seconds."""
        for _ in range(seconds):
            self.now += 1
            yield trouble.is_over()


def _full() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")
