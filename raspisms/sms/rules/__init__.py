"""The language of rules over contacts: a rule as text, and whether it is true of somebody.

It is that of RaspiSMS, which gave rules to Symfony's ExpressionLanguage 5 and PHP. Nothing of
Python can be reached from a rule: it is read into parts of our own, which know the operators and
functions listed here and a person's data.
"""

from raspisms.sms.rules.errors import RuleError, RuleFailure, TooSlow
from raspisms.sms.rules.reasons import Part
from raspisms.sms.rules.rule import Rule, parse

__all__ = ["Part", "Rule", "RuleError", "RuleFailure", "TooSlow", "parse"]
