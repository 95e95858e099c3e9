"""What may stand in the text of a message, going out and coming in."""

import unicodedata
from collections.abc import Callable

from raspisms.errors import Invalid, Text, say
from raspisms.sms.accents import composed
from raspisms.sms.segments import Length, measure

_LINE_ENDS = ("\r\n", "\r", "\u0085", "\u2028", "\u2029")
_SHOWN_CHARACTERS = 8

LONGEST_TEXT = 10_000
"""In characters: far more than any phone sends, so nothing longer is looked at."""


def _as_it_stands(text: str) -> str:
    return text


def clean_text(
    raw: str, max_segments: int, on_the_air: Callable[[str], str] = _as_it_stands
) -> str:
    """The text as it is sent: line ends are ``\\n``, accents composed (Unicode NFC).

    So that ``e`` and U+0301 become ``é``, which GSM-7 has. All else, emoji and
    right-to-left marks included, stays as written. ``on_the_air`` tells what the
    provider makes of a text: a STOP clause that it adds counts in the length.
    Raises Invalid (field ``text``) for a text that is empty or blank, that contains a
    control character, or that takes more than ``max_segments`` SMS.
    """
    return measured_text(raw, max_segments, on_the_air)[0]


def measured_text(
    raw: str, max_segments: int, on_the_air: Callable[[str], str] = _as_it_stands
) -> tuple[str, Length]:
    """The same, with its length on the air."""
    if len(raw) > LONGEST_TEXT:
        raise _too_long(measure(raw), max_segments)
    text = composed(with_line_feeds(raw))
    if not text.replace("\n", "").isprintable():  # most are, which is told much sooner
        for position, character in enumerate(text, start=1):
            if is_control(character):
                raise _control(character, position)
    if is_blank(text):
        raise Invalid(say("The message is empty."), say("Write a text."), field="text")
    sent = on_the_air(text)
    length = measure(sent)
    if length.segments > max_segments:
        raise _too_long(length, max_segments, with_clause=sent != text)
    return text, length


def printable(raw: str) -> str:
    """A received text without NUL and other control characters; line feeds and tabs stay.

    Never raises; what remains can be stored and shown.
    """
    return "".join(character for character in with_line_feeds(raw) if not is_control(character))


def with_line_feeds(text: str) -> str:
    """A text whose lines all end with ``\\n``, however they ended."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    return all(sign.isspace() or unicodedata.category(sign) == "Cf" for sign in text)


def is_control(character: str) -> bool:
    """Controls, and halves of surrogate pairs, which no encoding can carry."""
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs")


def _control(character: str, position: int) -> Invalid:
    return Invalid(
        say(
            "The message contains the invisible control character %(code)s"
            " (character %(position)s of the text).",
            code=f"U+{ord(character):04X}",
            position=position,
        ),
        say("Delete it, or type that part of the text again instead of pasting it."),
        field="text",
    )


def _too_long(length: Length, max_segments: int, *, with_clause: bool = False) -> Invalid:
    said = (
        say(
            "With the STOP clause that the provider adds, the message takes %(segments)s SMS;"
            " at most %(most)s are allowed.",
            segments=length.segments,
            most=max_segments,
        )
        if with_clause
        else say(
            "The message takes %(segments)s SMS; at most %(most)s are allowed.",
            segments=length.segments,
            most=max_segments,
        )
    )
    return Invalid(said, _how_to_shorten(length), field="text")


def _how_to_shorten(length: Length) -> Text:
    if not length.ucs2_because:
        return say("Shorten it, or send it as several messages.")
    shown = " ".join(length.ucs2_because[:_SHOWN_CHARACTERS])
    more = " …" if len(length.ucs2_because) > _SHOWN_CHARACTERS else ""
    return say(
        "Shorten it, or replace these characters, which more than halve what fits into"
        " one SMS: %(characters)s",
        characters=shown + more,
    )
