"""The real application, made quickly: what is the same each time is made once in each process."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from sqlite3 import Connection
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, RuleFactory

from raspisms import bare_application, create_app, migrations, sqlite
from raspisms.extensions import db
from raspisms.models import Base


def make_app(folder: Path, **settings: object) -> Flask:
    """The application on ``folder``, as ``create_app`` makes it at the first start there.

    ``settings`` go by their full names. The folder may have a database already.
    """
    database = folder / sqlite.DATABASE
    if not database.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_kept() / sqlite.DATABASE, database)
    app = create_app({"RASPISMS_INSTANCE_PATH": folder, **settings})
    # Half of what a page costs the first time is the compilation of its templates.
    app.jinja_env.bytecode_cache = _Compiled()
    with app.app_context():
        db.engine._compiled_cache = _statements
        event.listen(db.engine, "connect", _spare_the_disk)
    return app


def _spare_the_disk(connection: Connection, _record: object) -> None:
    """Let a commit not wait for the disk: no power fails here, and there are tens of thousands.

    What is killed here are processes, and what they wrote is then with the system.
    """
    connection.execute("PRAGMA synchronous = OFF")


@cache
def _kept() -> Path:
    """A folder with an empty database of the newest schema."""
    folder = Path(tempfile.mkdtemp(prefix="raspisms-tests-"))
    atexit.register(shutil.rmtree, folder)
    migrations.upgrade(folder / sqlite.DATABASE, folder / "backups")
    return folder


class _Compiled(BytecodeCache):
    """What Jinja compiled, by template and content."""

    codes: dict[tuple[str, str], CodeType] = {}  # noqa: RUF012 - shared on purpose

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


class _Addresses(Map):
    """The addresses of any household, in one map: most of what one costs."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[Any, ...]] = set()

    def add(self, rulefactory: RuleFactory) -> None:
        """Add what no household before had."""
        for rule in rulefactory.get_rules(self):
            same = (rule.rule, rule.endpoint, frozenset(rule.methods or ()), repr(rule.defaults))
            if same not in self._known:
                self._known.add(same)
                super().add(rule)


_addresses = _Addresses()
bare_application._Flask.url_map_class = lambda *_, **__: _addresses  # type: ignore[assignment, misc, return-value]

# The steps of the schema are looked for, and read, once.
migrations._ladder = cache(migrations._ladder)


class _Statements(LRUCache[Any, Any]):
    """What SQLAlchemy compiled, for the engine of any household: they speak the same dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_statements = _Statements(5000)
for _mapper in Base.registry.mappers:
    _mapper._compiled_cache = _Statements(100)  # for what is inserted and changed
