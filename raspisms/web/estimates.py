"""What a message would cost, in words, for who asks before sending it."""

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, ngettext

from raspisms.errors import Invalid
from raspisms.messaging import estimates
from raspisms.messaging import recipients as messaging_recipients
from raspisms.messaging.estimates import Estimate
from raspisms.models import Phone
from raspisms.web.context import get_engine
from raspisms.web.drafts import DraftForm


def in_words(form: DraftForm, phone: Phone | None) -> list[str]:
    """About how many credits, and by whose count; nothing where not all is filled in yet.

    May take as long as the provider's time-outs.
    """
    if phone is None:
        return []
    draft = form.draft()
    try:
        to = messaging_recipients.read(get_engine(), draft.recipients)
        if not to.numbers:
            return []
        return _sentences(estimates.estimate(get_engine(), phone, form.text, to.numbers))
    except Invalid:
        return []  # it is said when it is to be sent


def _sentences(guess: Estimate) -> list[str]:
    sentences = [_total(guess)]
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


def _total(guess: Estimate) -> str:
    if guess.credits is None:
        words = ngettext(
            "%(segments)d SMS in all for %(num)d recipient; what it costs is not known.",
            "%(segments)d SMS in all for %(num)d recipients; what they cost is not known.",
            guess.recipients,
            segments=guess.segments * guess.recipients,
        )
    else:
        words = ngettext(
            "Credits for %(num)d recipient: about %(credits)s.",
            "Credits for %(num)d recipients: about %(credits)s.",
            guess.recipients,
            credits=format_decimal(guess.credits, locale=get_locale()),
        )
    return str(words)
