"""The installed app: what its service worker keeps and shows, and turning notices on and off."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from raspisms.extensions import db
from raspisms.messaging import push_keys
from raspisms.messaging.transactions import writing
from raspisms.models import PushSubscription
from tests.browser.conftest import Visit
from tests.browser.home import Home
from tests.browser.visitor import Visitor
from tests.household import eventually
from tests.push_service import Device
from tests.web import making

STRANGER = "+33639984477"
PAGE = "/settings/notices"
ACTIVE = "() => navigator.serviceWorker.ready.then((it) => it.active.state === 'activated')"
KEPT = """async () => {
  const names = await caches.keys();
  const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return [names, all.flat().map(({ url }) => url.slice(location.origin.length))];
}"""
SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, tag, lang, data }) => (
    { title, body, tag, lang, url: data.url }));
}"""
#: Only a person's click may open or focus a window, so these are noted instead.
CLICK = """async () => {
  const went = new Promise((resolve) => {
    clients.openWindow = async (url) => resolve(["opened", url]);
    WindowClient.prototype.focus = async function () { resolve(["focused", this.url]); };
  });
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  return went;
}"""
NOTIFY = """async () => {
  const { notify } = await import("/static/js/notify.js");
  await notify("Nouveau message", { url: "/conversations", tag: "news" });
}"""
#: The push service of the browser's maker is not on this machine. This stands in its place in the
#: browser: what it gives, and that it is known again after a reload.
MAKER = """
  const given = %s;
  const subscription = {
    endpoint: given.endpoint,
    toJSON: () => given,
    unsubscribe: async () => localStorage.removeItem("subscribed for"),
  };
  PushManager.prototype.getSubscription = async () =>
    localStorage.getItem("subscribed for") ? subscription : null;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("subscribed for", applicationServerKey);
    return subscription;
  };
"""


@pytest.fixture
def sacha(visit: Visit, home: Home, cookies: Any) -> Visitor:
    """Somebody whose browser may show notices, with the service worker at work."""
    visitor = visit(home.url, storage_state=cookies, permissions=["notifications"])
    visitor.open("/contacts")
    visitor.page.wait_for_function(ACTIVE)
    return visitor


@pytest.fixture
def deliver(sacha: Visitor, home: Home) -> Iterator[Callable[[object], None]]:
    """Hands something to the service worker, as the browser does what the push service sent."""
    session = sacha.page.context.new_cdp_session(sacha.page)
    registered: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    eventually(lambda: sacha.page.evaluate(ACTIVE) and registered)

    def hand_over(payload: object) -> None:
        message = {"origin": home.url, "registrationId": registered[-1]}
        session.send("ServiceWorker.deliverPushMessage", {**message, "data": json.dumps(payload)})

    yield hand_over
    session.detach()


def test_only_static_files_and_the_page_without_a_network_are_kept(
    sacha: Visitor, home: Home
) -> None:
    conversation = making.came_in(home.app, 1, "Bonjour", STRANGER)
    sacha.page.evaluate("caches.open(`raspisms ${location.origin}/ of-an-older-version`)")
    for path in (f"/conversations/{conversation}", PAGE, "/contacts"):
        sacha.open(path)
    names, addresses = sacha.page.evaluate(KEPT)
    assert len(names) == 2
    assert "/offline" in addresses
    others = [one for one in addresses if one != "/offline"]
    assert others
    assert all(one.startswith("/static/") and "?v=" in one for one in others), others
    with sacha.offline():
        sacha.page.goto("/contacts")
        again = sacha.page.locator("main a.button")
        expect(again).to_be_visible()
        expect(sacha.page.locator("#contacts, table")).to_have_count(0)
        sacha.look("without a network")
    again.click()
    expect(sacha.page.locator("body.inside")).to_be_visible()
    assert sacha.page.url == f"{home.url}/contacts"


def test_another_version_forgets_what_the_one_before_kept(sacha: Visitor, home: Home) -> None:
    sacha.page.evaluate("caches.open(`raspisms ${location.origin}/ of-an-older-version`)")
    sacha.page.evaluate("caches.open('of another program')")
    sacha.page.evaluate("navigator.serviceWorker.ready.then((it) => it.unregister())")
    sacha.page.reload()
    sacha.page.wait_for_function(ACTIVE)
    names, _ = sacha.page.evaluate(KEPT)
    assert "of another program" in names
    assert len(names) == 2, names


def test_a_push_becomes_a_notice_that_leads_to_its_conversation(
    sacha: Visitor, home: Home, deliver: Callable[[object], None]
) -> None:
    conversation = making.came_in(home.app, 1, "Bonjour", STRANGER)
    address = f"{home.url}/conversations/{conversation}"
    tag = f"conversation-{conversation}"
    told = {"title": "Léa", "tag": tag, "lang": "fr", "conversation": conversation}

    def bodies() -> list[str]:
        return [one["body"] for one in sacha.page.evaluate(SHOWN)]

    def is_shown(text: str) -> bool:
        """As a push service, which tries again what a busy browser did not take."""
        deliver({**told, "body": text})
        with suppress(AssertionError):
            return bool(eventually(lambda: bodies() == [text], within=10))
        return False

    eventually(lambda: is_shown("<b>Coucou</b>"), within=60)
    eventually(lambda: is_shown("Tu es là ?"), within=60, what="a newer one in its place")
    expected = {"title": "Léa", "body": "Tu es là ?", "tag": tag, "lang": "fr", "url": address}
    assert sacha.page.evaluate(SHOWN) == [expected]
    (worker,) = sacha.page.context.service_workers
    assert worker.evaluate(CLICK) == ["opened", address], "what is open here stays"
    assert bodies() == []
    deliver({"title": "Nouveau message", "body": "", "conversation": None})
    eventually(lambda: bodies() == [""])
    assert sacha.page.evaluate(SHOWN)[0]["url"] == f"{home.url}/conversations"
    sacha.open("/conversations")
    assert worker.evaluate(CLICK) == ["focused", f"{home.url}/conversations"]
    eventually(lambda: is_shown("Alors ?"), within=60)
    sacha.open(f"/conversations/{conversation}")
    eventually(lambda: bodies() == [], what="who reads the conversation is told no more")


def test_notices_are_turned_on_and_off_by_the_person_at_the_device(
    sacha: Visitor, home: Home
) -> None:
    with home.app.app_context():
        key = push_keys.public_key(home.app.extensions["raspisms"].config)
    made = Device("https://push.example.org/sacha", key).offer()
    given = {"endpoint": made.endpoint, "keys": {"p256dh": made.p256dh, "auth": made.auth}}
    sacha.page.add_init_script(MAKER % json.dumps(given))
    sacha.open(PAGE)
    form = sacha.page.locator(f'form[action="{PAGE}/devices"]')
    form.locator("input[name=hides_text]").check()
    form.get_by_role("button").click()
    this = sacha.page.locator("[data-is-this]:visible")
    expect(this).to_have_count(1)
    expect(sacha.page.locator('[data-when="on"]')).to_be_visible()
    expect(form).to_be_hidden()
    assert sacha.page.evaluate("localStorage.getItem('subscribed for')") == key
    with home.app.app_context():
        (row,) = db.session.scalars(select(PushSubscription)).all()
        assert (row.endpoint, row.p256dh, row.auth) == (made.endpoint, made.p256dh, made.auth)
        assert row.hides_text
    sacha.look("with a device")
    # Somebody else who logs in there has no notices by that; who turned them on has them again.
    mark = sacha.page.evaluate("localStorage.getItem('raspisms-notices')")
    member_id = mark.partition(".")[0]
    for former, is_told in (("0.1", False), (f"{member_id}.0", True)):
        with home.app.app_context(), writing() as session:
            session.execute(delete(PushSubscription))
        sacha.page.evaluate(f"localStorage.setItem('raspisms-notices', '{former}')")
        with (
            sacha.page.expect_response("**/settings/notices/devices") if is_told else nullcontext()
        ):
            sacha.open("/contacts")
            sacha.page.wait_for_load_state("networkidle")
        with home.app.app_context():
            told = db.session.scalars(select(PushSubscription.endpoint)).all()
        assert told == [made.endpoint] * is_told
    assert sacha.page.evaluate("localStorage.getItem('raspisms-notices')") == mark
    sacha.open(PAGE)
    expect(this).to_have_count(1)
    sacha.page.locator("[data-remove] button").click()
    expect(form).to_be_visible()
    assert sacha.page.evaluate("localStorage.getItem('subscribed for')") is None
    with home.app.app_context():
        assert db.session.scalars(select(PushSubscription)).all() == []


def test_each_reason_why_there_are_none_is_told(sacha: Visitor) -> None:
    """Each outweighs those before it: told no, a browser without, an iPhone, plain http."""
    cases = (
        ("denied", "Object.defineProperty(Notification, 'permission', { value: 'denied' })"),
        ("unsupported", "delete ServiceWorkerRegistration.prototype.pushManager"),
        ("install", "navigator.standalone = false"),
        ("insecure", "Object.defineProperty(window, 'isSecureContext', { value: false })"),
    )
    for state, script in cases:
        sacha.page.add_init_script(script)
        sacha.open(PAGE)
        expect(sacha.page.locator(f'[data-when="{state}"]')).to_be_visible()
        expect(sacha.page.locator("[data-when]:visible")).to_have_count(1)
        sacha.look(state)


def test_without_a_push_service_an_open_page_tells_while_it_is_not_looked_at(
    sacha: Visitor, home: Home
) -> None:
    sacha.page.add_init_script(
        "PushManager.prototype.subscribe = async () => { throw new DOMException('', 'AbortError') }"
    )
    sacha.open(PAGE)
    sacha.page.evaluate(NOTIFY)
    assert sacha.page.evaluate(SHOWN) == [], "nobody asked for it on this device"
    sacha.page.locator(f'form[action="{PAGE}/devices"] button').click()
    expect(sacha.page.locator('[data-when="failed"]')).to_be_visible()
    sacha.page.evaluate(NOTIFY)
    assert sacha.page.evaluate(SHOWN) == [], "it is looked at"
    sacha.page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    sacha.page.evaluate(NOTIFY)
    (told,) = sacha.page.evaluate(SHOWN)
    assert (told["title"], told["url"]) == ("Nouveau message", f"{home.url}/conversations")
