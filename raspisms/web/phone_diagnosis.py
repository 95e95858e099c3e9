"""How a phone is doing, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request, url_for

from raspisms.adapters import registry
from raspisms.adapters.base import Capability, Right
from raspisms.messaging import diagnosis
from raspisms.messaging.diagnosis import Part
from raspisms.models import Phone
from raspisms.web.context import get_engine


@dataclass(frozen=True)
class ShownDiagnosis:
    """``checked_at``: when the provider was last asked about all of it, since the start.

    The addresses are those of pages about the phone, where there are.
    """

    parts: Sequence[Part]
    rights: Sequence[Right]
    checked_at: datetime | None
    callbacks_url: str | None
    keys_url: str | None
    test_url: str | None


def of(phone: Phone) -> ShownDiagnosis:
    engine = get_engine()
    checked = diagnosis.checked_now(engine, phone)
    can_set = Capability.SET_CALLBACKS in registry.abilities(phone.adapter, phone.settings)
    return ShownDiagnosis(
        diagnosis.of(engine, phone, root()),
        diagnosis.rights(engine, phone),
        checked.at if checked else None,
        _page("callbacks_setup.show", phone) if can_set else None,
        _page("ovh_setup.renewal", phone) if can_set else None,
        _page("phone_test.ask", phone),
    )


def root() -> str:
    """Under which address RaspiSMS is, as far as this request knows."""
    return get_engine().config.public_url or request.url_root


def _page(endpoint: str, phone: Phone) -> str | None:
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, phone_id=phone.id)
