"""Every address, asked for by nobody, by a member with the phone, by one without it, by an
administrator: what each gets, sees and changes. An address that is not listed here fails the test.
"""

import itertools
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from raspisms import clock, sqlite
from raspisms.adapters.answers import Inbound
from raspisms.extensions import db
from raspisms.messaging import inbox, push_sending
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Message, Phone, PushNotice
from raspisms.outbound import Outbound
from raspisms.page_extensions import limiter
from tests.application import make_app
from tests.push_service import Device, PushService
from tests.web import making
from tests.web.browser import Browser, words
from tests.web.conftest import PASSWORD, SETTINGS, account, logged_in
from tests.web.test_notices import turned_on

NOBODY, GIVEN, OTHER, ADMIN = PEOPLE = ("nobody", "Sacha", "Noé", "Camille")
#: What only those may read who have the phone: its name, its number, what was written with it and
#: with whom.
MARKS = ("Maison-du-Lac", "06 00 00 00 01", "+33600000001", "Aubergine", "06 12 34 56 78")
STRANGER = "+33612345678"
#: What must not change by anything that somebody without the phone does.
TABLES = (
    *("message", "conversation", "conversation_mark", "campaign", "plan", "phone", "phone_access"),
    *("campaign_draft", "campaign_phone", "plan_person", "phone_limit"),
    *("push_subscription", "push_notice", "alert_notice"),
    *("household_setting", "journal_entry", "one_time_link"),
)
LOGIN = {"GET": 302, "POST": 303}


@dataclass(frozen=True)
class Row:
    """One address, and the answer that each of PEOPLE gets. ``path`` and ``data`` name rows of the
    world by ``{name}``; ``shows``: whether a MARK stands on the page of who has the phone.
    """

    endpoint: str
    method: str
    path: str
    codes: tuple[int, int, int, int]
    data: Mapping[str, str] = field(default_factory=dict)
    shows: bool = False
    #: Whether a member may change tables with it that have nothing to do with the phone.
    changes: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def anyone(endpoint: str, method: str, path: str, code: int, /, **data: str) -> Row:
    return Row(endpoint, method, path, (code,) * 4, data)


def every_member(
    endpoint: str,
    method: str,
    path: str,
    code: int,
    /,
    *,
    shows: bool = False,
    changes: bool = False,
    **data: str,
) -> Row:
    codes = (LOGIN[method], code, code, code)
    return Row(endpoint, method, path, codes, data, shows, changes)


def administrators(
    endpoint: str, method: str, path: str, code: int, /, *, shows: bool = False, **data: str
) -> Row:
    codes = (LOGIN[method], 403, 403, code)
    return Row(endpoint, method, path, codes, data, shows)


def of_phone(
    endpoint: str,
    method: str,
    path: str,
    code: int,
    /,
    *,
    refused: int = 404,
    shows: bool = False,
    **data: str,
) -> Row:
    """Something of the phone that was given to one member and not to the other."""
    codes = (LOGIN[method], code, refused, code)
    return Row(endpoint, method, path, codes, data, shows)


def of_owner(endpoint: str, method: str, path: str, code: int, /, **data: str) -> Row:
    """Something of one member's own, which is no administrator's business either."""
    return Row(endpoint, method, path, (LOGIN[method], code, 404, 404), data)


def _stop(endpoint: str, path: str, **data: str) -> Row:
    """An act about STOP, which any member may do and the journal keeps."""
    return Row(f"opt_outs.{endpoint}", "POST", path, (303,) * 4, data, changes=True)


_PASSWORDS = {"password": PASSWORD, "again": PASSWORD}
_PHONE = {"name": "Grenier", "adapter": "test_adapter", "number": "+33600000009"}
_LIMIT = {"volume": "9", "period": "today"}
_TALK, _MESSAGE, _NOTICE = (
    "/conversations/{talk}",
    "/messages",
    "/settings/notices/devices/{device}",
)
_DRAFT = "/campaigns/drafts/{draft}"
_PLANNED, _PLAN = "/campaigns/planned", "/campaigns/plans/{plan}"
_CAMPAIGN = "/campaigns/{campaign}"
_REVIEW = f"{_DRAFT}/review"
_IMPORT = "/contacts/import/{import}"
_MEMBER, _BACKUPS = "/settings/members", "/settings/backups"

TABLE = (
    Row("home", "GET", "/", (302, 302, 302, 302)),
    anyone("static", "GET", "/static/css/base.css", 200),
    anyone("health.healthz", "GET", "/healthz", 200),
    anyone("callbacks.status", "GET", "/callback/guess/status", 404),
    anyone("callbacks.status", "POST", "/callback/guess/status", 404),
    anyone("callbacks.reply", "GET", "/callback/guess/reply", 404),
    anyone("callbacks.reply", "POST", "/callback/guess/reply", 404),
    anyone("pwa.manifest", "GET", "/manifest.webmanifest", 200),
    anyone("pwa.worker", "GET", "/service-worker.js", 200),
    anyone("pwa.offline", "GET", "/offline", 200),
    # Whoever is logged in already goes on.
    Row("auth.login", "GET", "/login", (200, 303, 303, 303)),
    anyone("auth.log_in", "POST", "/login", 400, name="Eve", password="wrong password"),
    # With a login its device ends.
    Row("auth.log_out", "POST", "/logout", (303, 303, 303, 303), changes=True),
    anyone("auth.login_link", "GET", "/login/guess", 200),
    anyone("auth.log_in_by_link", "POST", "/login/guess", 404),
    anyone("auth.setup", "GET", "/setup/guess", 404),
    anyone("auth.set_up", "POST", "/setup/guess", 404, name="Eve", **_PASSWORDS),
    anyone("auth.invitation", "GET", "/invitation/guess", 404),
    anyone("auth.accept_invitation", "POST", "/invitation/guess", 404, name="Eve", **_PASSWORDS),
    anyone("auth.reset", "GET", "/reset/guess", 404),
    anyone("auth.reset_password", "POST", "/reset/guess", 404, **_PASSWORDS),
    every_member("account.index", "GET", "/account", 200),
    every_member("account.save", "POST", "/account", 303, name="{me}", language="fr"),
    every_member("account.change_password", "POST", "/account/password", 400, **_PASSWORDS),
    every_member("account.end_login", "POST", "/account/logins/{login}/end", 303),
    every_member("account.end_other_logins", "POST", "/account/logins/end", 303),
    every_member("settings.index", "GET", "/settings", 200),
    every_member("notices.index", "GET", "/settings/notices", 200),
    every_member("notices.key", "GET", "/settings/notices/key", 200),
    every_member("notices.set_sound", "POST", "/settings/notices/sound", 303, sound="1"),
    every_member("notices.turn_on", "POST", "/settings/notices/devices", 400, endpoint="x"),
    # What is off already is off.
    every_member("notices.turn_off", "POST", f"{_NOTICE}/remove", 303),
    of_owner("notices.show_text", "POST", f"{_NOTICE}/text", 303),
    of_owner("notices.tell_alerts", "POST", f"{_NOTICE}/alerts", 303),
    of_owner("notices.try_out", "POST", f"{_NOTICE}/test", 303),
    # The contacts are the household's, whoever has which phone.
    every_member("contacts.index", "GET", "/contacts", 200),
    every_member("contacts.new", "GET", "/contacts/new", 200),
    every_member("contacts.add", "POST", "/contacts/new", 303, name="{me}", number="0622222222"),
    # Its page shows conversations, of the phones that one sees.
    every_member("contacts.show", "GET", "/contacts/{contact}", 200),
    every_member("contacts.edit", "GET", "/contacts/{contact}/edit", 200),
    every_member(
        "contacts.save", "POST", "/contacts/{contact}/edit", 303, name="Mamie", number="0622222222"
    ),
    every_member("contacts.add_to_group", "POST", "/contacts/{contact}/groups", 400),
    every_member("contacts.leave_group", "POST", "/contacts/{contact}/groups/99/leave", 404),
    every_member("contacts.choose", "GET", "/contacts/{contact}/merge", 200),
    every_member("contacts.ask", "GET", "/contacts/{contact}/merge/99", 404),
    every_member("contacts.merge", "POST", "/contacts/{contact}/merge/99", 404),
    every_member("contacts.selected", "POST", "/contacts/selected", 303),
    every_member("contacts.ask_removal_of_all", "GET", "/contacts/removal", 200),
    every_member("contacts.remove_all", "POST", "/contacts/removal", 400),
    every_member("contacts.ask_group", "GET", "/contacts/grouping", 200),
    every_member("contacts.add_all_to_group", "POST", "/contacts/grouping", 400),
    every_member("contacts.changes", "GET", "/contacts/changes", 200),
    every_member("contacts.undo", "POST", "/contacts/changes/99/undo", 404),
    every_member("contacts.ask_removal", "GET", "/contacts/{contact}/remove", 200),
    every_member("contacts.remove", "POST", "/contacts/{contact}/remove", 303),
    # So are their groups, and what is done to these is in the journal.
    every_member("imports.index", "GET", "/contacts/import", 200),
    every_member("imports.upload", "POST", "/contacts/import", 400),
    every_member("imports.show", "GET", f"{_IMPORT}", 200),
    every_member("imports.report", "GET", f"{_IMPORT}/report", 200),
    every_member("imports.choose", "POST", f"{_IMPORT}/read", 303),
    every_member("imports.run", "POST", f"{_IMPORT}/import", 303),
    every_member("imports.undo", "POST", f"{_IMPORT}/undo", 409),
    every_member("imports.discard", "POST", f"{_IMPORT}/discard", 303),
    every_member("exports.index", "GET", "/contacts/export", 200),
    every_member("exports.file", "GET", "/contacts/export/file?what=contacts&as=json", 200),
    every_member("exports.selected", "POST", "/contacts/export/selected?contacts=1", 303),
    every_member("invalid_numbers.index", "GET", "/invalid-numbers", 200),
    every_member("invalid_numbers.clear", "POST", "/invalid-numbers", 404, number="+33611111111"),
    administrators("privacy.contact", "GET", "/contacts/{contact}/privacy", 200),
    administrators("privacy.download_contact", "POST", "/contacts/{contact}/privacy/download", 200),
    administrators("privacy.erase_contact", "POST", "/contacts/{contact}/privacy/erase", 400),
    administrators("privacy.conversation", "GET", f"{_TALK}/privacy", 200, shows=True),
    administrators("privacy.download_conversation", "POST", f"{_TALK}/privacy/download", 200),
    administrators("privacy.erase_conversation", "POST", f"{_TALK}/privacy/erase", 400),
    every_member("groups.index", "GET", "/groups", 200),
    every_member("groups.new", "GET", "/groups/new", 200),
    every_member("groups.add", "POST", "/groups/new", 303, changes=True, name="{me}"),
    every_member("groups.show", "GET", "/groups/{group}", 200),
    every_member("groups.edit", "GET", "/groups/{group}/edit", 200),
    every_member("groups.save", "POST", "/groups/{group}/edit", 303, changes=True, name="Club"),
    every_member("groups.choose", "GET", "/groups/{group}/add", 200),
    every_member("groups.add_contacts", "POST", "/groups/{group}/add", 303, contact="{contact}"),
    every_member(
        "groups.remove_contacts", "POST", "/groups/{group}/contacts/remove", 303, contact="1"
    ),
    every_member(
        "groups.put_within", "POST", "/groups/{group}/groups", 303, changes=True, group="{smart}"
    ),
    every_member("groups.take_out", "POST", "/groups/{group}/groups/{smart}/remove", 303),
    every_member("groups.ask_removal", "GET", "/groups/{group}/remove", 200),
    every_member("groups.remove", "POST", "/groups/{group}/remove", 303, changes=True),
    every_member("groups.new_rule", "GET", "/groups/smart/new", 200),
    every_member("groups.add_rule", "POST", "/groups/smart/new", 200, mode="text", rule="true"),
    every_member("groups.show_rule", "GET", "/groups/smart/{smart}", 200),
    every_member("groups.edit_rule", "GET", "/groups/smart/{smart}/edit", 200),
    every_member(
        *("groups.save_rule", "POST", "/groups/smart/{smart}/edit", 303),
        changes=True,
        **{"name": "Tous", "mode": "text", "rule": "false", "act": "save"},
    ),
    every_member("groups.why", "GET", "/groups/smart/{smart}/why?contact={contact}", 200),
    # So are the texts that they keep.
    every_member("opt_outs.index", "GET", "/opt-outs", 200),
    every_member("opt_outs.new", "GET", "/opt-outs/new", 200),
    _stop("add", "/opt-outs/new", number="0622222222"),
    every_member("opt_outs.list_page", "GET", "/opt-outs/list", 200),
    _stop("add_list", "/opt-outs/list", numbers="0622222222"),
    every_member("opt_outs.ask_removal", "GET", "/opt-outs/{stopped}/remove", 200),
    _stop("remove", "/opt-outs/{stopped}/remove"),
    every_member("texts.index", "GET", "/texts", 200),
    every_member("texts.new", "GET", "/texts/new", 200),
    every_member("texts.add", "POST", "/texts/new", 303, name="{me}", text="Rappel"),
    every_member("texts.edit", "GET", "/texts/{text}", 200),
    every_member("texts.save", "POST", "/texts/{text}", 303, name="Rappel", text="Demain"),
    every_member("texts.ask_removal", "GET", "/texts/{text}/remove", 200),
    every_member("texts.remove", "POST", "/texts/{text}/remove", 303),
    # Lists have what is of the phone, for who has it.
    every_member("conversations.index", "GET", "/conversations", 200, shows=True),
    every_member("conversations.index", "GET", "/conversations?show=archived", 200),
    every_member("messages.index", "GET", "/messages", 200, shows=True),
    every_member("phones.index", "GET", "/phones", 200, shows=True),
    every_member("credits.index", "GET", "/credits", 200, shows=True),
    administrators("credits.ask", "POST", "/credits/ask", 303),
    every_member("compose.index", "GET", "/write", 200, shows=True),
    every_member("compose.index", "GET", "/write?phone={phone}&to={stranger}", 200),
    every_member("search.index", "GET", "/search?q=aubergine", 200, shows=True),
    every_member("search.index", "GET", "/search?q=0612345678", 200, shows=True),
    of_phone(
        *("search.index", "GET", "/search?q=aubergine&phone={phone}", 200),
        refused=400,
        shows=True,
    ),
    every_member(
        "live.show", "GET", "/live?member={id}&conversation={talk}&list=inbox", 200, shows=True
    ),
    every_member("live.show", "GET", "/live?member={given}&conversation={talk}&list=inbox", 200),
    every_member("live.note_seen", "POST", "/live/seen", 204, conversation="{talk}", to="{newest}"),
    every_member("compose.length", "POST", "/write/length", 200, text="Bonjour"),
    # A draft of a campaign is its phone's; what it is copied to is a new one.
    every_member("campaigns.index", "GET", "/campaigns", 200, shows=True),
    every_member("campaign_drafts.index", "GET", "/campaigns/drafts", 200, shows=True),
    every_member("campaign_drafts.new", "GET", "/campaigns/new", 200, shows=True),
    every_member("campaign_drafts.add", "POST", "/campaigns/new", 303, changes=True, text="Hé"),
    of_phone("campaign_drafts.edit", "GET", _DRAFT, 200, shows=True),
    of_phone("campaign_drafts.save", "POST", _DRAFT, 303, version="1", text="Bonjour"),
    of_phone("campaign_drafts.copy", "POST", f"{_DRAFT}/copy", 303),
    every_member("plans.index", "GET", _PLANNED, 200, shows=True),
    every_member("plans.calendar", "GET", f"{_PLANNED}/month?month={{month}}", 200, shows=True),
    of_phone("plans.show", "GET", _PLAN, 200, shows=True),
    of_phone("plans.pause", "POST", f"{_PLAN}/pause", 303),
    of_phone("plans.resume", "POST", f"{_PLAN}/resume", 303),
    of_phone("plans.edit", "POST", f"{_PLAN}/edit", 303),
    of_phone("plans.make_missed", "POST", f"{_PLAN}/missed", 409),
    of_phone("plans.ask_end", "GET", f"{_PLAN}/end", 200, shows=True),
    of_phone("plans.end", "POST", f"{_PLAN}/end", 303),
    of_phone("campaign_drafts.ask_removal", "GET", f"{_DRAFT}/remove", 200, shows=True),
    of_phone("campaign_drafts.remove", "POST", f"{_DRAFT}/remove", 303),
    # So is a campaign; it is not paused, nothing of it failed, and what is missing is said.
    of_phone("campaign_control.pause", "POST", f"{_CAMPAIGN}/pause", 303),
    of_phone("campaign_control.resume", "POST", f"{_CAMPAIGN}/resume", 409),
    of_phone("campaign_control.ask_cancelling", "GET", f"{_CAMPAIGN}/cancel", 200, shows=True),
    of_phone("campaign_control.cancel", "POST", f"{_CAMPAIGN}/cancel", 303),
    of_phone("campaign_control.ask_text", "GET", f"{_CAMPAIGN}/text", 200, shows=True),
    of_phone("campaign_control.change_text", "POST", f"{_CAMPAIGN}/text", 409, text="Bonjour"),
    of_phone("campaign_control.ask_time", "GET", f"{_CAMPAIGN}/time", 200),
    of_phone("campaign_control.change_time", "POST", f"{_CAMPAIGN}/time", 400),
    of_phone("campaign_control.ask_again", "GET", f"{_CAMPAIGN}/again", 200, shows=True),
    of_phone("campaign_control.send_again", "POST", f"{_CAMPAIGN}/again", 400),
    of_phone("campaign_control.copy", "POST", f"{_CAMPAIGN}/copy", 303),
    of_phone("campaign_report.show", "GET", _CAMPAIGN, 200, shows=True),
    of_phone("campaign_report.people", "GET", f"{_CAMPAIGN}/people", 200, shows=True),
    of_phone("campaign_report.answers", "GET", f"{_CAMPAIGN}/answers", 200, shows=True),
    of_phone("campaign_report.file", "GET", f"{_CAMPAIGN}/file", 200),
    every_member("campaign_report.statistics", "GET", "/campaigns/statistics", 200, shows=True),
    of_phone("review.show", "GET", _REVIEW, 200, shows=True),
    of_phone("review.people", "GET", f"{_REVIEW}/people", 200, shows=True),
    of_phone("review.person", "GET", f"{_REVIEW}/person?number=06 12 34 56 78", 200, shows=True),
    of_phone("review.left_out", "GET", f"{_REVIEW}/left-out", 200),
    of_phone("review.exclude", "POST", f"{_REVIEW}/exclude", 303, number="+33612345678"),
    of_phone("review.write_plainly", "POST", f"{_REVIEW}/plain", 303),
    of_phone("review.test", "POST", f"{_REVIEW}/test", 303, own="06 12 34 56 79"),
    of_phone("review.confirm", "POST", f"{_REVIEW}/confirm", 303, version="1", count="2"),
    # One conversation and one message.
    of_phone("conversations.thread", "GET", _TALK, 200, shows=True),
    of_phone("conversations.thread", "GET", f"{_TALK}?before={{newest}}", 200, shows=True),
    of_phone("conversations.reply", "POST", _TALK, 303, text="Bonjour"),
    of_phone("conversations.keep_draft", "POST", f"{_TALK}/draft", 303, text="Bonjour"),
    *(
        of_phone("conversations.mark", "POST", f"{_TALK}/{act}", 303)
        for act in ("unread", "mute", "unmute", "archive", "unarchive")
    ),
    of_phone("conversations.ask_deletion", "GET", f"{_TALK}/delete", 200, shows=True),
    of_phone("conversations.delete", "POST", f"{_TALK}/delete", 303, newest="{newest}", cancel="1"),
    of_phone("conversations.message", "GET", f"{_MESSAGE}/{{failed}}", 200, shows=True),
    of_phone("conversations.delete_message", "POST", f"{_MESSAGE}/{{failed}}/delete", 303),
    of_phone("messages.send_again", "POST", f"{_MESSAGE}/{{failed}}/again", 303, request="r" * 22),
    of_phone("messages.decide", "POST", f"{_MESSAGE}/{{held}}/release", 303),
    of_phone("messages.decide", "POST", f"{_MESSAGE}/{{planned}}/cancel", 303),
    of_phone("messages.decide", "POST", f"{_MESSAGE}/{{uncertain}}/anyway", 303),
    of_phone("messages.decide", "POST", f"{_MESSAGE}/{{uncertain}}/leave", 303),
    # What concerns all messages of a kind concerns those that one may see.
    every_member(
        "messages.release_all", "POST", "/messages/held/release", 303, count="1", newest="{newest}"
    ),
    every_member(
        "messages.cancel_all", "POST", "/messages/waiting/cancel", 303, count="1", newest="{newest}"
    ),
    of_phone(
        "compose.send",
        *("POST", "/write", 303),
        refused=400,
        phone="{phone}",
        number="0622222222",
        text="Bonjour",
    ),
    # A text is kept, and a message looked at, whichever phone one has.
    every_member(
        *("compose.send", "POST", "/write", 200), save_text="1", save_as="{me}", text="Rappel"
    ),
    every_member(
        *("compose.send", "POST", "/write", 200),
        count="1",
        phone="{phone}",
        number="0622222222",
        text="Bonjour {{{{ contact_metas.number }}}}",
    ),
    # Phones, members and settings are administrators'.
    administrators("phones.new", "GET", "/phones/new", 200),
    administrators("phones.add", "POST", "/phones/new", 400, **_PHONE),
    administrators("ovh_setup.keys", "GET", "/phones/ovh", 200),
    administrators("ovh_setup.take_keys", "POST", "/phones/ovh", 400, keys=""),
    administrators("ovh_setup.forget", "POST", "/phones/ovh/forget", 303),
    administrators("ovh_setup.service", "GET", "/phones/ovh/service", 303),
    administrators("ovh_setup.choose_service", "POST", "/phones/ovh/service", 303),
    administrators("ovh_setup.sender", "GET", "/phones/ovh/sender", 303),
    administrators("ovh_setup.finish", "POST", "/phones/ovh/sender", 303),
    administrators("ovh_setup.renewal", "GET", "/phones/{phone}/keys", 404),
    administrators("ovh_setup.renew", "POST", "/phones/{phone}/keys", 404),
    administrators("phones.edit", "GET", "/phones/{phone}", 200, shows=True),
    administrators("phones.save", "POST", "/phones/{phone}", 303, version="1", **_PHONE),
    administrators("phones.pause", "POST", "/phones/{phone}/pause", 303),
    administrators("phones.resume", "POST", "/phones/{phone}/resume", 303),
    administrators("phones.check", "POST", "/phones/{phone}/check", 303),
    # Nobody can set whom the test adapter calls, and what nobody wrote as a test is none.
    administrators("callbacks_setup.show", "GET", "/phones/{phone}/callbacks", 404),
    administrators("callbacks_setup.set", "POST", "/phones/{phone}/callbacks", 404),
    administrators("phone_limits.index", "GET", "/phones/{phone}/limits", 200, shows=True),
    administrators("phone_limits.add", "POST", "/phones/{phone}/limits", 303, **_LIMIT),
    administrators("phone_limits.remove", "POST", "/phones/{phone}/limits/99/remove", 303),
    administrators("quiet_hours.index", "GET", "/settings/quiet-hours", 200),
    administrators("quiet_hours.save", "POST", "/settings/quiet-hours", 409, choice="nights"),
    administrators("phone_test.ask", "GET", "/phones/{phone}/test", 200, shows=True),
    administrators("phone_test.send", "POST", "/phones/{phone}/test", 303, number="0622222222"),
    administrators("phone_test.watch", "GET", "/phones/{phone}/test/{failed}", 404),
    administrators("phones.ask_removal", "GET", "/phones/{phone}/remove", 200, shows=True),
    administrators("phones.remove", "POST", "/phones/{phone}/remove", 303),
    administrators("members.index", "GET", _MEMBER, 200, shows=True),
    administrators("members.invite", "GET", f"{_MEMBER}/invite", 200, shows=True),
    administrators("members.make_invitation", "POST", f"{_MEMBER}/invite", 200, name="Zoé"),
    administrators("members.withdraw", "POST", f"{_MEMBER}/invitations/guess/withdraw", 404),
    administrators("members.edit", "GET", f"{_MEMBER}/{{given}}", 200, shows=True),
    administrators("members.save", "POST", f"{_MEMBER}/{{given}}", 303, name="Sacha"),
    administrators("members.ask_disabling", "GET", f"{_MEMBER}/{{given}}/disable", 200),
    administrators("members.disable", "POST", f"{_MEMBER}/{{given}}/disable", 303),
    administrators("members.enable", "POST", f"{_MEMBER}/{{given}}/enable", 303),
    administrators("members.reset", "POST", f"{_MEMBER}/{{given}}/reset", 200),
    administrators("journal.index", "GET", "/settings/journal", 200, shows=True),
    administrators("settings.household", "GET", "/settings/household", 200),
    administrators("settings.save_household", "POST", "/settings/household", 409),
    administrators("settings.end_quiet_start", "POST", "/settings/quiet-start/end", 303),
    administrators("settings.backups", "GET", _BACKUPS, 200),
    administrators("settings.back_up", "POST", _BACKUPS, 303),
    administrators("settings.save_backups", "POST", f"{_BACKUPS}/automatic", 409),
    administrators("settings.download", "GET", f"{_BACKUPS}/guess", 404),
    administrators("settings.ask_deletion", "GET", f"{_BACKUPS}/guess/delete", 404),
    administrators("settings.delete_backup", "POST", f"{_BACKUPS}/guess/delete", 404),
    administrators("first_steps.index", "GET", "/start", 200),
    administrators("first_steps.dismiss", "POST", "/start/dismiss", 303),
    administrators("style.index", "GET", "/style", 200),
)


class World:
    """A household with a phone that one member has and another has not."""

    def __init__(self, folder: Path, service: PushService) -> None:
        self.app: Flask = make_app(folder, **SETTINGS)
        self.engine: Engine = self.app.extensions["raspisms"]
        self.engine.outbound = Outbound(lambda _: True, service.ca_file)
        self.database = folder / sqlite.DATABASE
        self.members = {
            ADMIN: account(self.app, ADMIN, is_admin=True),
            GIVEN: account(self.app, GIVEN),
            OTHER: account(self.app, OTHER),
        }
        self.rows = self._fill()
        browsers = {who: logged_in(self.app, one) for who, one in self.members.items()}
        self.devices: dict[str, Device] = {
            who: turned_on(browser, service) for who, browser in browsers.items()
        }
        self.rows |= self._ids_of_logins()
        browsers[NOBODY] = Browser(self.app)
        #: What each browser's forms have as their token; its cookie goes with it.
        self.tokens = {who: _token(browser) for who, browser in browsers.items()}
        self._cookies = {who: _cookies(browser) for who, browser in browsers.items()}
        self._before = folder / "before.sqlite3"
        with closing(sqlite3.connect(self.database)) as live, self._kept() as kept:
            live.backup(kept)
        self._watching = sqlite3.connect(self.database)
        self._version = sqlite.data_version(self._watching)

    def close(self) -> None:
        self._watching.close()
        with self.app.app_context():
            db.engine.dispose()

    def browser(self, who: str) -> Browser:
        """The browser of somebody, as it was when the world was made."""
        browser = Browser(self.app)
        for name, value in self._cookies[who].items():
            browser.client.set_cookie(name, value, domain="localhost")
        return browser

    def restore(self) -> None:
        """Let everything be as it was; nothing is to do where nobody has written."""
        if sqlite.data_version(self._watching) == self._version:
            return
        with self.app.app_context():
            db.engine.dispose()
        with closing(sqlite3.connect(self.database)) as live, self._kept() as kept:
            kept.backup(live)
        self._version = sqlite.data_version(self._watching)

    def dump(self) -> dict[str, list[Any]]:
        with closing(sqlite3.connect(self.database)) as live:
            return {name: live.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}

    def filled(self, text: str, who: str) -> str:
        return text.format(**self.rows, me=who, id=self.members.get(who, 0))

    def _kept(self) -> Any:
        return closing(sqlite3.connect(self._before))

    def _fill(self) -> dict[str, Any]:
        app = self.app
        home = making.add_phone(app, "Maison-du-Lac", members=[self.members[GIVEN]])
        club = making.add_phone(app, "Club", "+33600000002", members=[self.members[OTHER]])
        making.went_out(app, club, "Choucroute", "+33611111111")
        talk = making.came_in(app, home, "Aubergine farcie")
        late = {"due_at": making.in_days(2), "scheduled": True}
        for status, more in (("failed", {}), ("held", {}), ("pending", late)):
            making.went_out(app, home, f"Aubergine {status}", status=status, **more)
        making.went_out(app, home, "Aubergine ?", "+33612345679", status="uncertain")
        ids = {one.status: one.id for one in making.messages(app) if one.phone_id == home}
        return {
            "phone": home,
            "talk": talk,
            "failed": ids["failed"],
            "held": ids["held"],
            "uncertain": ids["uncertain"],
            "planned": ids["pending"],
            "newest": ids["pending"],
            "contact": making.add_contact(app, "Mamie", "+33699999999"),
            "text": making.add_text(app, "Vœux", "Bonne année"),
            "group": making.add_group(app, "Famille"),
            "smart": making.add_group(app, "Tous", "true"),
            "draft": making.add_draft(
                app, self.members[GIVEN], home, "Aubergine", recipients=f"{STRANGER}, 0612345677"
            ),
            "campaign": making.add_campaign(app, home, "Aubergine", "+33612345671"),
            "plan": making.add_plan(app, self.members[GIVEN], home, "Aubergine", STRANGER),
            "month": f"{making.in_days(7):%Y-%m}",
            "import": making.add_import(app, "name,number\nMamie,+33699999997\n"),
            "stopped": making.add_opt_out(app, "+33699999998"),
            "given": self.members[GIVEN],
            "stranger": STRANGER,
        }

    def _ids_of_logins(self) -> dict[str, Any]:
        given = (self.members[GIVEN],)
        with closing(sqlite3.connect(self.database)) as live:
            (login,) = live.execute("SELECT id FROM login_session WHERE member_id = ?", given)
            (device,) = live.execute("SELECT id FROM push_subscription WHERE member_id = ?", given)
        return {"login": login[0], "device": device[0]}


def _token(browser: Browser) -> str:
    if browser.get("/account").status_code != 200:
        browser.follow()  # to the login
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    assert token
    return token[1]


def _cookies(browser: Browser) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in browser.client._cookies.values()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    with PushService(folder).running() as service:
        world = World(folder / "instance", service)
        yield world
        world.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    yield made
    made.restore()


def test_every_address_is_in_the_table(world: World) -> None:
    there = {
        (rule.endpoint, method)
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {(row.endpoint, row.method) for row in TABLE}


def test_every_path_of_the_table_is_that_of_its_address(world: World) -> None:
    addresses = world.app.url_map.bind("localhost")
    for row in TABLE:
        path = world.filled(row.path, GIVEN).partition("?")[0]
        assert addresses.match(path, row.method)[0] == row.endpoint, row


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_each_gets_what_is_theirs_and_nothing_else(world: World, row: Row) -> None:
    before = world.dump()
    # Those who may change something come last.
    for who in (NOBODY, OTHER, GIVEN, ADMIN):
        page = ask(world, who, row)
        assert page.status_code == row.codes[PEOPLE.index(who)], (who, words(page.text))
        text = page.get_data().decode(errors="replace")  # some are files
        seen = [mark for mark in MARKS if mark in text]
        if who in (NOBODY, OTHER):
            asked = [mark for mark in seen if mark in world.filled(row.path, who)]
            assert seen == asked, (who, seen)
            told = world.dump()
            assert row.changes or told == before, who
        elif row.shows and (who == ADMIN or row.codes[1] == 200):
            assert seen, (who, words(page.text))
        if row.method == "POST" and who != NOBODY:
            world.restore()


def ask(world: World, who: str, row: Row) -> Any:
    """What somebody gets who asks for an address, with a true form where it takes one."""
    limiter.reset()
    browser, path = world.browser(who), world.filled(row.path, who)
    if row.method == "GET":
        return browser.get(path)
    data = {name: world.filled(value, who) for name, value in row.data.items()}
    return browser.post(path, {**data, "csrf_token": world.tokens[who]})


def test_an_old_form_of_any_page_is_refused_in_words_and_changes_nothing(world: World) -> None:
    browser, before = world.browser(ADMIN), world.dump()
    for row in TABLE:
        if row.method == "POST" and not row.endpoint.startswith("callbacks."):
            limiter.reset()
            path = world.filled(row.path, ADMIN)
            page = browser.post(path, {**row.data, "csrf_token": "old"})
            assert page.status_code == 400, (row, words(page.text))
    assert world.dump() == before


def test_only_who_has_the_phone_is_told_how_much_is_unread(world: World) -> None:
    for who, title in ((GIVEN, "(1) Account"), (ADMIN, "(1) Account"), (OTHER, "Account")):
        page = world.browser(who).get("/account").text
        assert re.search(r"<title>([^–<]*)", page)[1].strip() == title, who  # type: ignore[index]


def test_an_open_page_is_told_of_what_comes_in_only_where_it_may_be_seen(world: World) -> None:
    path = "/live?member={id}&conversation={talk}&list=inbox"
    _receive(world, "Poireau vinaigrette")
    for who, told in ((GIVEN, True), (ADMIN, True), (OTHER, False)):
        page = world.browser(who).get(world.filled(path, who)).text
        assert ("Poireau" in page) == told, who


def test_a_device_is_told_of_what_comes_in_only_where_it_may_be_seen(world: World) -> None:
    before = {who: len(device.told) for who, device in world.devices.items()}
    _receive(world, "Poireau vinaigrette")
    _send_notices(world)
    told = {who: device.told[before[who] :] for who, device in world.devices.items()}
    bodies = {who: [one.payload["body"] for one in notices] for who, notices in told.items()}
    assert bodies == {GIVEN: ["Poireau vinaigrette"], ADMIN: ["Poireau vinaigrette"], OTHER: []}


def test_a_notice_on_its_way_is_not_sent_once_the_phone_is_taken_away(world: World) -> None:
    before = {who: len(device.told) for who, device in world.devices.items()}
    _receive(world, "Céleri rave")
    member = f"/settings/members/{world.members[GIVEN]}"
    world.browser(ADMIN).submit(member, {"phones": []})
    _send_notices(world)
    assert len(world.devices[GIVEN].told) == before[GIVEN]
    assert len(world.devices[ADMIN].told) == before[ADMIN] + 1


def test_a_phone_taken_away_is_gone_from_every_page_at_once(world: World) -> None:
    """Whoever had it gets of each address what somebody gets who never had it."""
    open_page = world.browser(GIVEN)
    open_page.get(world.filled(_TALK, GIVEN))
    member = f"/settings/members/{world.members[GIVEN]}"
    assert world.browser(ADMIN).submit(member, {"phones": []}).status_code == 303
    talk = world.filled(_TALK, GIVEN)
    assert open_page.send_again(talk, {"text": "Bonjour"}).status_code == 404
    assert "This conversation is not yours to see, or not any more" in words(open_page.page.text)
    assert making.kept(open_page.page.text)["text"] == "Bonjour"
    for row in TABLE:
        if (row.method == "GET" and row.codes[2] != row.codes[3]) or row.shows:
            page = world.browser(GIVEN).get(world.filled(row.path, GIVEN))
            assert page.status_code == row.codes[2], row
            assert not [mark for mark in MARKS if mark in page.text and mark not in row.path], row


def test_a_disabled_account_gets_what_nobody_gets(world: World) -> None:
    member = f"/settings/members/{world.members[GIVEN]}"
    world.browser(ADMIN).submit(f"{member}/disable")
    for row in TABLE:
        page = ask(world, GIVEN, row)
        # A public form takes the token of the browser, which its login had no part in.
        assert page.status_code == row.codes[0], row
        assert not [mark for mark in MARKS if mark in page.text and mark not in row.path], row


_uids = itertools.count(1)


def _receive(world: World, text: str) -> None:
    """Store a message as if the provider had just listed it."""
    with world.app.app_context():
        phone = db.session.get_one(Phone, world.rows["phone"])
        inbound = Inbound(f"uid-{next(_uids)}", STRANGER, text, clock.now())
        inbox.store(world.engine, phone.id, phone.service, inbound)
        assert db.session.scalar(select(Message.id).where(Message.body == text))


def _send_notices(world: World) -> None:
    """Do what the job does once the notices have waited for who may be reading already."""
    with world.app.app_context():
        with writing() as session:
            session.execute(update(PushNotice).values(attempt_at=clock.now()))
        for lane in push_sending.planned(clock.now())[0]:
            push_sending.send_due(world.engine, lane)
