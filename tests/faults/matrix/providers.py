"""Which provider an adapter is run against."""

from raspisms.adapters.base import Adapter
from tests.faults.matrix.files import Files
from tests.faults.matrix.ovh import Ovh
from tests.faults.matrix.provider import Provider

PROVIDERS: tuple[type[Provider], ...] = (Ovh, Files)


def provider_of(kind: type[Adapter]) -> type[Provider]:
    """Fails with what is to be added where an adapter has none."""
    found = [provider for provider in PROVIDERS if provider.plays_for(kind)]
    if len(found) != 1:
        names = ", ".join(provider.__name__ for provider in found) or "no provider"
        raise AssertionError(
            f"The adapter {kind.uid} has {names} in the fault matrix. Write a subclass of Provider "
            "(tests/faults/matrix/provider.py) whose plays_for() takes it, with the faults of its "
            "provider, and name it in PROVIDERS (tests/faults/matrix/providers.py): see "
            "docs/adapters.md."
        )
    return found[0]
