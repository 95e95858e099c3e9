"""Opening the household's settings and database for one command."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from raspisms.cli import console

if TYPE_CHECKING:
    from raspisms.config import Config
    from raspisms.messaging.engine import Engine


def configured() -> "Config":
    """The settings in force, after saying what is odd about them. Raises Unusable in words."""
    from raspisms.config import load

    config = load(os.environ)
    console.speak(config.language)
    for warning in config.warnings:
        console.warn(warning)
    return config


@contextmanager
def opened() -> Iterator["Engine"]:
    """The application's context, its database at the newest schema. Raises Unusable in words."""
    configured()
    from raspisms.loading import loading

    with loading():
        from raspisms.bare_application import create_bare_app
        from raspisms.extensions import db

    # Faults of connections come back as sentences; its log would only say them twice.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    app = create_bare_app()
    with app.app_context():
        try:
            engine: Engine = app.extensions["raspisms"]
            console.speak(engine.config.language)
            yield engine
        finally:
            db.session.remove()
            db.engine.dispose()
