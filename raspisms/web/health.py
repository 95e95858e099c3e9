"""A sign of life, for whatever watches over the program."""

from flask import Blueprint, Response
from sqlalchemy import text

from raspisms.messaging.transactions import reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while the program answers and its database can be read, else the error page of a 503."""
    reading().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
