"""The two fields for recipients: what is typed in both, and what is wrong beside each."""

from collections.abc import Sequence
from itertools import chain

from flask_babel import gettext

from raspisms.errors import Invalid, RaspismsError, Text, say
from raspisms.messaging.recipients import UnusableRecipient, lines_of

_FIELDS = (
    *("phone", "number", "more", "groups", "despite_opt_out"),
    *("text", "saved", "save_as", "flash", "at"),
)
_MOST_NAMED = 20
_MOST_LEFT_OUT = 5


class SeveralUnusable(Invalid):
    """Several recipients of one field; ``entries`` says of the first of them what is wrong."""

    def __init__(self, problems: Sequence[UnusableRecipient], field: str) -> None:
        super().__init__(
            say("%(count)d of the recipients cannot be used.", count=len(problems)),
            say("Correct them, or leave them out."),
            field,
        )
        self.entries = [_said(problem, field) for problem in problems[:_MOST_NAMED]]
        if len(problems) > _MOST_NAMED:
            self.entries.append(say("… and %(count)d more", count=len(problems) - _MOST_NAMED))


def together(number: str, more: str) -> str:
    """What was typed in both fields; the first line is that of the field "To"."""
    return "\n".join([", ".join(lines_of(number)), more])


def beside_fields(problems: Sequence[RaspismsError], more: str) -> list[RaspismsError]:
    """``problems`` as they are shown, those of recipients beside the field that has them."""
    unusable = [one for one in problems if isinstance(one, UnusableRecipient)]
    parts = (
        _of_field("number", [one for one in unusable if one.entry.line == 1]),
        _of_field("more", [one for one in unusable if one.entry.line > 1]),
        [_of_all(one, more) for one in problems if not isinstance(one, UnusableRecipient)],
    )
    return sorted(chain(*parts), key=_place)


def others(problems: Sequence[RaspismsError]) -> int:
    """How many people can be written to when what cannot be used is left out."""
    return next((one.others for one in problems if isinstance(one, UnusableRecipient)), 0)


def left_out(unusable: Sequence[UnusableRecipient]) -> str:
    """What was left out because it cannot be used, the first of it by name."""
    named = ", ".join(one.entry.shown for one in unusable[:_MOST_LEFT_OUT])
    if len(unusable) <= _MOST_LEFT_OUT:
        return str(gettext("Left out: %(named)s.", named=named))
    count = len(unusable) - _MOST_LEFT_OUT
    return str(gettext("Left out: %(named)s and %(count)d more.", named=named, count=count))


def _place(problem: RaspismsError) -> int:
    """Where its field stands in the form; what concerns the whole form comes first."""
    return _FIELDS.index(problem.field) if problem.field in _FIELDS else -1


def _of_field(field: str, unusable: Sequence[UnusableRecipient]) -> list[RaspismsError]:
    if len(unusable) > 1:
        return [SeveralUnusable(unusable, field)]
    return [Invalid(_said(one, field), one.hint, field) for one in unusable]


def _said(one: UnusableRecipient, field: str) -> Text:
    """What is wrong, and in which of the lines of the field where it has several."""
    if field == "number":
        return one.message
    return say("Line %(line)d: %(problem)s", line=one.entry.line - 1, problem=one.message)


def _of_all(problem: RaspismsError, more: str) -> RaspismsError:
    """What is wrong with all recipients together stands where most of them are."""
    if problem.field != "number" or not more.strip():
        return problem
    return Invalid(problem.message, problem.hint, "more")
