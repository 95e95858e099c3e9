"""A household for tests: a real application on a real database, against the OVH simulator."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from raspisms import clock
from raspisms.extensions import db
from raspisms.jobs import Jobs
from raspisms.messaging import campaigns, members, phones
from raspisms.messaging.engine import Engine
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import Member, Message, OptOut, Phone
from raspisms.simulator import Simulator, account
from tests.application import make_app

PEER = "+33639981111"
KEYS = {
    "number": account.NUMBER,
    "service_name": account.SERVICE,
    "app_key": account.APPLICATION_KEY,
    "app_secret": account.APPLICATION_SECRET,
    "consumer_key": account.CONSUMER_KEY,
}


class Household:
    """The application with one administrator; phones and messages are added as a test needs."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.app: Flask = make_app(folder, **{"RASPISMS_SECRET_KEY": "k" * 32, **settings})
        self.engine: Engine = self.app.extensions["raspisms"]
        with self.app.app_context():
            self.admin_id = members.create("Ana", "trois mots simples", is_admin=True).id

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    @property
    def admin(self) -> Member:
        """The administrator, read in the present application context."""
        return db.session.get_one(Member, self.admin_id)

    def add_ovh_phone(self, name: str = "Maison", **changed: str) -> Phone:
        draft = PhoneDraft(name, "ovh_sms_virtual_number_adapter", KEYS | changed)
        return phones.add(self.engine, draft, phones.new_token()).phone

    def add_test_phone(self, name: str = "Essai", number: str = "+33639987777") -> Phone:
        draft = PhoneDraft(name, "test_adapter", {"number": number})
        return phones.add(self.engine, draft, phones.new_token()).phone

    def write(
        self, phone_id: int, text: str = "Bonjour", number: str = PEER, at: str = "", **more: Any
    ) -> int:
        """Accept a message; its id."""
        draft = campaigns.Draft(phone_id, number, text, at, **more)
        return campaigns.accept(self.engine, self.admin, draft).message_id

    def message(self, message_id: int) -> Message:
        """A message as the database has it now."""
        db.session.rollback()
        return db.session.get_one(Message, message_id)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    @contextmanager
    def jobs(self) -> Iterator[Jobs]:
        """The jobs, running as they do under ``raspisms serve``."""
        jobs = Jobs(self.app)
        jobs.start()
        try:
            yield jobs
        finally:
            jobs.stop()


def opt_out(*numbers: str) -> None:
    """Numbers that said STOP and were answered, in the present application context."""
    now = clock.now()
    with writing() as session:
        session.add_all(
            OptOut(number=number, at=now, confirmed_at=now, source="sms", reason="STOP")
            for number in numbers
        )


def eventually(look: Callable[[], Any], within: float = 30.0, what: str = "") -> Any:
    """What ``look`` gives as soon as it is true; fails after ``within`` seconds."""
    until = time.monotonic() + within
    while not (seen := _anew(look)):
        assert time.monotonic() < until, f"not within {within} s: {what or look}"
        time.sleep(0.02)
    return seen


def _anew(look: Callable[[], Any]) -> Any:
    """What ``look`` gives when it does not go on reading an older snapshot of the database."""
    if has_app_context():
        db.session.rollback()
    return look()


def settings_for(simulator: Simulator, **more: object) -> dict[str, object]:
    """Settings that lead to the simulator, with calls enough for a quick test."""
    return {
        "RASPISMS_OVH_API_URL": simulator.url,
        "RASPISMS_OVH_CALLS_PER_MINUTE": 6000,
        "RASPISMS_INBOX_POLL_SECONDS": 1,
        **more,
    }
