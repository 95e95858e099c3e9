"""How a change of contacts is taken back: in a few statements, however many contacts it had.

Each step first sets aside the rows that cannot go back, because somebody has changed the contact
since or another one has the number; what is left of them then goes back.
"""

# ruff: noqa: S608 - the statements are made of constants of this module alone

from collections.abc import Sequence

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from raspisms.models import Contact
from raspisms.sms.names import sort_key

_PORTION = 500

_NEW = "r.change_id = :change AND r.before IS NULL"
_CHANGED = "r.change_id = :change AND r.before IS NOT NULL AND r.after IS NOT NULL"
_REMOVED = "r.change_id = :change AND r.after IS NULL"
#: Whether nobody has changed a contact; a group that is gone since is no change of it.
_SAME = """
  c.name = json_extract(r.after, '$.name')
  AND c.number = json_extract(r.after, '$.number')
  AND c.notes = json_extract(r.after, '$.notes')
  AND json(c.data) = json_extract(r.after, '$.data')
  AND NOT EXISTS (
    SELECT 1 FROM group_contact g WHERE g.contact_id = c.id
    AND g.group_id NOT IN (SELECT value FROM json_each(r.after, '$.groups'))
  )
"""
_NUMBER = "json_extract(r.before, '$.number')"
_INSTANT = "replace(replace(json_extract(r.before, '$.{}'), 'T', ' '), '+00:00', '')"
_CREATED, _UPDATED = _INSTANT.format("created_at"), _INSTANT.format("updated_at")

_FORGET_GONE = f"""
DELETE FROM address_change_row AS r WHERE {_NEW}
AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = r.contact_id)
"""
_LEAVE_NEW = f"""
DELETE FROM address_change_row AS r WHERE {_NEW}
AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = r.contact_id AND {_SAME})
"""
_TAKE_AWAY = f"""
DELETE FROM contact WHERE id IN (SELECT r.contact_id FROM address_change_row r WHERE {_NEW})
"""
_LEAVE_CHANGED = f"""
DELETE FROM address_change_row AS r WHERE {_CHANGED} AND (
  NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = r.contact_id AND {_SAME})
  OR EXISTS (SELECT 1 FROM contact o WHERE o.number = {_NUMBER} AND o.id <> r.contact_id)
)
"""
_RENAMED = f"""
SELECT r.contact_id, json_extract(r.before, '$.name') FROM address_change_row r
WHERE {_CHANGED} AND json_extract(r.before, '$.name') <> json_extract(r.after, '$.name')
"""
_CHANGE_BACK = f"""
UPDATE contact SET
  number = {_NUMBER},
  data = json_extract(r.before, '$.data'),
  notes = json_extract(r.before, '$.notes'),
  created_at = {_CREATED},
  updated_at = {_UPDATED}
FROM address_change_row r WHERE r.contact_id = contact.id AND {_CHANGED}
"""
_LEAVE_GROUPS = f"""
DELETE FROM group_contact WHERE EXISTS (
  SELECT 1 FROM address_change_row r WHERE r.contact_id = group_contact.contact_id AND {_CHANGED}
  AND group_contact.group_id NOT IN (SELECT value FROM json_each(r.before, '$.groups'))
) AND contact_id IN (SELECT r.contact_id FROM address_change_row r WHERE {_CHANGED})
"""
_LEAVE_REMOVED = f"""
DELETE FROM address_change_row AS r WHERE {_REMOVED}
AND EXISTS (SELECT 1 FROM contact c WHERE c.number = {_NUMBER})
"""
#: Under the old ids first, where they are free: SQLite may have given some of them again.
_BRING_BACK = f"""
INSERT INTO contact (id, name, name_key, number, data, notes, created_at, updated_at)
SELECT {{id}}, json_extract(r.before, '$.name'), json_extract(r.before, '$.name_key'), {_NUMBER},
  json_extract(r.before, '$.data'), json_extract(r.before, '$.notes'), {_CREATED}, {_UPDATED}
FROM address_change_row r WHERE {_REMOVED}
AND NOT EXISTS (SELECT 1 FROM contact c WHERE {{taken}})
ORDER BY r.contact_id
"""
_WITH_IDS = _BRING_BACK.format(id="r.contact_id", taken="c.id = r.contact_id")
_WITHOUT_IDS = _BRING_BACK.format(id="NULL", taken=f"c.number = {_NUMBER}")
#: Of all that went back; a group may be gone since.
_PUT_IN_GROUPS = f"""
INSERT OR IGNORE INTO group_contact (group_id, contact_id)
SELECT list.id, c.id FROM address_change_row r
JOIN contact c ON c.number = {_NUMBER}
JOIN json_each(r.before, '$.groups') held
JOIN contact_group list ON list.id = held.value AND list.rule IS NULL
WHERE r.change_id = :change AND r.before IS NOT NULL
"""
_FORGET = "DELETE FROM address_change_row WHERE change_id = :change"


def restore(session: Session, change_id: int) -> tuple[int, int]:
    """Take a change back; how many contacts are as before, and how many were left.

    What was kept of it is forgotten then. In this order a number is free again before the contact
    that had it comes back.
    """

    def run(statement: str) -> int:
        # The rows that a statement has made, changed or taken away.
        return session.execute(text(statement), {"change": change_id}).rowcount  # type: ignore[attr-defined, no-any-return]

    run(_FORGET_GONE)
    left = run(_LEAVE_NEW)
    restored = run(_TAKE_AWAY)
    left += run(_LEAVE_CHANGED)
    _rename(session, session.execute(text(_RENAMED), {"change": change_id}).all())
    restored += run(_CHANGE_BACK)
    run(_LEAVE_GROUPS)
    left += run(_LEAVE_REMOVED)
    restored += run(_WITH_IDS) + run(_WITHOUT_IDS)
    run(_PUT_IN_GROUPS)
    run(_FORGET)
    session.expire_all()
    return restored, left


def _rename(session: Session, names: Sequence[tuple[int, str]]) -> None:
    for start in range(0, len(names), _PORTION):
        values = [
            {"id": contact_id, "name": name, "name_key": sort_key(name)}
            for contact_id, name in names[start : start + _PORTION]
        ]
        session.execute(update(Contact), values)
