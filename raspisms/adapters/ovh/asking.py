"""Calls to OVH that may be made again, with their faults in the terms of the interface."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from raspisms.adapters.answers import NotSent
from raspisms.adapters.base import Surroundings
from raspisms.adapters.errors import Misconfigured, Throttled, Unreachable
from raspisms.adapters.ovh.check import unreachable
from raspisms.adapters.ovh.client import Answered, AnswerLost, NeverLeft, OvhClient
from raspisms.adapters.ovh.sending import outcome_of_error
from raspisms.errors import say


@contextmanager
def asking(settings: Mapping[str, Any], near: Surroundings) -> Iterator[OvhClient]:
    """A client with the keys of ``settings``. Raises Unreachable, Misconfigured, Throttled."""
    try:
        with OvhClient(settings, near.ovh_api_url, near.budget, near.time) as client:
            yield client
    except (NeverLeft, AnswerLost) as error:
        raise unreachable(error) from error
    except Answered as error:
        raise in_general_terms(error) from error


def in_general_terms(error: Answered) -> Misconfigured | Unreachable | Throttled:
    """What an error answer means for the one who asked."""
    outcome = outcome_of_error(error)
    if isinstance(outcome, NotSent) and outcome.code == "throttled":
        return Throttled(outcome.retry_after or timedelta(seconds=5))
    if isinstance(outcome, NotSent) and outcome.code != "provider_down":
        fault = Misconfigured(outcome.code, say("OVH answered: %(words)s", words=error.detail))
        fault.query_id = error.query_id
        return fault
    return unreachable(error)
