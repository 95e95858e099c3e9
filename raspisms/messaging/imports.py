"""Imports of contacts: a file is read, shown line by line, and only then imported, or not.

States: "uploaded" while the file is stored, "reading" (or "local", where a command reads it and no
job), "ready" with its preview, "importing", then "done"; or "failed" where it cannot be read, or
"discarded". What a job has to do is read from the state, so that it goes on after whatever ended
it.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Conflict, Invalid, NotFound, Text, say
from raspisms.messaging import (
    address_changes,
    groups,
    import_applying,
    import_files,
    import_reading,
    signals,
)
from raspisms.messaging.address_changes import Undone
from raspisms.messaging.engine import Engine
from raspisms.messaging.import_choices import Choices, Existing
from raspisms.messaging.transactions import reading, writing
from raspisms.models import ContactImport, Member
from raspisms.sms.files import source
from raspisms.sms.files.limits import SAMPLE
from raspisms.sms.names import clean_name

#: What was read is forgotten after this, and so is the file of an import that nobody finished.
KEPT = timedelta(days=7)
#: What is still being stored after this never will be: the machine went off meanwhile.
_STORED_WITHIN = timedelta(hours=1)
#: Files that wait to be imported, at most: each may take 50 MB.
MOST_OPEN = 20
_OPEN = ("uploaded", "reading", "local", "ready", "importing")
_TO_DO = ("reading", "importing")
_MOST_LISTED = 50
_LONGEST_NAME = 200


def add(
    engine: Engine, member: Member | None, name: str, stream: IO[bytes], language: str = "fr"
) -> int:
    """Take a file to be read; the number of its import.

    Raises Invalid (file) for one that is empty, too large or no text, Conflict where too many wait,
    and StorageError where there is no room.
    """
    import_id = _take(engine, member, name, stream, Choices(language=language), "reading")
    signals.imports_wanted.send(engine)
    return import_id


def read_now(
    engine: Engine, name: str, stream: IO[bytes], existing: Existing, language: str
) -> int:
    """Take a file and read it here, whether or not anybody does the jobs. Raises as ``add`` does.

    The import is ready then, or has failed.
    """
    choices = Choices(existing=existing, language=language)
    import_id = _take(engine, None, name, stream, choices, "local")
    import_reading.read(engine, import_id, "local")
    return import_id


def get(import_id: int) -> ContactImport:
    """Raises NotFound where there is none (any more)."""
    return _one(reading(), import_id)


def recent() -> Sequence[ContactImport]:
    """The latest imports, the newest first."""
    record = ContactImport
    query = select(record).where(record.state.not_in(("uploaded", "discarded")))
    return reading().scalars(query.order_by(record.id.desc()).limit(_MOST_LISTED)).all()


def choose(engine: Engine, import_id: int, **changed: Any) -> None:
    """Have the file read anew by other choices. Raises NotFound, and Conflict once it is done."""
    with writing() as session:
        record = _one(session, import_id)
        if record.state not in ("ready", "reading", "failed"):
            raise _too_late()
        record.choices = Choices.of(record.choices).once_more(**changed).stored()
        record.state, record.done, record.problem, record.found = "reading", 0, None, {}
        record.finished_at = None
    signals.imports_wanted.send(engine)


def begin(
    engine: Engine,
    member: Member | None,
    import_id: int,
    group_id: int | None = None,
    new_group: str = "",
) -> None:
    """Have an import done, and all of it put into a group where one is named.

    Raises NotFound, Conflict where it is not ready, and Invalid (group, new_group).
    """
    group_id, new_group = _group(group_id, new_group)
    with writing() as session:
        record = _one(session, import_id)
        if record.state != "ready":
            raise _too_late()
        chosen = Choices.of(record.choices).stored() | {"group": group_id, "new_group": new_group}
        record.choices, record.state = chosen, "importing"
        record.member_id = member.id if member else None
    signals.imports_wanted.send(engine)


def discard(engine: Engine, import_id: int) -> None:
    """Give a file up; nothing of it is kept. Raises NotFound, and Conflict once it is imported."""
    with writing() as session:
        record = _one(session, import_id)
        if record.state not in (*_OPEN[:-1], "failed", "discarded"):
            raise _too_late()
        record.state, record.finished_at = "discarded", clock.now()
    _forget(engine, import_id)


def undo(import_id: int) -> Undone:
    """Bring the address book back to what it was before an import, as far as nobody changed it.

    Raises NotFound, also where that is not kept any more, and Conflict where it was undone.
    """
    record = get(import_id)
    if record.change_id is None:
        raise _too_late() if record.state != "done" else _gone()
    return address_changes.undo(record.change_id)


def waiting() -> Sequence[int]:
    """The imports for which there is something to do."""
    query = select(ContactImport.id).where(ContactImport.state.in_(_TO_DO))
    return reading().scalars(query.order_by(ContactImport.id)).all()


def work(engine: Engine, import_id: int) -> None:
    """Do what is to be done for an import: read its file, or import what was read."""
    import_reading.read(engine, import_id)
    import_applying.apply(engine, import_id)


def forget_old(engine: Engine, now: datetime) -> None:
    """Forget imports after a while, those that a power cut left half stored or half given up, and
    files of none; nothing is written where there is none.
    """
    record = ContactImport
    half_stored = and_(record.state == "uploaded", record.created_at < now - _STORED_WITHIN)
    gone = or_(record.created_at < now - KEPT, half_stored, record.state == "discarded")
    for import_id in reading().scalars(select(record.id).where(gone)).all():
        _forget(engine, import_id)
    # The files first: one that is stored meanwhile, by another process, is none of these.
    files = import_files.stored(engine.config.instance_path)
    reading().rollback()
    left = reading().scalars(select(record.id).where(record.state.in_(_OPEN))).all()
    import_files.forget_all_but(left, files)


def _take(
    engine: Engine,
    member: Member | None,
    name: str,
    stream: IO[bytes],
    choices: Choices,
    state: str,
) -> int:
    import_files.size_of(stream)
    source.refuse_binary(stream.read(SAMPLE))
    stream.seek(0, os.SEEK_SET)
    import_id = _begin(member, name, choices)
    try:
        size = import_files.keep(engine.config.instance_path, import_id, stream)
        with writing() as session:
            record = _one(session, import_id)
            record.state, record.size = state, size
    except BaseException:  # also where the process is told to end: nobody would see this import
        _forget(engine, import_id)
        raise
    return import_id


def _begin(member: Member | None, name: str, choices: Choices) -> int:
    now = clock.now()
    with writing() as session:
        open_ones = select(func.count()).where(ContactImport.state.in_(_OPEN))
        if session.scalars(open_ones).one() >= MOST_OPEN:
            raise Conflict(
                say("%(most)d files wait to be imported already.", most=MOST_OPEN),
                say("Import or discard some of them first."),
                field="file",
            )
        record = ContactImport(
            name=_file_name(name),
            state="uploaded",
            choices=choices.stored(),
            found={},
            done=0,
            size=0,
            member_id=member.id if member else None,
            created_at=now,
        )
        session.add(record)
        session.flush()
        return record.id


def _forget(engine: Engine, import_id: int) -> None:
    """An import, all that was read of it, and its file."""
    import_files.forget(engine.config.instance_path, import_id)
    import_reading.forget_rows(import_id)
    with writing() as session:
        record = session.get(ContactImport, import_id)
        if record is not None:
            session.delete(record)


def _group(group_id: int | None, new_group: str) -> tuple[int | None, str]:
    """The group to put all into; of a name that there is already, that one."""
    if new_group.strip():
        try:
            name = clean_name(new_group)
        except Invalid as error:
            raise Invalid(error.message, error.hint, field="new_group") from error
        group_id = groups.named([name]).get(name)
        if group_id is None:
            return None, name
    if group_id is not None:
        try:
            groups.require_list(groups.get(group_id))
        except (Invalid, NotFound) as error:
            raise Invalid(error.message, error.hint, field="group") from error
    return group_id, ""


def _file_name(name: str) -> str:
    """A file's name without folders, which some browsers send with it."""
    name = PurePath(name.replace("\\", "/")).name
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)
    return shown[:_LONGEST_NAME] or "?"


def _one(session: Session, import_id: int) -> ContactImport:
    record = session.get(ContactImport, import_id)
    if record is None:
        raise _gone()
    return record


def _gone() -> NotFound:
    return NotFound(
        say("There is no such import any more."),
        say("What was read of a file is kept for %(days)d days.", days=KEPT.days),
    )


def _too_late() -> Conflict:
    return Conflict(
        say("This is not possible any more: somebody has done something else with the import."),
        say("Look at it again."),
    )


def problem_of(record: ContactImport) -> tuple[Text, Text | None] | None:
    """Why a file cannot be read, and what to do."""
    stored = record.problem
    if stored is None:
        return None
    message, hint = stored["message"], stored["hint"]
    return (
        Text(message["msgid"], message["params"]),
        Text(hint["msgid"], hint["params"]) if hint else None,
    )
