"""How the text of each setting is read: one small function for each kind of value.

Each takes the given text without surrounding blanks and returns the value, or
raises ``UnfitError`` with a sentence that says what is expected.
"""

import re
import zoneinfo
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import phonenumbers

from raspisms.errors import Invalid, Text, say
from raspisms.sms import quiet_hours

SHORTEST_SECRET = 16
LONGEST_TITLE = 60
LONGEST_WORD = 30
MOST_WORDS = 40
LONGEST_TEXT = 300
NEVER = "never"
#: Whose messages wait in quiet hours: those to several, or those to one person too.
QUIET_FOR = ("campaigns", "all")


class UnfitError(ValueError):
    """The text is no value of this setting; ``expected`` says what would be."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected)
        self.expected = expected


def folder(text: str) -> Path:
    """A path made absolute; ``~`` is the home of the user that runs the program."""
    try:
        return Path(text).expanduser().absolute()
    except (RuntimeError, ValueError):
        raise UnfitError(say("a folder, for example /var/lib/raspisms")) from None


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two bounds, both allowed, written in ASCII digits only."""

    def parse(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
            return int(text)
        raise UnfitError(say("a whole number from %(least)s to %(most)s", least=least, most=most))

    return parse


def positive(most: int) -> Callable[[str], float]:
    """A number above 0 and at most ``most``, with a decimal point where needed."""

    def parse(text: str) -> float:
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) and 0 < float(text) <= most:
            return float(text)
        raise UnfitError(say("a number above 0 and at most %(most)s, for example 1.5", most=most))

    return parse


def country(text: str) -> str:
    if text.upper() in phonenumbers.SUPPORTED_REGIONS:
        return text.upper()
    raise UnfitError(say("the two letters of a country, for example FR, BE or RE"))


def timezone(text: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UnfitError(say("the name of a time zone, for example Europe/Paris")) from None


def language(text: str) -> str:
    if text.lower() in ("en", "fr"):
        return text.lower()
    raise UnfitError(say("en or fr"))


def title(text: str) -> str:
    """A line of text that can be shown everywhere, its blanks made single."""
    line = " ".join(text.split())
    if line and len(line) <= LONGEST_TITLE and line.isprintable():
        return line
    raise UnfitError(
        say("a name of at most %(most)s characters, none of them invisible", most=LONGEST_TITLE)
    )


def words(text: str) -> tuple[str, ...]:
    """Words or short phrases, parted by commas; each has a letter."""
    found = tuple(" ".join(word.split()) for word in text.split(",") if word.strip())
    if 0 < len(found) <= MOST_WORDS and all(_is_word(word) for word in found):
        return found
    raise UnfitError(
        say(
            "up to %(most)s words of at most %(longest)s characters, parted by commas",
            most=MOST_WORDS,
            longest=LONGEST_WORD,
        )
    )


def _is_word(text: str) -> bool:
    is_short = len(text) <= LONGEST_WORD
    return is_short and text.isprintable() and any(sign.isalpha() for sign in text)


def short_text(text: str) -> str:
    """The text of an SMS or two, on one line."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TEXT and line.isprintable():
        return line
    raise UnfitError(
        say("a text of at most %(most)s characters, none of them invisible", most=LONGEST_TEXT)
    )


def quiet(text: str) -> str:
    """Hours of the week in which campaigns leave, as ``sms.quiet_hours`` writes them."""
    try:
        return quiet_hours.read(text).write()
    except Invalid:
        raise UnfitError(
            say("hours of the week, for example: mon-sat 08:00-20:00; sun none")
        ) from None


def quiet_for(text: str) -> str:
    if text.lower() in QUIET_FOR:
        return text.lower()
    raise UnfitError(say("campaigns or all"))


def hour(text: str) -> int | None:
    """An hour of the day; None for never."""
    if text.lower() == NEVER:
        return None
    if re.fullmatch(r"[0-9]{1,2}", text) and int(text) < 24:
        return int(text)
    raise UnfitError(say("an hour from 0 to 23, or never"))


def secret(text: str) -> str:
    if len(text) >= SHORTEST_SECRET:
        return text
    raise UnfitError(say("at least %(least)s characters", least=SHORTEST_SECRET))


def public_url(text: str) -> str:
    """An address with neither question mark, fragment nor password, without its last slash."""
    expected = say("an address such as https://sms.example.org, without ?, # or a password")
    parts = _address(text, expected)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def api_url(text: str) -> str:
    """The address of the OVH API: HTTPS, except on this machine; it ends in /1.0."""
    expected = say("an https address that ends in /1.0, for example https://eu.api.ovh.com/1.0")
    parts = _address(text, expected)
    path = parts.path.rstrip("/")
    secure = parts.scheme == "https" or _is_loopback(parts.hostname or "")
    if not secure or not path.endswith("/1.0"):
        raise UnfitError(expected)
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def _address(text: str, expected: Text) -> SplitResult:
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise UnfitError(expected) from None
    sound = parts.scheme in ("http", "https") and parts.hostname and port_fits
    if not sound or re.search(r"[\s\x00-\x1f\x7f?#@\\]", text):
        raise UnfitError(expected)
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
