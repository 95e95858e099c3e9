"""How the household's RaspiSMS itself is doing, beside its phones."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import text

from raspisms.errors import Text, say
from raspisms.messaging import automatic_backups, backup_folder, self_call
from raspisms.messaging.diagnosis import Fact, Part
from raspisms.messaging.engine import Engine
from raspisms.messaging.public_reach import reachable_from_internet
from raspisms.messaging.transactions import reading

#: A backup may still be under way, or be tried again, so long after its hour.
_PATIENCE = timedelta(hours=2)


def of(engine: Engine, now: datetime, *, is_scheduled: bool) -> list[Part]:
    """Database, address, who does the jobs (``is_scheduled``: whether anybody does), backups.

    Reads the whole database, and calls our own address where it is a public one.
    """
    return [_database(), _address(engine), _jobs(is_scheduled), _backups(engine, now)]


def _database() -> Part:
    title = say("Database")
    said = reading().execute(text("PRAGMA quick_check(1)")).scalar()
    reading().rollback()
    if said == "ok":
        return Part("database", title, "ok", say("It can be read, and is whole."))
    advice = say("Restore a backup: raspisms restore")
    return Part("database", title, "error", say("It is damaged: %(said)s", said=said), (advice,))


def _address(engine: Engine) -> Part:
    url = engine.config.public_url
    title, host = say("Public address"), urlsplit(url or "").hostname or ""
    if not url:
        words = say("None is set: RaspiSMS is used within the home network, and no provider calls.")
        return Part("address", title, "off", words)
    if not reachable_from_internet(url):
        words = say("%(host)s only works inside your home network.", host=host)
        return Part("address", title, "off", words)
    if urlsplit(url).scheme != "https":
        advice = say("Give RaspiSMS a public address with https in the settings.")
        words = say("%(host)s is not one with https, which providers want.", host=host)
        return Part("address", title, "waiting", words, (advice,))
    found = self_call.in_words(self_call.attempt(engine.outbound, url))
    return Part("address", title, "ok", say("It is on %(host)s.", host=host), (found,))


def _jobs(is_scheduled: bool) -> Part:
    title = say("Sending and receiving")
    if is_scheduled:
        return Part("jobs", title, "ok", say("RaspiSMS runs, and does so."))
    advice = say("Start it with: raspisms serve")
    return Part("jobs", title, "error", say("RaspiSMS does not run: nothing is sent."), (advice,))


def _backups(engine: Engine, now: datetime) -> Part:
    last = backup_folder.last_automatic(engine.config.instance_path, now)
    level, words, advice = _of_backups(engine, now)
    fact = Fact("last_backup", say("Last automatic backup"), last.made_at if last else None)
    return Part("backups", say("Automatic backups"), level, words, advice, (fact,))


def _of_backups(engine: Engine, now: datetime) -> tuple[str, Text, tuple[Text, ...]]:
    if engine.config.backup_hour is None:
        return "off", say("They are switched off."), ()
    due = automatic_backups.is_due
    if due(engine, now) and due(engine, now - _PATIENCE):
        advice = say("Look at the page with the backups, and at the room on the disk.")
        return "error", say("The last one is missing."), (advice,)
    return "ok", say("One is made each day at which something was written."), ()
