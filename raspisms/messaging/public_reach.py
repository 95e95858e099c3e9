"""The addresses that a provider is asked to call, and whether it can: judged by them alone."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

# Names that mean something inside one house only: RFC 6761, RFC 6762, RFC 8375, the reserved
# .internal, and what home routers make up.
_HOME_SUFFIXES = frozenset(
    {
        *("box", "corp", "domain", "example", "home", "internal", "intranet", "invalid", "lan"),
        *("local", "localdomain", "localhost", "onion", "private", "test"),
    }
)
_HOME_ZONES = (".home.arpa", ".in-addr.arpa", ".ip6.arpa")


def status_url(root: str, token: str) -> str:
    """Where a provider reports delivery to the phone of ``token``; ``root`` is RaspiSMS's own."""
    return f"{root.rstrip('/')}/callback/{token}/status"


def reply_url(root: str, token: str) -> str:
    """Where a provider tells of answers to the phone of ``token``."""
    return f"{root.rstrip('/')}/callback/{token}/reply"


def reachable_from_internet(url: str) -> bool:
    """Whether a provider could reach ``url``, judged by the address alone."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    if not host:
        return False
    host = host.rstrip(".").lower()
    address = _address(host)
    if address is not None:
        return _is_public(address)
    last = host.rpartition(".")[2]
    if "." not in host or last in _HOME_SUFFIXES or _is_number(last):
        return False
    return not f".{host}".endswith(_HOME_ZONES)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    if not _is_number(host.rpartition(".")[2]):
        return None
    try:
        # Browsers read 127.1 and 0x7f.0.0.1 as addresses too.
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_number(label: str) -> bool:
    return label.isdecimal() or label.startswith("0x")


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast
