"""Filters that write dates, numbers and amounts as is done in a language, by Babel."""

import copy
import decimal
import math
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.dates import format_datetime as by_pattern
from babel.numbers import NumberPattern, parse_pattern
from babel.numbers import format_currency as amount

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.templating import dates, locales, spelling, values
from raspisms.sms.templating.errors import Trouble
from raspisms.sms.templating.registry import offered
from raspisms.sms.templating.run import Run

_DATE_FORMATS = ("none", "short", "medium", "long", "full")
#: Between a longer date and its time (Unicode: ``atTime``), where Babel has a comma.
_AT = {"en": "at", "fr": "à"}
_STYLES = ("decimal", "percent", "scientific", "spellout", "ordinal")
_LONGEST_PATTERN = 100
_MOST_DIGITS = 40
#: Enough for the greatest float with all of its digits.
_PRECISION = 400
_ROUNDING = {
    "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR,
    "down": decimal.ROUND_DOWN,
    "up": decimal.ROUND_UP,
    "halfeven": decimal.ROUND_HALF_EVEN,
    "halfdown": decimal.ROUND_HALF_DOWN,
    "halfup": decimal.ROUND_HALF_UP,
}
#: The spaces of many languages that no line may break at. GSM-7 has none of them (3GPP TS 23.038):
#: one would leave room for 70 characters in a segment instead of 160.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " "})
_ATTRIBUTES = (
    "grouping_used",
    "fraction_digit",
    "min_fraction_digit",
    "max_fraction_digit",
    "integer_digit",
    "min_integer_digit",
    "rounding_mode",
)


def format_datetime(
    run: Run,
    value: object,
    date_format: object = "medium",
    time_format: object = "medium",
    pattern: object = "",
    timezone: object = None,
    calendar: object = "gregorian",
    locale: object = None,
) -> str:
    """A date and a time in a language, as long as said, or by one of Unicode's patterns."""
    del calendar  # Twig's other calendar is the same one before 1582.
    language = locales.of(run, locale)
    moment = dates.moment(run, value, timezone)
    if written := run.text(pattern):
        if len(written) > _LONGEST_PATTERN:
            raise _no_pattern(written)
        try:
            return by_pattern(moment, written, moment.tzinfo, language).translate(_PLAIN)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise _no_pattern(written) from error
    date_length, time_length = _length(run, date_format), _length(run, time_format)
    time = ""
    if time_length != "none":
        shape = language.time_formats[time_length].pattern
        time = by_pattern(moment, shape, moment.tzinfo, language).translate(_PLAIN)
    if date_length == "none":
        return time
    day = format_date(moment.date(), date_length, language)
    if not time:
        return day
    if date_length in ("long", "full") and language.language in _AT:
        return f"{day} {_AT[language.language]} {time}"
    both = str(language.datetime_formats[date_length])
    return both.replace("'", "").replace("{0}", time).replace("{1}", day)


def format_number(
    run: Run,
    value: object,
    attrs: object = None,
    style: object = "decimal",
    type_: object = "default",
    locale: object = None,
) -> str:
    """A number in a language: decimal, percent, scientific, ordinal, or spelled out in words."""
    del type_  # It tells PHP how to keep the number.
    language = locales.of(run, locale)
    number = _number(run, value)
    match style:
        case "decimal":
            return _by(run, language.decimal_formats[None], attrs, number, language)
        case "percent":
            return _by(run, language.percent_formats[None], attrs, number, language)
        case "scientific":
            return _by(run, parse_pattern("0.##########E0"), attrs, number, language)
        case "spellout" | "ordinal":
            words = spelling.spelled(number, language.language, is_ordinal=style == "ordinal")
            if words is not None:
                return words
            raise Trouble(
                say("A number is spelled out in French and English only, below a quadrillion.")
            )
    raise Trouble(
        say("“%(name)s” is not a way to write a number.", name=excerpt(run.text(style))),
        say("There are: %(words)s.", words=", ".join(_STYLES)),
    )


def format_currency(
    run: Run, value: object, currency: object, attrs: object = None, locale: object = None
) -> str:
    """An amount in a language."""
    language = locales.of(run, locale)
    code = run.text(currency)
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Trouble(
            say("“%(code)s” is not a currency.", code=excerpt(code)), say("For example EUR.")
        )
    number = _number(run, value)
    if values.entries(attrs):
        pattern, rounding = _adapted(run, language.currency_formats["standard"], attrs)
        with decimal.localcontext(prec=_PRECISION, rounding=rounding):
            written = pattern.apply(number, language, currency=code, currency_digits=False)
            return str(written).translate(_PLAIN)
    with decimal.localcontext(prec=_PRECISION):
        return amount(number, code, locale=language).translate(_PLAIN)


def _length(run: Run, written: object) -> str:
    length = "medium" if written is None else run.text(written)
    if length not in _DATE_FORMATS:
        raise Trouble(
            say("“%(name)s” is not a way to write a date.", name=excerpt(length)),
            say("There are: %(words)s.", words=", ".join(_DATE_FORMATS)),
        )
    return length


def _number(run: Run, value: object) -> Decimal:
    number = run.number(value)
    if not math.isfinite(number):
        raise Trouble(say("This number is too great."))
    return Decimal(repr(number))


def _by(run: Run, pattern: NumberPattern, attrs: object, number: Decimal, language: Locale) -> str:
    adapted, rounding = _adapted(run, pattern, attrs)
    with decimal.localcontext(prec=_PRECISION, rounding=rounding):
        return str(adapted.apply(number, language)).translate(_PLAIN)


def _adapted(run: Run, pattern: NumberPattern, attrs: object) -> tuple[NumberPattern, str]:
    """A copy of the pattern with what the attributes change, and how to round."""
    adapted = copy.copy(pattern)
    rounding = decimal.ROUND_HALF_EVEN
    for key, value in values.entries(attrs):
        match key:
            case "rounding_mode" if (mode := run.text(value)) in _ROUNDING:
                rounding = _ROUNDING[mode]
            case "grouping_used":
                if not value:
                    adapted.grouping = (1000, 1000)
            case "fraction_digit":
                adapted.frac_prec = (_digits(run, value), _digits(run, value))
            case "min_fraction_digit":
                least = _digits(run, value)
                adapted.frac_prec = (least, max(least, adapted.frac_prec[1]))
            case "max_fraction_digit":
                most = _digits(run, value)
                adapted.frac_prec = (min(adapted.frac_prec[0], most), most)
            case "integer_digit" | "min_integer_digit":
                adapted.int_prec = (_digits(run, value), adapted.int_prec[1])
            case _:
                raise Trouble(
                    say("“%(name)s” cannot be set for a number.", name=excerpt(str(key))),
                    say("There are: %(words)s.", words=", ".join(_ATTRIBUTES)),
                )
    return adapted, rounding


def _digits(run: Run, value: object) -> int:
    return max(0, min(_MOST_DIGITS, run.integer(value)))


def _no_pattern(written: str) -> Trouble:
    return Trouble(say("“%(name)s” is not a way to write a date.", name=excerpt(written)))


FILTERS = offered((format_datetime, format_number, format_currency), own=2)
