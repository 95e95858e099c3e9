"""Which adapters there are. To add one, write its module and name it here."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from raspisms.adapters.base import Adapter, Capability
from raspisms.errors import NotFound, say

_CLASSES = {
    "ovh_sms_virtual_number_adapter": "raspisms.adapters.ovh.virtual_number:OvhVirtualNumber",
    "ovh_sms_shortcode_adapter": "raspisms.adapters.ovh.shortcode:OvhShortcode",
    "test_adapter": "raspisms.adapters.test:TestAdapter",
}


@cache
def get(uid: str) -> type[Adapter]:
    """The adapter called ``uid``. Raises NotFound in words.

    Imported when first asked for: a household uses one or two.
    """
    if uid not in _CLASSES:
        raise NotFound(
            say("There is no adapter “%(uid)s”.", uid=uid[:64]),
            say("Known adapters: %(known)s.", known=", ".join(_CLASSES)),
            field="adapter",
        )
    module, _, name = _CLASSES[uid].partition(":")
    kind: type[Adapter] = getattr(import_module(module), name)
    return kind


def all_kinds() -> tuple[type[Adapter], ...]:
    """All adapters, in the order in which they are offered."""
    return tuple(get(uid) for uid in _CLASSES)


def abilities(uid: str, settings: Mapping[str, Any]) -> frozenset[Capability]:
    """What a phone of adapter ``uid`` with these settings can do."""
    return get(uid).abilities(settings)
