"""Calls to addresses that somebody gave us: to the Internet only, never into the house.

An address that a browser or a person names may lead anywhere, also to a router, a printer or this
very machine. Names are looked up here, each address that comes of it is checked, and the connection
is made to the checked address itself, so that a name that changes in between leads nowhere else.
Redirects are not followed, and nothing of an answer is kept but its status, how long to wait, and
the first few bytes of what was asked for.
"""

import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import certifi

from raspisms import clock

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2000
#: Of everything: looking up the name has its own limits, which the system sets.
SECONDS = 10.0
_CONNECT_SECONDS = 4.0
_MOST_ADDRESSES = 4
_BEGINNING_BYTES = 64

#: What of IPv6 is given out (RFC 4291, 2.4; IANA's registry of address space).
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
#: An IPv4 address behind a translator (RFC 6052, 2.1).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_TARGET = re.compile(r"[!-~]*")


class OutboundError(Exception):
    """A call that had no answer. ``code`` says why; it is never translated."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forbidden(OutboundError):
    """The address is none that we call: "no_https_address" or "local_address"."""


class Unreachable(OutboundError):
    """Perhaps later: "no_such_name", "bad_certificate", "no_time_left" or "no_answer"."""


@dataclass(frozen=True)
class Target:
    """Where a call goes: ``path`` has the query in it."""

    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """As browsers write it (RFC 6454, 6.2): without the usual port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}" if self.port == 443 else f"https://{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What came back: nothing of it but what decides whether to try again."""

    status: int
    retry_after: timedelta | None
    #: How what was asked for begins.
    beginning: bytes = b""


def is_public(address: IPAddress) -> bool:
    """Whether an address is on the Internet: not in a house, not this machine, not many at once."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved)
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_IPV6 and address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, where it does."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def parse(url: str) -> Target:
    """Take an address apart. Raises Forbidden for what is not https, or has a password in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("no_https_address") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fits = _HOST.fullmatch(host) or _literal(host)
    if not fits or len(url) > LONGEST_URL or not _TARGET.fullmatch(url) or port == 0:
        raise Forbidden("no_https_address")
    if parts.scheme != "https" or "@" in parts.netloc or parts.fragment:
        raise Forbidden("no_https_address")
    return Target(host.lower(), port or 443, path)


def _literal(host: str) -> IPAddress | None:
    """The address that a host is written as, if it is one. A zone (“%eth0”) makes it local."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None


class Outbound:
    """Makes the calls. Safe to use from many threads.

    ``may_reach`` says which addresses may be called, ``ca_file`` which authorities are believed,
    ``seconds`` how long a call may take in all once the name is known.
    """

    def __init__(
        self,
        may_reach: Callable[[IPAddress], bool] = is_public,
        ca_file: str | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._may_reach = may_reach
        self._ca_file = ca_file
        self._seconds = seconds

    def check(self, url: str) -> Target:
        """Refuse what is seen to be forbidden without looking up any name. Raises Forbidden."""
        target = parse(url)
        literal = _literal(target.host)
        if literal is not None and not self._may_reach(literal):
            raise Forbidden("local_address")
        return target

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send ``body``, once. Raises Forbidden or Unreachable; any answer is an Answer."""
        return self._call("POST", url, body, headers)

    def get(self, url: str) -> Answer:
        """Ask for what is there, once; raises as ``post`` does."""
        return self._call("GET", url, None, {})

    def _call(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        target = self.check(url)
        addresses = self._addresses(target)
        until = time.monotonic() + self._seconds
        try:
            return self._exchange(method, target, addresses, until, body, headers)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable("bad_certificate") from error
        except TimeoutError as error:
            raise Unreachable("no_time_left") from error
        except (OSError, HTTPException) as error:
            raise Unreachable("no_answer") from error

    def _addresses(self, target: Target) -> list[IPAddress]:
        """The addresses of the name that may be called. Raises Forbidden where there is none."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable("no_such_name") from error
        # A zone after "%" is of a link-local address.
        told = dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found)
        allowed = [one for one in map(ipaddress.ip_address, told) if self._may_reach(one)]
        if not allowed:
            raise Forbidden("local_address")
        return allowed[:_MOST_ADDRESSES]

    def _exchange(
        self,
        method: str,
        target: Target,
        addresses: list[IPAddress],
        until: float,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        with _connected(addresses, target.port, until) as plain:
            plain.settimeout(_left(until))
            with self._context.wrap_socket(plain, server_hostname=target.host) as secured:
                connection = HTTPSConnection(target.host, target.port, context=self._context)
                connection.sock = _Timed(secured, until)
                connection.request(method, target.path, body, dict(headers))
                response = connection.getresponse()
                pause = _retry_after(response.headers.get("Retry-After"))
                beginning = response.read(_BEGINNING_BYTES) if method == "GET" else b""
                return Answer(response.status, pause, beginning)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file or certifi.where())


def _connected(addresses: list[IPAddress], port: int, until: float) -> socket.socket:
    """A connection to the first of ``addresses`` that takes one."""
    *others, last = addresses
    for address in others:
        try:
            return _connect(address, port, until)
        except OSError:
            continue
    return _connect(last, port, until)


def _connect(address: IPAddress, port: int, until: float) -> socket.socket:
    return socket.create_connection((str(address), port), min(_CONNECT_SECONDS, _left(until)))


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the call took too long")
    return left


class _Timed:
    """A socket with one limit for all that is sent and received, however slowly it drips."""

    def __init__(self, secured: ssl.SSLSocket, until: float) -> None:
        self._secured = secured
        self._until = until

    def sendall(self, data: bytes) -> None:
        self._secured.settimeout(_left(self._until))
        self._secured.sendall(data)

    def receive(self, buffer: Any) -> int:
        self._secured.settimeout(_left(self._until))
        return self._secured.recv_into(buffer)

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Whoever has wrapped the socket closes it: the body may still have to be read."""


class _Reader(io.RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        super().__init__()
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.receive(buffer)


def _retry_after(told: str | None) -> timedelta | None:
    """The header of that name: seconds, or a date (RFC 9110, 10.2.3). None where it is neither."""
    told = (told or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return timedelta(seconds=int(told))
    try:
        at: datetime = parsedate_to_datetime(told)
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - clock.now()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(wait, timedelta(0))
