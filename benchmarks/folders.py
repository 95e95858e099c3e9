"""Instance folders to measure on: a household with one member, with or without a phone.

Run as a program, it prints the modules that RaspiSMS has loaded once it serves such a folder, at
another start than the first: ``python -m benchmarks.folders FOLDER [ADAPTER_UID]``.
"""

import importlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.processes import ROOT

OVH, TEST = "ovh_sms_virtual_number_adapter", "test_adapter"
KEY = "k" * 32
#: The only member.
NAME, PASSWORD = "Ana", "trois mots simples"
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
    from raspisms.messaging import members

    with household(path, api_url) as engine:
        members.create(NAME, PASSWORD, is_admin=True)
        return _add_phone(engine, adapter) if adapter else ""


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


@contextmanager
def household(path: Path, api_url: str = NOWHERE) -> Iterator[Any]:
    """RaspiSMS on a folder in this process, as its engine; without jobs."""
    from raspisms import create_app
    from raspisms.extensions import db

    app = create_app(settings(path, api_url))
    with app.app_context():
        yield app.extensions["raspisms"]
        db.session.remove()
        db.engine.dispose()


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
