"""The clock, and consumer keys."""

import secrets
from urllib.parse import urlencode

from raspisms import clock
from raspisms.simulator.account import Credential, Rule
from raspisms.simulator.api import Request, application_of, route
from raspisms.simulator.errors import bad_parameter, not_signed
from raspisms.simulator.messages import paris


@route("GET /auth/time")
def time(request: Request) -> object:
    return request.behaviour.time(request.world.seconds())


@route("POST /auth/credential")
def ask_for_credential(request: Request) -> object:
    """auth.ApiCredentialRequest: the key works once a person has opened ``validationUrl``."""
    application, wanted = application_of(request), request.values["body"]
    rules = tuple(Rule(rule["method"], rule["path"]) for rule in wanted.get("accessRules", []))
    if not rules:
        raise bad_parameter("[accessRules] At least one rule is needed")
    world = request.world
    credential = Credential(
        "CK" + secrets.token_hex(15),
        application.key,
        rules,
        next(world.credential_ids),
        clock.now(),
        status="pendingValidation",
        redirection=wanted.get("redirection"),
        token=secrets.token_hex(32),
    )
    world.account.credentials[credential.consumer_key] = credential
    query = urlencode({"credentialToken": credential.token})
    return {
        "consumerKey": credential.consumer_key,
        "state": credential.status,
        "validationUrl": f"{world.web_url}auth/?{query}",
    }


@route("GET /auth/currentCredential")
def current_credential(request: Request) -> object:
    """auth.ApiCredential"""
    credential = _credential(request)
    return {
        "credentialId": credential.id,
        "applicationId": application_of(request).id,
        "status": credential.status,
        "rules": _rules(credential),
        "allowedIPs": None,
        "creation": paris(credential.created),
        "expiration": paris(credential.expiration),
        "lastUse": paris(credential.last_use),
        "ovhSupport": False,
    }


@route("GET /auth/details")
def details(request: Request) -> object:
    """auth.Details"""
    nic = request.world.account.nic
    return {
        "account": nic,
        "allowedRoutes": _rules(_credential(request)),
        "description": None,
        "identities": [f"urn:v1:eu:identity:account:{nic}"],
        "method": "account",
        "roles": None,
        "user": None,
    }


def _rules(credential: Credential) -> list[dict[str, str]]:
    return [{"method": rule.method, "path": rule.path} for rule in credential.rules]


def _credential(request: Request) -> Credential:
    if request.credential is None:
        raise not_signed()
    return request.credential
