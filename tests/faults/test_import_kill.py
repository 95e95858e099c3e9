"""A power cut while a file is read or imported: afterwards all of it is there, or nothing."""

import io
import sqlite3
from contextlib import closing

from sqlalchemy import func, select, text

from raspisms import sqlite
from raspisms.extensions import db
from raspisms.messaging import imports
from raspisms.messaging.transactions import writing
from raspisms.models import AddressChange, Contact, ContactImportRow
from tests.household import Household, eventually
from tests.process import Served

LINES = 2000
FILE = "name,number,team\n" + "".join(
    f"Personne {n},0639{n:06d},{'équipe ' * 110}\n" for n in range(LINES)
)
#: As if the file had been so much longer, for an import that takes its time.
MORE = 60_000
_ADD_MORE = """
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :more)
  INSERT INTO contact_import_row
    (import_id, line, name, name_key, number, data, notes, verdict)
  SELECT :id, i, 'P' || i, 'p' || i, '+336' || (40000000 + i), '{}', '', 'new' FROM n
"""


def count(of: type) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(of)).one()


def test_all_or_nothing_is_imported(household: Household, served: Served) -> None:
    file = io.BytesIO(FILE.encode())
    import_id = imports.add(household.engine, household.admin, "membres.csv", file)
    served.start()
    eventually(lambda: 0 < imports.get(import_id).done < imports.get(import_id).size)
    served.kill()
    assert imports.get(import_id).state == "reading"
    assert 0 < count(ContactImportRow) < LINES
    served.start()
    eventually(lambda: imports.get(import_id).state == "ready")
    assert imports.get(import_id).found["counts"]["new"] == count(ContactImportRow) == LINES
    served.kill()
    with writing() as session:
        session.execute(text(_ADD_MORE), {"id": import_id, "more": MORE})
    imports.begin(household.engine, household.admin, import_id, new_group="Tous")
    db.session.remove()
    served.start()
    eventually(lambda: is_locked_for_long(household))
    served.kill()
    assert imports.get(import_id).state == "importing"
    assert (count(Contact), count(AddressChange)) == (0, 0)
    served.start()
    eventually(lambda: imports.get(import_id).state == "done")
    assert (count(Contact), count(AddressChange)) == (LINES + MORE, 1)


def is_locked_for_long(household: Household) -> bool:
    """Whether nobody else can write for a tenth of a second."""
    path = household.folder / sqlite.DATABASE
    with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False
