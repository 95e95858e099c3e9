"""Which addresses a provider can reach, by the address alone."""

import pytest

from raspisms.messaging.public_reach import reachable_from_internet, status_url


@pytest.mark.parametrize(
    "url",
    [
        *("https://sms.example.org", "http://sms.example.org:8443/prefix", "https://8.8.8.8"),
        *("https://[2606:4700:4700::1111]/", "https://xn--caf-dma.fr", "https://famille.fr."),
        *("https://raspi.duckdns.org", "https://home.example.org", "https://test.fr"),
    ],
)
def test_reachable(url: str) -> None:
    assert reachable_from_internet(url)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "raspberrypi", "raspberrypi.local", "RASPBERRYPI.LOCAL.", "pi.lan"),
        *("pi.home", "pi.home.arpa", "pi.internal", "app.localhost", "pi.test", "pi.box"),
        *("fritz.box", "pi.fritz.box", "pi.localdomain", "pi.intranet"),
        *("127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0.0.0.0", "10.1.2.3"),
        *("172.16.0.1", "172.31.255.254", "192.168.1.20", "169.254.1.1", "100.64.0.1"),
        *("100.127.255.254", "255.255.255.255", "224.0.0.1", "1.2.3.4.5"),
        *("[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456::1]"),
        *("[::ffff:192.168.1.1]", "[ff02::1]", ""),
    ],
)
def test_not_reachable(host: str) -> None:
    assert not reachable_from_internet(f"http://{host}:8000/callback/x/status")


def test_what_is_no_address_is_not_reachable() -> None:
    assert not reachable_from_internet("http://[::1")
    assert not reachable_from_internet("")


@pytest.mark.parametrize("root", ["https://sms.example.org/pi", "https://sms.example.org/pi/"])
def test_the_address_keeps_the_prefix(root: str) -> None:
    assert status_url(root, "abc") == "https://sms.example.org/pi/callback/abc/status"
