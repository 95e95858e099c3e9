"""The least that a callback can cost: look up, store, update, commit durably, answer."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, request

_local = threading.local()


def create_app(database: Path) -> Flask:
    """A Flask application with the one endpoint, on a database of RaspiSMS's own schema."""
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/healthz", view_func=lambda: "ok\n", endpoint="healthz")
    app.add_url_rule("/callback/<token>/status", view_func=_view(database), endpoint="status")
    return app


def _view(database: Path) -> Callable[[str], Response]:
    def status(token: str) -> Response:
        connection = _connection(database)
        row = connection.execute(
            "SELECT service FROM phone WHERE callback_token = ?", (token,)
        ).fetchone()
        if row is None:
            abort(404)
        _take(connection, row[0], request.args.to_dict())
        return Response("OK", mimetype="text/plain")

    return status


def _take(connection: sqlite3.Connection, service: str, values: dict[str, Any]) -> None:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    connection.execute("BEGIN IMMEDIATE")
    (message,) = connection.execute(
        "SELECT id FROM message WHERE service = ? AND provider_uid = ? AND direction = 'out'",
        (service, values["id"]),
    ).fetchone()
    connection.execute(
        "INSERT INTO receipt (service, provider_uid, state, reason, source, raw, received_at,"
        " message_id) VALUES (?, ?, 'delivered', '', 'callback', ?, ?, ?)",
        (service, values["id"], urlencode(values), now, message),
    )
    connection.execute(
        "UPDATE message SET status = 'delivered', final_at = ? WHERE id = ?", (now, message)
    )
    connection.execute("COMMIT")


def _connection(database: Path) -> sqlite3.Connection:
    """One connection for each thread, as durable as RaspiSMS's."""
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(database, isolation_level=None, timeout=10)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            _local.connection.execute(f"PRAGMA {pragma}")
    connection: sqlite3.Connection = _local.connection
    return connection
