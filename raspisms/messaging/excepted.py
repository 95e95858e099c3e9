"""Whom a person excepts from a campaign: named one by one, or in groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging import groups, recipients
from raspisms.messaging.engine import Engine
from raspisms.messaging.recipients import UnusableRecipient
from raspisms.messaging.rules_asked import Unjudged
from raspisms.messaging.transactions import reading
from raspisms.models import Group

#: So many of what cannot be used are told one by one.
_MOST_TOLD = 20


@dataclass(frozen=True)
class Excepted:
    """Numbers that get nothing. Whom a rule could not judge (``unjudged``) is not among them."""

    numbers: frozenset[str] = frozenset()
    unjudged: tuple[Unjudged, ...] = ()


class UnusableExclusions(Invalid):
    """Somebody is excluded who cannot be found; ``entries`` says of each what is wrong.

    It is never passed over, as with recipients: somebody would get what was not meant for them.
    """

    def __init__(self, problems: Sequence[UnusableRecipient]) -> None:
        super().__init__(
            say("%(count)d of the exclusions cannot be used.", count=len(problems)),
            say("Correct them, or delete them."),
            "exclude",
        )
        self.entries = [_said(one) for one in problems[:_MOST_TOLD]]
        if len(problems) > _MOST_TOLD:
            self.entries.append(say("… and %(count)d more", count=len(problems) - _MOST_TOLD))


def read(engine: Engine, typed: str, group_ids: Sequence[int], now: datetime) -> Excepted:
    """Whom ``typed``, as ``messaging.recipients`` reads it, and groups mean; ``now`` is for rules.

    Raises Invalid (fields "exclude" and "exclude_groups").
    """
    named = _named(engine, typed)
    _refuse_gone(group_ids)
    chosen = dict.fromkeys((*group_ids, *named.groups))
    if not chosen:
        return Excepted(frozenset(named.numbers))
    try:
        gathered = groups.gather(chosen, now)
    except RaspismsError as error:
        raise Invalid(error.message, error.hint, "exclude_groups") from error
    numbers = frozenset(named.numbers).union(person.number for person in gathered.people)
    return Excepted(numbers, tuple(gathered.unjudged))


def nobody_left(count: int) -> Invalid:
    """What is wrong where all are excluded."""
    return Invalid(
        say("Nobody is left: all %(count)d recipients are excluded.", count=count),
        say("Exclude fewer, or write to others."),
        field="exclude",
    )


def _named(engine: Engine, typed: str) -> recipients.Recipients:
    if recipients.names_nobody(typed):
        return recipients.Recipients(())
    try:
        named = recipients.read(engine, typed, to_write=False)
    except Invalid as error:
        raise Invalid(error.message, error.hint, "exclude") from error
    if named.unusable:
        raise UnusableExclusions(named.unusable)
    return named


def _refuse_gone(group_ids: Sequence[int]) -> None:
    query = select(Group.id).where(Group.id.in_(group_ids))
    if len(list(reading().scalars(query))) < len(set(group_ids)):
        raise Invalid(
            say("A group that you excluded was removed meanwhile."),
            say("Look at the list of groups, then send again."),
            field="exclude_groups",
        )


def _said(one: UnusableRecipient) -> Text:
    return say("Line %(line)d: %(problem)s", line=one.entry.line, problem=one.message)
