"""The addresses that a provider is asked to call, for the pages."""

from raspisms.messaging.public_reach import reachable_from_internet, reply_url, status_url

__all__ = ["reachable_from_internet", "reply_url", "status_url"]
