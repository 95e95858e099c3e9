"""What administrators choose for the household on pages: settings, and what was dismissed.

Stored are only choices that differ from the default, as text that the parsers of
``raspisms.config`` read. What the environment or a file says stands above them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from raspisms import clock, sqlite
from raspisms.config import Config
from raspisms.errors import Conflict, Invalid, InvalidForm, say
from raspisms.messaging import gates, journal, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.machine import storage_fault
from raspisms.messaging.transactions import reading, writing
from raspisms.models import HouseholdSetting, Member
from raspisms.settings_table import Setting, by_name

#: What says when messages may leave: those that wait for that are looked at anew with each change.
_HOURS = frozenset(
    {
        "RASPISMS_TIMEZONE",
        "RASPISMS_COUNTRY",
        "RASPISMS_QUIET_HOURS",
        "RASPISMS_QUIET_HOURS_FOR",
    }
)


def follow(engine: Engine) -> None:
    """Have ``engine`` work by what is chosen now, also where another process stored it.

    Every page and every job begins with it: see ``Engine.follow`` for what that costs.
    """
    engine.follow(_chosen_now)


def follow_where_possible(engine: Engine) -> None:
    """The same for a page, which must not fail for it.

    A fault of the machine leaves in force what was: a page that needs the database meets it too.
    """
    try:
        follow(engine)
    except DBAPIError as error:
        reading().rollback()
        if storage_fault(error) is None:
            raise


def version(config: Config, names: Iterable[str]) -> str:
    """A mark of the values in force of some settings: another once any of them is changed."""
    values = [f"{name}={_written(config, by_name(name))}" for name in names]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


def change(
    engine: Engine, member: Member, typed: Mapping[str, str], names: Iterable[str], seen: str
) -> bool:
    """Choose values for settings by full name; an empty one goes back to the default.

    ``seen``: the ``version`` of ``names`` when the form was shown. Whether anything changed.
    Raises InvalidForm with a problem for each value at fault, and Conflict where somebody else
    changed any of ``names`` meanwhile; nothing is stored then.
    """
    wanted = _read(engine.config, typed)
    with writing() as session:
        engine.follow(lambda: _chosen(session))  # whoever writes is alone: this stays true
        config = engine.config
        if version(config, names) != seen:
            raise _overtaken()
        changed = {
            setting: value
            for setting, value in wanted.items()
            if value != getattr(config, setting.attribute)
        }
        for setting, value in changed.items():
            _store(session, setting, value)
            journal.note(
                session,
                member,
                "setting.changed",
                setting.name,
                before=setting.show(getattr(config, setting.attribute)),
                after=setting.show(value),
            )
    follow(engine)
    if any(setting.name in _HOURS for setting in changed):
        gates.look_again_at_hours()
    return bool(changed)


def end_quiet_start(engine: Engine, member: Member) -> None:
    """Send from now on, though the quiet time after the start is not over."""
    with writing() as session:
        journal.note(session, member, "setting.quiet_start_ended", "")
    engine.quiet_start.end()
    signals.committed.send(engine)


def stored_in(database: Path) -> dict[str, str]:
    """What is chosen in a database that nobody has opened; nothing where there is none.

    Raises StorageError where the machine cannot read it.
    """
    if not database.exists():
        return {}
    engine = create_engine(sqlite.url(database))
    try:
        with engine.connect() as connection:
            known = inspect(connection).has_table(HouseholdSetting.__tablename__)
            return _chosen(connection) if known else {}
    except DBAPIError as error:
        raise storage_fault(error) or error from error
    finally:
        engine.dispose()


def is_dismissed(what: str) -> bool:
    """Whether an administrator wants to see something no more."""
    return reading().get(HouseholdSetting, _dismissal(what)) is not None


def dismiss(what: str) -> None:
    """Show something no more."""
    with writing() as session:
        session.merge(HouseholdSetting(name=_dismissal(what), value="1", changed_at=clock.now()))


def _dismissal(what: str) -> str:
    return f"dismissed:{what}"


def _read(config: Config, typed: Mapping[str, str]) -> dict[Setting, object]:
    """The values of what was typed. Raises InvalidForm."""
    values: dict[Setting, object] = {}
    problems: list[Invalid] = []
    for name, text in typed.items():
        setting = by_name(name)
        try:
            _refuse_fixed(config, setting)
            values[setting] = setting.read(text)
        except Invalid as problem:
            problems.append(problem)
    if problems:
        raise InvalidForm(problems)
    return values


def _refuse_fixed(config: Config, setting: Setting) -> None:
    if config.is_fixed(setting):
        raise Invalid(
            say(
                "It is set elsewhere now (%(source)s), which this page cannot change.",
                source=config.sources[setting.name],
            ),
            say(
                "To change it here, remove %(name)s there and start RaspiSMS again.",
                name=setting.name,
            ),
            field=setting.attribute,
        )


def _overtaken() -> Conflict:
    return Conflict(
        say("Somebody else changed these settings while you had them open."),
        say(
            "Both are shown: what you typed, and what holds now. Save again to use what you typed."
        ),
    )


def _store(session: Session, setting: Setting, value: object) -> None:
    """Keep a choice; one that is the default needs no row, and follows it for ever."""
    session.execute(delete(HouseholdSetting).where(HouseholdSetting.name == setting.name))
    if value != setting.read(""):
        text = setting.write(value)
        session.add(HouseholdSetting(name=setting.name, value=text, changed_at=clock.now()))


def _written(config: Config, setting: Setting) -> str:
    return setting.write(getattr(config, setting.attribute))


def _chosen_now() -> dict[str, str]:
    reading().rollback()  # what was read before may be older than what was committed
    return _chosen(reading())


def _chosen(session: Session | Connection) -> dict[str, str]:
    rows = session.execute(select(HouseholdSetting.name, HouseholdSetting.value))
    return {row.name: row.value for row in rows}
