"""What a person should know of a text before it goes to many: links, length, the hour.

None of it keeps a message from being sent.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from raspisms.errors import Text, say
from raspisms.sms.segments import measure
from raspisms.sms.spelling import Spelling, plainer, spellings

#: Hours of a day in which a telephone wakes nobody: from the first, before the second.
MORNING, EVENING = 8, 21
_SUNDAY = 7

_ENDINGS = "app|be|biz|ca|ch|co|com|de|es|eu|fr|gl|info|io|it|link|lu|ly|me|net|org|uk"
#: An address with its scheme, one that begins with www, or a name with an ending that is common
#: for links. What stands before tells it from an e-mail address.
_LINK: Final = re.compile(
    r"(?<![\w@.-])(?:https?://[^\s<>\"«»]+|www\.[^\s<>\"«»]+"
    rf"|(?:[a-z0-9-]+\.)+(?:{_ENDINGS})(?![\w@.-]\w)(?:/[^\s<>\"«»]*)?)",
    re.IGNORECASE | re.ASCII,
)
_AFTER_A_LINK = ".,;:!?)]'’"


@dataclass(frozen=True)
class AboutTexts:
    """What there is to say of some texts, each of which one person gets.

    ``links`` are those in them, the most frequent first, and ``with_link`` how many texts have one.
    ``ucs2`` is how many take more SMS because of ``foreign`` characters, the most frequent first;
    ``segments_plain`` what all of them would take were each written as ``plainer`` writes it, and
    ``segments`` what they take. ``several`` is how many take several SMS each.
    """

    texts: int = 0
    links: tuple[str, ...] = ()
    with_link: int = 0
    ucs2: int = 0
    foreign: tuple[Spelling, ...] = ()
    several: int = 0
    segments: int = 0
    segments_plain: int = 0

    @property
    def saved(self) -> int:
        """How many SMS writing it plainly would save."""
        return self.segments - self.segments_plain


def links(text: str) -> list[str]:
    """The addresses of the web in a text."""
    if "." not in text and "://" not in text:
        return []
    return [found.rstrip(_AFTER_A_LINK) for found in _LINK.findall(text)]


def about(texts: Iterable[tuple[str, int]]) -> AboutTexts:
    """What there is to say of texts as they are on the air, each with how many people get it."""
    total, with_link, ucs2, several, segments, plain = 0, 0, 0, 0, 0, 0
    addresses: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    for text, people in texts:
        length, found = measure(text), dict.fromkeys(links(text), people)
        total += people
        segments += length.segments * people
        several += people if length.segments > 1 else 0
        addresses.update(found)
        with_link += people if found else 0
        if length.ucs2_because:
            ucs2 += people
            foreign.update(dict.fromkeys(length.ucs2_because, people))
            plain += measure(plainer(text)).segments * people
        else:
            plain += length.segments * people
    return AboutTexts(
        total,
        _by_count(addresses),
        with_link,
        ucs2,
        tuple(spellings(_by_count(foreign))),
        several,
        segments,
        plain,
    )


def _by_count(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(one for one, _ in counts.most_common())


def hours_between(start: datetime, end: datetime | None) -> Sequence[Text]:
    """What is odd about when messages begin and cease to leave, both on the recipients' clock."""
    said = []
    if _is_night(start):
        said.append(
            say(
                "It leaves at night: before %(first)d:00 or from %(last)d:00 on.",
                first=MORNING,
                last=EVENING,
            )
        )
    if start.isoweekday() == _SUNDAY:
        said.append(say("It leaves on a Sunday."))
    if end is not None and _is_night(end) and not _is_night(start):
        said.append(say("The last messages leave at night."))
    return said


def _is_night(local: datetime) -> bool:
    return not MORNING <= local.hour < EVENING
