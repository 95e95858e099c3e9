"""The real application, made quickly: what is the same each time is made once in each process."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from raspisms import create_app, migrations, sqlite


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
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_kept()))
    return app


@cache
def _kept() -> Path:
    """A folder with an empty database of the newest schema, and what Jinja compiles."""
    folder = Path(tempfile.mkdtemp(prefix="raspisms-tests-"))
    atexit.register(shutil.rmtree, folder)
    migrations.upgrade(folder / sqlite.DATABASE, folder / "backups")
    return folder
