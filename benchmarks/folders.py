"""Instance folders to measure on: a household with a phone, with or without sent messages.

Run as a program, it prints the modules that RaspiSMS has loaded once it serves such a folder, at
another start than the first: ``python -m benchmarks.folders FOLDER [ADAPTER_UID]``.
"""

import importlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.processes import ROOT

OVH, TEST = "ovh_sms_virtual_number_adapter", "test_adapter"
KEY = "k" * 32
#: Long enough ago that the provider is asked about them only every five minutes.
_SENT = timedelta(hours=12)
#: Nobody listens there, so that a call ends at once.
NOWHERE = "http://127.0.0.1:9/1.0"


@contextmanager
def folder(parent: str | None) -> Iterator[Path]:
    """A folder for the time being, on the disk of ``parent``."""
    with TemporaryDirectory(prefix="raspisms-benchmark-", dir=parent) as path:
        yield Path(path)


def settings(path: Path, api_url: str = NOWHERE) -> dict[str, object]:
    """Settings that a household starts with: the defaults, and where things are."""
    return {
        "RASPISMS_INSTANCE_PATH": path,
        "RASPISMS_SECRET_KEY": KEY,
        "RASPISMS_OVH_API_URL": api_url,
    }


def prepare(path: Path, adapter: str | None = None, api_url: str = NOWHERE) -> str:
    """Make the database with one member and, where an adapter is named, one phone; its token."""
    from raspisms import create_app
    from raspisms.extensions import db
    from raspisms.messaging import members

    app = create_app(settings(path, api_url))
    with app.app_context():
        members.create("Ana", "mot de passe", is_admin=True)
        token = _add_phone(app.extensions["raspisms"], adapter) if adapter else ""
        db.session.remove()
        db.engine.dispose()
    return token


def _add_phone(engine: Any, adapter: str) -> str:
    from raspisms.messaging import phones
    from raspisms.messaging.phone_drafts import PhoneDraft

    draft = PhoneDraft("Maison", adapter, _fields(adapter))
    return phones.add(engine, draft, phones.new_token()).phone.callback_token


def _fields(adapter: str) -> Mapping[str, str]:
    from raspisms.simulator import account

    if adapter == TEST:
        return {"number": "+33639987777"}
    return {
        "number": account.NUMBER,
        "service_name": account.SERVICE,
        "app_key": account.APPLICATION_KEY,
        "app_secret": account.APPLICATION_SECRET,
        "consumer_key": account.CONSUMER_KEY,
    }


def add_sent(path: Path, count: int) -> list[str]:
    """Give the only phone ``count`` messages that were sent to as many people; their ids at OVH."""
    from raspisms import sqlite

    uids = [str(400_000_000 + number) for number in range(count)]
    connection = sqlite3.connect(path / sqlite.DATABASE)
    with connection:
        phone, service = connection.execute("SELECT id, service FROM phone").fetchone()
        for row, uid in enumerate(uids, start=1):
            _add_one(connection, row, phone, service, uid)
    connection.close()
    return uids


def _add_one(connection: sqlite3.Connection, row: int, phone: int, service: str, uid: str) -> None:
    peer = f"+336{row:08}"
    sent = (datetime.now(UTC) - _SENT).replace(tzinfo=None).isoformat(" ", "microseconds")
    connection.execute(
        "INSERT INTO conversation (id, phone_id, peer, last_message_id) VALUES (?, ?, ?, ?)",
        (row, phone, peer, row),
    )
    connection.execute(
        "INSERT INTO message (id, conversation_id, phone_id, direction, peer, body, segments,"
        " status, attempts, asked, service, provider_uid, credits, created_at, sent_at)"
        " VALUES (?, ?, ?, 'out', ?, 'Bonjour', 1, 'sent', 1, 0, ?, ?, 1, ?, ?)",
        (row, row, phone, peer, service, uid, sent, sent),
    )


def write_modules(adapter: str | None, file: Path) -> None:
    """Write the modules that RaspiSMS has loaded at rest with one phone of a kind, one a line."""
    with folder(None) as path:
        prepare(path)
        command = [sys.executable, "-m", "benchmarks.folders", str(path)]
        command += [adapter] if adapter else []
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    file.write_text(answer.stdout)


def _print_modules(path: Path, adapters: list[str]) -> None:
    for name in _PROGRAM:
        importlib.import_module(name)
    from raspisms import create_app
    from raspisms.adapters import registry

    create_app(settings(path)).test_client().get("/healthz")
    for adapter in adapters:
        registry.get(adapter)
    print("\n".join(sorted(n for n in sys.modules if n.partition(".")[0] not in _OURS)))


#: What ``raspisms serve`` is made of.
_PROGRAM = ("raspisms.cli.program", "raspisms.serving", "gunicorn.workers.gthread")
_OURS = {"__main__", "benchmarks"}


if __name__ == "__main__":
    _print_modules(Path(sys.argv[1]), sys.argv[2:])
