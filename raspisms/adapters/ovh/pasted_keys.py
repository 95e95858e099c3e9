"""The three keys in what a person copied from the page on which OVH showed them.

An application key has 16 characters; the secret and the consumer key have 32 each, so that without
labels beside them both orders are possible.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from raspisms.errors import Invalid, InvalidForm, Text, say

LABELS: dict[str, Text] = {
    "app_key": say("Application Key"),
    "app_secret": say("Application Secret"),
    "consumer_key": say("Consumer Key"),
}
_LENGTHS = {"app_key": 16, "app_secret": 32, "consumer_key": 32}
#: More is surely something else than what OVH's page shows.
_LONGEST_PASTE = 20_000

# Abbreviations are words of their own in capitals ("AS"): they count only right before a key.
_LABEL = re.compile(
    r"""
    (?<![A-Za-z0-9])
    (?: (?P<app_secret> app(?:lication)? [\s_-]* secret
        | secret \s+ (?: (?: d['’]? | de \s+ l['’]? ) \s* )? application | cl[ée] \s+ secr[èe]te )
      | (?P<app_key> app(?:lication)? [\s_-]* key
        | cl[ée] \s+ (?: (?: d['’]? | de \s+ l['’]? ) \s* )? application )
      | (?P<consumer_key> consumer [\s_-]* key
        | cl[ée] \s+ (?: (?: de | du ) \s+ )? (?: consumer | consommateur | client ) )
      | (?P<short> AK | AS | CK )
    )
    (?![A-Za-z0-9])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHORT = {"AK": "app_key", "AS": "app_secret", "CK": "consumer_key"}
_VALUE = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{12,200}(?![A-Za-z0-9_-])")
_BETWEEN = re.compile(r"[\s:=>→|*`\"'«»“”‘’,;.–—-]*")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_PLAIN_WORD = re.compile(r"[A-Za-z]?[a-z_-]+|[A-Z_-]+")


def read_keys(pasted: Sequence[str]) -> tuple[dict[str, str], ...]:
    """The sets of keys that were perhaps meant, likeliest first; several without labels only.

    ``pasted`` is what one box or several hold, in any order, with whatever was copied along.
    Raises InvalidForm, field "keys", with sentences that say what is missing and show no key.
    """
    text = _INVISIBLE.sub("", "\n\n".join(pasted))[:_LONGEST_PASTE]
    blocks = [*_blocks(text)]
    labelled = _labelled(blocks)
    if any(_contradicts(kind, value) for kind, value in labelled.items()):
        labelled = {}
    if len(set(labelled.values())) < len(labelled):
        raise _same_twice()
    values = [value for block in blocks for value in block.values if _looks_like_a_key(value)]
    return _completed(labelled, [one for one in values if one not in labelled.values()])


@dataclass
class _Block:
    """Labels that follow each other, and the possible keys behind them up to the next label."""

    labels: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    #: Whether nothing but signs is between the last label and the first value.
    is_direct: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """The heading of a table has all labels first; else the last label is the value's."""
        if len(self.labels) > 1 and len(self.values) >= len(self.labels):
            return [*zip(self.labels, self.values, strict=False)]
        return [*zip(self.labels[-1:], self.values[:1], strict=False)]


def _blocks(text: str) -> Iterator[_Block]:
    block, end = _Block(), 0
    for label in [*_LABEL.finditer(text), None]:
        _take_values(block, text[end : label.start() if label else len(text)])
        if block.values or label is None:
            yield block
            block = _Block()
        if label is None:
            return
        end = label.end()
        kind = _kind(label, text)
        if kind:
            block.labels.append(kind)


def _take_values(block: _Block, gap: str) -> None:
    for found in _VALUE.finditer(gap):
        direct = bool(block.labels) and _BETWEEN.fullmatch(gap, 0, found.start()) is not None
        fits = not _PLAIN_WORD.fullmatch(found.group()) if direct else False
        if fits or _looks_like_a_key(found.group()):
            block.is_direct = block.is_direct or direct
            block.values.append(found.group())


def _kind(label: re.Match[str], text: str) -> str | None:
    if label["short"] is None:
        return label.lastgroup
    behind = _BETWEEN.match(text, label.end())
    is_before_a_key = behind is not None and _VALUE.match(text, behind.end())
    return _SHORT[label["short"].upper()] if is_before_a_key else None


def _looks_like_a_key(word: str) -> bool:
    return len(word) in (16, 32) and word.isalnum() and not _PLAIN_WORD.fullmatch(word)


def _labelled(blocks: list[_Block]) -> dict[str, str]:
    """The value of each label; right behind it counts more than somewhere after it."""
    found: dict[str, str] = {}
    for direct in (True, False):
        stage: dict[str, set[str]] = {}
        for block in blocks:
            for kind, value in block.pairs() if block.is_direct is direct else ():
                stage.setdefault(kind, set()).add(value)
        for kind, values in stage.items():
            if kind in found:
                continue
            if len(values) > 1:
                raise _too_many()
            (found[kind],) = values
    return found


def _contradicts(kind: str, value: str) -> bool:
    """Whether a value is as long as another kind's keys: then it is not the label's."""
    return len(value) in _LENGTHS.values() and len(value) != _LENGTHS[kind]


def _completed(labelled: dict[str, str], values: list[str]) -> tuple[dict[str, str], ...]:
    """What has no label is told by its length."""
    loose = {length: [one for one in values if len(one) == length] for length in (16, 32)}
    missing = {
        length: [kind for kind, own in _LENGTHS.items() if own == length and kind not in labelled]
        for length in (16, 32)
    }
    problems = [
        problem for length in (16, 32) for problem in _problems(missing[length], loose[length])
    ]
    if problems:
        raise InvalidForm(problems)
    known = labelled | dict(zip(missing[16], loose[16], strict=False))
    longer = list(dict.fromkeys(loose[32]))
    orders = [longer, longer[::-1]] if len(missing[32]) == 2 else [longer]
    return tuple(_in_order(known | dict(zip(missing[32], order, strict=False))) for order in orders)


def _in_order(keys: dict[str, str]) -> dict[str, str]:
    return {kind: keys[kind] for kind in LABELS}


def _problems(missing: list[str], values: list[str]) -> list[Invalid]:
    distinct = len(set(values))
    if not missing or distinct == len(missing):
        return []
    if distinct > len(missing):
        return [*_too_many().problems]
    if distinct == 1:
        return [*_same_twice().problems] if len(values) > 1 else [_problem(_ONE_OF_TWO)]
    return [_problem(say("“%(label)s” is missing.", label=LABELS[kind])) for kind in missing]


_ONE_OF_TWO = say(
    "There is one key of 32 characters, and two are needed: “%(secret)s” or “%(consumer)s” is "
    "missing.",
    secret=LABELS["app_secret"],
    consumer=LABELS["consumer_key"],
)


def _too_many() -> InvalidForm:
    return InvalidForm(
        [_problem(say("There are more than three keys; which belong together cannot be told."))]
    )


def _same_twice() -> InvalidForm:
    return InvalidForm([_problem(say("The same key is there twice, and another one is missing."))])


def _problem(message: Text) -> Invalid:
    return Invalid(
        message,
        say("Copy all three from the page on which OVH showed the keys, and nothing else."),
        field="keys",
    )
