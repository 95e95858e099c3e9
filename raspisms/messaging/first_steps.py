"""What a new household does first, and how far it has come: told from what is there."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from raspisms.messaging import household, phones
from raspisms.messaging.transactions import reading
from raspisms.models import Contact, Member
from raspisms.models import member as members
from raspisms.models import message as messages

_DISMISSAL = "first steps"


@dataclass(frozen=True)
class FirstSteps:
    """A phone that sends and receives; a message that has left; somebody to write with.

    ``adapters`` are those of the phones there are.
    """

    adapters: frozenset[str]
    has_sent: bool
    has_company: bool

    @property
    def has_phone(self) -> bool:
        return bool(self.adapters)

    @property
    def are_done(self) -> bool:
        return self.has_phone and self.has_sent and self.has_company


def progress() -> FirstSteps:
    """How far the household has come."""
    all_phones = phones.everything()
    return FirstSteps(
        adapters=frozenset(one.adapter for one in all_phones),
        has_sent=any(reading().scalar(messages.latest(one.id, messages.OUT)) for one in all_phones),
        has_company=_has_company(),
    )


def lead(member: Member) -> bool:
    """Whether ``member`` is led through the first steps, being the one who can take them."""
    return member.is_admin and not household.is_dismissed(_DISMISSAL) and not progress().are_done


def are_dismissed() -> bool:
    return household.is_dismissed(_DISMISSAL)


def dismiss() -> None:
    """Lead nobody through them any more."""
    household.dismiss(_DISMISSAL)


def _has_company() -> bool:
    others = reading().scalar(members.count_members()) or 0
    return others > 1 or bool(reading().scalar(select(exists().where(Contact.id.is_not(None)))))
