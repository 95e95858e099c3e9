"""Drills of what is asked of the provider after a message went out."""

from raspisms.adapters.answers import Batch
from raspisms.adapters.base import Capability
from raspisms.messaging import claims
from raspisms.sms.lifecycle import VALIDITY
from tests.faults.matrix.operations import Lasting, Operation
from tests.faults.matrix.sending import Outbound


class Find(Outbound):
    """RaspiSMS died after a call, and asks whether the provider has the messages."""

    operation = Operation.FIND
    needs = frozenset({Capability.SEND, Capability.FIND_SENT})
    lasting = Lasting.EACH

    def prepare(self) -> None:
        super().prepare()
        engine, phone = self.stage.engine, self.stage.phone
        with engine.claiming(phone.id):
            claim = claims.claim(engine, phone, claims.choose(engine, phone))
        assert claim is not None
        self.stage.adapter.send(Batch(claim.text, tuple(claim.ids), claim.tag, VALIDITY))
        self.stage.provider.settle()
        self.stage.send()  # which finds the claim that nobody holds any more

    def act(self) -> None:
        self.stage.ask()


class Poll(Outbound):
    """A batch was sent, and the provider is asked what became of it."""

    operation = Operation.POLL
    needs = frozenset({Capability.SEND, Capability.POLL_RECEIPTS})
    lasting = Lasting.EACH

    def prepare(self) -> None:
        super().prepare()
        self.stage.send()
        self.stage.provider.settle()

    def act(self) -> None:
        self.stage.poll()


class LookUp(Outbound):
    """The ids of a call were told different things, and it is asked whose they are."""

    operation = Operation.LOOK_UP
    needs = frozenset({Capability.SEND, Capability.CALLBACK})
    lasting = Lasting.EACH
    is_called_back = True

    def prepare(self) -> None:
        super().prepare()
        self.stage.send()
        self.stage.provider.settle()

    def act(self) -> None:
        self.stage.look_up()
