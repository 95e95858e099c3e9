"""Whether a message that came in says STOP, or START again, and nothing but that."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from raspisms.sms.names import folded

Wish = Literal["stop", "start"]

STOP_WORDS = (
    "STOP, STOPSMS, STOPALL, ARRET, UNSUBSCRIBE, OPT OUT, DESABONNER, DESABONNEMENT,"
    " DESABONNEZ MOI, DESINSCRIRE, DESINSCRIPTION"
)
START_WORDS = "START, UNSTOP, REPRENDRE, REPRISE, SUBSCRIBE, OPT IN, REABONNER, REABONNEMENT"

#: What people write around the word; a phrase counts as one.
_BEFORE = ("bonjour", "hello", "hi", "oui", "yes", "please", "merci de", "svp", "stp")
_AFTER = (
    *("sms", "les sms", "aux sms", "pub", "la pub", "please", "pls", "merci", "merci d avance"),
    *("svp", "stp", "s il vous plait", "s il te plait", "thanks", "thank you", "thx"),
)
_TO_A_SHORT_NUMBER = re.compile(r"(?:(?:au|a|to) )?[0-9]{4,6}")
#: Nobody writes more around the word; nothing longer is looked at.
_LONGEST = 1000


def understand(text: str, stop_words: Iterable[str], start_words: Iterable[str]) -> Wish | None:
    """What the sender wants: "stop", "start", or neither.

    Case, accents, punctuation, emoji, quotes and blanks do not count, nor do courtesies and the
    short number that the word is to be sent to ("Stop SMS svp", "STOP au 36180"). A text with any
    other word says neither, even where it contains one of these.
    """
    if len(text) > _LONGEST:
        return None
    words = plain(text)
    if _is_only(words, _phrases(tuple(stop_words))):
        return "stop"
    if _is_only(words, _phrases(tuple(start_words))):
        return "start"
    return None


def plain(text: str) -> str:
    """Only letters and digits, without case and accents, words one blank apart."""
    words = "".join(sign if sign.isalnum() else " " for sign in folded(text)).split()
    # S.T.O.P and S T O P are one word.
    return "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)


@lru_cache(maxsize=8)
def _phrases(words: tuple[str, ...]) -> list[str]:
    # The longest first: "stop sms" before "stop".
    return sorted({plain(word) for word in words} - {""}, key=len, reverse=True)


def _is_only(words: str, phrases: Sequence[str]) -> bool:
    """Whether the words are one of the phrases, once or more, and else only what is polite."""
    rest = words
    while (after := _without(rest, _BEFORE)) is not None:
        rest = after
    found = False
    while (after := _without(rest, phrases)) is not None:
        rest, found = after, True
    if not found:
        return False
    while rest:
        number = _TO_A_SHORT_NUMBER.match(rest)
        if number and rest[number.end() : number.end() + 1] in ("", " "):
            rest = rest[number.end() :].lstrip()
            continue
        after = _without(rest, [*phrases, *_AFTER])
        if after is None:
            return False
        rest = after
    return True


def _without(words: str, phrases: Iterable[str]) -> str | None:
    """The words after one of the phrases at their beginning; None where none is there."""
    for phrase in phrases:
        if words == phrase:
            return ""
        if words.startswith(f"{phrase} "):
            return words[len(phrase) + 1 :]
    return None
