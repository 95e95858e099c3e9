"""A served household with a past: the one of the demonstration, and each state of a message."""

from pathlib import Path

import pytest
from flask import Flask

from raspisms import create_app
from raspisms.demo.seeding import Keys, seed
from raspisms.extensions import db
from raspisms.messaging import authentication, logins
from raspisms.simulator import Simulator
from tests.household import settings_for
from tests.process import Served
from tests.web import making

LONG = "Une liste de courses : " + "pain, lait, œufs, tomates, fromage, " * 12
ENDLESS = "https://exemple.fr/" + "un-chemin-qui-ne-finit-jamais" * 8
ARABIC = "مرحبا، هل وصلت إلى البيت؟"


class Home:
    """Served by a process of its own; ``app`` is the same household seen from this one."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator
        # What is uncertain stays so while it is looked at.
        settings = settings_for(simulator, RASPISMS_RECONCILE_SECONDS=3600)
        self.served = Served(folder, **settings)
        self.url = self.served.url
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.served.environment.items():
                patch.setenv(name, value)
            self.keys: Keys = seed(simulator, self.url)
            self.app: Flask = create_app()
        #: The ids of those with something special about them.
        self.conversations: dict[str, int] = {}
        self._write_more()

    def login_link(self) -> str:
        """The path of a link that logs the administrator in, once."""
        with self.app.app_context():
            member = authentication.authenticate(self.keys.name, self.keys.password)
            assert member is not None
            return f"/login/{logins.make_login_link(member.id)}"

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _write_more(self) -> None:
        """A second phone, paused, with a message in each state, and texts that are hard to show."""
        phone = making.add_phone(self.app, "Portable de secours du grenier", "+33639980009")
        making.change_phone(self.app, phone, paused=True)
        states = {
            "uncertain": "timeout",
            "held": "overdue",
            "failed": "unknown_number",
            "expired": "no_receipt",
            "cancelled": None,
            "pending": None,
        }
        for place, (status, reason) in enumerate(states.items()):
            peer = f"+3363998300{place}"
            self.conversations[status] = making.went_out(
                self.app, phone, LONG, peer, status, reason=reason
            )
        making.went_out(self.app, phone, LONG, "+33639983020", "held", reason="overdue")
        strange = {"endless": (ENDLESS, "+33639983010"), "arabic": (ARABIC, "+33639983011")}
        strange["a name"] = ("Votre code est 2580.", "INFO-MAIRIE")
        for name, (text, peer) in strange.items():
            self.conversations[name] = making.came_in(self.app, phone, text, peer)
        making.add_contact(self.app, "Association des parents d'élèves " * 2, "+33639983010")
