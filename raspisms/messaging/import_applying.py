"""An import as it is done: all of it in one transaction, from the rows of its preview.

The database does it with a few statements, so that it holds the lock for as short as it can be,
however many contacts there are. Contacts are looked at as they are now; what comes out otherwise
than in the preview is counted. ``import_merging`` says the same for one contact.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, bindparam, text
from sqlalchemy.orm import Session

from raspisms import clock, sqlite
from raspisms.messaging import import_files, journal
from raspisms.messaging.engine import Engine
from raspisms.messaging.import_choices import Choices
from raspisms.messaging.import_rows import VERDICTS
from raspisms.messaging.transactions import writing
from raspisms.models import AddressChange, ContactImport, Group, Member
from raspisms.models import group as group_queries
from raspisms.models.base import UtcDateTime
from raspisms.sms.names import sort_key

#: What a contact ``c`` becomes by a row ``r``: its name, name_key, data and notes. json_patch lets
#: the second of two objects win (https://www.sqlite.org/json1.html#jpatch).
_BECOMES = {
    "complete": (
        "c.name",
        "c.name_key",
        "json_patch(json_patch(c.data, r.data), c.data)",
        "CASE WHEN c.notes = '' THEN r.notes ELSE c.notes END",
    ),
    "replace": (
        "CASE WHEN r.name = '' THEN c.name ELSE r.name END",
        "CASE WHEN r.name = '' THEN c.name_key ELSE r.name_key END",
        "json_patch(c.data, r.data)",
        "CASE WHEN r.notes = '' THEN c.notes ELSE r.notes END",
    ),
}
#: Rows that are somebody: what they are worth was decided by the contacts.
_SOMEBODY = "r.import_id = :id AND (r.verdict <> 'skipped' OR r.reason = 'kept')"
_WRITTEN_DOWN = """
  json_object(
    'name', c.name, 'number', c.number, 'data', json(c.data), 'notes', c.notes,
    'groups', json((SELECT json_group_array(g.group_id) FROM group_contact g
                    WHERE g.contact_id = c.id)),
    'created_at', replace(c.created_at, ' ', 'T') || '+00:00',
    'updated_at', replace(c.updated_at, ' ', 'T') || '+00:00')
"""
_NEW_AGAIN = f"""
  UPDATE contact_import_row AS r SET verdict = 'new', reason = NULL, contact_id = NULL
  WHERE {_SOMEBODY} AND r.verdict <> 'new'
    AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.number = r.number)
"""  # noqa: S608 - of constants alone
_COUNT_MOVED = f"""
  SELECT count(*) FROM contact_import_row r JOIN contact c ON c.number = r.number
  WHERE {_SOMEBODY} AND r.verdict <> {{verdict}}
"""  # noqa: S608 - of constants alone
_JUDGE = f"""
  UPDATE contact_import_row AS r
  SET verdict = {{verdict}}, reason = {{reason}}, contact_id = c.id
  FROM contact c WHERE c.number = r.number AND {_SOMEBODY}
"""  # noqa: S608 - of constants alone
_KEEP_BEFORE = f"""
  INSERT INTO address_change_row (change_id, contact_id, before)
  SELECT :change, c.id, {_WRITTEN_DOWN}
  FROM contact_import_row r JOIN contact c ON c.id = r.contact_id
  WHERE {_SOMEBODY} AND (r.verdict = 'changed' OR (:group IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM group_contact g WHERE g.group_id = :group AND g.contact_id = c.id)))
  ORDER BY r.line, r.id
"""  # noqa: S608 - of constants alone
_CHANGE = """
  UPDATE contact AS c
  SET name = {name}, name_key = {name_key}, data = {data}, notes = {notes}, updated_at = :now
  FROM contact_import_row r
  WHERE r.import_id = :id AND r.verdict = 'changed' AND r.contact_id = c.id
"""
#: What an earlier version has read has no key where there is no name.
_ADD = """
  INSERT INTO contact (name, name_key, number, data, notes, created_at, updated_at)
  SELECT coalesce(nullif(r.name, ''), nullif(r.name_key, ''), r.number),
         coalesce(nullif(r.name_key, ''), r.number),
         r.number, r.data, r.notes, :now, :now
  FROM contact_import_row r WHERE r.import_id = :id AND r.verdict = 'new' ORDER BY r.line, r.id
"""
_PUT_IN_GROUP = f"""
  INSERT OR IGNORE INTO group_contact (group_id, contact_id)
  SELECT :group, c.id FROM contact_import_row r JOIN contact c ON c.number = r.number
  WHERE {_SOMEBODY} AND :group IS NOT NULL
"""  # noqa: S608 - of constants alone
_KEEP_ADDED = f"""
  INSERT INTO address_change_row (change_id, contact_id, after)
  SELECT :change, c.id, {_WRITTEN_DOWN}
  FROM contact_import_row r JOIN contact c ON c.number = r.number
  WHERE r.import_id = :id AND r.verdict = 'new' ORDER BY r.line, r.id
"""  # noqa: S608 - of constants alone
_KEEP_AFTER = f"""
  UPDATE address_change_row AS a SET after = {_WRITTEN_DOWN}
  FROM contact c WHERE c.id = a.contact_id AND a.change_id = :change AND a.before IS NOT NULL
"""  # noqa: S608 - of constants alone
_COUNTS = """
  SELECT verdict, count(*) FROM contact_import_row WHERE import_id = :id GROUP BY verdict
"""


def apply(engine: Engine, import_id: int) -> None:
    """Do an import that somebody wants done: all of it or, whatever happens, nothing."""
    with writing() as session:
        record = session.get(ContactImport, import_id)
        if record is None or record.state != "importing":
            return
        with sqlite.much_memory(session.connection()):
            _Applying(session, record).run()
    import_files.forget(engine.config.instance_path, import_id)


@dataclass
class _Applying:
    session: Session
    record: ContactImport

    def run(self) -> None:
        now, choices = clock.now(), Choices.of(self.record.choices)
        member = self.session.get(Member, self.record.member_id) if self.record.member_id else None
        change = self._change(member)
        group = _group(self.session, member, choices)
        self.values: dict[str, Any] = {
            **{"id": self.record.id, "change": change.id, "now": now},
            "group": group.id if group else None,
        }
        moved = self._judge(choices)
        before = self._do(_KEEP_BEFORE)
        if choices.existing != "keep":
            names = ("name", "name_key", "data", "notes")
            self._do(_CHANGE.format(**dict(zip(names, _BECOMES[choices.existing], strict=True))))
        self._do(_ADD)
        grouped = self._do(_PUT_IN_GROUP)
        self._do(_KEEP_ADDED)
        self._do(_KEEP_AFTER)
        done = dict.fromkeys(VERDICTS, 0)
        done.update(self.session.execute(text(_COUNTS), {"id": self.record.id}).all())
        imported = done["new"] + done["changed"]
        change.count = imported or before
        if before and not imported:
            change.kind = "grouping"
        self.record.found = self.record.found | {
            **{"counts": done, "moved": moved, "grouped": grouped},
            "group": [group.id, group.name] if group else None,
        }
        self.record.state, self.record.finished_at = "done", now
        self.record.change_id = change.id
        journal.note(
            self.session,
            member,
            "contacts.imported",
            self.record.name,
            **{"added": done["new"], "updated": done["changed"], "skipped": done["skipped"]},
        )

    def _change(self, member: Member | None) -> AddressChange:
        change = AddressChange(
            kind="import",
            subject=self.record.name,
            count=0,
            at=clock.now(),
            member_id=member.id if member else None,
        )
        self.session.add(change)
        self.session.flush()
        return change

    def _judge(self, choices: Choices) -> int:
        """Say anew of each row what becomes of it; how many come out otherwise than before."""
        verdict, reason = _verdict(choices)
        moved = self._do(_NEW_AGAIN)
        count = self.session.scalar(
            text(_COUNT_MOVED.format(verdict=verdict)), {"id": self.record.id}
        )
        self._do(_JUDGE.format(verdict=verdict, reason=reason))
        return moved + int(count or 0)

    def _do(self, statement: str) -> int:
        """How many rows a statement has written."""
        wanted = text(statement)
        if ":now" in statement:
            wanted = wanted.bindparams(bindparam("now", type_=UtcDateTime()))
        names = [name for name in self.values if f":{name}" in statement]
        result = self.session.execute(wanted, {name: self.values[name] for name in names})
        return result.rowcount if isinstance(result, CursorResult) else 0


def _verdict(choices: Choices) -> tuple[str, str]:
    """As SQL: what becomes of a row whose number is a contact's, and why."""
    name, _, data, notes = _BECOMES["complete" if choices.existing == "complete" else "replace"]
    differs = f"{name} <> c.name OR {data} <> json(c.data) OR {notes} <> c.notes"
    if choices.existing == "keep":
        return (
            f"CASE WHEN {differs} THEN 'skipped' ELSE 'same' END",
            f"CASE WHEN {differs} THEN 'kept' END",
        )
    return f"CASE WHEN {differs} THEN 'changed' ELSE 'same' END", "NULL"


def _group(session: Session, member: Member | None, choices: Choices) -> Group | None:
    """The list that all go into, made where it is new; one that is gone by now is none."""
    if choices.new_group:
        found = session.scalars(group_queries.by_name(sort_key(choices.new_group))).one_or_none()
        if found is None:
            now = clock.now()
            found = Group(
                name=choices.new_group,
                name_key=sort_key(choices.new_group),
                created_at=now,
                updated_at=now,
            )
            session.add(found)
            session.flush()
            journal.note(session, member, "group.added", choices.new_group)
    else:
        found = session.get(Group, choices.group) if choices.group is not None else None
    return found if found is not None and found.rule is None else None
