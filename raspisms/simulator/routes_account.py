"""Services, virtual numbers, senders and blacklists."""

from typing import TypeVar

from raspisms.simulator.account import Sender, no_response
from raspisms.simulator.api import Request, route
from raspisms.simulator.callbacks import usable
from raspisms.simulator.errors import bad_parameter, conflict, unknown_object
from raspisms.simulator.messages import paris
from raspisms.simulator.numbers import international, with_zeros

Thing = TypeVar("Thing")

SERVICE = "/sms/{serviceName}"
# sms.Account, where the field of Service has another name.
WRITABLE = {
    "callBack": "callback",
    "stopCallBack": "stop_callback",
    "description": "description",
    "automaticRecreditAmount": "recredit_amount",
    "creditThresholdForAutomaticRecredit": "recredit_threshold",
}


@route("GET /sms")
def list_services(request: Request) -> object:
    return [] if request.is_foreign else list(request.world.account.services)


@route(f"GET {SERVICE}")
def show_service(request: Request) -> object:
    """sms.AccountWithIAM"""
    service = request.service
    return {name: getattr(service, field) for name, field in WRITABLE.items()} | {
        "name": service.name,
        "status": service.status,
        "creditsLeft": service.credits,
        "creditsHoldByQuota": 0.0,
        "userQuantityWithQuota": 0,
        "channel": "both",
        "smpp": False,
        "smsResponse": service.response,
        "templates": service.templates,
        "iam": None,
    }


@route(f"PUT {SERVICE}")
def change_service(request: Request) -> object:
    """OVH's own interface sends only what it changes, so the rest stays.

    Whether that goes for the members of ``smsResponse`` too is not known: here it does not, so that
    a client that leaves some out is seen to lose them.
    """
    service, changes = request.service, request.values["body"]
    response = changes.get("smsResponse", {})
    for url in (changes.get("callBack"), changes.get("stopCallBack"), response.get("cgiUrl")):
        if url and not usable(url):
            raise bad_parameter(f"{url} is no http or https URL")
    for name, value in changes.items():
        if name in WRITABLE:
            setattr(service, WRITABLE[name], value)
    if "smsResponse" in changes:
        service.response = no_response() | response
    service.templates = service.templates | changes.get("templates", {})
    return None


@route("GET /sms/virtualNumbers")
def list_all_numbers(request: Request) -> list[str]:
    services = () if request.is_foreign else request.world.account.services.values()
    return [with_zeros(number) for service in services for number in service.numbers]


@route("GET /sms/virtualNumbers/{number}")
def show_any_number(request: Request) -> object:
    """sms.VirtualNumberGenericServiceWithIAM"""
    given = request.values["number"]
    if given not in list_all_numbers(request):
        raise unknown_object("number", given)
    return {"number": given, "countryCode": "fr", "iam": None}


@route(f"GET {SERVICE}/virtualNumbers")
def list_numbers(request: Request) -> object:
    """The form is not documented; ``0033…`` is the one that clients use with success."""
    return [with_zeros(number) for number in request.service.numbers]


@route(f"GET {SERVICE}/virtualNumbers/{{number}}")
def show_number(request: Request) -> object:
    """sms.VirtualNumber"""
    return {"number": with_zeros(request.number or ""), "countryCode": "fr"}


@route(f"GET {SERVICE}/senders")
def list_senders(request: Request) -> object:
    return list(request.service.senders)


@route(f"POST {SERVICE}/senders")
def add_sender(request: Request) -> object:
    """OVH guide on senders: eleven characters at most, not digits only, then moderated."""
    name = request.values["sender"]
    if not 1 <= len(name) <= 11 or name.isdigit():
        raise bad_parameter(f"[sender] {name} cannot be a sender")
    if name in request.service.senders:
        raise conflict(f"The sender {name} already exists")
    description = request.values.get("description", "")
    request.service.senders[name] = Sender(name, "waitingValidation", description)
    return name


@route(f"GET {SERVICE}/senders/{{sender}}")
def show_sender(request: Request) -> object:
    """sms.Sender"""
    sender = _sender(request)
    return {
        "sender": sender.sender,
        "status": sender.status,
        "description": sender.description,
        "comment": sender.comment,
        "referer": "custom",
        "type": "alpha",
        "validationMedia": None,
    }


@route(f"PUT {SERVICE}/senders/{{sender}}")
def change_sender(request: Request) -> object:
    sender, changes = _sender(request), request.values["body"]
    sender.status = changes.get("status", sender.status)
    sender.description = changes.get("description", sender.description)
    return None


@route(f"DELETE {SERVICE}/senders/{{sender}}")
def delete_sender(request: Request) -> object:
    del request.service.senders[_sender(request).sender]
    return None


@route(f"POST {SERVICE}/senders/{{sender}}/validate")
def validate_sender(request: Request) -> object:
    """Any code of four characters or more is the right one."""
    if len(request.values["code"]) < 4:
        raise bad_parameter("[code] This code is wrong")
    _sender(request).status = "enable"
    return None


def _sender(request: Request) -> Sender:
    return _one_of(request.service.senders, "sender", request.values["sender"])


@route(f"GET {SERVICE}/blacklists")
def list_blacklist(request: Request) -> object:
    filters = request.query()
    blocked = request.service.blacklist.values()
    if "batchID" in filters:
        return []
    wanted = filters.get("smsOutgoingID")
    return [one.number for one in blocked if wanted in {None, one.message_id}]


@route(f"GET {SERVICE}/blacklists/{{number}}")
def show_blocked(request: Request) -> object:
    """sms.Blacklist"""
    one = _one_of(request.service.blacklist, "number", _listed(request))
    return {
        "number": one.number,
        "dateCreation": paris(one.since),
        "smsOutgoingID": one.message_id,
        "batchID": None,
    }


@route(f"DELETE {SERVICE}/blacklists/{{number}}")
def unblock(request: Request) -> object:
    one = _one_of(request.service.blacklist, "number", _listed(request))
    del request.service.blacklist[one.number]
    return None


def _listed(request: Request) -> str:
    given: str = request.values["number"]
    return international(given) or given


def _one_of(things: dict[str, Thing], key: str, wanted: str) -> Thing:
    if wanted not in things:
        raise unknown_object(key, wanted)
    return things[wanted]
