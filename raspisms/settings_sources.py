"""Where the values of settings stand: the environment, files that it names, and raspisms.cfg."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from raspisms.errors import Text, Unusable, say

PREFIX = "RASPISMS_"


@dataclass(frozen=True)
class Given:
    """The text of a setting as it was given, and where."""

    text: str
    source: Text


def full_name(name: str) -> str:
    """A setting's name with its prefix, from any way to write it (``country``, ``COUNTRY``)."""
    upper = name.strip().upper()
    return upper if upper.startswith(PREFIX) else PREFIX + upper


def from_overrides(overrides: Mapping[str, object], known: Collection[str]) -> dict[str, Given]:
    """What the program itself asks for; None counts as not given.

    Raises Unusable for a name that is no setting.
    """
    source = say("the program's own arguments")
    given = {full_name(n): Given(str(v), source) for n, v in overrides.items() if v is not None}
    for name in given:
        if name not in known:
            raise Unusable(_unknown(name, known, source), field=name)
    return given


def from_environment(
    environ: Mapping[str, str], known: Collection[str]
) -> tuple[dict[str, Given], list[Text]]:
    """Values of ``RASPISMS_NAME`` and of the files that ``RASPISMS_NAME_FILE`` name; and warnings.

    A variable that is empty counts as not given. Raises Unusable where both forms
    are given, and where a file cannot be read or is empty.
    """
    given: dict[str, Given] = {}
    source = say("the environment")
    for name in known:
        text, path = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
        if text and path:
            raise Unusable(
                say("%(name)s and %(name)s_FILE are both set.", name=name),
                say("Keep one of the two in the environment."),
                field=name,
            )
        if text:
            given[name] = Given(text, source)
        elif path:
            given[name] = _from_file(name, Path(path))
    allowed = {form for name in known for form in (name, f"{name}_FILE")}
    strange = sorted(n for n in environ if n.startswith(PREFIX) and n not in allowed)
    return given, [_unknown(name, known, source) for name in strange]


def from_cfg(path: Path, known: Collection[str]) -> tuple[dict[str, Given], list[Text]]:
    """The ``NAME = value`` lines of a settings file, where there is one; and warnings.

    Lines that begin with ``#`` are comments; a value may stand between quotes; an
    empty value counts as not given. Nothing in the file is executed.
    Raises Unusable for a file or a line that cannot be read.
    """
    given: dict[str, Given] = {}
    warnings: list[Text] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        source = say("%(path)s, line %(line)s", path=path, line=number)
        written, equals, text = line.partition("=")
        if not equals:
            raise Unusable(
                say("%(source)s is not a setting.", source=source),
                say("Write NAME = value, or begin the line with # to make it a comment."),
            )
        name, text = full_name(written), _unquoted(text.strip())
        if name not in known:
            warnings.append(_unknown(name, known, source))
        elif name in given:
            raise Unusable(
                say("%(source)s sets %(name)s a second time.", source=source, name=name),
                say("Keep one of the two lines."),
                field=name,
            )
        elif text:
            given[name] = Given(text, source)
    return given, warnings


def _from_file(name: str, path: Path) -> Given:
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise Unusable(
            say(
                "%(name)s_FILE names %(path)s, which cannot be read: %(cause)s.",
                name=name,
                path=path,
                cause=_cause(error),
            ),
            say("Check the path, and that the user who runs RaspiSMS may read the file."),
            field=name,
        ) from error
    if not text:
        raise Unusable(
            say("%(name)s_FILE names %(path)s, which is empty.", name=name, path=path),
            say("Write the value into that file."),
            field=name,
        )
    return Given(text, say("the file %(path)s", path=path))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise Unusable(
            say("%(path)s cannot be read: %(cause)s.", path=path, cause=_cause(error)),
            say("Make it a text file in UTF-8 that the user who runs RaspiSMS may read."),
        ) from error


def _cause(error: OSError | ValueError) -> object:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return say("it is not text in UTF-8")


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if quoted else text


def _unknown(name: str, known: Collection[str], source: Text) -> Text:
    short = [other.removeprefix(PREFIX) for other in known]
    close = get_close_matches(name.removeprefix(PREFIX), short, n=1)
    if not close:
        return say("%(name)s (%(source)s) is not a setting.", name=name, source=source)
    return say(
        "%(name)s (%(source)s) is not a setting; is %(close)s meant?",
        name=name,
        source=source,
        close=PREFIX + close[0],
    )
