"""A household with one adapter, in which waiting passes at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import Column, Update, bindparam, select, update

from raspisms import clock
from raspisms.adapters.base import Adapter
from raspisms.extensions import db
from raspisms.messaging import (
    inbox,
    lookups,
    outbox,
    phone_removal,
    phones,
    receipt_polling,
    receipts,
    reconciliation,
)
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.phone_states import state_of
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone, UnmappedId
from raspisms.sms.lifecycle import FINAL, RECEIPT_GRACE, VALIDITY, Status
from tests.faults.matrix.provider import Place, Provider
from tests.faults.matrix.watching import Errors, served
from tests.household import Household

#: More than anything takes that comes to its end.
MOST_ROUNDS = 30


def _no_later(column: Column[Any]) -> Update:
    then = bindparam("then")
    return update(column.table).where(column > then).values({column.name: then})


_MESSAGE, _PHONE, _UNMAPPED = (one.__table__.c for one in (Message, Phone, UnmappedId))
#: How long ago everything that is waited for was, when waiting is over.
_SOONER = {
    _no_later(_MESSAGE.attempt_at): timedelta(0),
    _no_later(_MESSAGE.ask_at): timedelta(0),
    _no_later(_PHONE.check_at): timedelta(0),
    _no_later(_UNMAPPED.said_at): timedelta(hours=1),
}

_IS_OPEN = Message.status.not_in(FINAL | {Status.RECEIVED})
_OPEN_STATUSES = select(Message.status).where(_IS_OPEN)
_OPEN_ROWS = select(
    Message.id,
    Message.status,
    Message.provider_uid,
    Message.reason,
    Message.attempts,
    Message.absent_at,
).where(_IS_OPEN)


class Stage:
    """The engine, step by step. Use it within an application context."""

    def __init__(self, kind: type[Adapter], provider: Provider) -> None:
        self.kind = kind
        self.provider = provider
        self.home = Household(provider.folder, **provider.settings)
        self.engine = self.home.engine
        self.errors = Errors()
        self._address = ""

    @contextmanager
    def set_up(self) -> Iterator[Self]:
        """With its phones, and within reach of the provider's calls."""
        with served(self.home.app) as self._address, self.errors.noted():
            with self.home.app.app_context():
                self.phone_id = self._add(0)
                self.other_id = self._add(1)
                # Its address goes on being called; what the jobs plan for it would only take time.
                phone_removal.remove(self.other_id)
            yield self
        self.home.close()

    def _add(self, which: int) -> int:
        draft = PhoneDraft(f"Phone {which}", self.kind.uid, self.provider.values(self.kind, which))
        saved = phones.add(self.engine, draft, phones.new_token())
        assert saved.verified, f"{self.kind.uid}: the settings of the fault matrix are not accepted"
        return saved.phone.id

    @property
    def phone(self) -> Phone:
        return self._phone(self.phone_id)

    def _phone(self, phone_id: int) -> Phone:
        db.session.rollback()
        return db.session.get_one(Phone, phone_id)

    @property
    def adapter(self) -> Adapter:
        return self.engine.adapter(self.phone)

    def begin(self) -> None:
        """Nothing has happened yet."""
        self.provider.begin(self.phone.settings)
        self.errors.clear()

    def call_back(self) -> None:
        """The provider is told where to call."""
        where = [self._phone(one) for one in (self.phone_id, self.other_id)]
        self.provider.call_back(
            [
                (phone.settings, f"{self._address}/callback/{phone.callback_token}/status")
                for phone in where
            ]
        )

    def sent(self, text: str) -> list[Message]:
        """What was written with ``text``, as the database has it now."""
        db.session.rollback()
        return list(db.session.scalars(db.select(Message).where(Message.body == text)))

    @contextmanager
    def lay(self, fault: str, place: Place) -> Iterator[None]:
        """A fault is in force within the block."""
        with self.provider.lay(fault, place):
            self._look_around()
            yield
        self._look_around()

    def _look_around(self) -> None:
        self.engine.go_by(replace(self.engine.config, **self.provider.surroundings()))

    def skip_waits(self) -> None:
        """Let everything that was waited for come: nothing stored says more than "later"."""
        now = clock.now()
        with writing() as session:
            for sooner, by in _SOONER.items():
                session.connection().execute(sooner, {"then": now - by})
        # Measured by a clock that no test can move.
        for waits in (self.engine._rests, self.engine._buckets, self.engine._set_aside):
            waits.clear()

    def go_on(self) -> None:
        """All that the jobs would do, until nothing moves any more and nothing more can be told."""
        before = self._state()
        for _ in range(MOST_ROUNDS):
            self.skip_waits()
            self.work()
            after = self._state()
            if after == before:
                break
            before = after
        else:
            raise AssertionError(f"it does not come to rest: {before}")
        if Status.SENT in self._statuses():
            receipts.expire(clock.now() + VALIDITY + RECEIPT_GRACE + timedelta(minutes=1))

    def work(self) -> None:
        """What is due now, as the jobs find it; jobs with nothing at all to do are left out."""
        if self._statuses() & {Status.PENDING, Status.SENDING}:
            self.send()
        # Nobody asks before a call that is under way has come to its end: that takes seconds, and
        # the pause before each asking is there for it.
        self.provider.settle()
        if Status.UNCERTAIN in self._statuses():
            self.ask()
        if Status.SENT in self._statuses():
            self.poll()
            self.look_up()
        if self.provider.came_in():
            inbox.poll(self.engine, self.phone_id)
        for phone_id in phones.to_check(clock.now())[0]:
            phones.check_by_itself(self.engine, phone_id)

    def _statuses(self) -> set[str]:
        """Of the messages that are not at their end."""
        db.session.rollback()
        return set(db.session.scalars(_OPEN_STATUSES))

    def send(self) -> None:
        outbox.recover(self.engine)
        for phone_id in outbox.phones_with_work(self.engine, clock.now())[0]:
            outbox.send_due(self.engine, phone_id)

    def ask(self) -> None:
        for phone_id in reconciliation.phones_with_doubts(clock.now())[0]:
            reconciliation.reconcile(self.engine, phone_id)

    def poll(self) -> None:
        for plan in receipt_polling.plans(self.engine):
            receipt_polling.poll(self.engine, plan.phone_id, plan.group)

    def look_up(self) -> None:
        for phone_id in lookups.planned(clock.now())[0]:
            lookups.look_up(self.engine, phone_id)

    def open_ends(self) -> Iterator[str]:
        """What would be asked for ever."""
        if lookups.planned(clock.now()) != ([], None):
            yield "it is still asked whose some ids are"

    def tidy(self) -> None:
        """Close what a cell left to a person, or what it should not have left."""
        if self._statuses() or any(self.open_ends()):
            with writing() as session:
                session.execute(update(Message).where(_IS_OPEN).values(status=Status.CANCELLED))
                session.execute(update(UnmappedId).values(is_open=False))
        if state_of(self.phone).level != "ok":
            phones.check_again(self.engine, self.phone_id)

    def _state(self) -> Any:
        """All that can change, but for when it is tried next."""
        db.session.rollback()
        last = db.session.scalar(db.select(db.func.max(Message.id)))
        rows = db.session.execute(_OPEN_ROWS).all()
        phone = db.session.execute(db.select(Phone.problem, Phone.verified_at)).all()
        return last, rows, phone
