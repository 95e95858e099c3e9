"""How a phone is doing, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from raspisms.adapters import registry
from raspisms.adapters.answers import Right
from raspisms.adapters.base import Capability
from raspisms.messaging import diagnosis
from raspisms.messaging.diagnosis import Part
from raspisms.models import Phone
from raspisms.web.context import get_engine
from raspisms.web.public_address import own_root


@dataclass(frozen=True)
class ShownDiagnosis:
    """``checked_at``: when the provider was last asked about all of it, since the start.

    The addresses are those of pages about what an adapter of OVH has; None with others.
    """

    parts: Sequence[Part]
    rights: Sequence[Right]
    checked_at: datetime | None
    callbacks_url: str | None
    keys_url: str | None


def of(phone: Phone) -> ShownDiagnosis:
    engine = get_engine()
    checked = diagnosis.checked_now(engine, phone)
    can_set = Capability.SET_CALLBACKS in registry.abilities(phone.adapter, phone.settings)
    return ShownDiagnosis(
        diagnosis.of(engine, phone, own_root()),
        diagnosis.rights(engine, phone),
        checked.at if checked else None,
        url_for("callbacks_setup.show", phone_id=phone.id) if can_set else None,
        url_for("ovh_setup.renewal", phone_id=phone.id) if can_set else None,
    )
