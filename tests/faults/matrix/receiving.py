"""Drills of what comes in, and of the check of a phone's settings."""

from collections import Counter
from collections.abc import Iterator

from raspisms.adapters.base import Capability
from raspisms.extensions import db
from raspisms.messaging import inbox, phones
from raspisms.messaging.phone_states import state_of
from raspisms.models import Message
from raspisms.models import message as messages
from tests.faults.matrix.drill import Drill, Seen, of_phone, phone_problems
from tests.faults.matrix.operations import Lasting, Operation

SENDER = "+33639980999"


class List(Drill):
    """Two messages have come in, and are listed."""

    operation = Operation.LIST
    needs = frozenset({Capability.RECEIVE})
    lasting = Lasting.EACH

    def prepare(self) -> None:
        self._last_id = db.session.scalar(db.select(db.func.max(Message.id))) or 0
        for n in range(2):
            self.stage.provider.come_in(SENDER, f"{self.text}, {n}")

    def act(self) -> None:
        inbox.poll(self.stage.engine, self.stage.phone_id)

    def _rows(self) -> list[Message]:
        db.session.rollback()
        query = db.select(Message).where(
            Message.id > self._last_id, Message.direction == messages.IN
        )
        return list(db.session.scalars(query))

    def see(self) -> Seen:
        there, all_of_them = len(self._rows()), len(self.stage.provider.came_in())
        state = {0: "nothing yet", all_of_them: "received"}.get(there, f"{there} of {all_of_them}")
        return Seen.of(state, of_phone(self.stage))

    def problems(self) -> Iterator[str]:
        came_in = self.stage.provider.came_in()
        came = Counter((one.uid, one.sender, one.text) for one in came_in)
        given = any(one.uid for one in came_in)
        stored = Counter(
            ((row.provider_uid or "") if given else "", row.peer, row.body) for row in self._rows()
        )
        for one, n in (came - stored).items():
            yield f"lost: {one} came in {n} times more than is stored"
        for one, n in (stored - came).items():
            yield f"doubled or invented: {one} is stored {n} times more than it came in"
        yield from phone_problems(self.stage)


class Fetch(List):
    """Two messages have come in, and the fault is about the first of them."""

    operation = Operation.FETCH
    lasting = Lasting.TWICE

    def about(self) -> str:
        return self.stage.provider.came_in()[0].uid


class Check(Drill):
    """The phone's settings are tried at the provider."""

    operation = Operation.CHECK
    lasting = Lasting.EACH

    def prepare(self) -> None:
        """The phone is there."""

    def act(self) -> None:
        phones.check_again(self.stage.engine, self.stage.phone_id)

    def see(self) -> Seen:
        state = state_of(self.stage.phone)
        return Seen.of(str(state.words).lower(), of_phone(self.stage))

    def problems(self) -> Iterator[str]:
        yield from phone_problems(self.stage)
