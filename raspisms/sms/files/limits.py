"""What a file of contacts may be at most, so that reading one takes little memory."""

from typing import Final

MOST_BYTES: Final = 50_000_000
MOST_COLUMNS: Final = 300
#: Characters of a line, of a record over several lines, of a card or of an object.
LONGEST_LINE: Final = 65_536
#: Lines that a record in quotes may go on for.
MOST_LINES: Final = 200
#: Characters of what is kept of an entry as it stood in the file.
LONGEST_ORIGINAL: Final = 4_000
#: Bytes from which the kind of a file and its columns are guessed.
SAMPLE: Final = 65_536
