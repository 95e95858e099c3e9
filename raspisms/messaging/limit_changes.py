"""Giving phones limits, and taking them away."""

from raspisms.errors import Conflict, say
from raspisms.messaging import journal, phone_limits, phone_sets, phones, signals
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Member, Message, PhoneLimit
from raspisms.sms import limits
from raspisms.sms.limits import Limit

MOST_OF_A_PHONE = 10


def add(
    engine: Engine, member: Member | None, phone_id: int, volume: str, startpoint: str
) -> PhoneLimit:
    """Give a phone one more limit. Raises Invalid (volume, startpoint), NotFound, Conflict."""
    limit = limits.read(volume, startpoint, engine.time.now(), engine.config.timezone)
    with writing() as session:
        phone = phones.one(phone_id)
        known = phone_limits.of_phone(phone_id)
        if any((one.volume, one.startpoint) == (limit.volume, limit.startpoint) for one in known):
            raise Conflict(
                say("The phone has this limit already."),
                say("Choose another number of messages, or another period."),
                field="volume",
            )
        if len(known) >= MOST_OF_A_PHONE:
            raise Conflict(
                say("A phone can have %(most)s limits.", most=MOST_OF_A_PHONE),
                say("Remove one first: of several, the tightest holds."),
                field="volume",
            )
        row = PhoneLimit(phone_id=phone_id, volume=limit.volume, startpoint=limit.startpoint)
        session.add(row)
        journal.note(session, member, "phone.limited", phone.name, limit=_told(limit))
    return row


def remove(member: Member | None, phone_id: int, limit_id: int) -> None:
    """Take a limit away; what waited for it goes. Nothing where it is gone already."""
    with writing() as session:
        phone = phones.one(phone_id)
        row = session.get(PhoneLimit, limit_id)
        if row is None or row.phone_id != phone_id:
            return
        journal.note(
            session,
            member,
            "phone.unlimited",
            phone.name,
            limit=_told(Limit(row.volume, row.startpoint)),
        )
        session.delete(row)
        waits_for_it = Message.reason == phone_limits.REASON
        phone_limits.look_again(session, Message.phone_id == phone_id, waits_for_it)
        phone_sets.look_again(session, phone_id)
    signals.committed.send()


def _told(limit: Limit) -> str:
    return f"{limit.volume} ({limit.startpoint})"
