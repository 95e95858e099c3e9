"""Calls to addresses that somebody gave us: never into the house, whatever they look like."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from raspisms import clock
from raspisms.outbound import Answer, Forbidden, Outbound, Unreachable, is_public, parse
from tests.push_service import DRIP, HANG, Device, PushService

LOCAL = (
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:192.168.1.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2001:db8::1",
    "2001::1",
    "2002:c0a8:101::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
PUBLIC = ("8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PushService]:
    with PushService(tmp_path).running() as running:
        yield running


@pytest.fixture
def device(service: PushService) -> Device:
    return service.device("")


def anywhere(service: PushService, seconds: float = 10.0) -> Outbound:
    """One that may call this machine, and believes the service's authority."""
    return Outbound(lambda _: True, service.ca_file, seconds)


def test_what_is_in_a_house_is_told_from_what_is_on_the_internet() -> None:
    told = {text: is_public(ipaddress.ip_address(text)) for text in (*LOCAL, *PUBLIC)}
    assert told == {text: text in PUBLIC for text in told}


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.org/x",
        "ftp://push.example.org/x",
        "//push.example.org/x",
        "push.example.org",
        "https://",
        "https:///x",
        "https://ana:secret@push.example.org/x",
        "https://push.example.org:0/x",
        "https://push.example.org:99999/x",
        "https://push.example.org:port/x",
        "https://push.example.org/a b",
        "https://push.example.org/\r\nX: y",
        "https://push.example.org/é",
        "https://pu\0sh.example.org/",
        "https://push.example.org/#top",
        "https://[fe80::1%25eth0]/x",
        "https://[::1/x",
        f"https://push.example.org/{'x' * 2000}",
        f"https://{'x' * 64}.example.org/",
        "",
    ],
)
def test_only_https_addresses_without_secrets_are_called(url: str) -> None:
    with pytest.raises(Forbidden, match="no_https_address"):
        Outbound().post(url, b"", {})


@pytest.mark.parametrize(
    "host",
    [
        *(one for one in LOCAL if ":" not in one),
        *(f"[{one}]" for one in LOCAL if ":" in one),
        # What else the system takes for this machine.
        "localhost",
        "2130706433",
        "127.1",
        "0x7f.0.0.1",
        "017700000001",
    ],
)
def test_nothing_in_the_house_is_called_however_it_is_written(host: str) -> None:
    with pytest.raises(Forbidden, match="local_address"):
        Outbound().post(f"https://{host}/x", b"", {})


def test_the_connection_goes_to_the_address_that_was_checked(
    service: PushService, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere when it is asked for once more leads nobody there."""
    known, asked = socket.getaddrinfo, []

    def rebinding(host: str, *rest: object, **more: object) -> object:
        if host != "localhost":
            return known(host, *rest, **more)  # type: ignore[arg-type]
        asked.append(host)
        return known("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    seen = []
    outbound = Outbound(lambda one: bool(seen.append(str(one))) or True, service.ca_file)
    assert outbound.post(device.endpoint, b"", {}).status == 403
    assert (asked, seen) == (["localhost"], ["127.0.0.1"])


def test_an_answer_is_its_status_and_how_long_to_wait(service: PushService, device: Device) -> None:
    in_a_minute = format_datetime(clock.now() + timedelta(seconds=60), usegmt=True)
    for told, wait in (("120", 120.0), (in_a_minute, 60.0), ("soon", None), ("-5", None)):
        device.answer_with(429, Retry_After=told)
        answer = anywhere(service).post(device.endpoint, b"", {})
        assert answer.status == 429
        seconds = answer.retry_after and answer.retry_after.total_seconds()
        assert seconds == (pytest.approx(wait, abs=2) if wait else None), told


def test_a_redirect_is_not_followed(service: PushService, device: Device) -> None:
    elsewhere = service.device("")
    device.answer_with(307, Location=elsewhere.endpoint)
    assert anywhere(service).post(device.endpoint, b"", {}) == Answer(307, None)
    assert elsewhere.calls == 0


def test_who_does_not_prove_who_they_are_gets_nothing(service: PushService, device: Device) -> None:
    with pytest.raises(Unreachable, match="bad_certificate"):
        Outbound(lambda _: True).post(device.endpoint, b"", {})
    assert device.calls == 0


def test_a_name_that_there_is_not_can_be_tried_later() -> None:
    with pytest.raises(Unreachable, match="no_such_name"):
        Outbound().post("https://nothing.invalid/x", b"", {})


def test_nobody_there_can_be_tried_later(service: PushService) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable, match="no_answer"):
            anywhere(service).post(f"https://localhost:{port}/x", b"", {})


def test_silence_ends_in_time(service: PushService, device: Device) -> None:
    device.answer_with(HANG)
    with pytest.raises(Unreachable, match="no_time_left"):
        anywhere(service, 0.2).post(device.endpoint, b"", {})


def test_an_answer_that_drips_ends_in_time_too(service: PushService, device: Device) -> None:
    """Each piece comes within any patience, all of them within none."""
    device.answer_with(DRIP)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="no_time_left"):
        anywhere(service, 0.3).post(device.endpoint, b"", {})
    assert time.monotonic() - began < 5


def test_an_answer_that_is_none_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH\r\n" * 10)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(Unreachable, match="no_answer"):
            Outbound(lambda _: True).post(
                f"https://localhost:{listener.getsockname()[1]}/", b"", {}
            )
        thread.join()


def test_the_origin_is_written_as_browsers_do() -> None:
    assert parse("https://Push.example.org/x?y=1").origin == "https://push.example.org"
    assert parse("https://push.example.org:8443").origin == "https://push.example.org:8443"
    assert parse("https://[2606:4700::1]/").origin == "https://[2606:4700::1]"
    assert parse("https://push.example.org/x?y=1").path == "/x?y=1"
