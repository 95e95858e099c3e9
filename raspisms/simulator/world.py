"""Everything that the simulator knows, in one place and under one lock."""

import copy
import itertools
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from raspisms import clock
from raspisms.simulator.account import Account, default_account
from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.callbacks import Caller
from raspisms.simulator.delivery import Delivery, Outcome
from raspisms.simulator.inforce import InForce
from raspisms.simulator.ledger import Ledger
from raspisms.simulator.messages import Incoming, Message
from raspisms.simulator.moments import Moments
from raspisms.simulator.network import Network
from raspisms.simulator.timetable import Timetable
from raspisms.simulator.wire import Call

Perform = Callable[["World", Call, HappyOvh], object]


@dataclass(frozen=True)
class Settings:
    """What can be changed while it runs. Delays and time-outs in seconds.

    ``max_skew`` bounds how old or young a signature may be: OVH's own bound is not known, eight
    minutes are known to be refused. ``time_offset`` moves OVH's clock as a whole. With
    ``states_shown`` a consumer key that is not valid may still ask about itself: OVH describes the
    states in its answer, but not to whom it gives them.
    """

    delivery_delay: float = 0.2
    pickup_delay: float = 0.1
    callbacks: bool = True
    callback_method: str = "GET"
    callback_dlr: bool = False
    callback_timeout: float = 5.0
    legacy_errors: bool = False
    max_skew: float = 300.0
    time_offset: float = 0.0
    states_shown: bool = False


class World:
    """State and the threads that move it. Take ``lock`` to read or change what is mutable."""

    def __init__(
        self, settings: Settings, account: Account | None, seed: int, perform: Perform
    ) -> None:
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.ledger = Ledger()
        self.moments = Moments()
        self.timetable = Timetable()
        self.caller = Caller(self.ledger, self.moments, settings.callback_timeout)
        self.delivery = Delivery(self)
        self.network = Network()
        # Of their own: deliveries are waited for, the end of a fault is not.
        self.endings = Timetable()
        self.faults = InForce(HappyOvh(self), self.endings)
        self.settings = settings
        self.web_url = ""
        self._perform = perform
        self._at_start = (settings, account or default_account(clock.now()), seed)
        self.message_ids = itertools.count(10_000_001)
        self.credential_ids = itertools.count(100)
        self._fill()

    def _fill(self) -> None:
        settings, account, seed = self._at_start
        self.settings = settings
        self.account = copy.deepcopy(account)
        self.random = random.Random(seed)  # noqa: S311 - shuffles, no secret
        self.messages: dict[int, Message] = {}
        self.incoming: dict[int, Incoming] = {}
        self.outcomes: dict[str, Outcome] = {}

    def clear(self) -> None:
        """Everything as at the start, but ids go on: none is ever used twice."""
        self.faults.clear()
        self.moments.clear("cut")
        with self.lock:
            self.timetable.clear()
            self.caller.clear()
            self._fill()
            self.ledger.clear()

    def change(self, **settings: object) -> None:
        """Change settings by name."""
        with self.lock:
            # mypy cannot tell which value belongs to which name.
            self.settings = replace(self.settings, **settings)  # type: ignore[arg-type]
            self.caller.timeout = self.settings.callback_timeout

    def seconds(self) -> int:
        """What OVH's clock shows."""
        offset = timedelta(seconds=self.settings.time_offset)
        return int((clock.now() + offset).timestamp())

    def perform(self, call: Call, behaviour: HappyOvh) -> object:
        """Do what a call asks and return the value to answer.

        :raise ApiError: when it is refused.
        """
        return self._perform(self, call, behaviour)

    def start(self) -> None:
        self.timetable.start()
        self.endings.start()
        self.caller.start()

    def close(self) -> None:
        self.stopping.set()
        self.moments.clear("cut")
        self.faults.clear()
        self.timetable.close()
        self.endings.close()
        self.caller.close()
