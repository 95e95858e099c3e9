"""Whose account OVH would hold: applications, consumer keys, SMS services, numbers.

The numbers are of the range that the French regulator keeps for films (06 39 98 …).
"""

from dataclasses import dataclass, field
from datetime import datetime

from raspisms.simulator import errors, numbers

APPLICATION_KEY = "AKhelloHousehold"
APPLICATION_SECRET = "ASnotASecretOnlyASimulation00000"  # noqa: S105 - it opens nothing
CONSUMER_KEY = "CKletTheHouseholdSendMessages000"

SERVICE = "sms-ab12345-1"
SECOND_SERVICE = "sms-ab12345-2"
NUMBER = "+33639980001"
SECOND_NUMBER = "+33639980002"
THIRD_NUMBER = "+33639980003"
SENDER = "Maison"
SECOND_SENDER = "Le Club"


@dataclass(frozen=True)
class Application:
    """OVH: an application key and its secret."""

    key: str
    secret: str
    id: int


@dataclass(frozen=True)
class Rule:
    """auth.AccessRule: ``*`` in the path stands for anything, slashes too."""

    method: str
    path: str


@dataclass
class Credential:
    """A consumer key; ``status`` is one of auth.CredentialStateEnum.

    ``foreign`` is one of another OVH account, which has no SMS service.
    """

    consumer_key: str
    application_key: str
    rules: tuple[Rule, ...]
    id: int
    created: datetime
    status: str = "validated"
    expiration: datetime | None = None
    last_use: datetime | None = None
    redirection: str | None = None
    token: str = ""
    foreign: bool = False


@dataclass
class Sender:
    """sms.Sender; ``status`` is one of sms.StatusSenderEnum."""

    sender: str
    status: str = "enable"
    description: str = ""
    comment: str | None = None


@dataclass
class Blocked:
    """sms.Blacklist"""

    number: str
    since: datetime
    message_id: int | None


def no_response() -> dict[str, object]:
    """sms.Response of an account that does nothing with answers."""
    options: dict[str, object] = {"trackingDefaultSmsSender": None, "trackingOptions": []}
    return {"responseType": "none", "cgiUrl": None, "text": None, **options}


def _templates() -> dict[str, object]:
    """sms.Templates"""
    texts: dict[str, object] = dict.fromkeys(("emailBody", "emailFrom", "emailSubject", "smsBody"))
    return {"customizedEmailMode": False, "customizedSmsMode": False, **texts}


@dataclass
class Service:
    """sms.Account, with its virtual numbers (``+33…``), senders and blacklist.

    ``short_number`` is the number from which messages with senderForResponse come.
    """

    name: str
    numbers: tuple[str, ...] = ()
    senders: dict[str, Sender] = field(default_factory=dict)
    credits: float = 1000.0
    status: str = "enable"
    description: str = ""
    short_number: str = "38100"
    callback: str | None = None
    stop_callback: str | None = None
    response: dict[str, object] = field(default_factory=no_response)
    templates: dict[str, object] = field(default_factory=_templates)
    recredit_amount: int | None = None
    recredit_threshold: float = 0.0
    blacklist: dict[str, Blocked] = field(default_factory=dict)

    def owns(self, number: str) -> bool:
        """Whether an answer sent to ``number`` (as on a handset) comes to this service."""
        wanted = numbers.international(number) or number
        return wanted == self.short_number or wanted in self.numbers


@dataclass
class Account:
    """Everything behind one OVH login."""

    applications: dict[str, Application]
    credentials: dict[str, Credential]
    services: dict[str, Service]
    nic: str = "ab12345-ovh"

    def service(self, name: str) -> Service:
        """:raise ApiError: 404 when there is none of that name."""
        if name not in self.services:
            raise errors.unknown_service()
        return self.services[name]

    def service_of(self, number: str) -> Service:
        """:raise ApiError: 404 when no service has the number."""
        owners = (service for service in self.services.values() if service.owns(number))
        found = next(owners, None)
        if found is None:
            raise errors.unknown_object("number", number)
        return found


def everything() -> tuple[Rule, ...]:
    """Rules as python-ovh's add_recursive_rules makes them, for the SMS section and oneself."""
    rules = [Rule("GET", "/auth/currentCredential"), Rule("GET", "/auth/details")]
    for method in ("GET", "POST", "PUT", "DELETE"):
        rules += [Rule(method, "/sms"), Rule(method, "/sms/*")]
    return tuple(rules)


def default_account(now: datetime) -> Account:
    """Two services, three numbers, two senders, one key that may do everything with SMS."""
    key = Credential(CONSUMER_KEY, APPLICATION_KEY, everything(), 1, now)
    return Account(
        applications={APPLICATION_KEY: Application(APPLICATION_KEY, APPLICATION_SECRET, 1)},
        credentials={CONSUMER_KEY: key},
        services={service.name: service for service in (_household(), _club())},
    )


def _household() -> Service:
    senders = {SENDER: Sender(SENDER)}
    return Service(SERVICE, (NUMBER, SECOND_NUMBER), senders, description="Household")


def _club() -> Service:
    senders = {SECOND_SENDER: Sender(SECOND_SENDER)}
    return Service(
        SECOND_SERVICE, (THIRD_NUMBER,), senders, description="Club", short_number="38200"
    )
