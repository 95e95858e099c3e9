"""Who calls, and may they: OVH's signature and the rules of a consumer key."""

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from raspisms import clock
from raspisms.simulator import errors
from raspisms.simulator.account import Application, Credential, Rule
from raspisms.simulator.wire import Call

if TYPE_CHECKING:
    from raspisms.simulator.world import World

#: A key may ask about itself. Whether OVH wants a rule for that is not documented.
ABOUT_ITSELF = ("GET", "/auth/currentCredential")
HEADERS = ("x-ovh-application", "x-ovh-consumer", "x-ovh-timestamp", "x-ovh-signature")


def check(world: "World", call: Call) -> tuple[Application, Credential]:
    """Called under the world's lock.

    :raise ApiError: 400, 401 or 403, in OVH's words.
    """
    if any(name not in call.headers for name in HEADERS):
        raise errors.not_signed()
    application, credential = _known(world, call)
    _check_signature(world, call, application, credential)
    about_itself = (call.method, call.path) == ABOUT_ITSELF
    _let_expire(credential)
    if credential.status != "validated" and not (about_itself and world.settings.states_shown):
        raise errors.unusable_credential()
    if not about_itself and not any(_grants(rule, call) for rule in credential.rules):
        raise errors.not_granted()
    credential.last_use = clock.now()
    return application, credential


def _known(world: "World", call: Call) -> tuple[Application, Credential]:
    application = world.account.applications.get(call.headers["x-ovh-application"])
    if application is None:
        raise errors.unknown_application()
    credential = world.account.credentials.get(call.headers["x-ovh-consumer"])
    if credential is None or credential.application_key != application.key:
        raise errors.unknown_credential()
    return application, credential


def _check_signature(
    world: "World", call: Call, application: Application, credential: Credential
) -> None:
    given = call.headers["x-ovh-timestamp"]
    if not given.isdecimal() or abs(int(given) - world.seconds()) > world.settings.max_skew:
        raise errors.out_of_time()
    wanted = signature(application.secret, credential.consumer_key, call, given)
    if not hmac.compare_digest(wanted.encode(), call.headers["x-ovh-signature"].encode()):
        raise errors.invalid_signature()


def signature(secret: str, consumer_key: str, call: Call, timestamp: str) -> str:
    """OVH, first steps with the API: over the URL exactly as the client built it."""
    body = call.body.decode("utf-8", "surrogateescape")
    parts = (secret, consumer_key, call.method, call.url, body, timestamp)
    text = "+".join(parts).encode("utf-8", "surrogateescape")
    return "$1$" + hashlib.sha1(text).hexdigest()  # noqa: S324 - OVH's choice


def _let_expire(credential: Credential) -> None:
    if credential.expiration is not None and credential.expiration <= clock.now():
        credential.status = "expired"


def _grants(rule: Rule, call: Call) -> bool:
    """``/sms`` and ``/sms/*`` are two rules, and a trailing slash is part of a path."""
    pattern = ".*".join(re.escape(part) for part in rule.path.split("*"))
    return rule.method == call.method and re.fullmatch(pattern, call.path) is not None
