"""One run: a household, its OVH, people who write, and a product that is killed all the time."""

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from raspisms import clock, sqlite
from raspisms.adapters import registry
from raspisms.adapters.base import Adapter
from raspisms.messaging import decisions, phones
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.simulator import Simulator
from raspisms.simulator.moments import Hold
from tests.faults.kills import books
from tests.faults.kills.audit import Discrepancy, audit
from tests.faults.kills.books import Books
from tests.faults.kills.figures import Figures
from tests.faults.kills.people import SILENT, People
from tests.faults.kills.plan import Kill, plan
from tests.faults.kills.traffic import Traffic
from tests.faults.kills.visitor import Visitor
from tests.faults.matrix.ovh import Ovh, values_for
from tests.household import Household, eventually, settings_for
from tests.process import Served

MESSAGES_PER_KILL = 10
#: Of these, written while the product is down.
_WHILE_DOWN = 4
#: How long a moment may take to come before the product is killed without it.
_PATIENCE_SECONDS = 15.0
#: A short run is at its end within seconds; else some receipts are asked for every 4.5 minutes.
_SHORT_SETTLING_SECONDS, _SETTLING_SECONDS = 90.0, 600.0
#: Small, so that one text to some goes in more than one call.
_BATCH_SIZE = 5
_CALL_SECONDS = 0.3
_PASSWORD = "trois mots simples"


def run(
    seed: int, kills: int, folder: Path, *, short: bool, tell: Callable[[str], object] = len
) -> Figures:
    """Kill so often, let it come to its end, and compare the books.

    ``folder`` must be new. A ``short`` run leaves out what makes its end a matter of minutes.
    ``tell`` hears of the progress.
    """
    started = time.monotonic()
    with Simulator(delivery_delay=0.2, seed=seed) as simulator:
        settings = settings_for(
            simulator, RASPISMS_RECONCILE_SECONDS=1, RASPISMS_BATCH_SIZE=_BATCH_SIZE
        )
        household = Household(folder, **settings)
        served = Served(folder, **settings)
        try:
            with household.app.app_context():
                figures = _Run(seed, simulator, household, served, short).through(kills, tell)
        finally:
            served.__exit__(None, None, None)
            household.close()
    figures.seconds = time.monotonic() - started
    return figures


@dataclass(frozen=True)
class _Reached:
    """Whether a kill's moment has come, or is not waited for any longer."""

    hold: Hold | None
    until: float

    @property
    def came(self) -> bool:
        return self.hold is None or self.hold.reached > 0

    def __bool__(self) -> bool:
        return (self.hold is not None and self.came) or time.monotonic() > self.until


def _kinds() -> list[type[Adapter]]:
    """Every adapter that the simulator is the provider of."""
    return [kind for kind in registry.all_kinds() if Ovh.plays_for(kind)]


class _Run:
    def __init__(
        self, seed: int, simulator: Simulator, household: Household, served: Served, short: bool
    ) -> None:
        self._simulator = simulator
        self._household = household
        self._served = served
        self._short = short
        self._database = household.folder / sqlite.DATABASE
        self._chance = random.Random(seed)
        self._people = People(silent_together=not short)
        self._people.live_in(simulator)
        for service in simulator.account.services.values():
            service.credits = 1e6
        # The second service calls nobody: its receipts are polled for.
        lines = dict(self._phone(kind, which) for kind in _kinds() for which in (0, 1))
        self._traffic = Traffic(household, simulator, lines, self._people, self._chance)
        others_chance = random.Random(seed + 1)
        self._visitor = Visitor(served, lines, self._people, others_chance)
        self._figures = Figures(seed)

    def _phone(self, kind: type[Adapter], which: int) -> tuple[str, int]:
        """Add a phone of an adapter; what people write to it at, which is its name, and its id."""
        values = values_for(kind, which)
        service = self._simulator.account.service(values["service_name"])
        line = values.get("number", service.short_number)
        draft = PhoneDraft(line, kind.uid, values)
        phone = phones.add(self._household.engine, draft, phones.new_token()).phone
        if which == 0:
            url = f"{self._served.url}/callback/{phone.callback_token}/status"
            self._simulator.set_callback(service.name, url)
        return line, phone.id

    def through(self, kills: int, tell: Callable[[str], object]) -> Figures:
        self._visitor.arrive("Ana", _PASSWORD)
        for number, kill in enumerate(plan(self._chance, kills), start=1):
            self._kill(kill, number * MESSAGES_PER_KILL)
            tell(f"{number} kills, {self._traffic.total} messages")
        self._settle()
        self._close()
        return self._figures

    def _kill(self, kill: Kill, messages: int) -> None:
        """One life of the product, with messages until there are so many in all."""
        self._set_scene(kill)
        while self._traffic.total < messages - MESSAGES_PER_KILL + _WHILE_DOWN:
            self._traffic.one()
        reached = self._live(kill, messages)
        self._write_until(reached, messages)
        self._figures.claims_cut += books.claimed(self._database)
        # It alone has the database open when it dies, as on a machine that loses power.
        self._household.close()
        self._served.kill()
        self._figures.kills.append((kill, reached.came, clock.now()))
        if reached.hold is not None:
            reached.hold.release(kill.afterwards)

    def _set_scene(self, kill: Kill) -> None:
        self._simulator.change(callbacks=kill.callbacks)
        self._simulator.clear_faults()
        if kill.pace:
            self._simulator.fault(kill.pace, delay=_CALL_SECONDS)

    def _live(self, kill: Kill, messages: int) -> _Reached:
        """Start it; what to wait for before it is killed."""
        hold = self._hold(kill) if kill.moment and kill.after is None else None
        self._served.launch()
        if not kill.moment:
            assert kill.after is not None
            return _Reached(None, time.monotonic() + kill.after)
        if kill.after is not None:
            eventually(self._served.answers, within=60, what=self._served.output)
            self._write_until(_Reached(None, time.monotonic() + kill.after), messages)
            hold = self._hold(kill)
        return _Reached(hold, time.monotonic() + _PATIENCE_SECONDS)

    def _hold(self, kill: Kill) -> Hold:
        """Stop calls at the moment, and have something to call about."""
        hold = self._simulator.hold(kill.moment, match=kill.call, count=kill.calls)
        self._traffic.in_and_out()
        return hold

    def _write_until(self, reached: _Reached, messages: int) -> None:
        while not reached:
            self._served.check_alive()
            if self._traffic.total < messages:
                self._traffic.one()
            time.sleep(self._chance.uniform(0.01, 0.06))

    def _settle(self) -> None:
        """Start it once more, and wait until nothing more is to come."""
        started = time.monotonic()
        self._simulator.clear_faults()
        self._simulator.change(callbacks=True)
        self._served.start()
        self._visitor.leave()
        if self._short:
            # A process asks for receipts as it starts, then every ten seconds or more.
            self._wait(lambda: self._is_settled(but=("sent",)))
            assert self._served.stop() == 0, self._served.output
            self._served.start()
        self._wait(self._is_settled)
        self._simulator.settle()
        assert self._served.stop() == 0, self._served.output
        self._figures.settling_seconds = time.monotonic() - started

    def _wait(self, done: Callable[[], bool]) -> None:
        """Until it is done, or for so long that the audit will tell what is not."""
        seconds = _SHORT_SETTLING_SECONDS if self._short else _SETTLING_SECONDS
        until = time.monotonic() + seconds
        while not done() and time.monotonic() < until:
            self._served.check_alive()
            self._release_held()
            time.sleep(0.05)

    def _is_settled(self, but: Collection[str] = ()) -> bool:
        """Whether all is at its end, or has a status out of ``but``."""
        left = books.unfinished(self._database)
        silent = [self._people.ends[receiver] == SILENT for _, receiver in left]
        ended = all(
            status in but or (status == SILENT.status and is_silent)
            for (status, _), is_silent in zip(left, silent, strict=True)
        )
        return ended and books.received(self._database) == len(self._simulator.ledger.incoming)

    def _release_held(self) -> None:
        """A message that was claimed five times waits for a person, who lets it go."""
        for message_id in books.held(self._database):
            decisions.release(self._household.admin, message_id)
            self._figures.released += 1

    def _close(self) -> None:
        figures, page = self._figures, self._visitor.accepted
        figures.books = Books.opened(self._database, self._simulator)
        accepted = self._traffic.accepted.counts + page.counts
        figures.accepted, figures.by_page = accepted.total(), page.total
        figures.answers_broken = self._visitor.broken
        figures.received = self._traffic.received
        figures.discrepancies = audit(figures.books, accepted, self._people)
        figures.discrepancies += self._faults()

    def _faults(self) -> list[Discrepancy]:
        """What the product itself says that it should never have to say."""
        said = self._served.output
        fault = str(self._visitor.fault or ("a traceback" if "Traceback" in said else ""))
        return [Discrepancy("damage", fault, said)] if fault else []
