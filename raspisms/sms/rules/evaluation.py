"""What the parts of a rule come to for one person.

Each part becomes one Python function, made once for the rule, so that asking about many people is
quick. They reach the person's data and nothing else, and are bounded: in time, in work, and in
the size of every value.
"""

import operator
from collections.abc import Callable
from datetime import datetime

from raspisms.errors import say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.person import Person
from raspisms.sms.php.comparison import TooLong
from raspisms.sms.php.conversion import (
    Unconvertible,
    array_key,
    bounded,
    number,
    numeric,
    text,
    truth,
)
from raspisms.sms.php.patterns import WrongPattern, pattern
from raspisms.sms.rules.about import About
from raspisms.sms.rules.errors import (
    RuleError,
    RuleFailure,
    TooSlow,
    no_number,
    wrong_kind,
)
from raspisms.sms.rules.functions import FUNCTIONS
from raspisms.sms.rules.nodes import (
    Array,
    Binary,
    Call,
    Conditional,
    Constant,
    Item,
    Logic,
    Name,
    Node,
    Unary,
    is_constant,
)
from raspisms.sms.rules.operators import (
    CALCULATIONS,
    COMPARISONS,
    is_among,
    joined,
    matched,
    plain,
    spread,
)

#: A part of a rule, made ready: its value for somebody. Raises RuleFailure.
Evaluate = Callable[[About], object]


def ready(node: Node, rule: str) -> Evaluate:
    """Make a part of this rule ready. Raises RuleError for what can never be evaluated."""
    return _Maker(rule).make(node)


class _Maker:
    def __init__(self, rule: str) -> None:
        self._rule = rule
        #: What is worked out once may take together what a rule may take for one person.
        self._anybody = About(Person(""), datetime.min)  # noqa: DTZ901 - nothing looks at it

    def make(self, node: Node) -> Evaluate:
        if isinstance(node, Array | Binary | Unary) and is_constant(node):
            return self._folded(node)
        return self._made(node)

    def _made(self, node: Node) -> Evaluate:
        match node:
            case Constant():
                value = node.value
                return lambda about: value
            case Name():
                return _contact if node.name == "contact" else _metas
            case Item():
                return self._item(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Logic():
                return self._logic(node)
            case Conditional():
                return self._conditional(node)
            case Array():
                return self._array(node)
            case Binary():
                return self._binary(node)
        raise AssertionError(node)

    def _text(self, node: Node) -> str:
        return excerpt(self._rule[node.start : node.end])

    def _folded(self, node: Node) -> Evaluate:
        """What is the same for everybody is worked out once; it fails for everybody, too."""
        evaluate = self._made(node)
        try:
            value = evaluate(self._anybody)
        except RuleFailure as failure:
            raise RuleError(failure.message, node.start, failure.hint) from None
        return lambda about: value

    def _item(self, node: Item) -> Evaluate:
        if isinstance(node.key, Constant) and isinstance(node.of, Name):
            key = text(node.key.value)
            if node.of.name == "contact":
                return lambda about: about.data.get(key)
            return lambda about: about.metas.get(key)
        of, index, part = self.make(node.of), self.make(node.key), self._text(node)

        def item(about: About) -> object:
            whole, place = of(about), index(about)
            try:
                key = array_key(place)
            except Unconvertible:
                raise wrong_kind(part) from None
            if isinstance(whole, list):
                is_there = isinstance(key, int) and 0 <= key < len(whole)
                return whole[key] if is_there and isinstance(key, int) else None
            if isinstance(whole, dict):
                return whole.get(key, whole.get(text(key)))
            raise RuleFailure(
                say("“%(part)s” asks for a part of something that has none.", part=part),
                say("Ask first whether it is there: exists(contact.key) && …"),
            )

        return item

    def _call(self, node: Call) -> Evaluate:
        run, part = FUNCTIONS[node.function].run, self._text(node)
        arguments = [self.make(argument) for argument in node.arguments]
        is_about_dates = node.function in ("date", "date_from_format")

        def call(about: About) -> object:
            values = [argument(about) for argument in arguments]
            about.spend(1)
            if is_about_dates:
                about.seconds_left()
            try:
                value = run(values, about.now)
            except Unconvertible:
                raise wrong_kind(part) from None
            if type(value) is str:
                about.spend(len(value) >> 6)
            return value

        if node.function == "exists":
            # The guard is in nearly every rule; without the call the rule takes a quarter less.
            (only,) = arguments
            return lambda about: only(about) is not None
        return call

    def _unary(self, node: Unary) -> Evaluate:
        of, part = self.make(node.of), self._text(node)
        if node.operator == "not":
            return lambda about: not truth(of(about))
        sign = operator.neg if node.operator == "-" else operator.pos

        def signed(about: About) -> object:
            try:
                return bounded(sign(number(of(about))))
            except Unconvertible:
                raise no_number(part) from None

        return signed

    def _logic(self, node: Logic) -> Evaluate:
        operands = [self.make(operand) for operand in node.operands]
        if len(operands) == 2:
            first, second = operands
            if node.operator == "and":
                return lambda about: truth(first(about)) and truth(second(about))
            return lambda about: truth(first(about)) or truth(second(about))
        if node.operator == "and":
            return lambda about: all(truth(operand(about)) for operand in operands)
        return lambda about: any(truth(operand(about)) for operand in operands)

    def _conditional(self, node: Conditional) -> Evaluate:
        test, no = self.make(node.test), self.make(node.no)
        if node.yes is None:

            def short(about: About) -> object:
                value = test(about)
                return value if truth(value) else no(about)

            return short
        yes = self.make(node.yes)
        return lambda about: yes(about) if truth(test(about)) else no(about)

    def _array(self, node: Array) -> Evaluate:
        part = self._text(node)
        items = [(key and self.make(key), self.make(value)) for key, value in node.items]
        if all(key is None for key, _ in items):
            values = [value for _, value in items]

            def make_list(about: About) -> object:
                about.spend(len(values))
                return [value(about) for value in values]

            return make_list

        def make_map(about: About) -> object:
            about.spend(len(items))
            try:
                return {array_key(key and key(about)): value(about) for key, value in items}
            except Unconvertible:
                raise wrong_kind(part) from None

        return make_map

    def _binary(self, node: Binary) -> Evaluate:
        if node.operator == "matches":
            return self._matches(node)
        left, right = self.make(node.left), self.make(node.right)
        if node.operator in ("==", "!="):
            return self._equal(node, left, right)
        if node.operator in ("in", "not in"):
            return self._contained(node, left, right)
        if node.operator in COMPARISONS:
            return _compared(COMPARISONS[node.operator], left, right)
        part = self._text(node)
        if node.operator == "..":
            return lambda about: spread(left(about), right(about), about, part)
        if node.operator == "~":
            return lambda about: joined(left(about), right(about), about, part)
        calculate = CALCULATIONS[node.operator]

        def calculated(about: About) -> object:
            one, two = left(about), right(about)
            try:
                return bounded(calculate(number(one), number(two)))
            except Unconvertible:
                raise no_number(part) from None
            except ZeroDivisionError:
                raise RuleFailure(
                    say("“%(part)s” divides by zero.", part=part),
                    say("Ask first whether the number below is 0."),
                ) from None

        return calculated

    def _equal(self, node: Binary, left: Evaluate, right: Evaluate) -> Evaluate:
        compare = _compared(COMPARISONS[node.operator], left, right)
        known = node.right.value if isinstance(node.right, Constant) else None
        if not isinstance(known, str) or numeric(known) is not None:
            return compare
        # The commonest comparison by far: with a text that is no number, hence letter by letter.
        is_same = node.operator == "=="

        def same_text(about: About) -> bool:
            value = left(about)
            if type(value) is str:
                return (value == known) is is_same
            return compare(about) is True

        return same_text

    def _contained(self, node: Binary, left: Evaluate, right: Evaluate) -> Evaluate:
        wanted, part = node.operator == "in", self._text(node)
        if isinstance(node.right, Constant):
            raise RuleError(
                say("“%(operator)s” wants a list after it.", operator=node.operator),
                node.right.start,
                say('Write a list like ["U11", "U13"], or use matches to look into a text.'),
            )
        texts: frozenset[object] = frozenset()
        if isinstance(node.right, Array) and is_constant(node.right):
            texts = frozenset(
                value.value
                for _, value in node.right.items
                if isinstance(value, Constant) and isinstance(value.value, str)
            )

        def contained(about: About) -> bool:
            value = left(about)
            if type(value) is str and value in texts:
                return wanted
            values = right(about)
            if not isinstance(values, list | dict):
                raise wrong_kind(part)
            about.spend(len(values))
            members = values if isinstance(values, list) else values.values()
            return is_among(value, members, about) is wanted

        return contained

    def _matches(self, node: Binary) -> Evaluate:
        left, part = self.make(node.left), self._text(node)
        if isinstance(node.right, Constant):
            try:
                known = pattern(text(node.right.value))
            except WrongPattern as problem:
                raise RuleError(problem.message, node.right.start, problem.hint) from None
            return lambda about: matched(left(about), known, about, part)
        right = self.make(node.right)

        def matches(about: About) -> int:
            subject, written = left(about), right(about)
            about.seconds_left()
            try:
                known = pattern(plain(written, part))
            except WrongPattern as problem:
                raise RuleFailure(problem.message, problem.hint) from None
            return matched(subject, known, about, part)

        return matches


def _contact(about: About) -> object:
    about.spend(len(about.data))
    return dict(about.data)


def _metas(about: About) -> object:
    return dict(about.metas)


def _compared(
    compare: Callable[[object, object], bool], left: Evaluate, right: Evaluate
) -> Evaluate:
    def compared(about: About) -> bool:
        one, two = left(about), right(about)
        if isinstance(one, list | dict):
            about.seconds_left()
            about.spend(len(one))
        try:
            return compare(one, two)
        except TooLong:
            raise TooSlow(
                say("The rule compares lists that are too long."),
                say("Make its lists, ranges and texts shorter."),
            ) from None

    return compared
