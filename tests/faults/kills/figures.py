"""What a run did and what it found, in figures."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.faults.kills.audit import KINDS, Discrepancy
from tests.faults.kills.books import Books
from tests.faults.kills.plan import Kill

_MOST_TOLD = 20


@dataclass
class Figures:
    """Filled as a run goes on; times in seconds."""

    seed: int
    #: Each kill, whether its moment was reached (else it came at an instant of its own), and when.
    kills: list[tuple[Kill, bool, datetime]] = field(default_factory=list)
    accepted: int = 0
    by_page: int = 0
    answers_broken: int = 0
    received: int = 0
    released: int = 0
    claims_cut: int = 0
    seconds: float = 0
    settling_seconds: float = 0
    books: Books | None = None
    discrepancies: list[Discrepancy] = field(default_factory=list)

    def report(self) -> str:
        """For a person; begins with the seed, which repeats the run as far as time allows."""
        lines = [f"seed {self.seed}", *self._kill_lines(), *self._message_lines()]
        lines += [f"  {kind:18} {count}" for kind, count in self._found().items()]
        lines += [str(one) for one in self.discrepancies[:_MOST_TOLD]]
        if self.discrepancies:
            lines += self._diary()
        return "\n".join(lines)

    def _found(self) -> dict[str, int]:
        found = Counter(one.kind for one in self.discrepancies)
        return {kind: found[kind] for kind in KINDS}

    def _kill_lines(self) -> list[str]:
        made = Counter(kill.name for kill, _, _ in self.kills)
        missed = Counter(kill.name for kill, reached, _ in self.kills if not reached)
        lines = [f"kills {len(self.kills)}"]
        for name in sorted(made):
            late = f" ({missed[name]} before it was reached)" if missed[name] else ""
            lines.append(f"  {name:45} {made[name]}{late}")
        return lines

    def _message_lines(self) -> list[str]:
        assert self.books is not None
        out, ledger = self.books.out, self.books.simulator.ledger
        statuses = Counter(row["status"] for row in out)
        sizes = Counter(Counter(job.tag for job in ledger.jobs).values())
        told = Counter(call.result.split(":")[0] for call in ledger.callbacks)
        again = sum(row["attempts"] > 1 for row in out)
        return [
            f"messages out {self.accepted}, of them {self.by_page} by the page"
            f" ({self.answers_broken} answers cut); in {self.received}",
            f"  at the end: {_shown(statuses)}",
            f"  accepted by OVH in calls with so many: {_shown(dict(sorted(sizes.items())))}",
            f"  claims under way at a kill {self.claims_cut}, claimed more than once {again},"
            f" held and let go by a person {self.released}",
            f"callbacks {len(ledger.callbacks)}: {_shown(told)}",
            f"calls {len(ledger.calls)}",
            f"time {self.seconds:.0f} s, of them {self.settling_seconds:.0f} s after the last kill",
        ]

    def _diary(self) -> list[str]:
        """Each kill with its time (UTC, as in the ledger), to be held against a history."""
        return [f"  killed at {at}: {kill}, reached: {reached}" for kill, reached, at in self.kills]


def _shown(counts: dict[object, int] | Counter[str] | dict[int, int]) -> str:
    return ", ".join(f"{name} × {count}" for name, count in counts.items()) or "none"
