"""Phone numbers as people write them, and the one form in which they are kept.

The rule of acceptance: a number is taken when its country code exists and its
length is possible for that country, whether or not its range is known to be in
use. Ranges are opened faster than the metadata of ``phonenumbers`` reaches a
household, and a number that does not exist is told by the network anyway. This
holds for the household's own country and for every other.

The one exception: where a country dials a leading 0 that is not part of the number
(``06 12 34 56 7``, a digit missing), a number that is possible only with that 0
counts as too short, because the 0 can never follow ``+33``.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from raspisms.errors import Invalid, say

UNKNOWN_SENDER: Final = "unknown"
"""What stands for the sender of an inbound message that names none."""

#: Numbers that are not read anew: more than a campaign has people. A few megabytes at most.
_REMEMBERED = 1 << 14
_SHORTEST_CODE, _LONGEST_CODE = 3, 6
_LONGEST_SENDER = 64
_LONGEST_WRITTEN = 64
_SHORTEST_WITH_CODE = 10
_PARENTHESES = {"(": "(", ")": ")", "（": "(", "）": ")"}
_SEPARATORS = frozenset((*_PARENTHESES, *".．/·\u2212"))

# France and its overseas departments share one numbering plan: from any of them the
# others are dialled with the same ten digits. These ranges belong to one department
# as a whole, including what of them is not in use yet (ARCEP, decision 2018-0881, annex 1).
_MAINLAND = 33
FRENCH_CODES = (33, 262, 590, 594, 596)
_DEPARTMENTS = (
    dict.fromkeys(("262", "263", "269", "639", "692", "693"), 262)
    | dict.fromkeys(("590", "690", "691"), 590)
    | dict.fromkeys(("594", "694"), 594)
    | dict.fromkeys(("596", "696", "697"), 596)
)


# Mobile numbers that the regulator keeps for films, within what is Mayotte's otherwise
# (ARCEP, numbering plan, "numéros réservés aux œuvres audiovisuelles": 06 39 98 XX XX).
_FICTION = "63998"


def parse_number(raw: str, country: str) -> str:
    """The E.164 form of a subscriber's number, written as in ``country`` or with + or 00.

    ``country`` is an ISO 3166 alpha-2 code that ``phonenumbers`` supports. Spaces,
    dots, dashes, slashes, parentheses, digits of other scripts, a ``tel:`` prefix and
    invisible marks are understood. In France and its overseas departments, which
    dial each other nationally, the ten digits decide the country code:
    ``0692 12 34 56`` is ``+262692123456`` from Paris too, even when written ``+33 692…``.

    Raises Invalid (without a field) with a sentence that says what is wrong.
    """
    return _e164(_dialled(raw), country, raw)


def parse_recipient(raw: str, country: str) -> str:
    """Like ``parse_number``, and short codes (``36111``) are kept as their digits.

    A short code has 3 to 6 digits, none of them a leading 0, and is not a mobile
    number of a country whose numbers are that short.

    Raises Invalid (without a field), as ``parse_number`` does.
    """
    dialled = _dialled(raw)
    return dialled if _is_short_code(dialled, country) else _e164(dialled, country, raw)


def parse_sender(raw: str, country: str) -> str:
    """What the sender of an inbound message is kept as; never raises.

    E.164 where it can be read as a number (also without its +, as some providers
    give it), else a short code or a name as it came, without invisible characters
    and cut at 64 characters; ``UNKNOWN_SENDER`` where nothing is left.
    """
    name = "".join(character for character in raw if not _is_invisible(character))
    name = name.strip()[:_LONGEST_SENDER].strip()
    bare = name.isdecimal() and len(name) >= _SHORTEST_WITH_CODE and name[0] != "0"
    for written in (name, f"+{name}") if bare else (name,):
        try:
            return parse_recipient(written, country)
        except Invalid:
            continue
    return name or UNKNOWN_SENDER


def is_subscriber(number: str) -> bool:
    """Whether a kept number is in E.164 form, so that a reply can go to it."""
    return number.startswith("+") and _parsed(number, None) is not None


@lru_cache(maxsize=2048)
def country_of(number: str) -> str | None:
    """The country of a number in E.164 form, as ISO 3166-1; None where there is none."""
    if not is_subscriber(number):
        return None
    found = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return None if found in (None, "001") else str(found)


def display(number: str, country: str) -> str:
    """A kept number for reading: national in the household's own country, else international.

    Groups are parted by plain spaces. Short codes and names come back as they are.
    What is shown always reads back as the same number in the same country.
    """
    parsed = _parsed(number, None) if number.startswith("+") else None
    if parsed is None:
        return number
    if phonenumbers.region_code_for_number(parsed) == country:
        written = _written(parsed, PhoneNumberFormat.NATIONAL)
        if _reads_as(written, country, number):
            return written
    written = _written(parsed, PhoneNumberFormat.INTERNATIONAL)
    return written if _reads_as(written, country, number) else number


def digits_of(typed: str) -> str:
    """The digits that a kept number must have in a row; empty where ``typed`` is no part of one.

    06…, 00336… and +336… find the same.
    """
    if any(character.isalpha() for character in typed):
        return ""
    digits = (str(unicodedata.decimal(character)) for character in typed if character.isdecimal())
    return "".join(digits).lstrip("0")


def _dialled(raw: str) -> str:
    """What would be dialled: ASCII digits, perhaps with a + and with parentheses kept."""
    text = raw.strip(" \t\r\n")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise Invalid(
            say("The phone number contains a control character."),
            say("Type the number again instead of pasting it."),
        )
    text = "".join(character for character in text if not _is_invisible(character)).strip()
    if text[:4].lower() == "tel:":
        text = text[4:].strip()
    if not text:
        raise Invalid(say("The phone number is missing."), say("Enter a phone number."))
    if len(text) > _LONGEST_WRITTEN:
        raise _too_long(raw)
    dialled = "".join(_ascii(character, raw) for character in text)
    if "+" in dialled.lstrip("(")[1:]:
        raise _stray("+", raw)
    if not any(character.isdigit() for character in dialled):
        raise Invalid(
            say("“%(number)s” contains no digits.", number=_shown(raw)),
            say("Enter a phone number."),
        )
    return dialled


def _ascii(character: str, raw: str) -> str:
    """One written character as dialled; separators vanish, parentheses become ASCII ones."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character in "+＋":
        return "+"
    if category in ("Zs", "Pd") or character in _SEPARATORS:
        return _PARENTHESES.get(character, "")
    if category[0] in "LM":
        raise Invalid(
            say("“%(number)s” contains letters, which a phone number cannot.", number=_shown(raw)),
            say("Enter digits only, for example 06 12 34 56 78 or +44 7911 123456."),
        )
    raise _stray(character, raw)


def _is_short_code(dialled: str, country: str) -> bool:
    if not (dialled.isdigit() and dialled[0] != "0"):
        return False
    if not _SHORTEST_CODE <= len(dialled) <= _LONGEST_CODE:
        return False
    number = _parsed(dialled, country)
    return number is None or phonenumbers.number_type(number) not in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def _e164(dialled: str, country: str, raw: str) -> str:
    found = _read(dialled, country)
    if isinstance(found, str):
        return found
    raise found(raw)


@lru_cache(maxsize=_REMEMBERED)
def _read(dialled: str, country: str) -> str | Callable[[str], Invalid]:
    """The E.164 form, or what is wrong with it, to be told with how it was written.

    Remembered: whoever is written to together is read for each look at a campaign, and again when
    it is confirmed, which is most of what that costs.
    """
    try:
        number = phonenumbers.parse(dialled, country, keep_raw_input=True)
    except NumberParseException as error:
        return _REFUSALS_IN_READING.get(error.error_type, _impossible)
    national = number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    number = _placed(number, national=national)
    result = phonenumbers.is_possible_number_with_reason(number)
    if result != ValidationResult.IS_POSSIBLE:
        return _REFUSALS_BY_LENGTH.get(result, _impossible)
    if _has_trunk_zero(number):
        return _too_short
    e164 = str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return _impossible if _parsed(e164, None) is None else e164


def _placed(number: PhoneNumber, *, national: bool) -> PhoneNumber:
    """A French number under the code that its nine digits belong to; any other as it is.

    ``national`` says that it was written without a country code; one written with
    the code of a department is left alone.
    """
    code = number.country_code or 0
    digits = phonenumbers.national_significant_number(number)
    if code not in FRENCH_CODES or not (national or code == _MAINLAND):
        return number
    if len(digits) != 9 or digits.startswith("0"):
        return number
    if digits.startswith(_FICTION):
        return _with_code(_MAINLAND, digits)
    candidates = [_with_code(candidate, digits) for candidate in (code, *FRENCH_CODES)]
    fallback = _with_code(_DEPARTMENTS.get(digits[:3], _MAINLAND), digits)
    return next(filter(phonenumbers.is_valid_number, candidates), fallback)


def _with_code(code: int, digits: str) -> PhoneNumber:
    return PhoneNumber(country_code=code, national_number=int(digits))


def _parsed(number: str, country: str | None) -> PhoneNumber | None:
    """The number, where it is possible; with a + also only where it is written as E.164."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or _has_trunk_zero(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return parsed if country is not None or e164 == number else None


def _has_trunk_zero(number: PhoneNumber) -> bool:
    if not number.italian_leading_zero or phonenumbers.is_valid_number(number):
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    metadata = PhoneMetadata.metadata_for_region(region)
    return metadata is not None and metadata.national_prefix == "0"


def _written(number: PhoneNumber, form: int) -> str:
    written = phonenumbers.format_number(number, form)
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in written)


def _reads_as(written: str, country: str, number: str) -> bool:
    try:
        return parse_recipient(written, country) == number
    except Invalid:
        return False


def _is_invisible(character: str) -> bool:
    """Controls, marks of direction and width, and halves of surrogate pairs."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _shown(raw: str) -> str:
    visible = "".join(character if character.isprintable() else " " for character in raw).strip()
    return visible if len(visible) <= 40 else f"{visible[:39]}…"


def _stray(character: str, raw: str) -> Invalid:
    return Invalid(
        say(
            "“%(number)s” has a “%(character)s” in a place where a phone number has none.",
            number=_shown(raw),
            character=_shown(character),
        ),
        say("Enter one number at a time, digits only, for example 06 12 34 56 78."),
    )


def _too_short(raw: str) -> Invalid:
    return Invalid(
        say("“%(number)s” has too few digits for a phone number.", number=_shown(raw)),
        say("Check that no digit is missing; a number of another country begins with + or 00."),
    )


def _too_long(raw: str) -> Invalid:
    return Invalid(
        say("“%(number)s” has too many digits for a phone number.", number=_shown(raw)),
        say("Enter one number only; a number of another country begins with + or 00."),
    )


def _no_such_country(raw: str) -> Invalid:
    return Invalid(
        say("“%(number)s” begins with a country code that does not exist.", number=_shown(raw)),
        say("Check the digits after + or 00, for example +33 for France."),
    )


def _impossible(raw: str) -> Invalid:
    return Invalid(
        say("“%(number)s” cannot be a phone number of its country.", number=_shown(raw)),
        say("Check the number; write it in full, with its area code."),
    )


_REFUSALS_IN_READING: dict[int, Callable[[str], Invalid]] = {
    NumberParseException.INVALID_COUNTRY_CODE: _no_such_country,
    NumberParseException.NOT_A_NUMBER: _too_short,
    NumberParseException.TOO_SHORT_AFTER_IDD: _too_short,
    NumberParseException.TOO_SHORT_NSN: _too_short,
    NumberParseException.TOO_LONG: _too_long,
}
_REFUSALS_BY_LENGTH: dict[int, Callable[[str], Invalid]] = {
    ValidationResult.INVALID_COUNTRY_CODE: _no_such_country,
    ValidationResult.TOO_SHORT: _too_short,
    ValidationResult.TOO_LONG: _too_long,
}
