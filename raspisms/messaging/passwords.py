"""Passwords: which may be chosen, and how they are kept.

NIST SP 800-63B-4 (2025), section 3.1.1.2: length counts, not the kinds of characters; a new
password is compared as a whole with common and expected ones; spaces and all scripts are allowed;
nobody has to change theirs now and then. It asks for 15 characters where nothing but the password
protects what can be tried without end from anywhere, and for 8 with a second factor. Here tries are
few for each account and address, and most households are not on the Internet: 12 is what three
short words have. Passwords chosen before a rule stay valid.
"""

import secrets
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from werkzeug.security import check_password_hash, generate_password_hash

from raspisms.errors import Invalid, Text, say

SHORTEST, LONGEST = 12, 200
#: How they are hashed, in Werkzeug's terms: its default costs 32 MB and a tenth of a second.
METHOD = "scrypt"
_FEWEST_CHARACTERS = 5
_DIGITS = "0123456789"
#: What fingers or a count follow: a password that is a piece of one is no secret.
_ROWS = (
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    _DIGITS + _DIGITS,
    "1a2z3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "aqwzsxedcrfvtgbyhnujikolpm",
)
#: Signs that stand for the letters that they look like.
_LOOK_ALIKES = str.maketrans("@$", "as")
_LOOK_ALIKE_DIGITS = str.maketrans("013457", "oieast")
_HINT = say("Take three words that have nothing to do with each other.")


def hash_new(password: str, account: str, household: str | None = None) -> str:
    """What is kept of a new password. Raises Invalid with the rule that it breaks, in words.

    ``account`` and ``household`` are the names that it must not be made of.
    """
    check(password, account, household)
    return generate_password_hash(password, METHOD)


def check(password: str, account: str, household: str | None = None) -> None:
    """Raises Invalid, in words, where a new password cannot be taken."""
    for message, hint in _faults(password, account, household):
        raise Invalid(message, hint, field="password")


def is_right(kept: str, password: str) -> bool:
    """Whether ``password`` is the one that ``kept`` was made of."""
    return check_password_hash(kept, password[:LONGEST])


@cache
def of_nobody() -> str:
    """Checked when the name is unknown, so that the answer takes as long as for a known one."""
    return generate_password_hash(secrets.token_urlsafe(), METHOD)


def _faults(password: str, account: str, household: str | None) -> Iterator[tuple[Text, Text]]:
    if len(password) < SHORTEST:
        yield (
            say("This password is too short."),
            say("Take at least %(least)d characters; three words do well.", least=SHORTEST),
        )
    if len(password) > LONGEST:
        yield (
            say("This password is too long."),
            say("Take at most %(most)d characters.", most=LONGEST),
        )
    core = _core(password)
    if len(set(password.casefold())) < _FEWEST_CHARACTERS:
        yield say("This password repeats the same few characters."), _HINT
    if core == _core(account):
        yield say("This password is made of the account's name."), _HINT
    if household and core == _core(household):
        yield say("This password is made of the household's name."), _HINT
    if core and any(core in row or core in row[::-1] for row in _ROWS):
        yield say("This password follows the keys, the alphabet or the numbers."), _HINT
    if {core, core.translate(_LOOK_ALIKE_DIGITS)} & _common():
        yield say("This password is one of the first that anybody would try."), _HINT


def _core(password: str) -> str:
    """What is left of a password that anybody would vary like this: without case, accents, spaces
    and signs, numbers before and after, and repetition."""
    plain = unicodedata.normalize("NFKD", password).casefold().translate(_LOOK_ALIKES)
    plain = "".join(sign for sign in plain if sign.isalnum())
    plain = plain.strip(_DIGITS) or plain
    return plain[: (plain + plain).index(plain, 1)] if plain else plain


@cache
def _common() -> frozenset[str]:
    """Common passwords in that form; read when the first one is chosen."""
    text = (files("raspisms.messaging") / "common_passwords.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(_core(line) for line in lines if line and not line.startswith("#"))
