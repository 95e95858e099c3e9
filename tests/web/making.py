"""Phones, messages and forms for the tests of pages, made as the program and people make them."""

from collections.abc import Collection
from datetime import time, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select

from raspisms import clock
from raspisms.extensions import db
from raspisms.messaging import (
    campaign_drafts,
    contacts,
    groups,
    imports,
    joining,
    opt_outs,
    phones,
    plans,
    texts,
)
from raspisms.messaging.campaign_content import CampaignContent
from raspisms.messaging.campaigns import Draft, accept
from raspisms.messaging.phone_drafts import PhoneDraft
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Member, Message, Phone
from raspisms.sms.recurrence import Repeated, rules
from raspisms.sms.segments import measure
from tests.web.browser import Browser, form_fields, words

LEA = "+33612345678"


def add_phone(
    app: Flask, name: str = "Maison", number: str = "+33600000001", members: Collection[int] = ()
) -> int:
    """A phone of the test adapter, given to ``members``; its id."""
    with app.app_context():
        draft = PhoneDraft(name, "test_adapter", {"number": number}, members)
        return phones.add(app.extensions["raspisms"], draft, phones.new_token()).phone.id


def change_phone(app: Flask, phone_id: int, **changes: Any) -> None:
    with app.app_context(), writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(Phone, phone_id), name, value)


def add_opt_out(app: Flask, number: str, reason: str = "") -> str:
    with app.app_context():
        return opt_outs.add(app.extensions["raspisms"], None, number, reason).number


def add_contact(app: Flask, name: str, number: str = LEA) -> int:
    with app.app_context():
        return contacts.add(app.extensions["raspisms"], name, number).id


def add_text(app: Flask, name: str, text: str) -> int:
    """A saved text; its id."""
    with app.app_context():
        return texts.add(name, text).id


def add_draft(app: Flask, member_id: int, phone_id: int, text: str, **more: Any) -> int:
    """A draft of a campaign; its id."""
    content = CampaignContent(text=text, phones=(phone_id,), **more)
    with app.app_context():
        return campaign_drafts.save(db.session.get_one(Member, member_id), content).id


def add_campaign(app: Flask, phone_id: int, text: str, *numbers: str, **more: Any) -> int:
    """A campaign to some numbers that leaves in a month; its id."""
    engine, at = app.extensions["raspisms"], (clock.now() + timedelta(days=30)).isoformat()
    draft = Draft(phone_id, "\n".join(numbers), text, at, campaign=True, **more)
    with app.app_context():
        return accept(engine, None, draft).campaign.id


def add_plan(app: Flask, member_id: int, phone_id: int, text: str, *numbers: str) -> int:
    """Something that goes every day from the next week on; its id."""
    content = CampaignContent(
        text=text, phones=(phone_id,), recipients="\n".join(numbers), when="schedule"
    )
    schedule = Repeated(in_days(7).date(), time(9), rules.parse("FREQ=DAILY"))
    wanted = plans.Wanted(phone_id, text[:60], content.as_kept(), schedule)
    with app.app_context():
        member = db.session.get_one(Member, member_id)
        with writing() as session:
            return plans.make(app.extensions["raspisms"], session, member, wanted).id


def add_group(app: Flask, name: str, rule: str | None = None) -> int:
    """A group with a list, or a smart one; its id."""
    with app.app_context():
        return groups.add(None, name, rule).id


def add_import(app: Flask, content: str, name: str = "membres.csv") -> int:
    """A file of contacts that is read and waits for somebody; the id of its import."""
    engine = app.extensions["raspisms"]
    with app.app_context():
        import_id = imports.add(engine, None, name, BytesIO(content.encode()))
        imports.work(engine, import_id)
        return import_id


def came_in(app: Flask, phone_id: int, text: str, peer: str = LEA) -> int:
    """A message that was received just now; the id of its conversation."""
    return _put(app, phone_id, text, peer, direction="in", status="received", sent_at=clock.now())


def went_out(
    app: Flask, phone_id: int, text: str, peer: str = LEA, status: str = "sent", **more: Any
) -> int:
    """A message of one's own in any state; the id of its conversation."""
    now = clock.now()
    times = {"due_at": now, "attempt_at": now}
    if status in ("sent", "delivered", "failed"):
        times["sent_at"] = now
    return _put(app, phone_id, text, peer, direction="out", status=status, **(times | more))


def _put(app: Flask, phone_id: int, text: str, peer: str, **values: Any) -> int:
    message = Message(
        phone_id=phone_id,
        peer=peer,
        body=text,
        segments=measure(text).segments,
        created_at=clock.now(),
        **values,
    )
    with app.app_context():
        with writing() as session:
            joining.put(session, message)
        return message.conversation_id


def messages(app: Flask) -> list[Message]:
    """All messages there are, in the order of their making; not bound to a session."""
    with app.app_context():
        rows = list(db.session.scalars(select(Message).order_by(Message.id)))
        db.session.expunge_all()
        return rows


def change_message(app: Flask, message_id: int, **changes: Any) -> None:
    with app.app_context(), writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(Message, message_id), name, value)


def campaigns(app: Flask) -> int:
    with app.app_context():
        return len(list(db.session.scalars(select(Campaign.id))))


def in_days(days: float) -> Any:
    return clock.now() + timedelta(days=days)


def draft(phone: int, **changed: str) -> dict[str, str]:
    """What a person types on the page for writing."""
    return {"phone": str(phone), "number": "06 12 34 56 78", "text": "Bonjour", "at": ""} | changed


def confirm(browser: Browser) -> str:
    """Look at what goes to several, as the last answer leads to, and confirm it; what is told."""
    review = browser.page.headers["Location"]
    assert review.endswith("/review"), review
    browser.follow()
    browser.send_again(f"{review}/confirm")
    return words(browser.follow().text)


def kept(page: str) -> dict[str, Any]:
    """What the form shows as typed."""
    fields = form_fields(page, "/write")
    return {name: fields.get(name, "") for name in ("phone", "number", "text", "at")}
