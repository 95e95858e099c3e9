"""Why somebody is in a group: what the parts of its rule come to for them."""

from dataclasses import dataclass

from raspisms.errors import RaspismsError
from raspisms.sms.php.conversion import truth
from raspisms.sms.rules.about import About
from raspisms.sms.rules.errors import RuleFailure
from raspisms.sms.rules.evaluation import ready
from raspisms.sms.rules.nodes import Binary, Call, Conditional, Logic, Node, Unary, is_constant
from raspisms.sms.rules.values import shown


@dataclass(frozen=True)
class Part:
    """A part of a rule, for one person.

    ``text`` is as it stands in the rule, ``depth`` within how many other parts it is. ``holds`` is
    None where it was not looked at, since what came before had decided, or could not be worked
    out: then ``problem`` says why. ``values`` has the parts compared that are not the same for
    everybody, as written and as they are for this person.
    """

    text: str
    depth: int
    holds: bool | None
    values: tuple[tuple[str, str], ...] = ()
    problem: RaspismsError | None = None


def explain(node: Node, rule: str, about: About) -> list[Part]:
    """The parts of a rule joined by and, or, not, with what they were joined to before them."""
    parts: list[Part] = []
    _Explanation(rule, about, parts).add(node, 0)
    return parts


class _Explanation:
    def __init__(self, rule: str, about: About, parts: list[Part]) -> None:
        self._rule = rule
        self._about = about
        self._parts = parts

    def add(self, node: Node, depth: int) -> bool | None:
        """Add a part and those within it; whether it holds."""
        place = len(self._parts)
        self._parts.append(self._ignored(node, depth))
        match node:
            case Logic():
                holds = self._logic(node, depth + 1)
            case Unary(operator="not"):
                inner = self.add(node.of, depth + 1)
                holds = None if inner is None else not inner
            case Conditional():
                holds = self._conditional(node, depth + 1)
            case _:
                self._parts[place] = self._leaf(node, depth)
                return self._parts[place].holds
        self._parts[place] = Part(self._text(node), depth, holds)
        return holds

    def _logic(self, node: Logic, depth: int) -> bool | None:
        """Both and and or stop at the first part that decides, or that cannot be worked out."""
        decisive = node.operator == "or"
        holds: bool | None = not decisive
        is_over = False
        for operand in node.operands:
            if is_over:
                self._parts.append(self._ignored(operand, depth))
                continue
            holds = self.add(operand, depth)
            is_over = holds is None or holds is decisive
        return holds

    def _conditional(self, node: Conditional, depth: int) -> bool | None:
        test = self.add(node.test, depth)
        if test and node.yes is None:
            return test
        if test is None:
            return None
        return self.add(node.no if not test or node.yes is None else node.yes, depth)

    def _leaf(self, node: Node, depth: int) -> Part:
        looked_at = node.parts if isinstance(node, Binary | Call) else [node]
        try:
            values = tuple(
                (self._text(part), shown(ready(part, self._rule)(self._about)))
                for part in looked_at
                if not is_constant(part)
            )
            holds = truth(ready(node, self._rule)(self._about))
        except RuleFailure as failure:
            return Part(self._text(node), depth, None, problem=failure)
        return Part(self._text(node), depth, holds, values)

    def _ignored(self, node: Node, depth: int) -> Part:
        return Part(self._text(node), depth, None)

    def _text(self, node: Node) -> str:
        return " ".join(self._rule[node.start : node.end].split())
