"""What is asked of the database while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from raspisms.extensions import db


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements, in their order; the list goes on growing within the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement.lstrip())

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def changes(asked: list[str]) -> list[str]:
    """Those that change something."""
    return [one for one in asked if not one.startswith(("SELECT", "WITH", "BEGIN", "PRAGMA"))]
