"""The bounds within which texts stay, whatever is written in them.

They are far beyond what a text for a phone needs, and low enough that nobody waits: the slowest
text ends within ``SECONDS``. Counted bounds come first, so that the same text gives the same answer
on a slow machine; time is the last resort.
"""

from typing import Final

#: Characters of a text as it is written.
LONGEST_SOURCE: Final = 10_000

#: Characters of all that one text writes for a person, and of any single value in it.
LONGEST_OUTPUT: Final = 10_000

#: Entries of a list or a map, with those of lists within it.
MOST_ENTRIES: Final = 2_000

#: Lists and maps within each other.
DEEPEST_VALUE: Final = 16

#: Rounds of all loops of a text together.
MOST_ROUNDS: Final = 5_000

#: Filters, functions, operators and names that are worked out for a person.
MOST_STEPS: Final = 50_000

#: Seconds of the processor for one person: a text is not refused because the machine is busy.
SECONDS: Final = 1.0

#: Seconds for one search with a regular expression.
PATTERN_SECONDS: Final = 0.2

#: Tags within each other, and brackets or operators within each other.
DEEPEST_TAGS: Final = 12
DEEPEST_EXPRESSION: Final = 40

#: Fields, tags and pieces of plain text, and ``elseif`` of one ``if``.
MOST_PIECES: Final = 1_000
MOST_BRANCHES: Final = 100
