"""The real application, made quickly: what is the same each time is made once in each process."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

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
    app.jinja_env.bytecode_cache = _Compiled()
    return app


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


_compile_builder = Rule._compile_builder
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What Werkzeug compiles for each address of each application, from these values alone.

    It is two thirds of what an application costs.
    """
    made_from = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if made_from not in _builders:
        _builders[made_from] = _compile_builder(rule, append_unknown)
    return _builders[made_from]


Rule._compile_builder = _builder  # type: ignore[method-assign]
