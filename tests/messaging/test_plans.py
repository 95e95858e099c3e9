"""What a household with a million messages asks often must not look through all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from raspisms.extensions import db
from raspisms.messaging import campaigns, conversations, decisions, reconciliation, search
from raspisms.messaging.search import Wanted
from raspisms.models import Message, Phone
from raspisms.sms.lifecycle import Status
from tests.household import Household


@pytest.fixture
def uncertain(household: Household, phone: Phone) -> int:
    """A message of a call in doubt, beside another one of the same text."""
    for _ in range(2):
        number = household.write(phone.id)
    now = household.message(number).created_at
    for message in db.session.scalars(db.select(Message)):
        values = {"status": Status.UNCERTAIN, "call_tag": f"rs{message.id}", "claimed_at": now}
        of_it = db.update(Message).where(Message.id == message.id)
        db.session.execute(of_it.values(service=phone.service, ask_at=now, **values))
    db.session.commit()
    return number


@contextmanager
def plans() -> Iterator[list[str]]:
    """What SQLite does for each statement inside."""
    found: list[str] = []

    def explain(connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.startswith(("SELECT", "UPDATE")) and isinstance(values, tuple):
            rows = connection.connection.driver_connection.execute(
                f"EXPLAIN QUERY PLAN {sql}", values
            )
            found.extend(f"{row[3]} <- {sql}" for row in rows)

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


def test_no_question_walks_through_all_messages(household: Household, uncertain: int) -> None:
    admin, engine = household.admin, household.engine
    draft = campaigns.Draft(1, "06 39 98 11 11\n06 39 98 11 12", "Encore")
    with plans() as found:
        campaigns.accept(engine, admin, draft)
        conversations.recent(admin)
        conversations.thread(admin, 1)
        conversations.unread_count(admin)
        decisions.attention(admin)
        reconciliation.reconcile(engine, 1)
        for wanted in (
            Wanted("bonjour"),
            Wanted("bon", person="06 39"),
            Wanted("", status=Status.HELD),
        ):
            search.find(engine, admin, wanted)
    assert any("ix_message_thread" in one and "UPDATE conversation" in one for one in found)
    assert any("ix_message_deleted" in one for one in found)
    assert [one for one in found if one.startswith(("SCAN message ", "SCAN receipt"))] == []
