"""What is told of a campaign before it is confirmed, in the reader's words."""

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from raspisms.messaging.credit import Short
from raspisms.messaging.estimates import Estimate
from raspisms.messaging.review import Cause, LeftOut, Planned, Review
from raspisms.sms.person import Person
from raspisms.sms.spelling import Spelling
from raspisms.web import estimates
from raspisms.web.i18n import phone_number, translate, when

_MOST_NAMED = 10
_MOST_LINKS = 3
_MOST_CHARACTERS = 12


def warnings(found: Review) -> list[str]:
    """What to think about before confirming; nothing of it keeps anybody from it."""
    texts = found.texts
    told = [*map(translate, found.hours)]
    if found.short:
        told.insert(0, _short(found.short))
    if texts.ucs2:
        told.append(_ucs2(found))
    if found.without_birthday:
        told.insert(0, _without_birthday(found.without_birthday))
    if found.preview.unknown:
        told.append(unknown_fields(found.preview.unknown))
    told.extend(_lacking(key, people) for key, people in found.preview.lacking)
    if texts.several:
        told.append(
            ngettext(
                "%(num)d person gets it as several SMS, each of which is paid for.",
                "%(num)d people get it as several SMS, each of which is paid for.",
                texts.several,
            )
        )
    if texts.with_link:
        told.append(
            gettext(
                "There is a link in the text: %(links)s. Some networks take such messages for"
                " fraud, and many people do not open them.",
                links=_listed(texts.links[:_MOST_LINKS]),
            )
        )
    if found.got_today:
        told.append(_got_today(found.got_today))
    return told


def unknown_fields(names: Sequence[str]) -> str:
    """What is to be looked at where a text has fields that none of its people has."""
    return str(
        ngettext(
            "None of them has the field %(names)s: it stays empty. Look whether it is written"
            " rightly.",
            "None of them has the fields %(names)s: they stay empty. Look whether they are written"
            " rightly.",
            len(names),
            names=", ".join(names),
        )
    )


def times(found: Review) -> list[Markup | str]:
    """When it begins and about when it ends, and what makes it wait."""
    if found.planned:
        return _planned(found.planned, found.count)
    foreseen = found.forecast
    if foreseen.start is None:
        return [gettext("Nothing can leave: the limit of the phone is 0.")]
    told: list[Markup | str] = []
    if not found.scheduled and not foreseen.quiet and not foreseen.limited:
        told.append(gettext("It begins to leave as soon as you confirm."))
    else:
        told.append(_marked(gettext("It begins to leave: %(time)s."), when(foreseen.start)))
    if foreseen.end is None:
        told.append(gettext("With the limits as they are, the last of it leaves in years."))
    elif (foreseen.end - foreseen.start).total_seconds() >= 60:
        told.append(_marked(gettext("The last of it leaves about: %(time)s."), when(foreseen.end)))
    if foreseen.quiet:
        told.append(gettext("In quiet hours it waits."))
    if foreseen.limited:
        told.append(
            gettext(
                "The limit of the phone lets %(going)d of %(count)d go first; the others wait.",
                going=foreseen.going,
                count=found.count,
            )
        )
    return told


def _planned(planned: Planned, count: int) -> list[Markup | str]:
    """When a plan goes, and to whom."""
    dates: list[Markup] = [when(at) for at in planned.dates]
    told: list[Markup | str] = [translate(planned.schedule.sentence())]
    if len(dates) > 1:
        told.append(_marked(gettext("The next times: %(time)s."), Markup(" · ").join(dates)))
    if planned.on_birthdays:
        told.append(
            ngettext(
                "Each time it goes to %(num)d person if they have their birthday.",
                "Each time it goes to those of %(num)d people who have their birthday.",
                count,
            )
        )
    return told


def fixed(found: Review) -> str:
    """When it is found out who gets it."""
    if found.planned is None or found.planned.is_fixed:
        return str(
            gettext(
                "Who gets it is fixed when you confirm: whoever joins a group later gets nothing"
                " of it."
            )
        )
    return str(
        gettext("Who gets it is found out anew each time it goes; above is who would get it now.")
    )


def cost(found: Review, guess: Estimate | None) -> list[str]:
    """The SMS in all, by how many people get how many, and the credits where they are known."""
    if found.planned and found.planned.on_birthdays:
        return []  # it goes to a few of them each time
    told = estimates.words(found.preview, guess) if guess else []
    if len(found.by_segments) > 1:
        told.append(_listed([_sms(segments, count) for segments, count in found.by_segments]))
    return told


def causes(found: Review) -> list[tuple[Cause, str]]:
    """Those who get nothing, with the cause in words for all of them."""
    return [(cause, cause_in_words(cause)) for cause in found.causes]


def cause_in_words(cause: Cause) -> str:
    """Such as "2 people want no messages to several people (STOP)"."""
    num = cause.count
    if cause.code == "repeated":
        return ngettext(
            "%(num)d named twice: gets it once", "%(num)d named twice: get it once", num
        )
    if cause.code == "opted_out":
        return ngettext(
            "%(num)d wants no messages to several people (STOP)",
            "%(num)d want no messages to several people (STOP)",
            num,
        )
    if cause.code == "known_invalid":
        return ngettext(
            "%(num)d number at which nothing arrives",
            "%(num)d numbers at which nothing arrives",
            num,
        )
    if cause.code == "emergency":
        return ngettext("%(num)d emergency number", "%(num)d emergency numbers", num)
    if cause.code == "excluded":
        return ngettext("%(num)d is excluded", "%(num)d are excluded", num)
    if cause.code == "empty_text":
        return ngettext(
            "%(num)d for whom nothing is left of the text",
            "%(num)d for whom nothing is left of the text",
            num,
        )
    if cause.code == "text_error":
        return ngettext(
            "%(num)d for whom the text cannot be made",
            "%(num)d for whom the text cannot be made",
            num,
        )
    if cause.code == "unusable":
        return ngettext(
            "%(num)d recipient that cannot be used", "%(num)d recipients that cannot be used", num
        )
    return ngettext(
        "%(num)d contact whom the rule of a group could not judge",
        "%(num)d contacts whom the rule of a group could not judge",
        num,
    )


def name_of(one: LeftOut) -> str:
    """What somebody is called, or what was typed for them."""
    return one.name or phone_number(one.number)


def _short(short: Short) -> str:
    left, needed = int(short.left), short.segments + short.waiting
    if short.waiting:
        return str(
            gettext(
                "The credit is too low: %(left)d are left, and about %(needed)d are needed for"
                " this and for what waits already. What is not paid for does not leave.",
                left=left,
                needed=needed,
            )
        )
    return str(
        gettext(
            "The credit is too low: %(left)d are left, and about %(needed)d are needed."
            " What is not paid for does not leave.",
            left=left,
            needed=needed,
        )
    )


def _ucs2(found: Review) -> str:
    texts = found.texts
    shown = [_spelled(one) for one in texts.foreign[:_MOST_CHARACTERS]]
    if len(texts.foreign) > _MOST_CHARACTERS:
        shown.append("…")
    sentences = [
        gettext(
            "Fewer characters fit into one SMS because of: %(characters)s.",
            characters=", ".join(shown),
        )
    ]
    if texts.saved:
        sentences.append(
            ngettext(
                "Written plainly, it is %(num)d SMS less in all.",
                "Written plainly, it is %(num)d SMS less in all.",
                texts.saved,
            )
        )
    return " ".join(sentences)


def _spelled(one: Spelling) -> str:
    """A character with what to write for it; those that cannot be seen by their code."""
    is_seen = one.character.isprintable() and not one.character.isspace()
    shown = one.character if is_seen else f"U+{ord(one.character):04X}"
    if one.instead is None:
        return shown
    if one.instead == "":
        return str(gettext("%(sign)s (leave it out)", sign=shown))
    if one.instead == " ":
        return str(gettext("%(sign)s (write a plain space)", sign=shown))
    return str(gettext("%(sign)s (write %(instead)s)", sign=shown, instead=one.instead))


def _got_today(people: Sequence[Person]) -> str:
    words = ngettext(
        "%(num)d of them got a message today already: %(names)s.",
        "%(num)d of them got a message today already: %(names)s.",
        len(people),
        names=_names(people),
    )
    return str(words)


def _without_birthday(people: Sequence[Person]) -> str:
    words = ngettext(
        "The birthday of %(num)d of them is not in the address book as a date. This person never"
        " gets it: %(names)s.",
        "The birthdays of %(num)d of them are not in the address book as dates. They never get it:"
        " %(names)s.",
        len(people),
        names=_names(people),
    )
    return str(words)


def _lacking(field: str, people: Sequence[Person]) -> str:
    words = ngettext(
        "%(num)d of them has nothing in the field %(field)s: %(names)s. Look what they read.",
        "%(num)d of them have nothing in the field %(field)s: %(names)s. Look what they read.",
        len(people),
        field=field,
        names=_names(people),
    )
    return str(words)


def _names(people: Sequence[Person]) -> str:
    """The first of them by name, and how many more there are."""
    named = [one.name or phone_number(one.number) for one in people[:_MOST_NAMED]]
    more = len(people) - len(named)
    if more:
        named.append(ngettext("%(num)d other", "%(num)d others", more))
    return _listed(named)


def _sms(segments: int, count: int) -> str:
    people = ngettext("%(num)d person", "%(num)d people", count)
    return str(
        ngettext("%(people)s: %(num)d SMS", "%(people)s: %(num)d SMS", segments, people=people)
    )


def _listed(parts: Sequence[str]) -> str:
    return str(format_list(list(parts), locale=get_locale()))


def _marked(sentence: str, time: Markup) -> Markup:
    return Markup(sentence) % {"time": time}  # noqa: S704 - the sentence is ours
