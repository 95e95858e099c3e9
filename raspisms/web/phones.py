"""Phones: how they do, adding, changing, pausing, removing."""

from flask import Blueprint

blueprint = Blueprint("phones", __name__)


@blueprint.get("/phones")
def index() -> str:
    return ""
