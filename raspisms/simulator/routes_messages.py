"""Jobs, outgoing and incoming messages, of a service and of each of its virtual numbers."""

from collections.abc import Callable, Iterator

from raspisms.simulator import sending
from raspisms.simulator.api import Request, route
from raspisms.simulator.errors import unknown_object
from raspisms.simulator.filters import sift
from raspisms.simulator.messages import Incoming, Message

SERVICE = "/sms/{serviceName}"
NUMBER = "/sms/{serviceName}/virtualNumbers/{number}"


@route(f"POST {SERVICE}/jobs", f"POST {NUMBER}/jobs")
def send(request: Request) -> object:
    return sending.send(request)


@route(f"GET {SERVICE}/jobs", f"GET {NUMBER}/jobs")
def list_jobs(request: Request) -> object:
    return [message.id for message in _messages(request, "jobs")]


@route(f"GET {SERVICE}/jobs/{{id}}", f"GET {NUMBER}/jobs/{{id}}")
def show_job(request: Request) -> object:
    return _message(request, "jobs").shown(request.operation.returns)


@route(f"DELETE {SERVICE}/jobs/{{id}}", f"DELETE {NUMBER}/jobs/{{id}}")
def cancel_job(request: Request) -> object:
    """Whether OVH gives the credits back is not documented; here it does."""
    message = _message(request, "jobs")
    message.place = "gone"
    request.service.credits += message.credits
    return None


@route(f"GET {SERVICE}/outgoing", f"GET {NUMBER}/outgoing")
def list_outgoing(request: Request) -> object:
    return [message.id for message in sift(_messages(request, "outgoing"), request.query())]


@route(f"GET {SERVICE}/outgoing/{{id}}", f"GET {NUMBER}/outgoing/{{id}}")
def show_outgoing(request: Request) -> object:
    return _message(request, "outgoing").shown("sms.Outgoing")


@route(f"DELETE {SERVICE}/outgoing/{{id}}", f"DELETE {NUMBER}/outgoing/{{id}}")
def delete_outgoing(request: Request) -> object:
    _message(request, "outgoing").place = "gone"
    return None


def _messages(request: Request, place: str) -> Iterator[Message]:
    mine = _of(request)
    messages = request.world.messages.values()
    return (message for message in messages if message.place == place and mine(message))


def _message(request: Request, place: str) -> Message:
    found = request.world.messages.get(request.values["id"])
    if found is None or found.place != place or not _of(request)(found):
        raise unknown_object("id", request.values["id"])
    return found


def _of(request: Request) -> Callable[[Message | Incoming], bool]:
    """Whether a message is of the service, and of the virtual number where one is named."""
    service, number = request.service.name, request.number
    return lambda one: one.service == service and number in {None, one.number}


@route(f"GET {SERVICE}/incoming", f"GET {NUMBER}/incoming")
def list_incoming(request: Request) -> object:
    return [one.id for one in sift(_incoming(request), request.query())]


@route(f"GET {SERVICE}/incoming/{{id}}", f"GET {NUMBER}/incoming/{{id}}")
def show_incoming(request: Request) -> object:
    found = _one_incoming(request)
    request.behaviour.shows_incoming(found)
    return found.shown()


@route(f"DELETE {SERVICE}/incoming/{{id}}", f"DELETE {NUMBER}/incoming/{{id}}")
def delete_incoming(request: Request) -> object:
    found = _one_incoming(request)
    found.gone = True
    request.world.ledger.incoming_deleted(found.id)
    return None


def _incoming(request: Request) -> Iterator[Incoming]:
    mine = _of(request)
    return (one for one in request.world.incoming.values() if not one.gone and mine(one))


def _one_incoming(request: Request) -> Incoming:
    found = request.world.incoming.get(request.values["id"])
    if found is None or found.gone or not _of(request)(found):
        raise unknown_object("id", request.values["id"])
    return found
