"""Speaking to whoever sits at the terminal, in their language, and to scripts, in JSON."""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import click

from raspisms.errors import RaspismsError, Text

if TYPE_CHECKING:
    from flask import Flask

_language: str | None = None


def speak(language: str | None) -> None:
    """Use the household's language from now on; None: that of the terminal."""
    global _language
    _language = language


def speak_as_set() -> None:
    """Use RASPISMS_LANGUAGE where there are no other settings to read, and it is one."""
    wanted = os.environ.get("RASPISMS_LANGUAGE")
    speak(wanted if wanted in ("fr", "en") else None)


def language() -> str:
    """The household's language, else French where the terminal's is French, else English."""
    return _language or _of_the_terminal()


def _of_the_terminal() -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def words(text: Text | str) -> str:
    """A sentence in the language of whoever reads it."""
    from flask_babel import force_locale

    from raspisms.web.translation import translate

    with _interpreter().app_context(), force_locale(language()):
        return translate(text)


@cache
def _interpreter() -> "Flask":
    """Something that translates, also where the application itself cannot be made."""
    from flask import Flask
    from flask_babel import Babel

    from raspisms.paths import TRANSLATIONS

    app = Flask("raspisms", static_folder=None)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app)
    return app


def tell(text: Text | str) -> None:
    """What a command has to say, on standard output."""
    click.echo(words(text))


def warn(*texts: Text | str | None) -> None:
    """What should be known beside the result, on standard error; empty ones are left out."""
    click.echo("raspisms: " + " ".join(words(text) for text in texts if text), err=True)


def complain(error: RaspismsError) -> None:
    """What happened and what to do, on standard error; of a form, a line for each field."""
    warn(error.message, error.hint)
    for problem in getattr(error, "problems", ()):
        said = " ".join(words(part) for part in (problem.message, problem.hint) if part)
        click.echo(f"{problem.field}: {said}" if problem.field else said, err=True)


def put_json(values: Mapping[str, object]) -> None:
    """One object on a line of its own."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    click.echo(json.dumps(values, ensure_ascii=plain))
