"""The tables, one module for each aggregate, with the queries that have a name.

No transaction is opened and nothing is committed here: ``messaging`` does that.
"""

from raspisms.models.base import Base
from raspisms.models.campaign import Campaign
from raspisms.models.contact import Contact
from raspisms.models.conversation import Conversation, ConversationMark
from raspisms.models.household import HouseholdSetting
from raspisms.models.journal import JournalEntry
from raspisms.models.member import LoginSession, Member, OneTimeLink, PhoneAccess
from raspisms.models.message import Message
from raspisms.models.phone import Phone
from raspisms.models.phone_fault import PhoneFault
from raspisms.models.phone_setup import PhoneSetup
from raspisms.models.provider_account import ProviderAccount
from raspisms.models.push import PushNotice, PushSubscription
from raspisms.models.receipt import Receipt
from raspisms.models.unmapped_id import UnmappedId

__all__ = [
    "Base",
    "Campaign",
    "Contact",
    "Conversation",
    "ConversationMark",
    "HouseholdSetting",
    "JournalEntry",
    "LoginSession",
    "Member",
    "Message",
    "OneTimeLink",
    "Phone",
    "PhoneAccess",
    "PhoneFault",
    "PhoneSetup",
    "ProviderAccount",
    "PushNotice",
    "PushSubscription",
    "Receipt",
    "UnmappedId",
]
