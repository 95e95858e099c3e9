"""What can be asked with ``is``; ``is defined`` is answered by the tree itself."""

from collections.abc import Mapping

from raspisms.sms.php import comparison
from raspisms.sms.templating.operators import by_zero
from raspisms.sms.templating.registry import Offered, offered
from raspisms.sms.templating.run import Run


def divisible_by(run: Run, value: object, divisor: object) -> bool:
    by = run.integer(divisor)
    if by == 0:
        raise by_zero()
    return run.integer(value) % by == 0


def empty(_: Run, value: object) -> bool:
    """Nothing, "" or a list without entries; neither 0 nor "0"."""
    return value is None or value is False or value in ("", [], {})


def even(run: Run, value: object) -> bool:
    return run.integer(value) % 2 == 0


def odd(run: Run, value: object) -> bool:
    return run.integer(value) % 2 == 1


def iterable(_: Run, value: object) -> bool:
    return isinstance(value, list | Mapping)


def null(_: Run, value: object) -> bool:
    return value is None


def same_as(run: Run, value: object, other: object) -> bool:
    """PHP's ``===``."""
    run.look_through(value)
    return comparison.identical(value, other)


TESTS: dict[str, Offered] = {
    name.replace("_", " "): test
    for name, test in offered(
        (divisible_by, empty, even, odd, iterable, null, same_as), own=2
    ).items()
}
