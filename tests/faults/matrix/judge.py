"""What the database says of messages that went out, held against what the provider knows."""

from collections import Counter
from collections.abc import Iterator, Sequence

from raspisms.models import Message
from raspisms.sms.lifecycle import FINAL, Status
from raspisms.sms.reasons import UNKNOWN, explain
from tests.faults.matrix.ends import End
from tests.faults.matrix.provider import Taken

#: A message fails without having been taken only if the provider said no to it.
REFUSALS = frozenset({"refused", "invalid_number"})
#: What waits for a person.
DECISIONS = frozenset({Status.UNCERTAIN, Status.HELD})


def judge(rows: Sequence[Message], taken: Sequence[Taken]) -> Iterator[str]:
    """Everything that must not be, of messages with one text, once nothing moves any more."""
    for receiver in dict.fromkeys(row.peer for row in rows):
        mine = [row for row in rows if row.peer == receiver]
        theirs = [one for one in taken if one.receiver == receiver]
        yield from _lies(receiver, mine, theirs)
    for row in rows:
        yield from _wrong_person(row, taken)
        yield from _stuck(row)
        yield from _unexplained(row)


def _lies(receiver: str, mine: Sequence[Message], theirs: Sequence[Taken]) -> Iterator[str]:
    """Lost, doubled, or said to be what it is not."""
    said = Counter(End(row.status, row.reason) for row in mine if row.sent_at is not None)
    true = Counter(one.end for one in theirs)
    doubtful = sum(row.status == Status.UNCERTAIN for row in mine)
    if said - true:
        yield f"{receiver}: lost or wrong, it says {_ends(said)}, the provider {_ends(true)}"
    if (true - said).total() > doubtful:
        yield f"{receiver}: doubled or denied, it says {_ends(said)}, the provider {_ends(true)}"
    for row in mine:
        if row.status == Status.FAILED and row.sent_at is None and row.reason not in REFUSALS:
            yield f"{receiver}: failed because of {row.reason}, which is no refusal"


def _ends(counted: Counter[End]) -> str:
    parts = [f"{n} × {end.status} ({end.reason})" for end, n in counted.items()]
    return ", ".join(parts) or "nothing"


def _wrong_person(row: Message, taken: Sequence[Taken]) -> Iterator[str]:
    owners = {one.uid: one for one in taken if one.uid}
    if row.provider_uid is None or not owners:
        return
    owner = owners.get(row.provider_uid)
    if owner is None or owner.receiver != row.peer:
        whose = owner.receiver if owner else "another message"
        yield f"{row.peer}: has the id {row.provider_uid}, which is that of {whose}"


def _stuck(row: Message) -> Iterator[str]:
    if row.status == Status.UNCERTAIN and row.ask_at is None:
        yield f"{row.peer}: uncertain, and nobody will be asked"
    if row.status not in FINAL | DECISIONS:
        yield f"{row.peer}: stuck, {row.status} ({row.reason})"


def _unexplained(row: Message) -> Iterator[str]:
    if row.reason is not None and explain(row.reason) is UNKNOWN:
        yield f"{row.peer}: nobody knows the words for {row.reason}"
    if row.reason is None and row.status not in (Status.DELIVERED, Status.EXPIRED):
        yield f"{row.peer}: {row.status}, and no reason is said"
