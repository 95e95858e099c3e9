"""Whom the household writes to, and what becomes of messages to them.

The numbers are of the range that the French regulator keeps for films (06 39 98 …).
"""

import random
from dataclasses import dataclass

from raspisms.simulator import Simulator

#: Why a message failed, by OVH's PTT code, in RaspiSMS's words (OVH guide on SMS users, table of
#: PTT codes). Written without a look at the adapter's own table, so that each checks the other.
REASONS = {
    5: "undelivered",
    6: "no_final_state",
    8: "expired_at_operator",
    20: "undeliverable",
    21: "recipient_credit",
    23: "bad_number",
    24: "absent",
    25: "network_fault",
    26: "handset_fault",
    27: "handset_incompatible",
    28: "spam",
    29: "forbidden_content",
    33: "parental_lock",
    39: "operator_fault",
    73: "ported",
    74: "roaming",
    76: "ported_blocked",
    202: "ported_blocked",
}
#: DLR ids after which OVH says nothing more, where it failed: "failed", "error".
FAILED, ERROR = 2, 16


@dataclass(frozen=True)
class End:
    """How a message must end."""

    status: str
    reason: str | None = None


DELIVERED, REFUSED = End("delivered"), End("failed", "invalid_number")
#: The network never says what became of it.
SILENT = End("sent")


class People:
    """Everybody by number, with the end of messages to them.

    With ``silent_together`` those of whom nothing is heard are written to together with others too,
    whose ends are then known only a minute later, by looking up whose each id is.
    """

    def __init__(self, *, silent_together: bool) -> None:
        self._silent_together = silent_together
        self._most = [f"+3363998{number:04d}" for number in range(2000, 2040)]
        self._failing = {f"+3363998{3000 + ptt}": ptt for ptt in REASONS}
        self._refused = [f"+3363998{number}" for number in range(4000, 4004)]
        self._silent = [f"+3363998{number}" for number in range(5000, 5002)]
        self.ends = dict.fromkeys(self._most, DELIVERED)
        self.ends |= {number: End("failed", REASONS[ptt]) for number, ptt in self._failing.items()}
        self.ends |= dict.fromkeys(self._refused, REFUSED) | dict.fromkeys(self._silent, SILENT)

    def live_in(self, simulator: Simulator) -> None:
        """Tell the simulator what becomes of messages to whom."""
        for number, ptt in self._failing.items():
            receipt = ERROR if ptt % 2 else FAILED
            simulator.outcome(number, "failed", receipt=receipt, ptt=ptt)
        for number in self._refused:
            simulator.outcome(number, "invalid")
        for number in self._silent:
            simulator.outcome(number, "silent")

    def some(self, chance: random.Random, count: int) -> list[str]:
        """``count`` different people, of whom one in seven or so gets nothing."""
        weights = (86, 10, 3, 1 if count == 1 or self._silent_together else 0)
        groups = (self._most, list(self._failing), self._refused, self._silent)
        found: dict[str, None] = {}
        while len(found) < count:
            (group,) = chance.choices(groups, weights)
            found[chance.choice(group)] = None
        return list(found)
