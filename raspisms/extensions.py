"""The database's extension, created unbound; ``create_bare_app`` binds it."""

from flask_sqlalchemy import SQLAlchemy

from raspisms.models import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
