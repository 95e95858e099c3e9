"""The simulator as a whole, for tests and for the demonstration."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from raspisms.simulator import api, routes_account, routes_auth, routes_messages, routes_tables
from raspisms.simulator.account import Account, Rule, Sender, Service, everything
from raspisms.simulator.callbacks import usable
from raspisms.simulator.delivery import Outcome
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.keys import make_keys
from raspisms.simulator.ledger import Ledger
from raspisms.simulator.match import Match
from raspisms.simulator.messages import Incoming
from raspisms.simulator.moments import Hold
from raspisms.simulator.numbers import international
from raspisms.simulator.schema import TYPES
from raspisms.simulator.server import Server
from raspisms.simulator.site import create_site
from raspisms.simulator.world import Settings, World

SENDER_STATES: tuple[str, ...] = tuple(TYPES["sms.StatusSenderEnum"]["enum"])
# RFC 6761: nothing under this top-level domain ever exists.
NOWHERE = "http://ovh-simulator.invalid"
# Importing them registers their routes.
ROUTES = (routes_account, routes_auth, routes_messages, routes_tables)


class Simulator:
    """An OVH SMS API over real HTTP, on this machine.

    Use it as a context manager, or call ``start()`` and ``stop()``. All methods may be called
    from any thread. Delays are in seconds.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        delivery_delay: float = 0.2,
        pickup_delay: float | None = None,
        callbacks: bool = True,
        callback_timeout: float = 5.0,
        account: Account | None = None,
        seed: int = 0,
    ) -> None:
        """Listens from now on, and serves once started.

        :param port: 0 for any free one.
        :param pickup_delay: from /jobs to /outgoing; without it half of ``delivery_delay``.
        :raise SystemExit: when the port is taken.
        """
        settings = Settings(
            delivery_delay=delivery_delay,
            pickup_delay=delivery_delay / 2 if pickup_delay is None else pickup_delay,
            callbacks=callbacks,
            callback_timeout=callback_timeout,
        )
        self.world = World(settings, account, seed, api.perform)
        self._server = Server(host, port, create_site(self), self.world)
        self._base = f"http://{host}:{self._server.port}"
        self.world.web_url = self.web_url

    @property
    def url(self) -> str:
        """Where the API is; ends in /1.0, as OVH's own does.

        While ``name_not_resolved`` is in force, the host is one that does not exist.
        """
        return f"{self._base if self.world.network.named else NOWHERE}/1.0"

    @property
    def web_url(self) -> str:
        """Where the page with the handsets is."""
        return f"{self._base}/"

    @property
    def ledger(self) -> Ledger:
        return self.world.ledger

    @property
    def account(self) -> Account:
        return self.world.account

    def start(self) -> None:
        self.world.start()
        self._server.start()

    def stop(self) -> None:
        """End everything, promptly; calls in flight are cut."""
        self.world.close()
        self._server.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def answer(self, from_number: str, to_number: str, text: str) -> Incoming:
        """A handset writes to a virtual number or a short number.

        :raise ApiError: 404 when no service has ``to_number``.
        """
        return self.world.delivery.answer(from_number, to_number, text)

    def set_callback(self, service: str, url: str | None) -> None:
        """As a person does in OVH's panel: where the receipts of a service go.

        :raise ApiError: 404 when there is no such service.
        :raise ValueError: when it is no http or https URL.
        """
        if url and not usable(url):
            raise ValueError(f"{url} is no http or https URL")
        with self.world.lock:
            self.account.service(service).callback = url

    def add_service(self, name: str, numbers: Sequence[str] = (), **changed: Any) -> Service:
        """One more SMS service, as a rule without virtual numbers (``+33…``).

        :param changed: anything else of ``Service``: status, credits, description, …
        :raise ValueError: when there is one of that name.
        """
        service = Service(name, tuple(numbers), **changed)
        with self.world.lock:
            if name in self.account.services:
                raise ValueError(f"there is a service {name!r}")
            self.account.services[name] = service
        return service

    def add_sender(self, service: str, name: str, status: str = "enable") -> Sender:
        """One more sender of a service, or another status of one that it has.

        :param status: one of sms.StatusSenderEnum.
        :raise ApiError: 404 when there is no such service.
        :raise ValueError: for another status.
        """
        if status not in SENDER_STATES:
            raise ValueError(f"{status!r} is none of {', '.join(SENDER_STATES)}")
        with self.world.lock:
            sender = Sender(name, status)
            self.account.service(service).senders[name] = sender
        return sender

    def add_credential(
        self,
        rules: Iterable[str] | None = None,
        *,
        status: str = "validated",
        expiration: datetime | None = None,
        foreign: bool = False,
    ) -> dict[str, str]:
        """One more application with a consumer key: app_key, app_secret, consumer_key.

        :param rules: as ``GET /sms``; without it everything with SMS.
        :param foreign: of another OVH account, which has no SMS service.
        :raise ValueError: for a status or a rule that OVH does not have.
        """
        wanted = everything() if rules is None else [Rule(*rule.split(" ", 1)) for rule in rules]
        application, credential = make_keys(
            self.world, wanted, status=status, expiration=expiration, foreign=foreign
        )
        return {
            "app_key": application.key,
            "app_secret": application.secret,
            "consumer_key": credential.consumer_key,
        }

    def outcome(
        self, receiver: str, kind: str, *, receipt: int | None = None, ptt: int | None = None
    ) -> None:
        """What becomes of messages to ``receiver`` from now on.

        :param kind: ``delivered``, ``failed``, ``silent`` (no receipt ever), ``invalid`` or
            ``poison`` (each call with it is refused whole).
        :param receipt: OVH's receipt number; without it 1, or 2 where it failed.
        :param ptt: OVH's reason; without it 4, or 23 where it failed.
        :raise ValueError: for an unknown kind, or a receiver that is no number.
        """
        number = international(receiver)
        if number is None:
            raise ValueError(f"{receiver!r} is no international number")
        with self.world.lock:
            self.world.outcomes[number] = Outcome.of(kind, receipt, ptt)

    def fault(
        self,
        name: str,
        *,
        match: str | Match | None = None,
        count: int | None = None,
        after: int = 0,
        **options: float,
    ) -> None:
        """Misbehave from now on.

        :param match: which calls, as ``POST */jobs``; without it those that the fault names
            itself, which for most is sending.
        :param count: how many of them; without it all, until ``clear_faults()``.
        :param after: how many of them still go well before.
        :param options: what the fault declares in its ``options``.
        :raise ValueError: for an unknown fault or option, or where calls are chosen for a fault
            that is not about calls.
        """
        if name not in FAULTS:
            raise ValueError(f"{name!r} is none of {', '.join(sorted(FAULTS))}")
        wanted = Match.parse(match) if isinstance(match, str) else match
        self.world.faults.arm(FAULTS[name](self.world, **options), wanted, count, after)

    def clear_faults(self) -> None:
        """All is well again; what was accepted under a fault keeps its receipts' behaviour."""
        self.world.faults.clear()

    def hold(self, moment: str, *, match: str | Match | None = None, count: int = 1) -> Hold:
        """Stop the next ``count`` matching calls at a moment, until released.

        Without ``match``: sending, or for moments of callbacks any callback.

        :raise ValueError: when there is no such moment.
        """
        wanted = Match.parse(match) if isinstance(match, str) else match
        return self.world.moments.hold(moment, wanted, count)

    def change(self, **settings: object) -> None:
        """Change settings by the names of ``Settings``."""
        self.world.change(**settings)

    def settle(self, timeout: float = 10.0) -> None:
        """Return once nothing is under way: every delivery made, every callback ended.

        :raise TimeoutError: when that takes longer than ``timeout`` seconds.
        """
        end = time.perf_counter() + timeout
        while not (self.world.timetable.idle and self.world.caller.idle):
            if time.perf_counter() > end:
                raise TimeoutError("deliveries or callbacks are still under way")
            time.sleep(0.005)

    def clear(self) -> None:
        """Everything as at the start, with an empty ledger; ids go on."""
        self.world.clear()
