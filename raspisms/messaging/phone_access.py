"""Which member sees and uses which phone."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from raspisms.errors import Conflict, say
from raspisms.messaging.transactions import reading
from raspisms.models import Phone, PhoneAccess
from raspisms.models import phone as phones


@dataclass(frozen=True)
class Change:
    """The names of the phones that somebody got and lost."""

    given: list[str]
    taken: list[str]


def offered(member_id: int | None) -> list[Phone]:
    """The phones that can be given to a member, by name, and the removed ones that they still see:
    these can only be taken away. None: a member to be."""
    return list(reading().scalars(_offered(member_id)))


def given_to(member_id: int) -> set[int]:
    """The ids of the phones that were given to a member."""
    return set(reading().scalars(_given(member_id)))


def names_by_member() -> dict[int, list[str]]:
    """The names of the phones in use that each member was given, by id of the member."""
    names: dict[int, list[str]] = {}
    rows = phones.present().join(PhoneAccess, PhoneAccess.phone_id == Phone.id)
    for member_id, name in reading().execute(
        rows.with_only_columns(PhoneAccess.member_id, Phone.name)
    ):
        names.setdefault(member_id, []).append(name)
    return names


def choose(session: Session, member_id: int, chosen: Collection[int]) -> Change:
    """Give a member these phones and no others, within a transaction of ``writing``.

    Raises Conflict where a phone is not offered any more, as when it was removed meanwhile.
    """
    before = set(session.scalars(_given(member_id)))
    names = {phone.id: phone.name for phone in session.scalars(_offered(member_id))}
    after = set(chosen)
    if after - names.keys():
        raise _gone()
    lost = PhoneAccess.phone_id.in_(before - after)
    session.execute(delete(PhoneAccess).where(PhoneAccess.member_id == member_id, lost))
    session.add_all(PhoneAccess(member_id=member_id, phone_id=one) for one in after - before)
    return Change(
        given=[names[one] for one in after - before], taken=[names[one] for one in before - after]
    )


def check_offered(session: Session, chosen: Collection[int]) -> list[Phone]:
    """The phones to be given to somebody who is still to come. Raises Conflict as ``choose``."""
    found = list(session.scalars(_offered(None).where(Phone.id.in_(chosen))))
    if len(found) != len(set(chosen)):
        raise _gone()
    return found


def _gone() -> Conflict:
    return Conflict(
        say("A phone that you chose was removed meanwhile."),
        say("The list below shows what there is now. Look it over, then save again."),
        field="phones",
    )


def _given(member_id: int | None) -> Select[int]:
    return select(PhoneAccess.phone_id).where(PhoneAccess.member_id == member_id)


def _offered(member_id: int | None) -> Select[Phone]:
    is_there = or_(Phone.removed_at.is_(None), Phone.id.in_(_given(member_id)))
    return select(Phone).where(is_there).order_by(Phone.removed_at.is_not(None), Phone.name_key)
