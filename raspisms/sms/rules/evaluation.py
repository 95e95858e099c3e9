"""What the parts of a rule come to for one person.

Each part becomes one Python function, made once for the rule, so that asking about many people is
quick. They reach the person's data and nothing else, and are bounded: in time, in work, and in
the size of every value.
"""

import math
import operator
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from raspisms.errors import say
from raspisms.sms.person import Person
from raspisms.sms.php.comparison import (
    TooLong,
    identical,
    less,
    less_or_equal,
    loose_equal,
)
from raspisms.sms.php.conversion import (
    Unconvertible,
    array_key,
    bounded,
    integer,
    number,
    numeric,
    text,
    truth,
)
from raspisms.sms.rules.errors import RuleError, RuleFailure, TooSlow, excerpt
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
from raspisms.sms.rules.patterns import Pattern, pattern

#: Seconds that one rule may take for one person.
MOST_SECONDS = 0.2
#: Steps of work: values of lists that are made or looked through, and texts made (64 characters).
MOST_STEPS = 50_000
#: Characters of a text that a rule makes, and values of a range.
LONGEST_TEXT = 100_000
MOST_VALUES = 10_000


class About:
    """A person at a moment, while one rule is asked about them."""

    __slots__ = ("_deadline", "_metas", "_person", "_steps", "data", "now")

    def __init__(self, person: Person, now: datetime) -> None:
        self.data = person.data
        self.now = now
        self._person = person
        self._metas: Mapping[str, str] | None = None
        self._steps = MOST_STEPS
        self._deadline: float | None = None

    @property
    def metas(self) -> Mapping[str, str]:
        """What is under ``contact_metas``: only what is known."""
        if self._metas is None:
            person = self._person
            known = {
                "name": person.name,
                "number": person.number,
                "created_at": self._written(person.created_at),
                "updated_at": self._written(person.updated_at),
            }
            self._metas = {key: value for key, value in known.items() if value is not None}
        return self._metas

    def _written(self, moment: datetime | None) -> str | None:
        """A time of the contact as RaspiSMS kept it: without zone, in the household's."""
        if moment is None:
            return None
        return moment.astimezone(self.now.tzinfo).strftime("%Y-%m-%d %H:%M:%S")

    def spend(self, steps: int) -> None:
        """Count work. Raises TooSlow when it is too much."""
        self._steps -= steps
        if self._steps < 0:
            raise TooSlow(
                say("The rule takes too many steps for one person."),
                say("Make its lists, ranges and texts shorter."),
            )

    def seconds_left(self) -> float:
        """Time of the processor since this was first asked. Raises TooSlow when none is left.

        Asking takes time too, and so only what may be slow asks.
        """
        spent = time.thread_time()
        if self._deadline is None:
            self._deadline = spent + MOST_SECONDS
        left = self._deadline - spent
        if left <= 0:
            raise TooSlow(
                say("The rule takes too long for one person."),
                say("Make it shorter, its regular expressions first."),
            )
        return left


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
                raise _wrong_kind(part) from None
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
                raise _wrong_kind(part) from None
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
                raise _no_number(part) from None

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
                raise _wrong_kind(part) from None

        return make_map

    def _binary(self, node: Binary) -> Evaluate:
        if node.operator == "matches":
            return self._matches(node)
        left, right = self.make(node.left), self.make(node.right)
        if node.operator in ("==", "!="):
            return self._equal(node, left, right)
        if node.operator in ("in", "not in"):
            return self._contained(node, left, right)
        if node.operator in _COMPARISONS:
            return _compared(_COMPARISONS[node.operator], left, right)
        part = self._text(node)
        if node.operator == "..":
            return lambda about: _range(left(about), right(about), about, part)
        if node.operator == "~":
            return lambda about: _joined(left(about), right(about), about, part)
        calculate = _CALCULATIONS[node.operator]

        def calculated(about: About) -> object:
            one, two = left(about), right(about)
            try:
                return bounded(calculate(number(one), number(two)))
            except Unconvertible:
                raise _no_number(part) from None
            except ZeroDivisionError:
                raise RuleFailure(
                    say("“%(part)s” divides by zero.", part=part),
                    say("Ask first whether the number below is 0."),
                ) from None

        return calculated

    def _equal(self, node: Binary, left: Evaluate, right: Evaluate) -> Evaluate:
        compare = _compared(_LOOSE[node.operator], left, right)
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
                raise _wrong_kind(part)
            about.spend(len(values))
            members = values if isinstance(values, list) else values.values()
            return _bounded_any(value, members, about) is wanted

        return contained

    def _matches(self, node: Binary) -> Evaluate:
        left, part = self.make(node.left), self._text(node)
        if isinstance(node.right, Constant):
            try:
                known = pattern(text(node.right.value))
            except RuleFailure as failure:
                raise RuleError(failure.message, node.right.start, failure.hint) from None
            return lambda about: _matched(left(about), known, about, part)
        right = self.make(node.right)

        def matches(about: About) -> int:
            subject, written = left(about), right(about)
            about.seconds_left()
            return _matched(subject, pattern(_plain(written, part)), about, part)

        return matches


def _contact(about: About) -> object:
    about.spend(len(about.data))
    return dict(about.data)


def _metas(about: About) -> object:
    return dict(about.metas)


def _plain(value: object, part: str) -> str:
    """A value within a text."""
    if isinstance(value, list | dict):
        raise _wrong_kind(part)
    try:
        return text(value)
    except Unconvertible:
        raise _wrong_kind(part) from None


def _matched(value: object, known: Pattern, about: About, part: str) -> int:
    """1 or 0, as preg_match answers."""
    return int(known.matches(_plain(value, part), about.seconds_left()))


def _joined(left: object, right: object, about: About, part: str) -> str:
    joined = _plain(left, part) + _plain(right, part)
    if len(joined) > LONGEST_TEXT:
        raise TooSlow(
            say("“%(part)s” makes a text that is too long.", part=part),
            say("A text can have %(most)s characters.", most=LONGEST_TEXT),
        )
    about.spend(1 + (len(joined) >> 6))
    return joined


def _range(left: object, right: object, about: About, part: str) -> list[object]:
    """PHP's range: whole numbers, numbers, or letters; downwards where the end is less."""
    if any(isinstance(end, list | dict | datetime) for end in (left, right)):
        raise _wrong_kind(part)
    if _is_letter(left) and _is_letter(right):
        return [chr(code) for code in _steps(ord(str(left)[0]), ord(str(right)[0]), about, part)]
    first, last = _end(left), _end(right)
    if isinstance(first, int) and isinstance(last, int):
        return list(_steps(first, last, about, part))
    count = math.floor(abs(last - first)) if math.isfinite(last - first) else MOST_VALUES
    step = 1 if last >= first else -1
    return [float(first) + step * place for place in _steps(0, count, about, part)]


def _is_letter(value: object) -> bool:
    return isinstance(value, str) and value != "" and numeric(value) is None


def _end(value: object) -> int | float:
    found = numeric(value) if isinstance(value, str) else number(value)
    return found or 0


def _steps(first: int, last: int, about: About, part: str) -> range:
    count = abs(last - first) + 1
    if count > MOST_VALUES:
        raise TooSlow(
            say("“%(part)s” has too many values.", part=part),
            say(
                "A range can have %(most)s values; compare with < and > instead.", most=MOST_VALUES
            ),
        )
    about.spend(count)
    return range(first, last + 1) if last >= first else range(first, last - 1, -1)


def _bounded_any(value: object, members: "object", about: About) -> bool:
    is_array = isinstance(value, list | dict)
    for member in members:  # type: ignore[attr-defined]
        if is_array:
            about.seconds_left()
        if loose_equal(value, member):
            return True
    return False


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


def _divided(left: float, right: float) -> int | float:
    """Whole numbers stay whole where they can."""
    if isinstance(left, int) and isinstance(right, int) and right and left % right == 0:
        return left // right
    return left / right


def _rest(left: float, right: float) -> int:
    """Of whole numbers, with the sign of the first."""
    whole, by = integer(left), integer(right)
    rest = abs(whole) % abs(by)
    return -rest if whole < 0 else rest


def _power(base: float, exponent: float) -> int | float:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(base) <= 1 and exponent:
            exponent = 2 - exponent % 2
        if exponent < 64:
            return int(base**exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_odd = isinstance(exponent, int) and exponent % 2 == 1
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


_LOOSE: dict[str, Callable[[object, object], bool]] = {
    "==": loose_equal,
    "!=": lambda left, right: not loose_equal(left, right),
}
_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "===": identical,
    "!==": lambda left, right: not identical(left, right),
    "<": less,
    "<=": less_or_equal,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: less_or_equal(right, left),
}
_CALCULATIONS: dict[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": _rest,
    "**": _power,
}


def _wrong_kind(part: str) -> RuleFailure:
    return RuleFailure(
        say("“%(part)s” has a value of a kind that cannot stand there.", part=part),
        say("Lists and dates are no texts, and only lists have values within them."),
    )


def _no_number(part: str) -> RuleFailure:
    return RuleFailure(
        say("“%(part)s” calculates with something that is no number.", part=part),
        say("Ask first whether it is there, or take intval(…) of it."),
    )
