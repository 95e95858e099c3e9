"""What a text gives to a filter or a function, in the order of its parameters."""

from collections.abc import Sequence

from jinja2 import nodes

from raspisms.errors import Text, say
from raspisms.sms.excerpts import excerpt
from raspisms.sms.templating import tree
from raspisms.sms.templating.errors import TextError
from raspisms.sms.templating.registry import Offered


def in_order(
    offered: Offered, given: Sequence[nodes.Expr], named: dict[str, nodes.Expr], line: int
) -> list[nodes.Expr]:
    """The arguments without a name, then those with one and the defaults where they belong.

    Raises TextError for too many, for one that is missing and for a name that is not known.
    """
    parameters = offered.parameters
    if len(given) > len(parameters) and not offered.takes_more:
        raise TextError(
            line, say("“%(name)s” has too many arguments.", name=offered.name), _takes(offered)
        )
    ordered, left = list(given), dict(named)
    for parameter in parameters[len(given) :]:
        called = next((name for name in left if parameter.is_called(name)), None)
        if called is not None:
            ordered.append(left.pop(called))
        elif parameter.is_needed:
            raise TextError(
                line,
                say(
                    "“%(name)s” needs the argument “%(argument)s”.",
                    name=offered.name,
                    argument=parameter.name,
                ),
            )
        else:
            ordered.append(tree.constant(parameter.default, line))
    if left:
        raise TextError(
            line,
            say(
                "“%(name)s” has no argument “%(argument)s”.",
                name=offered.name,
                argument=excerpt(next(iter(left))),
            ),
            _takes(offered),
        )
    return ordered


def _takes(offered: Offered) -> Text:
    if not offered.parameters:
        return say("It takes none.")
    names: Sequence[str] = [parameter.name for parameter in offered.parameters]
    return say("It takes: %(names)s.", names=", ".join(names))
