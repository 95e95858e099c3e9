"""The controls of a simulator that runs beside: what it is to do, and what it was asked."""

from typing import Any

import requests

from raspisms.simulator import account

#: Credits that no benchmark uses up.
_PLENTY = 1_000_000


def tell(api_url: str, what: str, **given: object) -> None:
    """Set one of its controls: ``fault``, ``settings``, ``outcome``, …"""
    answer = requests.post(_control(api_url, what), json=given, timeout=60)
    if not answer.ok:
        raise RuntimeError(f"the simulator refuses {what}: {answer.text}")


def give_credits(api_url: str) -> None:
    tell(api_url, "service", service=account.SERVICE, credits=_PLENTY)


def ledger(api_url: str) -> dict[str, list[dict[str, Any]]]:
    """The calls that were made, the jobs that were accepted, the callbacks that went out."""
    answer = requests.get(_control(api_url, "ledger"), timeout=60)
    answer.raise_for_status()
    found: dict[str, list[dict[str, Any]]] = answer.json()
    return found


def _control(api_url: str, what: str) -> str:
    return f"{api_url.removesuffix('/1.0')}/control/{what}"
