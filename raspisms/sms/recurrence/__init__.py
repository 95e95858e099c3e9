"""When something that is planned runs: once, by a rule, or on people's birthdays.

All of it is in wall-clock times of a household; the household's time zone and its public holidays
are given to each question, so that a schedule stays right when either changes. A time that the
spring change skips is moved forward by the gap, and one that autumn repeats is taken the first time
(``sms.localtime``, RFC 5545 section 3.3.5): whatever the clocks do, a run comes once.
"""

from raspisms.sms.recurrence.birthdays import born_on, is_birthday
from raspisms.sms.recurrence.checks import refuse_unusable
from raspisms.sms.recurrence.friendly import Repetition
from raspisms.sms.recurrence.holidays import GO, MOVE, SKIP, Holidays, no_holidays
from raspisms.sms.recurrence.rules import Rule
from raspisms.sms.recurrence.schedule import Birthdays, Once, Repeated, Run, Schedule

__all__ = [
    "GO",
    "MOVE",
    "SKIP",
    "Birthdays",
    "Holidays",
    "Once",
    "Repeated",
    "Repetition",
    "Rule",
    "Run",
    "Schedule",
    "born_on",
    "is_birthday",
    "no_holidays",
    "refuse_unusable",
]
