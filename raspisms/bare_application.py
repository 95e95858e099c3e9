"""The application without its pages: all that a command needs, and it starts much sooner."""

import os
from collections.abc import Mapping

from flask import Flask
from sqlalchemy import event

from raspisms import migrations, sqlite
from raspisms.config import Config, load, prepare_instance, secret_key
from raspisms.extensions import db
from raspisms.messaging import household
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import guard_session
from raspisms.paths import STATIC, TEMPLATES
from raspisms.templating import PlainEnvironment

LARGEST_REQUEST_BYTES = 1_000_000


class _Flask(Flask):
    jinja_environment = PlainEnvironment


def create_bare_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """Settings, database and engine; the database at the newest schema. It starts no thread.

    ``overrides`` take the place of settings from the environment, by their full names.
    Raises Unusable, in words, when a setting or the database cannot be used.
    """
    config = load(os.environ, overrides)
    prepare_instance(config)
    migrations.upgrade(config.instance_path / sqlite.DATABASE, config.instance_path / "backups")

    app = _Flask(
        "raspisms",
        instance_path=str(config.instance_path),
        static_folder=STATIC,
        template_folder=TEMPLATES,
    )
    app.config.from_mapping(_flask_settings(config))
    app.extensions["raspisms"] = engine = Engine(config)
    db.init_app(app)
    with app.app_context():
        sqlite.prepare(db.engine)
    guard_session()
    _follow_settings(app, engine)
    return app


def _follow_settings(app: Flask, engine: Engine) -> None:
    """Begin with what was chosen on the settings page."""
    with app.app_context():
        # Whenever the pool gives up its connections: after a fault of the file, before a fork.
        event.listen(db.engine, "engine_disposed", lambda _engine: engine.commits.close())
        household.follow(engine)
        db.session.remove()
        db.engine.dispose()  # a fork may follow, over which no connection may be carried


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": secret_key(config),
        "SQLALCHEMY_DATABASE_URI": sqlite.url(config.instance_path / sqlite.DATABASE),
        # Values of statements are texts, numbers and keys: they belong in no log.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 16,
            "max_overflow": 32,
            "hide_parameters": True,
        },
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST_BYTES,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BABEL_DEFAULT_LOCALE": "fr",
        # A form left open for a day can still be sent: the token is tied to the session anyway.
        "WTF_CSRF_TIME_LIMIT": None,
    }
