"""Settings: the page that leads to all of them."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template

from raspisms.errors import Text, say
from raspisms.web.context import require_member

blueprint = Blueprint("settings", __name__)


@dataclass(frozen=True)
class Place:
    """A page of settings: where it is, what it is called, and what one does there."""

    endpoint: str
    icon: str
    title: Text
    about: Text
    for_admins: bool = True


PLACES = (
    Place(
        "account.index",
        "person",
        say("Account"),
        say("Your name, language, time zone and password."),
        for_admins=False,
    ),
    Place(
        "notices.index",
        "bell",
        say("Notices"),
        say("How this device tells you that a message came in."),
        for_admins=False,
    ),
    Place(
        "settings.household",
        "house",
        say("Household"),
        say("Its name, country, language and time zone, and how messages are sent."),
    ),
    Place(
        "members.index",
        "people",
        say("Members"),
        say("Who may log in, and which phones they see."),
    ),
    Place(
        "phones.index",
        "phone",
        say("Phones"),
        say("The numbers that send and receive your messages."),
    ),
    Place(
        "settings.backups",
        "archive",
        say("Backups"),
        say("Copies of everything, made each day or now."),
    ),
    Place(
        "journal.index",
        "list",
        say("Journal"),
        say("What was changed in the household, when and by whom."),
    ),
    Place(
        "style.index",
        "palette",
        say("Style"),
        say("What the pages are made of, for whoever builds on them."),
    ),
)


@blueprint.get("/settings")
def index() -> str:
    return render_template("settings/index.html", places=_places())


def _places() -> list[Place]:
    """What whoever is logged in may open."""
    is_admin = require_member().is_admin
    there = current_app.view_functions
    return [one for one in PLACES if one.endpoint in there and (is_admin or not one.for_admins)]
