"""Filling an empty database with the story, through the same code as everyone uses."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from raspisms import clock
from raspisms.bare_application import create_bare_app
from raspisms.demo import address_book, past, story, to_several
from raspisms.extensions import db
from raspisms.messaging import (
    campaigns,
    conversations,
    invitations,
    joining,
    logins,
    marks,
    members,
    phones,
)
from raspisms.messaging.engine import Engine
from raspisms.messaging.invitations import Wanted
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import Member, Phone
from raspisms.simulator import Simulator, account


@dataclass(frozen=True)
class Keys:
    """What opens the household: a link that logs in once, and the same by hand."""

    login_token: str
    name: str
    password: str


def seed(simulator: Simulator, url: str) -> Keys:
    """Make the household of the present settings; ``url`` is where its pages will be."""
    app = create_bare_app()
    with app.app_context():
        try:
            return _fill(app.extensions["raspisms"], simulator, url)
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill(engine: Engine, simulator: Simulator, url: str) -> Keys:
    password = secrets.token_urlsafe(9)
    admin = members.create(story.ADMIN, password, is_admin=True)
    phone = _add_phone(engine, admin)
    known = {story.PHONE: phone, story.CLUB: _add_club_phone(engine, admin)}
    _invite(admin, phone.id)
    simulator.set_callback(account.SERVICE, f"{url}/callback/{phone.callback_token}/status")
    numbers = address_book.fill(engine, admin)
    to_several.write_past(engine, simulator, phone, admin, numbers)
    _write_past(engine, simulator, known, admin, numbers)
    _leave_marks(admin, numbers)
    _write_for_tomorrow(engine, phone, admin)
    to_several.plan(engine, phone, admin)
    return Keys(logins.make_login_link(admin.id), story.ADMIN, password)


def _add_phone(engine: Engine, admin: Member) -> Phone:
    values = {
        "number": account.NUMBER,
        "service_name": account.SERVICE,
        "app_key": account.APPLICATION_KEY,
        "app_secret": account.APPLICATION_SECRET,
        "consumer_key": account.CONSUMER_KEY,
    }
    draft = PhoneDraft(story.PHONE, "ovh_sms_virtual_number_adapter", values)
    return phones.add(engine, draft, phones.new_token(), admin).phone


def _add_club_phone(engine: Engine, admin: Member) -> Phone:
    draft = PhoneDraft(story.CLUB, "test_adapter", {"number": story.CLUB_NUMBER})
    return phones.add(engine, draft, phones.new_token(), admin).phone


def _invite(admin: Member, phone_id: int) -> None:
    """One who has come, with a password that nobody knows, and one who has not yet."""
    link = invitations.invite(admin, Wanted(story.MEMBER, phones=[phone_id]))
    invitations.accept(link, story.MEMBER, secrets.token_urlsafe(16), "")
    invitations.invite(admin, Wanted(story.INVITED, phones=[phone_id]))


def _write_past(
    engine: Engine,
    simulator: Simulator,
    known: dict[str, Phone],
    admin: Member,
    numbers: dict[str, str],
) -> None:
    admin_id = admin.id
    with writing() as session:
        for event in past.events(clock.now(), engine.config.timezone, numbers):
            phone = known[event.phone]
            if event.phone == story.PHONE:
                past.tell_provider(simulator, event)
            if event.line.received:
                joining.put(session, past.received(event, phone))
                continue
            campaign = past.campaign(event, phone, admin_id)
            session.add(campaign)
            session.flush()
            joining.put(session, past.sent(event, phone, campaign.id))


def _leave_marks(admin: Member, numbers: dict[str, str]) -> None:
    """What the administrator has read, muted, put away, and begun to answer."""
    talks = {numbers[talk.who]: talk for talk in story.TALKS}
    for summary in conversations.recent(admin):
        talk, conversation_id = talks.get(summary.conversation.peer), summary.conversation.id
        if talk is None:  # only what was sent to several
            continue
        if talk.read:
            marks.mark_read(admin, conversation_id)
        if talk.muted:
            marks.mute(admin, conversation_id)
        if talk.archived:
            marks.archive(admin, conversation_id)
        if talk.draft:
            marks.keep_draft(admin, conversation_id, talk.draft)


def _write_for_tomorrow(engine: Engine, phone: Phone, admin: Member) -> None:
    name, text = story.TOMORROW
    tomorrow = clock.now().astimezone(engine.config.timezone).date() + timedelta(days=1)
    campaigns.accept(engine, admin, campaigns.Draft(phone.id, name, text, f"{tomorrow} 09:00"))
