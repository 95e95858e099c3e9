"""From a call to the function that performs it: route, signature, rules, parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from raspisms.simulator import authentication, schema, validation
from raspisms.simulator.account import Application, Credential, Service
from raspisms.simulator.behaviour import HappyOvh
from raspisms.simulator.errors import not_signed, unknown_object, unknown_service, unknown_url
from raspisms.simulator.numbers import international, with_zeros
from raspisms.simulator.wire import Call
from raspisms.simulator.world import World


@dataclass(frozen=True)
class Request:
    """A call that may be performed. ``values`` holds every parameter by name, checked."""

    world: World
    behaviour: HappyOvh
    operation: schema.Operation
    values: dict[str, Any]
    application: Application | None
    credential: Credential | None

    @property
    def service(self) -> Service:
        """:raise ApiError: 404 when the path names a service that is not there for these keys."""
        if self.is_foreign:
            raise unknown_service()
        return self.world.account.service(self.values["serviceName"])

    @property
    def is_foreign(self) -> bool:
        """Whether the keys are of another OVH account."""
        return self.credential is not None and self.credential.foreign

    @property
    def number(self) -> str | None:
        """The virtual number that the path names, as ``+33…``; None where it names none.

        Only ``0033…`` is known to work in a path, so nothing else does here.

        :raise ApiError: 404 when the service does not have it.
        """
        if "{number}" not in self.operation.path or "virtualNumbers" not in self.operation.path:
            return None
        given = self.values["number"]
        number = international(given)
        if number not in self.service.numbers or given != with_zeros(number or ""):
            raise unknown_object("number", given)
        return number

    def query(self) -> dict[str, Any]:
        """The filters of a list route."""
        named = self.operation.placed("query")
        return {name: self.values[name] for name in named if name in self.values}


Route = Callable[[Request], object]
Registered = TypeVar("Registered", bound=Route)
ROUTES: dict[str, Route] = {}


def route(*keys: str) -> Callable[[Registered], Registered]:
    """Register a function for operations of OVH's description, as ``GET /sms``."""

    def register(function: Registered) -> Registered:
        for key in keys:
            if key not in schema.OPERATIONS:
                raise ValueError(f"OVH describes no {key}")
            ROUTES[key] = function
        return function

    return register


def perform(world: World, call: Call, behaviour: HappyOvh) -> object:
    """Do what the call asks and return the value to answer.

    :raise ApiError: when it is refused.
    """
    operation, path = schema.find(call.method, call.path)
    function = ROUTES.get(f"{operation.method} {operation.path}")
    if function is None:
        raise unknown_url()
    with world.lock:
        application, credential = _who(world, call, operation)
        content_type = call.headers.get("content-type", "")
        values = validation.parameters(operation, path, call.query, content_type, call.body)
        request = Request(world, behaviour, operation, values, application, credential)
        return function(request)


def _who(
    world: World, call: Call, operation: schema.Operation
) -> tuple[Application | None, Credential | None]:
    if operation.signed:
        return authentication.check(world, call)
    key = call.headers.get("x-ovh-application", "")
    return world.account.applications.get(key), None


def application_of(request: Request) -> Application:
    """:raise ApiError: 401 for a call that names no application that is known."""
    if request.application is None:
        raise not_signed()
    return request.application
