"""A rule over people, read and ready to be asked."""

from datetime import datetime

from raspisms.sms.person import Person
from raspisms.sms.php.conversion import truth
from raspisms.sms.rules.about import About
from raspisms.sms.rules.evaluation import ready
from raspisms.sms.rules.nodes import Node
from raspisms.sms.rules.parser import tree
from raspisms.sms.rules.reasons import Part, explain


class Rule:
    """A rule that somebody has written. ``now`` is aware and in the household's zone."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._root = root
        self._evaluate = ready(root, text)

    def holds(self, person: Person, now: datetime) -> bool:
        """Whether the rule is true of a person.

        Raises RuleFailure where it comes to nothing (RaspiSMS then left the person out), and
        TooSlow, which is one, where it takes more than a rule may.
        """
        return truth(self._evaluate(About(person, now)))

    def why(self, person: Person, now: datetime) -> list[Part]:
        """What each part of the rule came to for a person, a part before those within it."""
        return explain(self._root, self.text, About(person, now))


def parse(rule: str) -> Rule:
    """Read a rule. Raises RuleError, with the position."""
    return Rule(rule, tree(rule))
