"""The page of backups, and the backup that is made by itself."""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from raspisms import sqlite
from raspisms.extensions import db
from raspisms.messaging import automatic_backups, backup_folder
from raspisms.messaging.engine import Engine
from raspisms.models import JournalEntry
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import account, logged_in

PAGE = "/settings/backups"
#: 14:00 in Paris.
NOW = datetime(2030, 6, 12, 12, tzinfo=UTC)


@pytest.fixture
def engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["raspisms"]
    return engine


def folder(app: Flask) -> Path:
    return Path(app.instance_path) / "backups"


def names(app: Flask) -> list[str]:
    """Of all that lies there, the newest first."""
    return sorted((path.name for path in folder(app).iterdir()), reverse=True)


def put(app: Flask, name: str) -> Path:
    folder(app).mkdir(exist_ok=True)
    path = folder(app) / name
    path.write_bytes(b"x" * 1500)
    return path


def noted(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        about = select(JournalEntry).where(JournalEntry.action.startswith("backup."))
        return [(one.action, one.subject) for one in db.session.scalars(about)]


def test_one_is_made_taken_and_deleted_and_the_journal_tells_it(app: Flask, admin: Browser) -> None:
    assert "No backup yet" in words(admin.get(PAGE).text)
    admin.send_again(PAGE)
    assert "The backup is made" in admin.follow().text
    (name,) = names(app)
    assert (folder(app) / name).stat().st_mode & 0o777 == 0o600
    assert "Made by hand" in words(admin.page.text)

    taken = admin.get(f"{PAGE}/{name}")
    assert taken.headers["Content-Disposition"] == f"attachment; filename=raspisms-{name}"
    assert taken.headers["Cache-Control"] == "no-store"
    assert taken.data == (folder(app) / name).read_bytes()
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(taken.data)
        assert copy.execute("SELECT name FROM member").fetchall() == [("Camille",)]

    admin.submit(f"{PAGE}/{name}/delete")
    assert "The backup is deleted." in admin.follow().text
    assert names(app) == []
    assert admin.get(f"{PAGE}/{name}").status_code == 404
    acts = ("backup.made", "backup.downloaded", "backup.removed")
    assert noted(app) == [(act, name) for act in acts]


@pytest.mark.parametrize(
    "name",
    [
        *("../raspisms.sqlite3", "..%2fraspisms.sqlite3", "%2e%2e/secret_key", "secret_key"),
        *("note.txt", ".20300101T000000Z-by-hand.sqlite3.1.partial", "20300101T000000Z-by-hand"),
        *("20301399T000000Z-by-hand.sqlite3", "20300101T000000Z-by-hand.sqlite3%00", "x" * 5000),
        *("20300102T000000Z-by-hand.sqlite3", "link", "20300103T000000Z-by-hand.sqlite3"),
    ],
)
def test_nothing_but_our_own_backups_can_be_taken_or_deleted(
    app: Flask, admin: Browser, name: str
) -> None:
    outside = put(app, "note.txt")
    for other in ("20301399T000000Z-by-hand.sqlite3", "20300101T000000Z-by-hand"):
        put(app, other)
    (folder(app) / "20300103T000000Z-by-hand.sqlite3").symlink_to(outside)
    token = form_fields(admin.get(PAGE).text, PAGE)["csrf_token"]
    before = names(app)
    assert admin.get(f"{PAGE}/{name}").status_code in (404, 308)
    assert admin.post(f"{PAGE}/{name}/delete", {"csrf_token": token}).status_code in (404, 405)
    assert names(app) == before
    assert noted(app) == []


def test_each_is_shown_with_its_kind_and_size_the_newest_first(app: Flask, admin: Browser) -> None:
    for name in (
        "20300101T000000Z-before-0004.sqlite3",
        "20300102T000000.000001Z-before-restore.sqlite3",
        "20300103T000000.000000Z-automatic.sqlite3",
    ):
        put(app, name)
    said = words(admin.get(PAGE).text)
    kinds = ("Automatic", "Before a restore", "Before an update")
    places = [said.index(f"{kind} 2 kB") for kind in kinds]
    assert places == sorted(places)


def test_it_says_what_a_backup_holds_and_how_to_go_back(app: Flask, admin: Browser) -> None:
    admin.submit(PAGE)
    said = words(admin.follow().text)
    assert "also the keys of your phones" in said
    assert f"raspisms restore {folder(app)}/{names(app)[0]}" in said


def test_two_are_never_made_at_once(app: Flask, engine: Engine, admin: Browser) -> None:
    admin.get(PAGE)
    with backup_folder.only_one(Path(app.instance_path)):
        admin.send_again(PAGE)
        with app.app_context():
            again = automatic_backups.make_due(engine, in_two_days())
    assert admin.page.status_code == 409
    assert "A backup is being made already." in words(admin.page.text)
    assert again == in_two_days() + timedelta(hours=1)
    assert engine.backup_fault is None


def in_two_days() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The disk has 20 MB left, until it is called."""
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 20 * 10**6, 20 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    return monkeypatch.undo


def test_where_there_is_no_room_it_says_so_and_makes_none(
    app: Flask, admin: Browser, full_disk: Callable[[], None]
) -> None:
    page = admin.get(PAGE)
    assert "There is not enough room for a backup" in words(page.text)
    token = form_fields(page.text, f"{PAGE}/automatic")["csrf_token"]
    admin.post(PAGE, {"csrf_token": token})
    assert admin.page.status_code == 503
    assert re.search(r"3\d MB are needed, 20 MB are free", words(admin.page.text))
    assert names(app) == []


def test_a_fault_of_the_automatic_one_is_told_to_administrators_until_one_is_made(
    app: Flask, engine: Engine, admin: Browser, full_disk: Callable[[], None]
) -> None:
    member = logged_in(app, account(app, "Sacha"))
    with app.app_context():
        assert automatic_backups.make_due(engine, in_two_days()) is not None
    assert engine.trouble.fault is None  # nothing else stops
    assert "The automatic backup could not be made" in words(admin.get("/contacts").text)
    assert "The automatic backup" not in words(member.get("/contacts").text)
    full_disk()
    with app.app_context():
        automatic_backups.make_due(engine, in_two_days())
    assert "The automatic backup could" not in words(admin.get("/contacts").text)
    assert len(names(app)) == 1


def make_due(app: Flask, engine: Engine, now: datetime) -> datetime | None:
    """At ``now``, with something written just before."""
    with time_machine.travel(now, tick=False), app.app_context():
        database = Path(app.instance_path) / sqlite.DATABASE
        os.utime(database, (now.timestamp(), now.timestamp()))
        return automatic_backups.make_due(engine, now)


def test_one_is_made_each_day_at_the_hour_of_the_household(
    app: Flask, engine: Engine, admin: Browser
) -> None:
    next_one = datetime(2030, 6, 13, 1, tzinfo=UTC)  # three in the morning, in summer
    assert make_due(app, engine, NOW) == next_one
    assert make_due(app, engine, NOW + timedelta(minutes=1)) == next_one
    assert names(app) == ["20300612T120000.000000Z-automatic.sqlite3"]
    make_due(app, engine, next_one)
    make_due(app, engine, next_one + timedelta(days=10, hours=5))  # the machine had been off
    assert [name[:11] for name in names(app)] == ["20300623T06", "20300613T01", "20300612T12"]


def test_another_hour_holds_at_once_and_never_is_never(
    app: Flask, engine: Engine, admin: Browser
) -> None:
    make_due(app, engine, NOW)
    admin.submit(f"{PAGE}/automatic", {"backup_hour": "15"}, on=PAGE)
    at_three = NOW.replace(hour=13)
    assert make_due(app, engine, NOW + timedelta(minutes=30)) == at_three
    make_due(app, engine, at_three)
    assert len(names(app)) == 2
    admin.submit(f"{PAGE}/automatic", {"backup_hour": "never"}, on=PAGE)
    assert make_due(app, engine, at_three + timedelta(days=3)) is None
    assert len(names(app)) == 2


def test_the_oldest_automatic_ones_go_and_no_others(
    app: Flask, engine: Engine, admin: Browser
) -> None:
    by_hand = put(app, "20200101T000000.000000Z-by-hand.sqlite3").name
    wrong = put(app, "20990101T000000.000000Z-automatic.sqlite3").name  # made by a wrong clock
    admin.submit(f"{PAGE}/automatic", {"backups_kept": "2"}, on=PAGE)
    for day in range(4):
        make_due(app, engine, NOW + timedelta(days=day))
    assert [name[:8] for name in names(app)] == ["20300615", "20300614", "20200101"]
    assert by_hand in names(app)
    assert wrong not in names(app)


def test_none_is_made_where_nothing_has_changed_nor_of_a_household_without_anyone(
    app: Flask, engine: Engine
) -> None:
    make_due(app, engine, NOW)
    assert not folder(app).exists()
    account(app, "Camille", is_admin=True)
    make_due(app, engine, NOW)
    with time_machine.travel(NOW + timedelta(days=2), tick=False), app.app_context():
        automatic_backups.make_due(engine, NOW + timedelta(days=2))
    assert len(names(app)) == 1


def test_what_a_killed_program_left_half_done_is_cleared_away(
    app: Flask, engine: Engine, admin: Browser
) -> None:
    put(app, ".20200101T000000.000000Z-automatic.sqlite3.4711.partial")
    make_due(app, engine, NOW)
    assert names(app) == ["20300612T120000.000000Z-automatic.sqlite3"]


def test_a_late_one_is_told_where_another_process_should_have_made_it(
    app: Flask, admin: Browser
) -> None:
    assert "The automatic backup is late" not in words(admin.get(PAGE).text)
    with time_machine.travel(in_two_days(), tick=False):
        late = logged_in(app, account(app, "Dominique", is_admin=True))
        assert "The automatic backup is late" in words(late.get(PAGE).text)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"backups_kept": "0"}, "backups_kept"),
        ({"backups_kept": "all"}, "backups_kept"),
        ({"backup_hour": "24"}, "backup_hour"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(
    app: Flask, admin: Browser, typed: dict[str, str], field: str
) -> None:
    making.add_contact(app, "Léa")
    admin.submit(f"{PAGE}/automatic", typed, on=PAGE)
    assert admin.page.status_code == 400
    assert f'id="{field}-error"' in admin.page.text
