"""A power cut while a file is read or imported: afterwards all of it is there, or nothing."""

import io

from sqlalchemy import func, select

from raspisms import sqlite
from raspisms.extensions import db
from raspisms.messaging import imports
from raspisms.models import AddressChange, Contact, ContactImportRow
from tests.household import Household, eventually
from tests.process import Served

LINES = 2000
FILE = "name,number,team\n" + "".join(
    f"Personne {n},0639{n:06d},{'équipe ' * 110}\n" for n in range(LINES)
)


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
    log = household.folder / f"{sqlite.DATABASE}-wal"
    before = log.stat().st_size if log.exists() else 0
    served.kill()
    imports.begin(household.engine, household.admin, import_id, new_group="Tous")
    db.session.remove()
    served.start()
    # Its transaction is longer than what is kept in memory before it is committed.
    eventually(lambda: log.exists() and log.stat().st_size > before + 500_000)
    served.kill()
    assert imports.get(import_id).state == "importing"
    assert (count(Contact), count(AddressChange)) == (0, 0)
    served.start()
    eventually(lambda: imports.get(import_id).state == "done")
    assert (count(Contact), count(AddressChange)) == (LINES, 1)
