"""Which calls a fault or a moment concerns."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Match:
    """A method and a path pattern, where ``*`` stands for anything.

    The path is that of OVH's description, without ``/1.0`` or ``/v1`` and without a query;
    for a callback it is the path of the callback's URL.
    """

    method: str = "*"
    path: str = "*"

    @classmethod
    def parse(cls, text: str) -> "Match":
        """``POST */jobs``, or ``*/jobs`` for any method.

        :raise ValueError: when there are more than two words.
        """
        words = text.split()
        if not 1 <= len(words) <= 2:
            raise ValueError(f"not a method and a path: {text!r}")
        return cls(*words) if len(words) == 2 else cls(path=words[0])

    def fits(self, method: str, path: str) -> bool:
        return fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


SENDING = Match("POST", "*/jobs")
ANYTHING = Match()
# Of faults that concern no single call.
NOTHING = Match("", "")
