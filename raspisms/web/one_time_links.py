"""The address of a one-time link, to be handed to somebody, and from where it can be opened."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request, url_for

from raspisms.messaging.public_reach import reachable_from_internet
from raspisms.web.public_address import own_root

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ShownLink:
    """A link as it is handed over: on this machine only, at home only, or from anywhere."""

    url: str

    @property
    def only_here(self) -> bool:
        """Whether it leads to whichever machine it is opened on."""
        return (urlsplit(self.url).hostname or "") in _THIS_MACHINE

    @property
    def only_at_home(self) -> bool:
        """Whether it can be opened inside the home network only, judged by the address alone."""
        return not self.only_here and not reachable_from_internet(self.url)


def shown(endpoint: str, token: str) -> ShownLink:
    """The link to ``endpoint``, at the address by which the household's browsers come."""
    path = url_for(endpoint, token=token).removeprefix(request.script_root)
    return ShownLink(own_root().rstrip("/") + path)
