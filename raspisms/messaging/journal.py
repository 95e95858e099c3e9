"""The journal: what was done to all but messages, when and by whom.

An entry is written in the transaction of its act, so that neither is there without the other. It
holds names as they were and no secret; its sentences are made where it is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from raspisms import clock
from raspisms.errors import Text, say
from raspisms.messaging.transactions import reading, writing
from raspisms.models import JournalEntry, Member

#: Entries are forgotten after this.
KEPT = timedelta(days=2 * 365)
PAGE = 50
LONGEST_SUBJECT = 200
LONGEST_VALUE = 200
MOST_VALUES = 50

#: What can be done, and how it is told: ``actor`` did it, ``subject`` is what it was done to.
#: Whatever else a sentence names is among the entry's details.
SENTENCES: Mapping[str, Text] = {
    "phone.added": say("%(actor)s added the phone “%(subject)s”."),
    "phone.changed": say("%(actor)s changed the phone “%(subject)s”."),
    "phone.paused": say("%(actor)s paused the phone “%(subject)s”."),
    "phone.resumed": say("%(actor)s let the phone “%(subject)s” go on."),
    "phone.limited": say("%(actor)s limited the phone “%(subject)s”."),
    "phone.unlimited": say("%(actor)s took a limit of the phone “%(subject)s” away."),
    "phone.callbacks_set": say(
        "%(actor)s had the provider call RaspiSMS about the phone “%(subject)s”."
    ),
    "phone.removed": say("%(actor)s removed the phone “%(subject)s”."),
    "member.set_up": say("%(actor)s made the first account."),
    "member.added": say("%(actor)s made the account “%(subject)s”."),
    "member.invited": say("%(actor)s made an invitation for “%(subject)s”."),
    "member.invitation_withdrawn": say("%(actor)s withdrew the invitation for “%(subject)s”."),
    "member.joined": say("%(actor)s accepted an invitation."),
    "member.changed": say("%(actor)s changed the account “%(subject)s”."),
    "member.disabled": say("%(actor)s disabled the account “%(subject)s”."),
    "member.enabled": say("%(actor)s enabled the account “%(subject)s” again."),
    "member.reset_offered": say("%(actor)s made a link for a new password of “%(subject)s”."),
    "member.password_reset": say("%(actor)s gave “%(subject)s” a new password."),
    "member.password_changed": say("%(actor)s chose a new password."),
    "setting.quiet_start_ended": say("%(actor)s let sending begin."),
    "conversation.deleted": say("%(actor)s deleted the conversation with “%(subject)s”."),
    "setting.changed": say("%(actor)s changed the setting “%(subject)s”."),
    "backup.made": say("%(actor)s made the backup “%(subject)s”."),
    "backup.downloaded": say("%(actor)s downloaded the backup “%(subject)s”."),
    "credit.counts_differ": say("The provider of “%(subject)s” counts a text otherwise."),
    "group.added": say("%(actor)s made the group “%(subject)s”."),
    "group.changed": say("%(actor)s changed the group “%(subject)s”."),
    "group.removed": say("%(actor)s removed the group “%(subject)s”."),
    "number.cleared": say("%(actor)s said that the number %(subject)s is right."),
    "person.downloaded": say("%(actor)s downloaded all that is kept of “%(subject)s”."),
    "texts.began": say("RaspiSMS began to empty the texts that are older than %(subject)s months."),
    "person.erased": say("%(actor)s erased a person."),
    "opt_out.added": say("%(actor)s left %(subject)s out of campaigns."),
    "opt_out.removed": say("%(actor)s let campaigns go to %(subject)s again."),
    "opt_out.listed": say("%(actor)s left the numbers of a list out of campaigns."),
    "contacts.imported": say("%(actor)s imported contacts from “%(subject)s”."),
    "campaign.confirmed": say("%(actor)s confirmed the campaign “%(subject)s”."),
    "campaign.paused": say("%(actor)s paused the campaign “%(subject)s”."),
    "campaign.paused_itself": say("The campaign “%(subject)s” paused itself: too much failed."),
    "campaign.resumed": say("%(actor)s let the campaign “%(subject)s” go on."),
    "campaign.cancelled": say("%(actor)s cancelled what was left of the campaign “%(subject)s”."),
    "campaign.text_changed": say("%(actor)s changed the text of the campaign “%(subject)s”."),
    "campaign.time_changed": say("%(actor)s changed the time of the campaign “%(subject)s”."),
    "campaign.sent_again": say("%(actor)s sent what failed of the campaign “%(subject)s” again."),
    "plan.made": say("%(actor)s planned “%(subject)s”."),
    "plan.changed": say("%(actor)s changed the plan “%(subject)s”."),
    "plan.paused": say("%(actor)s paused the plan “%(subject)s”."),
    "plan.resumed": say("%(actor)s let the plan “%(subject)s” go on."),
    "plan.run_made": say("%(actor)s made up for a run of the plan “%(subject)s”."),
    "plan.ended": say("%(actor)s ended the plan “%(subject)s”."),
    "backup.removed": say("%(actor)s removed the backup “%(subject)s”."),
}

_SECRET = re.compile(r"password|secret|token|key|auth|p256dh|session|hash", re.IGNORECASE)


def note(
    session: Session, member: Member | None, action: str, subject: str, **details: object
) -> None:
    """Enter one act, in the transaction of ``writing`` that does it.

    ``member`` is who did it; None for whoever runs the machine. ``action`` is one of SENTENCES,
    ``subject`` the name of what it was done to. ``details`` say what changed: a text, a number, a
    truth or a list of texts each; ``changed`` names fields, ``before`` and ``after`` tell a value,
    ``given`` and ``taken`` name phones or members. A name that looks like a secret's, or an unknown
    action, is a fault of the program.
    """
    if action not in SENTENCES:
        raise ValueError(f"the journal has no sentence for {action!r}")
    session.add(
        JournalEntry(
            at=clock.now(),
            member_id=member.id if member else None,
            actor=member.name if member else "",
            action=action,
            subject=subject[:LONGEST_SUBJECT],
            details={name: _value(name, value) for name, value in details.items()},
        )
    )


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; ``older`` is where the page after them begins, if there is one."""

    entries: list[JournalEntry]
    older: int | None


def page(before: int | None = None) -> Page:
    """The newest entries, or those before the entry ``before``."""
    query = select(JournalEntry).order_by(JournalEntry.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(JournalEntry.id < before)
    found = list(reading().scalars(query))
    shown = found[:PAGE]
    return Page(shown, shown[-1].id if len(found) > PAGE else None)


def forget_old(now: datetime) -> None:
    """Forget the entries that are older than KEPT."""
    old = JournalEntry.at < now - KEPT
    # Ids grow with time: the first entry is the oldest, and no other need be looked at.
    first = reading().scalar(select(JournalEntry.at).order_by(JournalEntry.id).limit(1))
    if first is not None and first < now - KEPT:
        with writing() as session:
            session.execute(delete(JournalEntry).where(old))


def _value(name: str, value: object) -> object:
    if _SECRET.search(name):
        raise ValueError(f"the journal holds no secrets: {name}")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    if isinstance(value, list | tuple | set | frozenset):
        return [str(one)[:LONGEST_VALUE] for one in sorted(value)][:MOST_VALUES]
    raise TypeError(f"the journal cannot hold {name}={value!r}")
