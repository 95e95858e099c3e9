"""Saying which of many recipients cannot be used, or get nothing, and reading groups.

``lines`` is how many a file of recipients has.
"""

from collections.abc import Sequence

from raspisms.cli import console
from raspisms.errors import Invalid, InvalidForm, NotFound, say
from raspisms.messaging import groups
from raspisms.messaging.campaigns import Acceptance
from raspisms.messaging.recipients import UnusableRecipient
from raspisms.models import Message
from raspisms.sms.reasons import explain


def refusal(problems: Sequence[Invalid], lines: int) -> InvalidForm:
    """All that is wrong with what was to be sent; of what the file has, also on which line."""
    refusal = InvalidForm([_placed(problem, lines) for problem in problems])
    others = next((one.others for one in problems if isinstance(one, UnusableRecipient)), 0)
    if others:
        refusal.hint = say(
            "Nothing was sent. With --skip-unusable it goes to the others, %(count)d in number.",
            count=others,
        )
    return refusal


def tell_left_out(accepted: Acceptance, lines: int) -> None:
    if accepted.left_out:
        count = len(accepted.left_out)
        left_out = InvalidForm([_placed(problem, lines) for problem in accepted.left_out])
        left_out.message = say("Left out, because they cannot be used: %(count)d.", count=count)
        console.complain(left_out)
    if accepted.repeated:
        console.warn(say("Given twice, gets it once: %(count)d.", count=accepted.repeated))
    if accepted.unjudged:
        console.warn(
            say("Not in a group because its rule could not judge them: %(n)d.", n=accepted.unjudged)
        )


def tell_skipped(message: Message) -> None:
    """That somebody gets nothing, and why."""
    cause = explain(message.reason or "").cause
    console.warn(say("%(number)s gets nothing: %(cause)s", number=message.peer, cause=cause))


def groups_named(names: Sequence[str]) -> tuple[int, ...]:
    """The ids of groups. Raises NotFound where one is not there."""
    found = groups.named(names)
    for name in names:
        if name not in found:
            raise NotFound(
                say("There is no group named “%(name)s”.", name=name),
                say("Type its name as it is in the address book."),
            )
    return tuple(dict.fromkeys(found[name] for name in names))


def _placed(problem: Invalid, lines: int) -> Invalid:
    if not isinstance(problem, UnusableRecipient) or problem.entry.line > lines:
        return problem
    message = say("Line %(line)d: %(problem)s", line=problem.entry.line, problem=problem.message)
    return Invalid(message, problem.hint, problem.field)
