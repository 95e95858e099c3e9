"""Notices: who is told what, what becomes of them, and what hostile devices cannot do."""

import itertools
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from py_vapid import Vapid02
from pywebpush import WebPushException
from sqlalchemy import delete, select, text, update

from raspisms import clock
from raspisms.adapters.answers import Inbound
from raspisms.errors import Conflict, Invalid, NotFound, RaspismsError, Unusable
from raspisms.extensions import db
from raspisms.messaging import (
    contacts,
    conversations,
    inbox,
    logins,
    members,
    push,
    push_faults,
    push_keys,
    push_sending,
)
from raspisms.messaging.transactions import writing
from raspisms.models import (
    ConversationMark,
    LoginSession,
    Member,
    Message,
    Phone,
    PhoneAccess,
    PushNotice,
    PushSubscription,
)
from raspisms.outbound import Outbound
from raspisms.simulator import Simulator, account
from tests.household import PEER, Household, eventually
from tests.push_service import HANG, Device, PushService

SECRET = "Le code de la porte est 2580"
_uids = itertools.count(1)


@pytest.fixture
def phone(household: Household) -> Iterator[Phone]:
    """A phone of the test adapter, and an application context."""
    with household.app.app_context():
        yield household.add_test_phone()


@pytest.fixture
def lea(phone: Phone) -> Member:
    """A member to whom the phone is given."""
    return members.create("Léa", "trois mots simples", phones=[phone.id])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is given time to read on an open page."""
    monkeypatch.setattr(push, "READING", timedelta(0))


def subscribed(
    household: Household, service: PushService, member: Member, **more: object
) -> Device:
    """A device of ``member`` that is told from now on."""
    device = service.device(push_keys.public_key(household.engine.config))
    push.turn_on(household.engine, login_of(member), device.offer(**more))
    return device


def login_of(member: Member) -> LoginSession:
    """The one login of a member: one is enough for many devices here."""
    if not logins.of(member):
        logins.begin(member.id, "Firefox")
    return logins.of(member)[0]


def came_in(
    household: Household, phone: Phone, text: str = SECRET, at: datetime | None = None
) -> int:
    """A message that came in; its id."""
    inbound = Inbound(f"uid-{next(_uids)}", PEER, text, at or clock.now())
    inbox.store(household.engine, phone.id, phone.service, inbound)
    db.session.rollback()
    return db.session.scalars(select(Message.id).order_by(Message.id.desc())).first() or 0


def tell(household: Household) -> None:
    """Do what the job does, once there was time to read."""
    let_time_pass(seconds=push.READING.total_seconds())
    for lane in push_sending.planned(clock.now())[0]:
        push_sending.send_due(household.engine, lane)
    db.session.rollback()


def waiting() -> list[PushNotice]:
    db.session.rollback()
    return list(db.session.scalars(select(PushNotice).order_by(PushNotice.id)))


def known() -> list[PushSubscription]:
    db.session.rollback()
    return list(db.session.scalars(select(PushSubscription).order_by(PushSubscription.id)))


def let_time_pass(**passed: float) -> None:
    """Notices were made, and are tried again, that much earlier."""
    by = timedelta(**passed)
    for notice in waiting():
        values = {"created_at": notice.created_at - by, "attempt_at": notice.attempt_at - by}
        db.session.execute(update(PushNotice).where(PushNotice.id == notice.id).values(values))
    db.session.commit()


def mark(member_id: int, **values: object) -> None:
    with writing() as session:
        of_member = ConversationMark.member_id == member_id
        session.execute(update(ConversationMark).where(of_member).values(**values))


@pytest.mark.usefixtures("at_once")
def test_from_the_provider_to_the_device_by_itself(
    household: Household, simulator: Simulator, service: PushService
) -> None:
    with household.app.app_context():
        household.add_ovh_phone()
        device = subscribed(household, service, household.admin)
    with household.jobs():
        simulator.answer(PEER, account.NUMBER, SECRET)
        eventually(lambda: device.told, what="the notice")
        with household.app.app_context():
            eventually(lambda: not waiting(), what="the notice is forgotten")
    assert [told.payload["body"] for told in device.told] == [SECRET]


def test_a_notice_says_from_whom_and_what_and_leads_to_the_conversation(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    members.change_account(lea, "Léa", "en", "")
    contacts.add(household.engine, "Grand-mère", PEER)
    device = subscribed(household, service, lea)
    came_in(household, phone)
    tell(household)
    (told,) = device.told
    (summary,) = conversations.recent(lea)
    conversation = summary.conversation.id
    assert told.payload == {
        "title": "Grand-mère",
        "body": SECRET,
        "lang": "en",
        "tag": f"conversation-{conversation}",
        "conversation": conversation,
        "page": None,
    }
    assert told.topic == f"conversation-{conversation}"
    assert timedelta(hours=4) - timedelta(minutes=1) < timedelta(seconds=told.ttl)
    assert told.urgency == "high"
    assert waiting() == []
    assert known()[0].fault is None


def test_a_stranger_is_told_by_number_and_a_long_text_is_cut(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    came_in(household, phone, "😀" * 800)
    tell(household)
    (told,) = device.told
    assert told.payload["title"] == "06 39 98 11 11"
    assert told.payload["body"] == "😀" * 400 + "…"


def test_how_long_a_message_is_is_not_seen_from_outside(
    household: Household, phone: Phone, service: PushService
) -> None:
    contacts.add(household.engine, "é" * 200, PEER)
    device = subscribed(household, service, household.admin)
    for body in ("?", "Bonjour, " * 30, "€" * 2000):
        came_in(household, phone, body)
        tell(household)
    short, usual, longest = (told.bytes for told in device.told)
    assert short == usual < longest <= 4096


def test_a_hidden_text_holds_neither_name_nor_number_nor_text(
    household: Household, phone: Phone, service: PushService
) -> None:
    contacts.add(household.engine, "Grand-mère", PEER)
    hidden = subscribed(household, service, household.admin, hides_text=True)
    shown = subscribed(household, service, household.admin)
    came_in(household, phone)
    tell(household)
    (told,) = hidden.told
    assert told.payload["title"] == "Nouveau message"
    assert told.payload["body"] == ""
    for secret in ("Grand", "2580", "0639", "3998", PEER):
        assert secret not in str(told)
    assert shown.told[0].payload["body"] == SECRET


def test_who_does_not_see_the_phone_is_not_told(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    other = household.add_test_phone("Bureau", "+33639987778")
    device = subscribed(household, service, lea)
    came_in(household, other)
    assert waiting() == []
    came_in(household, phone)
    assert len(waiting()) == 1
    tell(household)
    assert len(device.told) == 1


def test_who_lost_the_phone_while_a_notice_waited_is_not_told(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    device = subscribed(household, service, lea)
    came_in(household, phone)
    assert len(waiting()) == 1
    with writing() as session:
        session.execute(delete(PhoneAccess))
    tell(household)
    assert (device.calls, waiting()) == (0, [])


@pytest.mark.parametrize(
    ("what", "when"),
    [
        ("muted", "before"),
        ("disabled", "before"),
        ("muted", "meanwhile"),
        ("disabled", "meanwhile"),
        ("read", "meanwhile"),
        ("deleted", "meanwhile"),
    ],
)
def test_nobody_is_told_what_they_do_not_want_or_have_seen(
    household: Household, phone: Phone, lea: Member, service: PushService, what: str, when: str
) -> None:
    lea_id = lea.id
    device = subscribed(household, service, lea)

    def happen() -> None:
        if what == "muted":
            mark(lea_id, muted=True)
        elif what == "read":
            mark(lea_id, unread_from=None)
        elif what == "disabled":
            with writing() as session:
                session.get_one(Member, lea_id).disabled_at = clock.now()
        else:
            with writing() as session:
                session.execute(update(Message).values(deleted_at=clock.now()))

    came_in(household, phone, "un premier")
    tell(household)
    assert device.calls == 1
    if when == "before":
        happen()
        came_in(household, phone)
        assert waiting() == [], "it is not even noted"
    else:
        came_in(household, phone)
        assert len(waiting()) == 1
        happen()
        tell(household)
    assert (device.calls, waiting()) == (1, [])


def test_a_member_who_is_gone_takes_devices_and_notices_along(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    subscribed(household, service, lea)
    came_in(household, phone)
    with writing() as session:
        session.delete(session.get_one(Member, lea.id))
    assert (known(), waiting()) == ([], [])


@pytest.mark.parametrize("how", ["ended", "expired"])
def test_a_device_is_told_no_longer_than_it_is_logged_in(
    household: Household, phone: Phone, lea: Member, service: PushService, how: str
) -> None:
    """As a phone that was lost, and whose login was ended from another one."""
    lost = subscribed(household, service, lea)
    logins.begin(lea.id, "Chrome")
    kept = subscribed(household, service, lea)
    first = min(login.id for login in logins.of(lea))
    came_in(household, phone)
    if how == "ended":
        logins.end(lea.id, first)
    else:
        with writing() as session:
            session.get_one(LoginSession, first).expires_at = clock.now()
    tell(household)
    assert (lost.calls, len(kept.told), waiting()) == (0, 1, [])


def test_what_is_known_already_writes_nothing(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    """An open page says it again in each new login."""
    device = subscribed(household, service, lea)
    login = login_of(lea)
    with db.engine.connect() as watching:
        version = watching.execute(text("PRAGMA data_version")).scalar()
        push.turn_on(household.engine, login, device.offer())
        assert watching.execute(text("PRAGMA data_version")).scalar() == version
    with writing() as session:
        session.execute(update(PushSubscription).values(fault="http_403"))
    push.turn_on(household.engine, login, device.offer())
    assert known()[0].fault is None


def test_there_is_time_to_read_on_an_open_page(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    subscribed(household, service, lea)
    came_in(household, phone)
    ready, at = push_sending.planned(clock.now())
    assert ready == set()
    assert at is not None
    assert at - clock.now() <= push.READING


def test_old_messages_of_a_new_phone_are_told_to_nobody(
    household: Household, phone: Phone, service: PushService
) -> None:
    subscribed(household, service, household.admin)
    came_in(household, phone, at=clock.now() - timedelta(hours=5))
    assert waiting() == []


def test_several_of_one_conversation_are_one_notice_about_the_newest(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    for body in ("un", "deux", "trois"):
        came_in(household, phone, body)
    tell(household)
    assert [told.payload["body"] for told in device.told] == ["trois"]
    assert waiting() == []


def test_a_device_that_is_gone_is_taken_off_the_list(
    household: Household, phone: Phone, service: PushService
) -> None:
    expired, gone, there = (subscribed(household, service, household.admin) for _ in range(3))
    expired.answer_with(404)
    gone.answer_with(410)
    came_in(household, phone)
    tell(household)
    assert [one.endpoint for one in known()] == [there.endpoint]
    assert (expired.calls, gone.calls, len(there.told), waiting()) == (1, 1, 1, [])


def test_too_many_is_obeyed_and_the_notice_goes_later(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    device.answer_with(429, Retry_After="3000")
    came_in(household, phone, "un")
    tell(household)
    (notice,) = waiting()
    assert timedelta(seconds=2990) < notice.attempt_at - clock.now() <= timedelta(seconds=3000)
    assert known()[0].fault == "http_429"
    came_in(household, phone, "deux")
    tell(household)
    assert device.calls == 1, "what comes meanwhile waits as long"
    let_time_pass(seconds=3001)
    tell(household)
    assert [told.payload["body"] for told in device.told] == ["deux"]
    assert waiting() == []
    assert known()[0].fault is None


def test_a_fault_that_passes_is_tried_again_ever_more_rarely_then_given_up(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    device.answer_with(408, 500, 502, 503, 504, *[500] * 20)
    came_in(household, phone)
    pauses = []
    for _ in range(12):
        tell(household)
        pauses.append((waiting()[0].attempt_at - clock.now()).total_seconds())
        let_time_pass(seconds=pauses[-1] + 0.001)
    assert all(3.9 * 2**n < pause < 6.1 * 2**n for n, pause in enumerate(pauses[:7]))
    assert all(pause < 18 * 60 + 1 for pause in pauses)
    let_time_pass(hours=4)
    tell(household)
    assert (device.calls, device.told, waiting()) == (12, [], [])


def test_a_refusal_is_not_repeated_and_shows_on_the_device(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    faults = {
        302: push_faults.REDIRECTED,
        307: push_faults.REDIRECTED,
        400: "http_400",
        401: push_faults.REFUSED_KEY,
        403: push_faults.REFUSED_KEY,
        413: "http_413",
    }
    for calls, (status, fault) in enumerate(faults.items(), 1):
        device.answer_with(status, Location="http://127.0.0.1:1/")
        came_in(household, phone)
        tell(household)
        assert (device.calls, waiting(), known()[0].fault) == (calls, [], fault)


@pytest.mark.usefixtures("at_once")
def test_one_that_hangs_keeps_neither_messages_nor_other_devices_waiting(
    household: Household, simulator: Simulator, service: PushService
) -> None:
    household.engine.outbound = Outbound(lambda _: True, service.ca_file, 60.0)
    with household.app.app_context():
        phone_id = household.add_ovh_phone().id
        hanging = subscribed(household, service, household.admin)
        other = subscribed(household, service, household.admin)
    hanging.answer_with(HANG)
    with household.jobs():
        simulator.answer(PEER, account.NUMBER, SECRET)
        eventually(lambda: hanging.calls and other.told)
        with household.app.app_context():
            sent = household.write(phone_id)
            eventually(lambda: household.message(sent).status in ("sent", "delivered"))
            assert [notice.subscription_id for notice in waiting()] == [known()[0].id]
        service.over.set()


def test_a_device_with_an_address_in_the_house_is_refused(
    household: Household, phone: Phone, service: PushService
) -> None:
    household.engine.outbound = Outbound()
    device = service.device("")
    house = ("127.0.0.1", "192.168.1.1", "10.0.0.1", "169.254.169.254", "[::1]", "[fd00::1]")
    for host in (*house, "[::ffff:192.168.1.1]"):
        offer = device.offer(endpoint=f"https://{host}/push")
        with pytest.raises(Invalid, match="an address that RaspiSMS does not call"):
            push.turn_on(household.engine, login_of(household.admin), offer)
    assert known() == []


def test_a_name_that_leads_into_the_house_is_not_called(
    household: Household, phone: Phone, service: PushService
) -> None:
    """What a name leads to is only known when it is called."""
    port = service.url.rpartition(":")[2]
    device = service.device("")
    household.engine.outbound = Outbound(ca_file=service.ca_file)
    for host in ("localhost", "2130706433", "0x7f000001"):
        offer = device.offer(endpoint=f"https://{host}:{port}/push/0")
        push.turn_on(household.engine, login_of(household.admin), offer)
    came_in(household, phone)
    tell(household)
    assert (device.calls, waiting()) == (0, [])
    assert [one.fault for one in known()] == ["local_address"] * 3


def test_what_no_browser_offers_is_refused(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = service.device("")
    good = device.offer()
    off_curve = push_keys.encode(b"\x04" + b"\x01" * 64)
    compressed = push_keys.encode(b"\x02" + push_keys.decode(good.p256dh)[1:33])
    for changed in (
        {"endpoint": "http://push.example.org/1"},
        {"endpoint": "https://push.example.org/" + "x" * 2000},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://[2606:4700::1111]/push"},
        {"endpoint": ""},
        {"p256dh": ""},
        {"p256dh": "é" * 87},
        {"p256dh": off_curve},
        {"p256dh": compressed},
        {"p256dh": good.p256dh + "A" * 2000},
        {"auth": ""},
        {"auth": "short"},
        {"auth": good.auth + "AA"},
        {"auth": "not base64!url ... ."},
        {"browser": "a\0b"},
    ):
        with pytest.raises(Invalid):
            push.turn_on(household.engine, login_of(household.admin), device.offer(**changed))
    assert known() == []
    push.turn_on(household.engine, login_of(household.admin), device.offer(browser="x" * 5000))
    assert len(known()[0].browser) == 200


def test_a_member_has_so_many_devices_and_no_more(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    devices = [subscribed(household, service, lea) for _ in range(push.MOST_DEVICES)]
    with pytest.raises(Conflict, match="on 10 devices already"):
        subscribed(household, service, lea)
    push.turn_on(household.engine, login_of(lea), devices[0].offer())  # one of them, once more
    subscribed(household, service, household.admin)
    assert len(push.devices(lea)) == push.MOST_DEVICES


def test_a_browser_belongs_to_who_turned_it_on_last(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    device = subscribed(household, service, lea)
    came_in(household, phone, "pour Léa")
    push.turn_on(household.engine, login_of(household.admin), device.offer())
    tell(household)
    assert (push.devices(lea), device.told) == ([], []), "what waited was for Léa"
    came_in(household, phone, "pour Ana")
    tell(household)
    assert [told.payload["body"] for told in device.told] == ["pour Ana"]


def test_a_new_address_takes_the_place_of_the_old_one(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    old = subscribed(household, service, lea, hides_text=True)
    new = subscribed(household, service, lea, replaces=old.endpoint)
    (device,) = push.devices(lea)
    assert (device.endpoint, device.hides_text) == (new.endpoint, True)
    thief = service.device("")
    push.turn_on(household.engine, login_of(household.admin), thief.offer(replaces=new.endpoint))
    assert [one.endpoint for one in push.devices(lea)] == [new.endpoint]


def test_a_device_of_somebody_else_is_out_of_reach(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    device_id = known()[0].id
    with pytest.raises(NotFound):
        push.hide_text(lea, device_id, True)
    with pytest.raises(NotFound):
        push_sending.try_out(household.engine, lea, device_id)
    push.turn_off(lea, device_id)
    assert len(known()) == 1
    assert (known()[0].hides_text, device.calls) == (False, 0)


def test_trying_out_tells_how_it_went(
    household: Household, phone: Phone, lea: Member, service: PushService
) -> None:
    device = subscribed(household, service, lea)
    device_id = known()[0].id
    push_sending.try_out(household.engine, lea, device_id)
    assert device.told[0].payload["conversation"] is None
    device.answer_with(503)
    with pytest.raises(RaspismsError, match="answered with the error 503"):
        push_sending.try_out(household.engine, lea, device_id)
    assert known()[0].fault == "http_503"
    push_sending.try_out(household.engine, lea, device_id)
    assert known()[0].fault is None
    device.answer_with(410)
    with pytest.raises(Conflict, match="does not take notices any more"):
        push_sending.try_out(household.engine, lea, device_id)
    assert known() == []


def test_a_fault_of_the_program_with_one_device_keeps_no_other_waiting(
    household: Household, phone: Phone, service: PushService
) -> None:
    """What no device should have, and nobody foresaw; it is told, not swallowed."""
    broken = subscribed(household, service, household.admin)
    others = [subscribed(household, service, household.admin) for _ in range(4)]
    with writing() as session:
        of_broken = PushSubscription.endpoint == broken.endpoint
        session.execute(update(PushSubscription).where(of_broken).values(p256dh="AAAA"))
    came_in(household, phone)
    let_time_pass(seconds=push.READING.total_seconds())
    lane = known()[0].id % push_sending.LANES
    with pytest.raises(WebPushException, match="Invalid p256dh key"):
        push_sending.send_due(household.engine, lane)
    tell(household)
    assert [len(other.told) for other in others] == [1] * 4
    assert len(waiting()) == 1


def test_the_libraries_for_notices_are_loaded_only_where_one_is_sent() -> None:
    """They take as much memory as all the rest of a small program."""
    code = "import sys, raspisms.application, raspisms.jobs; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    heavy = {"aiohttp", "cryptography", "http_ece", "py_vapid", "pywebpush"}
    assert heavy.isdisjoint(loaded)
    assert "raspisms.messaging.push_sending" in loaded


def test_each_fault_has_words_of_its_own() -> None:
    codes = (
        "no_https_address",
        "local_address",
        "no_such_name",
        "bad_certificate",
        "no_time_left",
        "no_answer",
        push_faults.REDIRECTED,
        push_faults.REFUSED_KEY,
        "http_429",
        "http_500",
        "http_400",
    )
    said = {code: " ".join(map(str, push_faults.in_words(code))) for code in codes}
    assert len(set(said.values())) == len(codes)


def test_a_clock_that_was_set_back_holds_no_notice_up(
    household: Household, phone: Phone, service: PushService
) -> None:
    device = subscribed(household, service, household.admin)
    came_in(household, phone)
    let_time_pass(days=-200)  # it was written by a clock that was ahead
    tell(household)
    assert len(device.told) == 1


def test_at_rest_there_is_nothing_to_plan(household: Household, phone: Phone) -> None:
    assert push_sending.planned(clock.now()) == (set(), None)


def test_the_key_is_made_once_and_is_nobody_elses_to_read(household: Household) -> None:
    config = household.engine.config
    path = config.instance_path / push_keys.KEY_NAME
    assert not path.exists(), "it is made at first use"
    key = push_keys.public_key(config)
    assert push_keys.public_key(config) == key
    assert push_keys.is_point(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("nonsense")
    with pytest.raises(Unusable, match="does not hold the key"):
        push_keys.public_key(config)


def test_the_contact_leads_somewhere_of_the_household_s_own(household: Household) -> None:
    """Apple refuses others, and so does the library."""
    tailscale, machine = "https://pi.tail1234.ts.net", "https://localhost"
    contacts_of = {
        (None, "pi.tail1234.ts.net"): tailscale,
        (None, "raspberrypi.local"): machine,
        (None, "192.168.1.2"): machine,
        (None, ""): machine,
        ("http://sms.example.org", "raspberrypi"): machine,
        ("https://raspberrypi.local", "pi.tail1234.ts.net"): tailscale,
        ("https://192.168.1.2", "localhost"): machine,
        ("https://sms.dupont.fr:8443/sms", "raspberrypi"): "https://sms.dupont.fr",
    }
    for (public_url, site), contact in contacts_of.items():
        config = replace(household.engine.config, public_url=public_url)
        assert push_keys.contact(config, site) == contact
        claims = {"sub": contact, "aud": "https://push.example.org"}
        assert Vapid02(push_keys.private_key(config)).sign(claims)
