"""Members: inviting, what they see, disabling, a new password."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from raspisms.extensions import db
from raspisms.messaging import authentication, links, members, membership
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import writing
from raspisms.models import Member, OneTimeLink, PushSubscription
from raspisms.outbound import Outbound
from tests.push_service import PushService
from tests.web import making
from tests.web.browser import Browser, form_fields, words
from tests.web.conftest import PASSWORD, account, logged_in
from tests.web.test_notices import turned_on

PASSWORD_FORM = {"password": PASSWORD, "again": PASSWORD}
INVITE = "/settings/members/invite"


def link_on(page: str) -> str:
    """The path of the one-time link that a page shows."""
    found = re.search(r'id="link" value="http://localhost(/[^"]+)"', page)
    assert found, words(page)
    return found[1]


def invited(admin: Browser, name: str = "Léo", **form: object) -> str:
    """The path of an invitation that ``admin`` makes."""
    assert admin.submit(INVITE, {"name": name, **form}).status_code == 200
    return link_on(admin.page.text)


def put_off(app: Flask, link: str, by: timedelta) -> None:
    """Let the end of a link have come ``by`` so much earlier."""
    with app.app_context(), writing() as session:
        token = link.rpartition("/")[2]
        session.get_one(OneTimeLink, links.digest(token)).expires_at -= by


def count(app: Flask, table: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def member_called(app: Flask, name: str) -> Member:
    with app.app_context():
        found = members.named(name)
        assert found is not None
        db.session.expunge(found)
        return found


class TestInvitation:
    def test_it_makes_an_account_with_the_phones_and_the_role_that_were_chosen(
        self, app: Flask, admin: Browser, client: Browser
    ) -> None:
        home = making.add_phone(app)
        making.add_phone(app, "Club", "+33600000002")
        link = invited(admin, phones=[str(home)])
        assert "Camille invites you" in words(client.get(link).text)
        assert client.send_again(link, {"name": "Léo M.", **PASSWORD_FORM}).status_code == 303
        page = words(client.get("/phones").text)
        assert "Maison" in page
        assert "Club" not in page
        assert client.get("/settings/members").status_code == 403
        again = Browser(app)
        assert again.submit("/login", {"name": "léo m.", "password": PASSWORD}).status_code == 303

    def test_it_can_make_an_administrator(self, admin: Browser, client: Browser) -> None:
        link = invited(admin, role="admin")
        client.submit(link, PASSWORD_FORM)
        assert client.get("/settings/members").status_code == 200

    def test_only_the_page_that_answers_shows_the_link_and_only_a_hash_is_kept(
        self, app: Flask, admin: Browser
    ) -> None:
        token = invited(admin).rpartition("/")[2]
        assert admin.page.headers["Cache-Control"] == "no-store"
        assert token not in admin.get("/settings/members").text
        assert "Léo" in words(admin.page.text)
        with app.app_context():
            assert db.session.get(OneTimeLink, token) is None
            assert db.session.get(OneTimeLink, links.digest(token)) is not None

    def test_looking_does_not_use_it_up_and_a_fault_keeps_it(
        self, admin: Browser, client: Browser
    ) -> None:
        link = invited(admin)
        client.get(link)
        client.submit(link, {"password": "court", "again": "court"})
        assert client.page.status_code == 400
        assert "This password is too short." in words(client.page.text)
        client.send_again(link, {"password": PASSWORD, "again": "something else"})
        assert "The two passwords are not the same." in words(client.page.text)
        client.send_again(link, {"name": "Camille", **PASSWORD_FORM})
        assert client.page.status_code == 409
        assert "already an account named “Camille”" in words(client.page.text)
        assert client.send_again(link, {"name": "Léo", **PASSWORD_FORM}).status_code == 303

    @pytest.mark.parametrize("how", ["used", "withdrawn", "expired", "made up"])
    def test_one_that_works_no_more_says_what_to_do(
        self, app: Flask, admin: Browser, client: Browser, how: str
    ) -> None:
        link = "/invitation/guess"
        if how != "made up":
            link = invited(admin)
            client.get(link)
        if how == "used":
            Browser(app).submit(link, PASSWORD_FORM)
        elif how == "withdrawn":
            key = links.digest(link.rpartition("/")[2])
            admin.submit(f"/settings/members/invitations/{key}/withdraw", on="/settings/members")
            assert "works no more" in words(admin.follow().text)
        elif how == "expired":
            put_off(app, link, timedelta(days=7, seconds=1))
        before = count(app, Member)
        late = Browser(app)
        assert late.get(link).status_code == 404
        assert "This link does not work any more." in words(late.page.text)
        assert "ask whoever invited you" in words(late.page.text)
        if how != "made up":  # the form was open already
            assert client.send_again(link, {"name": "Eve", **PASSWORD_FORM}).status_code == 404
            assert "ask whoever invited you" in words(client.page.text)
        assert count(app, Member) == before
        assert "Open invitations" not in words(admin.get("/settings/members").text)

    def test_whoever_is_logged_in_already_is_told_what_it_will_do(self, admin: Browser) -> None:
        link = invited(admin)
        assert "You are logged in as “Camille”." in words(admin.get(link).text)
        admin.send_again(link, PASSWORD_FORM)
        assert 'value="Léo"' in admin.get("/account").text

    def test_of_two_with_one_link_one_gets_in(
        self, app: Flask, admin: Browser, client: Browser
    ) -> None:
        link = invited(admin)
        other = Browser(app)
        client.get(link)
        other.get(link)
        first = client.send_again(link, {"name": "Léo", **PASSWORD_FORM}).status_code
        second = other.send_again(link, {"name": "Eve", **PASSWORD_FORM}).status_code
        assert (first, second) == (303, 404)
        assert other.get("/account").status_code == 302

    def test_of_two_who_press_the_button_at_once_one_gets_in(
        self, app: Flask, admin: Browser
    ) -> None:
        link = invited(admin)
        both = [Browser(app), Browser(app)]
        for browser in both:
            browser.get(link)
        at_once = threading.Barrier(2)

        def press(place: int) -> int:
            form = form_fields(both[place].page.text, link)
            at_once.wait()
            return (
                both[place].post(link, {**form, "name": f"Nr {place}", **PASSWORD_FORM}).status_code
            )

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(press, range(2))) == [303, 404]
        assert count(app, Member) == 2

    def test_a_phone_removed_meanwhile_is_not_given(
        self, app: Flask, admin: Browser, client: Browser
    ) -> None:
        home = making.add_phone(app)
        link = invited(admin, phones=[str(home)])
        admin.submit(f"/phones/{home}/remove")
        client.submit(link, PASSWORD_FORM)
        assert "No phone yet" in words(client.get("/phones").text)

    def test_whoever_may_not_manage_any_more_has_invited_nobody(
        self, app: Flask, admin: Browser, client: Browser
    ) -> None:
        other = account(app, "Alix", is_admin=True)
        link = invited(logged_in(app, other))
        admin.submit(f"/settings/members/{other}/disable")
        assert client.get(link).status_code == 404

    def test_it_cannot_be_guessed_at_speed(self, client: Browser) -> None:
        for kind in ("invitation", "reset"):
            codes = [client.get(f"/{kind}/guess-{one}").status_code for one in range(11)]
            assert codes == [404] * 10 + [429]

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"name": " "}, "The name is empty."),
            ({"name": "x" * 81}, "This name cannot be used."),
            ({"name": "Camille"}, "There is already an account named “Camille”."),
            ({"name": "Léo", "phones": ["99"]}, "A phone that you chose was removed meanwhile."),
        ],
    )
    def test_one_that_cannot_be_made_is_told_and_kept(
        self, admin: Browser, form: dict[str, object], sentence: str
    ) -> None:
        assert admin.submit(INVITE, {"role": "admin", **form}).status_code in (400, 409)
        assert sentence in words(admin.page.text)
        assert 'value="admin" checked' in admin.page.text

    @pytest.mark.parametrize(
        ("host", "sentence"),
        [
            ("localhost", "leads to the machine on which it is opened"),
            ("192.168.1.5:8000", "only works inside your home network"),
        ],
    )
    def test_from_where_the_link_can_be_opened_is_said(
        self, app: Flask, host: str, sentence: str
    ) -> None:
        account(app, "Camille", is_admin=True)
        browser = Browser(app)
        at = {"base_url": f"http://{host}"}
        browser.get("/login", **at)
        login = {**form_fields(browser.page.text, "/login"), "name": "Camille"}
        browser.post("/login", {**login, "password": PASSWORD}, **at)
        browser.get(INVITE, **at)
        browser.post(INVITE, {**form_fields(browser.page.text, INVITE), "name": "Léo"}, **at)
        assert sentence in words(browser.page.text)
        assert f'value="http://{host}/invitation/' in browser.page.text


class TestMember:
    def test_phones_given_and_taken_count_at_once(
        self, app: Flask, admin: Browser, member: Browser
    ) -> None:
        home, sacha = making.add_phone(app), member_called(app, "Sacha").id
        conversation = making.came_in(app, home, "Salut")
        address = f"/conversations/{conversation}"
        assert member.get(address).status_code == 404
        admin.submit(f"/settings/members/{sacha}", {"phones": [str(home)]})
        assert admin.page.status_code == 303
        assert member.get(address).status_code == 200
        admin.submit(f"/settings/members/{sacha}", {"phones": []})
        assert member.get(address).status_code == 404

    def test_another_tab_does_not_bring_back_a_phone_that_was_removed(
        self, app: Flask, admin: Browser
    ) -> None:
        home, sacha = making.add_phone(app), account(app, "Sacha")
        form = {"phones": [str(home)]}
        admin.get(f"/settings/members/{sacha}")
        tab = admin.page
        admin.submit(f"/phones/{home}/remove")
        admin.page = tab
        assert admin.send_again(f"/settings/members/{sacha}", form).status_code == 409
        assert "was removed meanwhile" in words(admin.page.text)

    def test_what_somebody_sees_of_a_removed_phone_can_only_be_taken_away(
        self, app: Flask, admin: Browser, member: Browser
    ) -> None:
        sacha = member_called(app, "Sacha").id
        home = making.add_phone(app, members=[sacha])
        conversation = making.came_in(app, home, "Salut")
        admin.submit(f"/phones/{home}/remove")
        assert "Maison (removed)" in words(admin.get(f"/settings/members/{sacha}").text)
        assert admin.send_again(f"/settings/members/{sacha}").status_code == 303
        assert member.get(f"/conversations/{conversation}").status_code == 200
        admin.submit(f"/settings/members/{sacha}", {"phones": []})
        assert member.get(f"/conversations/{conversation}").status_code == 404
        again = {"phones": [str(home)]}
        assert admin.submit(f"/settings/members/{sacha}", again).status_code == 409

    def test_name_and_role_are_changed(self, app: Flask, admin: Browser, member: Browser) -> None:
        sacha = member_called(app, "Sacha").id
        form = {"name": "Sacha Petit", "role": "admin"}
        assert admin.submit(f"/settings/members/{sacha}", form).status_code == 303
        assert "“Sacha Petit” is saved" in words(admin.follow().text)
        assert member.get("/settings/members").status_code == 200
        admin.submit(f"/settings/members/{sacha}", {"role": "member"})
        assert member.get("/settings/members").status_code == 403

    def test_there_is_always_an_administrator(self, app: Flask, admin: Browser) -> None:
        camille = member_called(app, "Camille").id
        own = f"/settings/members/{camille}"
        assert "only administrator" in words(admin.get(own).text)
        assert admin.send_again(own, {"role": "member"}).status_code == 409
        assert "“Camille” is the only administrator." in words(admin.page.text)
        admin.submit(f"{own}/disable")
        assert admin.page.status_code == 400
        assert "You cannot disable your own account." in words(admin.page.text)
        # A disabled administrator is none.
        alix = account(app, "Alix", is_admin=True)
        admin.submit(f"/settings/members/{alix}/disable")
        assert admin.submit(own, {"role": "member"}).status_code == 409
        assert admin.get("/settings/members").status_code == 200

    def test_of_two_administrators_who_disable_each_other_one_stays(
        self, app: Flask, admin: Browser
    ) -> None:
        with app.app_context():
            alix = members.create("Alix", PASSWORD, is_admin=True)
            camille = members.find_by_name("Camille")
            membership.disable(alix, camille.id)
            with pytest.raises(Exception, match="only administrator"):
                membership.disable(camille, alix.id)

    def test_whoever_gives_up_the_role_sees_a_page_of_theirs(
        self, app: Flask, admin: Browser
    ) -> None:
        account(app, "Alix", is_admin=True)
        own = f"/settings/members/{member_called(app, 'Camille').id}"
        assert admin.submit(own, {"role": "member"}).status_code == 303
        assert admin.follow().status_code == 200
        assert admin.get(own).status_code == 403

    @pytest.mark.parametrize("path", ["", "/disable"])
    def test_a_member_that_does_not_exist_is_a_page_in_words(
        self, admin: Browser, path: str
    ) -> None:
        assert admin.get(f"/settings/members/99{path}").status_code == 404
        assert "There is no such member." in words(admin.page.text)


class TestDisabled:
    def test_it_ends_logins_notices_and_links_and_keeps_what_was_written(
        self, app: Flask, admin: Browser, member: Browser, tmp_path: Path
    ) -> None:
        sacha = member_called(app, "Sacha").id
        home = making.add_phone(app, members=[sacha])
        conversation = making.went_out(app, home, "De Sacha")
        with PushService(tmp_path).running() as service:
            engine: Engine = app.extensions["raspisms"]
            engine.outbound = Outbound(lambda _: True, service.ca_file)
            turned_on(member, service)
        assert count(app, PushSubscription) == 1
        admin.submit(f"/settings/members/{sacha}/reset", on=f"/settings/members/{sacha}")
        reset = link_on(admin.page.text)
        admin.submit(f"/settings/members/{sacha}/disable")
        assert "is disabled and logged out everywhere" in words(admin.follow().text)
        assert member.get("/account").status_code == 302
        assert Browser(app).get(reset).status_code == 404
        assert count(app, PushSubscription) == 0
        assert "De Sacha" in admin.get(f"/conversations/{conversation}").text
        assert admin.submit(INVITE, {"name": "SACHA"}).status_code == 409

    def test_it_is_told_only_to_who_knows_the_password(
        self, app: Flask, admin: Browser, client: Browser
    ) -> None:
        sacha = account(app, "Sacha")
        admin.submit(f"/settings/members/{sacha}/disable")
        client.submit("/login", {"name": "Sacha", "password": "wrong password"})
        assert "The name or the password is not right." in words(client.page.text)
        client.submit("/login", {"name": "Sacha", "password": PASSWORD})
        assert client.page.status_code == 400
        assert "This account is disabled." in words(client.page.text)
        assert client.get("/account").status_code == 302

    def test_it_can_be_enabled_again_as_it_was(self, app: Flask, admin: Browser) -> None:
        sacha = account(app, "Sacha")
        making.add_phone(app, members=[sacha])
        admin.submit(f"/settings/members/{sacha}/disable")
        admin.submit(f"/settings/members/{sacha}/enable", on=f"/settings/members/{sacha}")
        again = Browser(app)
        assert again.submit("/login", {"name": "Sacha", "password": PASSWORD}).status_code == 303
        assert "Maison" in words(again.get("/phones").text)

    def test_what_was_being_typed_is_kept(self, app: Flask, admin: Browser) -> None:
        sacha = account(app, "Sacha")
        browser = logged_in(app, sacha)
        making.add_phone(app, members=[sacha])
        browser.get("/write")
        admin.submit(f"/settings/members/{sacha}/disable")
        browser.headers["Origin"] = "http://localhost"
        assert browser.send_again("/write", {"text": "À demain"}).status_code == 401
        kept = form_fields(browser.page.text, "/login")["kept"]
        assert ["text", "À demain"] in json.loads(kept)
        assert making.messages(app) == []


class TestReset:
    @pytest.fixture
    def link(self, app: Flask, admin: Browser, member: Browser) -> str:
        sacha = member_called(app, "Sacha").id
        admin.submit(f"/settings/members/{sacha}/reset", on=f"/settings/members/{sacha}")
        assert admin.page.status_code == 200
        return link_on(admin.page.text)

    def test_it_sets_a_new_password_and_ends_all_logins(
        self, app: Flask, link: str, member: Browser, client: Browser
    ) -> None:
        assert "“Sacha”" in words(client.get(link).text)
        assert member.get("/account").status_code == 200
        new = {"password": "quatre mots bien simples", "again": "quatre mots bien simples"}
        assert client.send_again(link, new).status_code == 303
        assert client.get("/account").status_code == 200
        assert member.get("/account").status_code == 302
        with app.app_context():
            assert authentication.authenticate("Sacha", PASSWORD) is None
            assert authentication.authenticate("Sacha", new["password"])
        assert Browser(app).get(link).status_code == 404
        assert client.get("/reset/guess").headers["Referrer-Policy"] == "no-referrer"

    def test_until_then_the_old_one_goes_on_and_a_fault_keeps_the_link(
        self, app: Flask, link: str, client: Browser
    ) -> None:
        client.submit(link, {"password": "Sacha-Sacha-Sacha", "again": "Sacha-Sacha-Sacha"})
        assert "This password is made of the account's name." in words(client.page.text)
        with app.app_context():
            assert authentication.authenticate("Sacha", PASSWORD)
        assert client.send_again(link, PASSWORD_FORM).status_code == 303

    def test_it_works_for_an_hour_and_the_last_one_only(
        self, app: Flask, link: str, admin: Browser, client: Browser
    ) -> None:
        sacha = member_called(app, "Sacha").id
        admin.submit(f"/settings/members/{sacha}/reset", on=f"/settings/members/{sacha}")
        newer = link_on(admin.page.text)
        assert client.get(link).status_code == 404
        assert "ask an administrator" in words(client.page.text)
        assert client.get(newer).status_code == 200
        put_off(app, newer, timedelta(hours=1, seconds=1))
        assert client.get(newer).status_code == 404

    def test_a_link_opens_its_own_door_only(self, link: str, client: Browser) -> None:
        token = link.rpartition("/")[2]
        assert client.get(f"/invitation/{token}").status_code == 404
        assert client.submit(f"/login/{token}").status_code == 404
