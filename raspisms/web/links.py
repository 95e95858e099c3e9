"""Links in texts that people wrote: made so that nobody is led elsewhere than they can read."""

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

import idna
from markupsafe import Markup, escape

#: Where a link may begin. Whatever follows, up to the first sign that can be no part of one.
_CANDIDATE = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
#: What ends a sentence and not an address.
_AFTER = frozenset(".,;:!?'’…»”)]*_~")
_PAIRS = {")": "(", "]": "["}
#: A name or an IPv4 address in ASCII. Browsers read much more as a host; that is not made a link.
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}\.?"
)


def linked(text: str) -> Markup:
    """``text`` as HTML in which web addresses are links; all else is only ever text.

    Only http and https. The host of a link is shown as it is asked for, in ASCII: a name that
    merely looks like another one is seen to be none. Each link stands apart from the direction of
    the text around it, and contains no sign that is invisible or that turns the direction.
    """
    parts, end = [], 0
    for found in _CANDIDATE.finditer(text):
        address = _without_what_follows(_visible_part(found[0]))
        link = _link(address)
        if link is not None:
            parts += [escape(text[end : found.start()]), link]
            end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _visible_part(address: str) -> str:
    """What stands before the first sign that is invisible, turns the direction, or is none."""
    for place, sign in enumerate(address):
        if unicodedata.category(sign) in ("Cf", "Cc", "Cs", "Co", "Cn"):
            return address[:place]
    return address


def _without_what_follows(address: str) -> str:
    """The address without the signs of the sentence around it; brackets opened in it are its."""
    surplus = {
        close: address.count(close) - address.count(start) for close, start in _PAIRS.items()
    }
    end = len(address)
    while end and address[end - 1] in _AFTER:
        last = address[end - 1]
        if last in _PAIRS:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        end -= 1
    return address[:end]


def _link(address: str) -> Markup | None:
    """The link; None where it is not beyond doubt where it leads."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = _ascii_host(parts)
    if host is None:
        return None
    place = host if port is None else f"{host}:{port}"
    href = parts._replace(netloc=place).geturl()
    return Markup(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow ugc" dir="ltr">{}</a>'
    ).format(href, href)


def _ascii_host(parts: SplitResult) -> str | None:
    """The host in ASCII, as the browser asks for it; None for one with a name or password."""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not parts.hostname:
        return None
    host = parts.hostname
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    return host if _HOST.fullmatch(host) else None
