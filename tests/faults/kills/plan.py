"""When the product is killed: a list that a seed determines."""

import random
from dataclasses import dataclass

SENDING = "POST */jobs"
FETCHING = "GET */incoming/*"
ASKING = "GET */outgoing*"
CLOCK = "GET /auth/time"
CALLBACK = "*"

OF_CALLS = ("request_read", "accepted", "answer_half_written", "answer_written")
OF_CALLBACKS = ("callback_about_to_go", "callback_answered")
#: Called only while a process is young, so what stops them has to be there before it.
AT_START = (ASKING, CLOCK)
#: So many kills at random instants for each round of all the moments, and so many more of sending.
RANDOM = 8

CALLS = {
    SENDING: "sending",
    FETCHING: "fetching what came in",
    ASKING: "asking what was sent",
    CLOCK: "asking for the time",
    CALLBACK: "callback",
}


@dataclass(frozen=True)
class Kill:
    """One kill. ``moment`` is one of the simulator's, or empty for a random instant.

    ``calls`` is how many calls may stand at the moment together, and ``afterwards`` what the
    simulator does with them once the product is dead. ``after`` is in seconds: at a random instant
    the life of the process, else the time from its first answer until calls are stopped (None: they
    are from before its start). ``pace`` is a fault of the simulator that makes sending slow.
    """

    moment: str
    call: str
    calls: int
    afterwards: str
    after: float | None
    pace: str
    callbacks: bool

    @property
    def name(self) -> str:
        return f"{CALLS[self.call]}: {self.moment}" if self.moment else "a random instant"


def plan(chance: random.Random, kills: int) -> list[Kill]:
    """All moments of all calls in random order, then some at random and of sending, and so on."""
    planned: list[Kill] = []
    while len(planned) < kills:
        planned += _round(chance)
    return planned[:kills]


def moments() -> list[tuple[str, str]]:
    """All (moment, call)."""
    of_calls = [(moment, call) for call in CALLS if call != CALLBACK for moment in OF_CALLS]
    return of_calls + [(moment, CALLBACK) for moment in OF_CALLBACKS]


def _round(chance: random.Random) -> list[Kill]:
    each = [_at(chance, moment, call) for moment, call in moments()]
    more = [_at(chance, moment, SENDING) for moment in OF_CALLS]
    more += [_at_random(chance) for _ in range(RANDOM)]
    chance.shuffle(each)
    chance.shuffle(more)
    return each + more


def _at(chance: random.Random, moment: str, call: str) -> Kill:
    before_start = call in AT_START or chance.random() < 0.3
    return Kill(
        moment,
        call,
        calls=chance.choice((1, 1, 2, 50)),
        afterwards=chance.choice(("cut", "go on")),
        after=None if before_start else chance.uniform(0, 0.4),
        pace=_pace(chance),
        callbacks=call == CALLBACK or chance.random() < 0.6,
    )


def _at_random(chance: random.Random) -> Kill:
    return Kill("", "", 0, "cut", chance.uniform(0.2, 2.6), _pace(chance), chance.random() < 0.6)


def _pace(chance: random.Random) -> str:
    return chance.choice(("", "", "slow_before_acceptance", "slow_after_acceptance"))
