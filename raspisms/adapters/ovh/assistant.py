"""What helps to set up a phone at OVH: from pasted keys to what can be sent with.

It writes nothing, here or at OVH.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from raspisms.adapters.answers import Inspection
from raspisms.adapters.base import Purpose, Surroundings
from raspisms.adapters.errors import Throttled
from raspisms.adapters.ovh import lists, senders, settings
from raspisms.adapters.ovh.amounts import amount
from raspisms.adapters.ovh.asking import asking
from raspisms.adapters.ovh.check import Wrong, allows, check_keys, rules_of
from raspisms.adapters.ovh.client import Answered, AnswerLost, OvhClient
from raspisms.adapters.ovh.inspection import told
from raspisms.adapters.ovh.pasted_keys import read_keys
from raspisms.errors import Invalid, InvalidForm, Text, say
from raspisms.sms.numbers import display, parse_sender

__all__ = ["Offer", "OfferedService", "Offers", "OvhAssistant", "keys_url", "read_keys"]

VIRTUAL_NUMBER = "ovh_sms_virtual_number_adapter"
SHORTCODE = "ovh_sms_shortcode_adapter"
#: So many services or senders are asked about one by one; of more only the names are told.
_MOST_ASKED = 20
_SERVICE = re.compile(r"/sms/sms-[^/*]+")
#: Stand for what the keys do not name: rules are about all of them then.
_ANY_NUMBER = "0033600000000"
_ANY_SERVICE = "/sms/sms-xx00000-1"
_MAKE_NEW_ONES = say("Make new keys with the link above, which asks for all the rights needed.")
_OVH = "https://eu.api.ovh.com/1.0"


Told = TypeVar("Told")


@dataclass(frozen=True)
class OfferedService:
    """An SMS service of the account. Of one whose details are not told only the name is known."""

    name: str
    description: str = ""
    credits: float | None = None
    enabled: bool = True


@dataclass(frozen=True)
class Offer:
    """Something to send with: the adapter, and its settings beside the keys and the service."""

    adapter: str
    values: dict[str, str]
    label: str | Text
    usable: bool = True
    why_not: Text | None = None


@dataclass(frozen=True)
class Offers:
    """What a service can be used with."""

    numbers: tuple[Offer, ...]
    short_number: Offer | None
    senders: tuple[Offer, ...]


def keys_url(api_url: str) -> str:
    """The page on which keys are made, with the rights filled in."""
    if api_url.rstrip("/") == _OVH:
        return settings.CREATE_TOKEN_URL
    parts = urlsplit(api_url)
    query = urlsplit(settings.CREATE_TOKEN_URL).query
    return f"{parts.scheme}://{parts.netloc}/createToken/?{query}"


class OvhAssistant:
    """Asks OVH with one set of keys. Everything may raise Unreachable and Throttled."""

    def __init__(self, keys: Mapping[str, str], surroundings: Surroundings) -> None:
        self._keys = keys
        self._near = surroundings

    def check_keys(self) -> Inspection:
        """What the keys allow. Raises InvalidForm, field "keys", where they are of no use."""
        with asking(self._keys, self._near) as client:
            try:
                client.clock_difference()
                credential = check_keys(client, [])
                return _inspected(credential, _names_shown(client, credential))
            except Wrong as wrong:
                raise _beside_the_keys(wrong) from wrong

    def services(self) -> list[OfferedService]:
        """The account's SMS services, in OVH's order. Raises Misconfigured, "not_granted"."""
        with asking(self._keys, self._near) as client:
            names = _names(client)
            details = _each(names, lambda name: _details(client, name))
        return [details.get(name) or OfferedService(name) for name in names]

    def offers(self, service: str) -> Offers:
        """What to send with. What the keys may not list is left out.

        Raises Misconfigured, "not_granted" where they may list neither numbers nor senders.
        """
        path = f"/sms/{quote(service, safe='')}"
        with asking(self._keys, self._near) as client:
            numbers, refusal = _allowed(lambda: lists.virtual_numbers(client, path))
            names, other_refusal = _allowed(lambda: lists.senders(client, path))
            if refusal and other_refusal:
                raise refusal
            states = _each(names, lambda name: senders.status_of(client, path, name))
        return Offers(
            tuple(self._number(number) for number in numbers),
            self._short_number(),
            tuple(_sender(name, states) for name in names),
        )

    def _number(self, written: str) -> Offer:
        country = self._near.country
        number = parse_sender(written, country)
        return Offer(VIRTUAL_NUMBER, {"number": number}, display(number, country))

    def _short_number(self) -> Offer:
        """OVH guide on senders: only for French accounts, those of the overseas territories not."""
        usable = self._near.country == "FR"
        why_not = say("OVH gives short numbers only to accounts of mainland France.")
        label = say("A short number of OVH's, which can be answered")
        return Offer(SHORTCODE, {"sender": ""}, label, usable, None if usable else why_not)


def _inspected(credential: Mapping[str, Any] | None, services: list[str]) -> Inspection:
    """For the service with which the keys can do most. Raises Wrong where none may send."""
    paths = [f"/sms/{quote(name, safe='')}" for name in services] or _named(credential)
    if credential is not None and not any(_may_send(credential, path) for path in paths):
        raise Wrong(
            "consumer_key",
            say("These keys do not have the right %(method)s on /sms/*.", method="POST"),
            _MAKE_NEW_ONES,
        )
    roots = [(path, root) for path in paths for root in _roots(path)]
    found = [told(credential, path, root, receives=True) for path, root in roots]
    return max(found, key=lambda one: sum(right.granted for right in one.rights))


def _named(credential: Mapping[str, Any] | None) -> list[str]:
    """The services that rules are about, where the keys may not list them; or one for them all."""
    paths = [str(rule.get("path")) for rule in rules_of(credential or {})]
    found = [named.group() for named in map(_SERVICE.match, paths) if named]
    return list(dict.fromkeys(found)) or [_ANY_SERVICE]


def _may_send(credential: Mapping[str, Any], path: str) -> bool:
    rules = rules_of(credential)
    return any(allows(rules, "POST", f"{root}/jobs") for root in _roots(path))


def _roots(path: str) -> tuple[str, str]:
    """Where messages may be: under the service itself, or under a virtual number of it."""
    return path, f"{path}/virtualNumbers/{_ANY_NUMBER}"


def _names(client: OvhClient) -> list[str]:
    names = client.get(Purpose.CHECK, "/sms")
    if not isinstance(names, list):
        raise AnswerLost("/sms is not a list")
    return [str(name) for name in names]


def _names_shown(client: OvhClient, credential: Mapping[str, Any] | None) -> list[str]:
    """The services. None where the keys may not list them, but are known to allow other things:
    the name of a service can be entered. Raises Wrong where nothing is known of what they allow.
    """
    try:
        return _names(client)
    except Answered as error:
        if not error.is_not_granted:
            raise
        if credential is None:
            raise _cannot_list() from error
        return []


def _details(client: OvhClient, name: str) -> OfferedService:
    shown = client.get(Purpose.CHECK, f"/sms/{quote(name, safe='')}")
    if not isinstance(shown, dict):
        raise AnswerLost("not an SMS account")
    return OfferedService(
        name,
        str(shown.get("description") or ""),
        amount(shown.get("creditsLeft")),
        shown.get("status") != "disable",
    )


def _each(names: Iterable[str], ask: Callable[[str], Told]) -> dict[str, Told]:
    """What is told of the first ones; of those that may not be read, and when the budget of calls
    is used up, nothing.
    """
    answers: dict[str, Told] = {}
    for name in islice(names, _MOST_ASKED):
        try:
            answers[name] = ask(name)
        except Throttled:
            break
        except Answered as error:
            if error.status not in (403, 404):
                raise
    return answers


def _allowed(ask: Callable[[], list[str]]) -> tuple[list[str], Answered | None]:
    """What is listed, or the refusal to list it."""
    try:
        return ask(), None
    except Answered as error:
        if error.status != 403:
            raise
        return [], error


def _sender(name: str, states: Mapping[str, str | None]) -> Offer:
    """One whose state is not known may be chosen: it is checked again when the phone is saved."""
    approved = states.get(name, senders.APPROVED) == senders.APPROVED
    why_not = None if approved else senders.what_is_wrong(states[name], name)
    return Offer(SHORTCODE, {"sender": name}, name, approved, why_not)


def _beside_the_keys(wrong: Wrong) -> InvalidForm:
    return InvalidForm([Invalid(wrong.problem.message, wrong.problem.hint, field="keys")])


def _cannot_list() -> Wrong:
    return Wrong(
        "consumer_key",
        say("These keys do not have the right %(method)s on /sms/*.", method="GET"),
        _MAKE_NEW_ONES,
    )
