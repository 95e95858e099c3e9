"""What the invented household knows of its people: data, groups, texts to send again, a STOP."""

from raspisms import clock
from raspisms.demo import story
from raspisms.messaging import contacts, groups, opt_outs, smart_groups, texts
from raspisms.messaging.engine import Engine
from raspisms.models import Member


def fill(engine: Engine, admin: Member) -> dict[str, str]:
    """Fill the address book; the numbers of all people, by name."""
    people = {
        name: contacts.add(engine, name, number, _data(engine, name))
        for name, number in story.PEOPLE.items()
    }
    for name, those in story.GROUPS.items():
        group = groups.add(admin, name)
        groups.add_contacts(group.id, [people[one].id for one in those])
    for name, rule in story.RULES.items():
        smart_groups.add(admin, name, rule)
    for name, body in story.TEXTS.items():
        texts.add(name, body)
    who, reason = story.OPTED_OUT
    opt_outs.add(engine, admin, who, reason)
    return {name: contact.number for name, contact in people.items()}


def _data(engine: Engine, name: str) -> dict[str, str]:
    data = dict(story.DATA.get(name, {}))
    if name == story.BIRTHDAY:
        today = clock.now().astimezone(engine.config.timezone)
        data["naissance"] = f"2008-{today:%m-%d}"  # a leap year, which has each day
    return data
