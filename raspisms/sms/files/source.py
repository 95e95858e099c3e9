"""What kind of file it is, how its letters are written, and its lines.

Nothing is read as a whole: a file may have as many bytes as it likes in one line.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO, Final, Literal, NamedTuple

from raspisms.errors import Invalid, Text, say
from raspisms.sms.files.limits import LONGEST_LINE

Format = Literal["csv", "json", "vcard"]

#: Encodings that can be chosen, by Python's name, and what people call them.
ENCODINGS: Final[dict[str, str]] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
    "mac_roman": "Mac Roman",
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20

_SPREADSHEET = say("This file is a spreadsheet, not a CSV file.")
_PICTURE = say("This file is a picture.")
_PACKED = say("This file is packed (ZIP or the like).")
_DOCUMENT = say("This file is a document, not a list of contacts.")
_WEB_PAGE = say(
    "This file is a web page, as some programs write it under the name of a spreadsheet."
)
_BINARY = say("This file is not text, so no contacts can be read from it.")
_AS_CSV = say(
    "Open it in Excel, LibreOffice or Google Sheets, save it as CSV, and choose that file here."
)
CHOOSE_TEXT = say("Choose a CSV file, a JSON file of RaspiSMS, or an address book as vCard (.vcf).")
#: How files begin that are no text, what they are, and what to do.
_SIGNATURES: Final[tuple[tuple[re.Pattern[bytes], Text, Text], ...]] = (
    (re.compile(rb"PK\x03\x04.{26}(mimetypeapplication/vnd\.oasis)", re.S), _SPREADSHEET, _AS_CSV),
    (re.compile(rb"PK\x03\x04.*?(\[Content_Types\]|xl/|_rels/)", re.S), _SPREADSHEET, _AS_CSV),
    (re.compile(rb"\xd0\xcf\x11\xe0"), _SPREADSHEET, _AS_CSV),
    (
        re.compile(rb"PK\x03\x04|\x1f\x8b|BZh|7z\xbc\xaf|Rar!"),
        _PACKED,
        say("Unpack it, and choose the file within it."),
    ),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|.{4}ftyphei", re.S),
        _PICTURE,
        CHOOSE_TEXT,
    ),
    (re.compile(rb"%PDF|\{\\rtf"), _DOCUMENT, CHOOSE_TEXT),
    (re.compile(rb"\s*<(!doctype html|html|table|\?xml)", re.I), _WEB_PAGE, _AS_CSV),
)


class Line(NamedTuple):
    """A line without its end; ``is_cut``: it was longer, and the rest is left out."""

    number: int
    text: str
    is_cut: bool = False


def refuse_binary(sample: bytes) -> None:
    """Raises Invalid, in words, for the beginning of a file that is empty or no text."""
    if not sample.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise Invalid(say("This file is empty."), CHOOSE_TEXT, field="file")
    for pattern, what, hint in _SIGNATURES:
        if pattern.match(sample):
            raise Invalid(what, hint, field="file")
    if b"\0" in sample and _wide(sample) is None:
        raise Invalid(_BINARY, CHOOSE_TEXT, field="file")


def encoding_of(stream: IO[bytes]) -> str:
    """One of ENCODINGS: by the mark at the beginning, by its zeros, or by what all of it can be.

    The stream is left at its beginning.
    """
    stream.seek(0)
    sample = stream.read(_CHUNK)
    stream.seek(0)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    return _wide(sample) or ("utf-8" if _is_utf8(stream) else "cp1252")


def opened(stream: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """The text of a file, each of its line ends as one sign; what is no letter shows as U+FFFD."""
    stream.seek(0)
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(stream, encoding=name, errors="replace", newline=None)


def lines(text: IO[str]) -> Iterator[Line]:
    """All lines, of which each takes a bounded piece of memory."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        is_cut = len(line) > LONGEST_LINE and not line.endswith("\n")
        if is_cut:
            _skip_line(text)
        yield Line(number, line.removesuffix("\n"), is_cut)


def format_of(beginning: str) -> Format:
    """What a text begins as."""
    beginning = beginning.lstrip("\ufeff \t\n")
    if beginning[:11].upper() == "BEGIN:VCARD":
        return "vcard"
    return "json" if beginning[:1] in ("[", "{") else "csv"


def _skip_line(text: IO[str]) -> None:
    while (rest := text.readline(LONGEST_LINE)) and not rest.endswith("\n"):
        pass


def _wide(sample: bytes) -> str | None:
    """UTF-16 without its mark: most of every other byte is zero, where texts are European."""
    even, odd = sample[0::2], sample[1::2]
    if not odd:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return "utf-16" if sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None


def _is_utf8(stream: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True
