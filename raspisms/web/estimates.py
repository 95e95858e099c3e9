"""What a message would cost, in words, for who asks before sending it."""

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, ngettext

from raspisms.errors import Invalid
from raspisms.messaging import estimates
from raspisms.messaging.estimates import Estimate
from raspisms.messaging.preview import Preview
from raspisms.models import Phone
from raspisms.web.context import get_engine


def in_words(preview: Preview | None, phone: Phone | None) -> list[str]:
    """About how many credits, and by whose count; nothing where not all is filled in yet.

    May take as long as the provider's time-outs.
    """
    guess = of(preview, phone)
    return words(preview, guess) if preview and guess else []


def of(preview: Preview | None, phone: Phone | None) -> Estimate | None:
    """What it would cost; None where not all is filled in yet. As long as ``in_words``."""
    if phone is None or preview is None or not preview.going:
        return None
    engine, segments = get_engine(), {one.person.number: one.segments for one in preview.going}
    if preview.is_template:
        return estimates.estimate_each(engine, phone, segments)
    try:
        return estimates.estimate(engine, phone, preview.going[0].text, segments.keys())
    except Invalid:
        return None  # it is said when it is to be sent


def words(preview: Preview, guess: Estimate) -> list[str]:
    """An estimate in words."""
    if not preview.is_template:
        return _sentences(guess, guess.segments * guess.recipients)
    sentences = _sentences(guess, guess.segments)
    if guess.credits is not None:
        sentences.insert(0, gettext("%(segments)d SMS in all.", segments=guess.segments))
    return sentences


def _sentences(guess: Estimate, segments: int) -> list[str]:
    """``segments`` are those of all messages together."""
    sentences = [_total(guess, segments)]
    if guess.by_provider and guess.segments != guess.own:
        sentences.append(
            gettext(
                "The provider counts %(provider)d SMS for this text, RaspiSMS counts %(own)d.",
                provider=guess.segments,
                own=guess.own,
            )
        )
    elif guess.by_provider:
        sentences.append(gettext("The provider counts the same as RaspiSMS."))
    elif guess.unanswered:
        sentences.append(gettext("The provider did not answer: this is RaspiSMS's own count."))
    return [str(one) for one in sentences]


def _total(guess: Estimate, segments: int) -> str:
    if guess.credits is None:
        words = ngettext(
            "%(segments)d SMS in all for %(num)d recipient; what it costs is not known.",
            "%(segments)d SMS in all for %(num)d recipients; what they cost is not known.",
            guess.recipients,
            segments=segments,
        )
    else:
        words = ngettext(
            "Credits for %(num)d recipient: about %(credits)s.",
            "Credits for %(num)d recipients: about %(credits)s.",
            guess.recipients,
            credits=format_decimal(guess.credits, locale=get_locale()),
        )
    return str(words)
