"""A served household with a past: the one of the demonstration, and each state of a message."""

from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from raspisms import clock, create_app
from raspisms.demo.seeding import Keys, seed
from raspisms.extensions import db
from raspisms.messaging import (
    authentication,
    backup_acts,
    campaign_control,
    contacts,
    group_nesting,
    groups,
    invitations,
    logins,
    ovh_setup,
)
from raspisms.messaging.campaign_content import Csv
from raspisms.messaging.transactions import writing
from raspisms.models import Campaign, Member, Message
from raspisms.simulator import Simulator, account
from tests.household import settings_for
from tests.process import Served
from tests.web import making
from tests.web.conftest import logged_in

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
        #: What stands in an address for whom or what a page is about.
        self.examples: dict[str, int | str] = {
            "contact_id": 1,
            "second_id": 2,
            "conversation_id": 1,
            "member_id": 2,
            "message_id": 1,
            "number": "+33639983019",
            "phone_id": 1,
            "text_id": 1,
        }
        #: The ids of those with something special about them.
        self.conversations: dict[str, int] = {}
        self._write_more()
        self._back_up()
        self._begin_a_setup()
        self._group()
        self._import()
        self._begin_a_campaign()
        self.examples["test_id"] = self._own_message()

    @property
    def admin_id(self) -> int:
        """The one who made the household."""
        with self.app.app_context():
            member = authentication.authenticate(self.keys.name, self.keys.password)
            assert member is not None
            return member.id

    def login_link(self) -> str:
        """The path of a link that logs the administrator in, once."""
        admin_id = self.admin_id
        with self.app.app_context():
            return f"/login/{logins.make_login_link(admin_id)}"

    def pages_for_strangers(self) -> dict[str, str]:
        """The paths of all pages that anyone can open, but for that of the first account."""
        admin_id, member_id = self.admin_id, self.examples["member_id"]
        with self.app.app_context():
            admin = db.session.get_one(Member, admin_id)
            invitation = invitations.invite(admin, invitations.Wanted(f"Invité {uuid4().hex[:6]}"))
            reset = authentication.make_reset_link(admin, int(member_id))
        return {
            "auth.login": "/login",
            "auth.login_link": self.login_link(),
            "auth.invitation": f"/invitation/{invitation}",
            "auth.reset": f"/reset/{reset}",
            "pwa.offline": "/offline",
        }

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _write_more(self) -> None:
        """A second phone, paused, with a message in each state, and texts that are hard to show."""
        phone = making.add_phone(self.app, "Portable de secours du grenier", "+33639980009")
        making.add_text(self.app, "Un nom qui ne finit jamais " * 7, LONG)
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
        making.add_contact(self.app, "W" * 75, "+33639983012")
        gone = making.add_contact(self.app, "Le club de pétanque du quartier", "+33639983013")
        with self.app.app_context():
            contacts.remove(gone)
        for peer in ("+33639983010", "+33639983002"):
            invalid = {"reason": "bad_number", "final_at": clock.now()}
            making.went_out(self.app, phone, LONG, peer, "failed", **invalid)
        making.add_opt_out(self.app, "+33639983019", "Ne veut plus rien recevoir")

    def _group(self) -> None:
        """A group with people and a smart group in it."""
        group, rule = making.add_group(self.app, "Famille"), 'contact.city == "Lyon" || true'
        smart = making.add_group(self.app, "Tous ceux que nous connaissons", rule)
        self.examples |= {"group_id": group, "smart_id": smart, "child_id": smart}
        with self.app.app_context():
            groups.add_contacts(group, [1, 2, 3])
            group_nesting.put_within(None, group, smart)

    def _import(self) -> None:
        """A file of contacts with lines of each kind, read and waiting."""
        lines = ["Nom;Téléphone;Équipe", "Éloïse Müller;0639984001;U13", "Jean;3,36123E+10;"]
        lines += ["Zoé;639984002;U15", f"{'Nom' * 30};0639984003;{'Un mot. ' * 30}", 'Bob;"06;']
        lines += ["Qui change;06 39 98 30 10;" + "W" * 80]
        self.examples["import_id"] = making.add_import(self.app, "\n".join(lines))

    def _begin_a_campaign(self) -> None:
        """A draft with all that the form has, and something planned."""
        number = "+33639983010"
        self.examples["plan_id"] = making.add_plan(self.app, self.admin_id, 1, ENDLESS, number)
        self.examples["draft_id"] = making.add_draft(
            self.app,
            self.admin_id,
            1,
            f"L’{LONG[:100]}… {ENDLESS[:90]} {{{{ contact.prenom }}}}",
            name="Un nom qui ne finit jamais " * 5,
            tag="rentrée",
            recipients="06 39 98 30 10, +33639983011\npersonne",
            groups=(1,),
            csv=Csv("adhérents.csv", ("prenom",), (("0639984001", "Éloïse"),)),
            exclude="0639984001",
            when="at",
            at=f"{clock.now().year + 1}-01-02T10:00",
            quiet="own",
            quiet_hours="mon-sun 09:00-19:00",
            pace="2,5",
        )
        peers = [f"+3363998310{n}" for n in range(4)]
        name = "Un nom qui ne finit jamais " * 5
        campaign = making.add_campaign(self.app, 1, LONG[:300], *peers, name=name)
        self.examples["campaign_id"] = campaign
        self._fail_some_of(campaign)
        self._pause(campaign)

    def _fail_some_of(self, campaign_id: int) -> None:
        """Two that did not arrive, so that they can be sent again."""
        mine = select(Message).where(Message.campaign_id == campaign_id).limit(2)
        reasons = ("absent", "bad_number")
        with self.app.app_context(), writing() as session:
            for message, reason in zip(session.scalars(mine), reasons, strict=True):
                message.status, message.reason = "failed", reason

    def _pause(self, campaign_id: int) -> None:
        """As a campaign does by itself, of which pages tell wherever one begins."""
        paused = {"paused_at": clock.now(), "pause_reason": campaign_control.BY_FAILURES}
        with self.app.app_context(), writing() as session:
            session.execute(update(Campaign).where(Campaign.id == campaign_id).values(paused))

    def _own_message(self) -> int:
        """A message that the administrator wrote with the first phone."""
        mine = select(Message.id).join(Campaign, Campaign.id == Message.campaign_id)
        mine = mine.where(Campaign.member_id == self.admin_id, Message.phone_id == 1)
        with self.app.app_context():
            message_id: int = db.session.scalars(mine.limit(1)).one()
            return message_id

    def _begin_a_setup(self) -> None:
        """Of a phone at OVH, as far as the last question."""
        keys = [account.APPLICATION_KEY, account.APPLICATION_SECRET, account.CONSUMER_KEY]
        admin_id = self.admin_id
        with self.app.app_context():
            admin = db.session.get_one(Member, admin_id)
            ovh_setup.take_keys(self.app.extensions["raspisms"], admin, keys)
            begun = ovh_setup.require_begun(admin)
            ovh_setup.choose_service(admin, begun, account.SERVICE, "Household")

    def _back_up(self) -> None:
        admin_id = self.admin_id
        with self.app.app_context():
            admin = db.session.get_one(Member, admin_id)
            self.examples["name"] = backup_acts.make(self.app.extensions["raspisms"], admin).name


class Demonstration(Home):
    """Only what the demonstration has."""

    @cached_property
    def storage(self) -> Any:
        """The administrator's cookies, for playwright; of one login, whose links are limited."""
        browser = logged_in(self.app, self.admin_id)
        (name,) = (cookie.key for cookie in browser.client._cookies.values())
        cookie = browser.client.get_cookie(name)
        assert cookie is not None
        kept = {"name": name, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}
        flags = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        return {"cookies": [kept | flags], "origins": []}

    def _pause(self, campaign_id: int) -> None:
        """Nothing."""

    def _write_more(self) -> None:
        """Nothing."""
        self.examples["number"] = "+33639982023"
