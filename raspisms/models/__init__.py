"""The tables, one module for each aggregate, with the queries that have a name.

No transaction is opened and nothing is committed here: ``messaging`` does that.
"""

from raspisms.models.address_change import AddressChange, AddressChangeRow
from raspisms.models.base import Base
from raspisms.models.campaign import Campaign, CampaignCount, CampaignPhone
from raspisms.models.contact import Contact
from raspisms.models.contact_import import ContactImport, ContactImportRow
from raspisms.models.conversation import Conversation, ConversationMark
from raspisms.models.group import Group, GroupContact, GroupGroup
from raspisms.models.household import HouseholdSetting
from raspisms.models.journal import JournalEntry
from raspisms.models.member import LoginSession, Member, OneTimeLink, PhoneAccess
from raspisms.models.message import Message
from raspisms.models.opt_out import NumberCleared, OptIn, OptOut
from raspisms.models.phone import Phone
from raspisms.models.phone_fault import PhoneFault
from raspisms.models.phone_setup import PhoneSetup
from raspisms.models.plan import CampaignDraft, PhoneLimit, Plan, PlanPerson
from raspisms.models.provider_account import ProviderAccount
from raspisms.models.push import AlertNotice, PushNotice, PushSubscription
from raspisms.models.receipt import Receipt
from raspisms.models.saved_text import SavedText
from raspisms.models.unmapped_id import UnmappedId

__all__ = [
    "AddressChange",
    "AddressChangeRow",
    "AlertNotice",
    "Base",
    "Campaign",
    "CampaignCount",
    "CampaignDraft",
    "CampaignPhone",
    "Contact",
    "ContactImport",
    "ContactImportRow",
    "Conversation",
    "ConversationMark",
    "Group",
    "GroupContact",
    "GroupGroup",
    "HouseholdSetting",
    "JournalEntry",
    "LoginSession",
    "Member",
    "Message",
    "NumberCleared",
    "OneTimeLink",
    "OptIn",
    "OptOut",
    "Phone",
    "PhoneAccess",
    "PhoneFault",
    "PhoneLimit",
    "PhoneSetup",
    "Plan",
    "PlanPerson",
    "ProviderAccount",
    "PushNotice",
    "PushSubscription",
    "Receipt",
    "SavedText",
    "UnmappedId",
]
