"""The page of notices, and what makes the pages an app: all that works without JavaScript."""

import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from raspisms.extensions import db
from raspisms.messaging import logins, push, push_keys
from raspisms.messaging.engine import Engine
from raspisms.models import Member, PushSubscription
from raspisms.outbound import Outbound
from raspisms.paths import STATIC
from raspisms.web import pwa
from tests import icons
from tests.application import make_app
from tests.push_service import Device, PushService
from tests.web.browser import ENGLISH, Browser, form_fields, words
from tests.web.conftest import SETTINGS, account, logged_in

PAGE = "/settings/notices"
DEVICES = f"{PAGE}/devices"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


@pytest.fixture
def service(app: Flask, tmp_path: Path) -> Iterator[PushService]:
    with PushService(tmp_path).running() as running:
        engine: Engine = app.extensions["raspisms"]
        engine.outbound = Outbound(lambda _: True, running.ca_file)
        yield running
        assert not running.refused, running.refused


def offer(device: Device, **more: str) -> dict[str, str]:
    """What the page's script puts into its form."""
    made = device.offer()
    return {"endpoint": made.endpoint, "p256dh": made.p256dh, "auth": made.auth, **more}


def turned_on(browser: Browser, service: PushService, **more: str) -> Device:
    """A device on which notices were turned on, by the form and the key of the page."""
    key = browser.get(f"{PAGE}/key").get_json()["key"]
    device = service.device(key)
    browser.headers["User-Agent"] = FIREFOX
    browser.submit(DEVICES, offer(device, **more), on=PAGE)
    assert browser.page.status_code == 303
    browser.follow()
    return device


def known(app: Flask) -> list[PushSubscription]:
    with app.app_context():
        rows = list(db.session.scalars(select(PushSubscription).order_by(PushSubscription.id)))
        db.session.expunge_all()
        return rows


def test_a_device_is_turned_on_tried_out_and_turned_off(
    app: Flask, member: Browser, service: PushService
) -> None:
    device = turned_on(member, service)
    shown = words(member.page.text)
    assert "This device is told of new messages now." in shown
    assert "Firefox on Android" in shown
    assert "The text is shown." in shown
    (row,) = known(app)
    member.send_again(f"{DEVICES}/{row.id}/test")
    assert "The push service took the notice" in words(member.follow().text)
    assert device.told[0].payload["conversation"] is None
    member.send_again(f"{DEVICES}/{row.id}/text")
    assert "The text is hidden." in words(member.follow().text)
    member.send_again(f"{DEVICES}/{row.id}/text")
    assert "The text is shown." in words(member.follow().text)
    for told in ("Alerts are not told.", "Alerts are told."):
        member.send_again(f"{DEVICES}/{row.id}/alerts")
        assert told in words(member.follow().text)
    member.send_again(f"{DEVICES}/{row.id}/remove")
    assert "None of your devices is told yet." in words(member.follow().text)
    assert known(app) == []


def test_a_device_is_told_nothing_more_once_it_is_logged_out(
    app: Flask, member: Browser, service: PushService
) -> None:
    turned_on(member, service)
    member.submit("/logout", on="/settings")
    assert member.page.status_code == 303
    assert known(app) == []


def test_the_text_can_be_hidden_from_the_start(member: Browser, service: PushService) -> None:
    turned_on(member, service, hides_text="1")
    assert "The text is hidden." in words(member.page.text)


def test_what_went_wrong_is_told_in_words_beside_the_device(
    app: Flask, member: Browser, service: PushService
) -> None:
    device = turned_on(member, service)
    (row,) = known(app)
    device.answer_with(403)
    member.send_again(f"{DEVICES}/{row.id}/test")
    assert member.page.status_code == 503
    shown = words(member.page.text)
    assert shown.count("does not accept the key of this RaspiSMS") == 2, "above and at the device"
    assert "then turn notices off and on again on that device" in shown
    device.answer_with(410)
    member.send_again(f"{DEVICES}/{row.id}/test")
    assert "does not take notices any more" in words(member.page.text)
    assert known(app) == []


def test_trying_out_has_its_limit(app: Flask, member: Browser, service: PushService) -> None:
    device = turned_on(member, service)
    (row,) = known(app)
    for _ in range(6):
        member.submit(f"{DEVICES}/{row.id}/test", on=PAGE)
        assert member.page.status_code == 303
    member.submit(f"{DEVICES}/{row.id}/test", on=PAGE)
    assert member.page.status_code == 429
    assert "too many tries" in words(member.page.text)
    assert device.calls == 6


def test_an_address_in_the_house_is_refused_in_words(
    app: Flask, member: Browser, service: PushService
) -> None:
    app.extensions["raspisms"].outbound = Outbound()
    device = service.device("")
    for endpoint in ("https://192.168.1.1/", "https://[::1]/", "http://push.example.org/"):
        member.submit(DEVICES, offer(device, endpoint=endpoint), on=PAGE)
        assert member.page.status_code == 400
        assert "an address that RaspiSMS does not call" in words(member.page.text)
    member.submit(DEVICES, {}, on=PAGE)
    assert "no address and keys that can be used" in words(member.page.text)
    assert known(app) == []


def test_a_member_sees_and_touches_only_their_own_devices(
    app: Flask, admin: Browser, member: Browser, service: PushService
) -> None:
    device = turned_on(admin, service)
    (row,) = known(app)
    assert "Firefox on Android" not in words(member.get(PAGE).text)
    token = form_fields(member.page.text, f"{PAGE}/sound")["csrf_token"]
    for act, code in (("text", 404), ("test", 404), ("remove", 303)):
        member.post(f"{DEVICES}/{row.id}/{act}", {"csrf_token": token, "hides_text": "1"})
        assert member.page.status_code == code
    (row,) = known(app)
    assert (row.hides_text, device.calls) == (False, 0)


def test_no_address_or_key_of_a_device_is_ever_shown(
    app: Flask, member: Browser, service: PushService
) -> None:
    device = turned_on(member, service)
    made = device.offer()
    for secret in (made.endpoint, made.p256dh, made.auth, "/push/0"):
        assert secret not in member.page.text


def test_the_service_worker_can_tell_of_a_new_address(
    app: Flask, member: Browser, service: PushService
) -> None:
    """It has no form: it asks for the token with the key."""
    old = turned_on(member, service, hides_text="1")
    given = member.get(f"{PAGE}/key").get_json()
    new = service.device(given["key"])
    token = {"csrf_token": given["csrf_token"]}
    member.post(DEVICES, {**offer(new), **token, "replaces": old.endpoint})
    (row,) = known(app)
    assert (row.endpoint, row.hides_text) == (new.endpoint, True)
    assert "is told of new messages now" not in words(member.get(PAGE).text), "nobody looked"
    member.post(DEVICES, {**offer(old), "csrf_token": "another"})
    assert member.page.status_code == 400
    assert [row.endpoint for row in known(app)] == [new.endpoint]


def test_sound_is_off_until_it_is_chosen(app: Flask, member: Browser) -> None:
    def sounds() -> bool:
        with app.app_context():
            return bool(db.session.scalar(select(Member.sound).where(Member.name == "Sacha")))

    assert not sounds()
    member.submit(f"{PAGE}/sound", {"sound": "1"}, on=PAGE)
    assert "Open pages sound now." in words(member.follow().text)
    assert sounds()
    assert form_fields(member.page.text, f"{PAGE}/sound")["sound"] == ["1"]
    member.post(
        f"{PAGE}/sound",
        {"csrf_token": form_fields(member.page.text, f"{PAGE}/sound")["csrf_token"]},
    )
    assert "Open pages are silent now." in words(member.follow().text)
    assert not sounds()


@pytest.mark.parametrize(
    ("address", "is_told"),
    [
        ("http://raspberrypi.local:8000", True),
        ("http://192.168.1.2:8000", True),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost", False),
        ("https://sms.example.org", False),
    ],
)
def test_on_plain_http_the_page_says_so_and_what_to_do(
    app: Flask, address: str, is_told: bool
) -> None:
    member_id = account(app, "Sacha")
    with app.app_context():
        link = f"/login/{logins.make_login_link(member_id)}"
    client = app.test_client()
    fields = form_fields(client.get(link, base_url=address).text, link)
    client.post(link, data=fields, base_url=address)
    page = client.get(PAGE, base_url=address, headers=ENGLISH)
    part = re.search(r'<div data-when="insecure"( hidden)?>', page.text)
    assert part
    assert (part[1] is None) == is_told
    assert "tailscale serve" in page.text


def test_the_manifest_names_the_app_its_icons_and_colours(client: Browser) -> None:
    page = client.get("/manifest.webmanifest")
    assert page.mimetype == "application/manifest+json"
    manifest = json.loads(page.text)
    assert (manifest["name"], manifest["display"]) == ("RaspiSMS", "standalone")
    assert manifest["start_url"] == "/conversations"
    assert manifest["lang"] == "en"
    assert manifest["shortcuts"] == [{"name": "Write", "url": "/write"}]
    light = (STATIC / "css" / "tokens.css").read_text().partition("@media")[0]
    assert f"--paper: {manifest['background_color']};" in light
    for icon in manifest["icons"]:
        picture = client.get(icon["src"]).data
        if icon["type"] == "image/png":
            assert picture[:8] == b"\x89PNG\r\n\x1a\n"
            size = int.from_bytes(picture[16:20])
            assert icon["sizes"] == f"{size}x{size}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    etag = page.headers["ETag"]
    again = client.client.get("/manifest.webmanifest", headers={**ENGLISH, "If-None-Match": etag})
    assert again.status_code == 304


def first_pixel(png: bytes) -> str:
    """The colour of the upper left corner, which no filter of PNG changes."""
    start = png.index(b"IDAT")
    length = int.from_bytes(png[start - 4 : start])
    return f"#{zlib.decompressobj().decompress(png[start + 4 : start + 4 + length], 4)[1:].hex()}"


def test_icons_that_have_a_ground_have_that_of_the_pages() -> None:
    for icon in icons.icons():
        if icon.ground:
            drawn = (icons.IMAGES / f"{icon.name}.png").read_bytes()
            assert first_pixel(drawn) == icons.paper(), "draw them anew: python -m tests.icons"


def test_the_app_bears_the_household_s_name_for_those_who_are_logged_in(tmp_path: Path) -> None:
    app = make_app(tmp_path / "dupont", **SETTINGS, RASPISMS_HOUSEHOLD_NAME="Chez les Dupont")
    told = [
        json.loads(browser.get("/manifest.webmanifest").text)
        for browser in (Browser(app), logged_in(app, account(app, "Camille")))
    ]
    assert [(one["name"], one["short_name"]) for one in told] == [
        ("RaspiSMS", "RaspiSMS"),
        ("Chez les Dupont", "RaspiSMS"),
    ]
    with app.app_context():
        db.engine.dispose()


def test_what_is_kept_on_devices_holds_nothing_of_anyone(client: Browser, admin: Browser) -> None:
    for path in ("/service-worker.js", "/offline"):
        for browser in (client, admin):
            page = browser.get(path)
            assert page.status_code == 200
            assert "Set-Cookie" not in page.headers
            assert "Camille" not in page.text
    assert "csrf_token" not in client.get("/offline").text


def test_the_service_worker_keeps_only_static_files_and_the_page_without_a_network(
    client: Browser,
) -> None:
    page = client.get("/service-worker.js")
    assert page.mimetype == "text/javascript"
    assert page.headers["Cache-Control"] == "no-cache"
    setup = json.loads(re.match(r"const SETUP = (.*);\n", page.text)[1])  # type: ignore[index]
    assert setup["offline"] in setup["shell"]
    for address in setup["shell"]:
        kept = client.get(address)
        assert kept.status_code == 200
        if address != setup["offline"]:
            assert address.startswith("/static/")
            assert "immutable" in kept.headers["Cache-Control"]
    # All that the page without a network is made of.
    for address in re.findall(
        r'<link rel="stylesheet" href="([^"]+)"', client.get("/offline").text
    ):
        assert address in setup["shell"]


def test_with_other_static_files_it_is_another_service_worker(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = client.get("/service-worker.js").text.partition("\n")[0]
    copy = tmp_path / "static"
    shutil.copytree(STATIC, copy)
    monkeypatch.setattr(pwa, "STATIC", copy)
    assert client.get("/service-worker.js").text.partition("\n")[0] == before
    (copy / "js" / "pwa.js").write_text("// another")
    assert client.get("/service-worker.js").text.partition("\n")[0] != before


def test_under_a_path_of_a_proxy_all_addresses_have_it(client: Browser) -> None:
    page = client.client.get("/manifest.webmanifest", environ_overrides={"SCRIPT_NAME": "/sms"})
    manifest = json.loads(page.text)
    assert (manifest["scope"], manifest["start_url"]) == ("/sms/", "/sms/conversations")
    worker = client.client.get("/service-worker.js", environ_overrides={"SCRIPT_NAME": "/sms"})
    assert '"offline": "/sms/offline"' in worker.text
    assert '"static": "/sms/static/"' in worker.text


def test_the_key_is_for_members_and_stays_the_same(app: Flask, member: Browser) -> None:
    key = member.get(f"{PAGE}/key").get_json()["key"]
    with app.app_context():
        assert push_keys.public_key(app.extensions["raspisms"].config) == key
    assert member.page.headers["Cache-Control"] == "no-store"


def test_a_member_may_have_so_many_devices(
    app: Flask, member: Browser, service: PushService
) -> None:
    for _ in range(push.MOST_DEVICES):
        turned_on(member, service)
    member.submit(DEVICES, offer(service.device("")), on=PAGE)
    assert member.page.status_code == 409
    assert "on 10 devices already" in words(member.page.text)
