"""A test message to one's own mobile phone, and what became of it."""

from sqlalchemy import select

from raspisms.messaging import accounts, campaigns, decisions
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading
from raspisms.models import Campaign, Member, Message, Phone, Receipt
from raspisms.sms.lifecycle import ReceiptState
from raspisms.sms.numbers import parse_number


def send(engine: Engine, member: Member, phone: Phone, number: str, text: str, request: str) -> int:
    """Accept a test message with ``phone``; its id.

    ``request`` names the form: sent twice, it sends once. Raises Invalid (field "number") for what
    is no subscriber's number, and InvalidForm.
    """
    to = parse_number(number, engine.config.country)
    draft = campaigns.Draft(phone.id, to, text, request=request)
    return campaigns.accept(engine, member, draft).message_id


def find(member: Member, phone_id: int, message_id: int) -> Message:
    """A message that ``member`` wrote with a phone. Raises NotFound for any other."""
    message = find_any(member, message_id)
    if message.phone_id != phone_id:
        raise decisions.no_such_message()
    return message


def find_any(member: Member, message_id: int) -> Message:
    """A message that ``member`` wrote. Raises NotFound for any other."""
    message = decisions.find(member, message_id)
    campaign = reading().get(Campaign, message.campaign_id) if message.campaign_id else None
    if campaign is None or campaign.member_id != member.id:
        raise decisions.no_such_message()
    return message


def brought_by(message: Message) -> str | None:
    """How the receipt that says "delivered" came: ``receipts.CALLBACK`` or ``POLL``."""
    query = select(Receipt.source).where(
        Receipt.message_id == message.id, Receipt.state == ReceiptState.DELIVERED
    )
    return reading().scalar(query.order_by(Receipt.id).limit(1))


def was_called_about(message: Message) -> bool:
    """Whether the provider has called since ``message`` was sent, perhaps after we had asked."""
    account = accounts.of(message.service) if message.service else None
    if account is None or account.called_at is None or message.sent_at is None:
        return False
    return account.called_at >= message.sent_at.replace(second=0, microsecond=0)
