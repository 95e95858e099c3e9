"""What is chosen on pages: stored as text, in force at once, and never in the way of a start."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from raspisms import clock, sqlite
from raspisms.errors import Conflict, InvalidForm
from raspisms.extensions import db
from raspisms.messaging import backup_folder, conversations
from raspisms.messaging import household as settings
from raspisms.messaging.engine import Engine
from raspisms.messaging.quiet_start import QuietStart
from raspisms.messaging.transactions import writing
from raspisms.models import HouseholdSetting, JournalEntry, Member
from raspisms.simulator import Simulator, account
from raspisms.sms.lifecycle import Status
from tests.application import make_app
from tests.household import PEER, Household, eventually, settings_for

COUNTRY = "RASPISMS_COUNTRY"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    home = Household(tmp_path / "instance")
    yield home
    home.close()


def choose(home: Household, **typed: str) -> bool:
    """What an administrator types on a page opened just now, by the short names of settings."""
    named = {f"RASPISMS_{name}": text for name, text in typed.items()}
    seen = settings.version(home.engine.config, named)
    return settings.change(home.engine, home.admin, named, named, seen)


def stored(home: Household) -> dict[str, str]:
    return settings.stored_in(home.folder / sqlite.DATABASE)


@contextmanager
def restarted(home: Household) -> Iterator[Engine]:
    """A second program on the same folder, in its application context."""
    app = make_app(home.folder, RASPISMS_SECRET_KEY="k" * 32)
    with app.app_context():
        yield app.extensions["raspisms"]
        db.engine.dispose()


def put(name: str, value: str) -> None:
    with writing() as session:
        session.add(HouseholdSetting(name=name, value=value, changed_at=clock.now()))


def test_a_choice_holds_at_once_and_after_a_start(home: Household) -> None:
    with home.app.app_context():
        assert choose(home, COUNTRY="be", HOLD_AFTER_HOURS="1.5", TIMEZONE="Indian/Reunion")
        config = home.engine.config
        assert (config.country, config.timezone) == ("BE", ZoneInfo("Indian/Reunion"))
        assert home.engine.hold_after.total_seconds() == 5400
        assert str(config.sources[COUNTRY]) == "the settings page"
    with restarted(home) as again:
        assert again.config.country == "BE"


def test_only_what_differs_from_the_default_is_stored(home: Household) -> None:
    with home.app.app_context():
        choose(home, COUNTRY="BE", OVH_CALLS_PER_MINUTE="60")
        assert stored(home) == {COUNTRY: "BE"}
        choose(home, COUNTRY="")
        assert stored(home) == {}
        assert home.engine.config.country == "FR"


def test_each_change_is_in_the_journal_and_nothing_else(home: Household) -> None:
    with home.app.app_context():
        assert choose(home, COUNTRY="BE", OVH_CALLS_PER_MINUTE="60")
        assert not choose(home, COUNTRY="BE")
        about = select(JournalEntry).where(JournalEntry.action.startswith("setting."))
        entries = db.session.scalars(about).all()
        assert [(one.action, one.actor, one.subject, one.details) for one in entries] == [
            ("setting.changed", "Ana", COUNTRY, {"before": "FR", "after": "BE"})
        ]


def test_nothing_is_stored_where_one_value_cannot_be_used(home: Household) -> None:
    with home.app.app_context():
        with pytest.raises(InvalidForm) as refused:
            choose(home, COUNTRY="BE", HOLD_AFTER_HOURS="soon", QUIET_START_MINUTES="-1")
        fields = [problem.field for problem in refused.value.problems]
        assert fields == ["hold_after_hours", "quiet_start_minutes"]
        assert stored(home) == {}
        assert home.engine.config.country == "FR"


def test_who_saves_second_is_told_unless_nothing_that_they_see_was_changed(
    home: Household,
) -> None:
    with home.app.app_context():
        seen = settings.version(home.engine.config, [COUNTRY])
        choose(home, HOLD_AFTER_HOURS="2")
        assert settings.change(home.engine, home.admin, {COUNTRY: "BE"}, [COUNTRY], seen)
        with pytest.raises(Conflict):
            settings.change(home.engine, home.admin, {COUNTRY: "CH"}, [COUNTRY], seen)
        assert home.engine.config.country == "BE"


def test_what_the_environment_fixes_stays_so(tmp_path: Path) -> None:
    home = Household(tmp_path / "instance", RASPISMS_COUNTRY="CH")
    with home.app.app_context():
        put(COUNTRY, "BE")
        settings.follow(home.engine)
        assert home.engine.config.country == "CH"
        with pytest.raises(InvalidForm, match="It is set elsewhere now"):
            choose(home, COUNTRY="FR")


@pytest.mark.parametrize("text", ["Narnia", "", "B" * 100_000])
def test_a_stored_text_that_cannot_be_used_keeps_nothing_from_starting(
    home: Household, text: str
) -> None:
    with home.app.app_context():
        put(COUNTRY, text)
        put("RASPISMS_OF_A_NEWER_VERSION", "1")
        put("RASPISMS_SECRET_KEY", "not to be had from here")
    with restarted(home) as again:
        assert again.config.country == "FR"
        assert str(again.config.sources[COUNTRY]) == "the default"
        (warning,) = again.config.warnings
        assert "The default holds." in str(warning)
        assert len(str(warning)) < 500


def test_another_process_notices_by_itself_with_its_next_page_or_job(home: Household) -> None:
    with restarted(home) as other:
        with home.app.app_context():
            phone = home.add_test_phone()
            bucket = other.bucket(phone)
            choose(home, OVH_CALLS_PER_MINUTE="6")
        assert other.config.ovh_calls_per_minute == 60
        settings.follow(other)
        assert other.config.ovh_calls_per_minute == 6
        assert bucket.calls_per_minute() == pytest.approx(6)


def test_the_process_with_the_jobs_notices_within_moments(home: Household) -> None:
    with home.app.app_context(), home.jobs():
        with restarted(home) as other:
            member = db.session.get_one(Member, home.admin_id)
            seen = settings.version(other.config, [COUNTRY])
            assert settings.change(other, member, {COUNTRY: "BE"}, [COUNTRY], seen)
        eventually(lambda: home.engine.config.country == "BE", within=10)


def test_a_backup_that_was_missed_is_made_as_the_jobs_start(home: Household) -> None:
    with home.app.app_context():
        with writing():
            home.admin.created_at = clock.now() - timedelta(days=2)
        with home.jobs():
            eventually(lambda: backup_folder.listing(home.folder), within=10)
    (made,) = backup_folder.listing(home.folder)
    assert made.kind == backup_folder.AUTOMATIC


def test_settings_are_read_anew_only_where_something_was_committed(home: Household) -> None:
    reads = []
    with home.app.app_context():
        settings.follow(home.engine)
        home.engine.follow(lambda: reads.append(1) or {})
        assert reads == []
        choose(home, COUNTRY="BE")
        home.add_test_phone()
        home.engine.follow(lambda: reads.append(1) or {COUNTRY: "BE"})
        assert reads == [1]


def test_nothing_is_chosen_where_there_is_no_database_or_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / sqlite.DATABASE
    assert settings.stored_in(path) == {}
    assert not path.exists()
    path.touch()
    assert settings.stored_in(path) == {}


def test_what_was_dismissed_stays_so(home: Household) -> None:
    with home.app.app_context():
        assert not settings.is_dismissed("first steps")
        settings.dismiss("first steps")
        settings.dismiss("first steps")
        assert settings.is_dismissed("first steps")
        assert not settings.is_dismissed("something else")


def test_after_a_start_nothing_is_sent_until_the_quiet_is_over_but_all_else_goes_on(
    simulator: Simulator, tmp_path: Path
) -> None:
    home = Household(
        tmp_path / "quiet", **settings_for(simulator, RASPISMS_QUIET_START_MINUTES="30")
    )
    with home.app.app_context():
        phone = home.add_ovh_phone()
        message_id = home.write(phone.id)
        assert not home.engine.quiet_start.left()  # this process does no jobs yet
        with home.jobs():
            simulator.answer(PEER, account.NUMBER, "Allô")
            eventually(lambda: conversations.unread_count(home.admin) == 1)
            assert timedelta(minutes=29) < home.engine.quiet_start.left() < timedelta(minutes=30)
            assert home.message(message_id).status == Status.PENDING
            assert not simulator.ledger.jobs
            settings.end_quiet_start(home.engine, home.admin)
            eventually(lambda: home.message(message_id).status == Status.SENT)
    home.close()


def test_a_longer_quiet_holds_from_the_next_start_on_and_a_shorter_one_at_once() -> None:
    quiet = QuietStart()
    quiet.begin(10)
    quiet.begin(20)
    quiet.shorten(30)
    assert timedelta(minutes=9) < quiet.left() <= timedelta(minutes=10)
    quiet.shorten(5)
    assert timedelta(minutes=4) < quiet.left() <= timedelta(minutes=5)
    quiet.shorten(0)
    assert not quiet.left()
