"""What the page of messages lists: groups of messages that call for the same."""

from dataclasses import dataclass

from raspisms.errors import Text, say
from raspisms.messaging import decisions
from raspisms.messaging.decisions import Seen
from raspisms.models import Member, Message
from raspisms.sms.lifecycle import Status


@dataclass(frozen=True)
class _Kind:
    """``together`` are the decisions that there are for all messages of the first status at once.

    ``name`` and ``together`` are part of the page's addresses.
    """

    name: str
    title: Text
    about: Text
    statuses: tuple[Status, ...]
    together: tuple[str, ...] = ()


_KINDS = (
    _Kind(
        "uncertain",
        say("Not certain"),
        say(
            "The provider may have taken these or not. RaspiSMS asks it, and never sends one again"
            " by itself unless it is sure that the first did not leave."
        ),
        (Status.UNCERTAIN,),
    ),
    _Kind(
        "held",
        say("On hold"),
        say("They wait for your word. Say whether they should still go."),
        (Status.HELD,),
        ("release", "cancel"),
    ),
    _Kind(
        "waiting",
        say("Waiting"),
        say("They leave by themselves when their time has come."),
        (Status.PENDING, Status.SENDING),
        ("cancel",),
    ),
    _Kind("failed", say("Failed"), say("They did not arrive."), (Status.FAILED,)),
)

_SKIPPED = _Kind(
    "skipped",
    say("Not sent"),
    say("In the last seven days, these people got nothing of what was written to several."),
    (Status.SKIPPED,),
)

#: The status that is meant where the messages of a group are decided about together.
DECIDED_TOGETHER = {kind.name: kind.statuses[0] for kind in _KINDS if kind.together}


@dataclass(frozen=True)
class Group:
    """``messages`` are the newest of ``count``; ``seen`` are those that can be decided together."""

    kind: _Kind
    messages: list[Message]
    count: int
    seen: Seen


def groups_of(member: Member) -> list[Group]:
    """Those groups in which there is something, what needs a person most first."""
    found, counts = decisions.needing_attention(member), decisions.counts(member)
    groups = []
    for kind in _KINDS:
        listed = [one for status in kind.statuses for one in found.get(status, [])]
        if kind.name == "waiting":
            listed.sort(key=lambda one: (one.due_at or one.created_at, one.id))
        if listed:
            count = sum(counts[status] for status in kind.statuses)
            groups.append(Group(kind, listed, count, decisions.seen(member, kind.statuses[0])))
    skipped = decisions.skipped(member)
    if skipped.messages:
        groups.append(Group(_SKIPPED, skipped.messages, skipped.count, Seen(0, 0)))
    return groups
