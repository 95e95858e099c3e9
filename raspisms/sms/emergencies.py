"""Numbers for emergencies, to which nothing is sent."""

import phonenumbers
from phonenumbers import shortnumberinfo

from raspisms.sms.numbers import FRENCH_CODES

_LONGEST = 6
# Emergency numbers that read as short codes: the one of every mobile network (3GPP TS 22.101,
# section 10.1.1), and those of the French list (ARCEP), of which phonenumbers knows few.
_EMERGENCY_ANYWHERE = "112"
_FRENCH_EMERGENCIES = frozenset(
    ("112", "114", "115", "116000", "116117", "119", "191", "196", "197")
)


def is_emergency(number: str, country: str) -> bool:
    """Whether a kept number, dialled in ``country``, is one for emergencies."""
    if len(number) > _LONGEST or not number.isdecimal():
        return False
    is_french = phonenumbers.country_code_for_region(country) in FRENCH_CODES
    return (
        number == _EMERGENCY_ANYWHERE
        or (is_french and number in _FRENCH_EMERGENCIES)
        or bool(shortnumberinfo.is_emergency_number(number, country))
    )
