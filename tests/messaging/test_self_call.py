"""Calling our own address: what each way of not getting there is called."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from raspisms.messaging import self_call
from raspisms.outbound import Outbound
from tests.push_service import certificates


class _Site(ThreadingHTTPServer):
    """Something that answers with https. ``says`` is what."""

    daemon_threads = True
    says = (200, b"ok\n")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        status, body = server.says if self.path == "/healthz" else (404, b"")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[_Site]:
    _, chain = certificates(tmp_path)
    site = _Site(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=site.serve_forever, args=(0.01,))
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.fixture
def anywhere(tmp_path: Path) -> Outbound:
    """One that may call this machine, and believes the site's authority."""
    return Outbound(lambda _: True, certificates(tmp_path)[0])


def _root(site: _Site) -> str:
    return f"https://localhost:{site.server_port}/"


def test_raspisms_is_known_by_its_sign_of_life(site: _Site, anywhere: Outbound) -> None:
    assert self_call.attempt(anywhere, _root(site)) == "reached"


@pytest.mark.parametrize("says", [(200, b"<h1>Router</h1>"), (404, b"ok\n"), (302, b"")])
def test_something_else_answers(site: _Site, anywhere: Outbound, says: tuple[int, bytes]) -> None:
    site.says = says
    assert self_call.attempt(anywhere, _root(site)) == "something_else"


def test_a_certificate_of_nobody_known(site: _Site) -> None:
    assert self_call.attempt(Outbound(lambda _: True), _root(site)) == "bad_certificate"


def test_a_name_that_leads_into_the_house(site: _Site) -> None:
    assert self_call.attempt(Outbound(), _root(site)) == "local_address"


def test_nobody_is_there(site: _Site, anywhere: Outbound) -> None:
    assert self_call.attempt(anywhere, "https://localhost:9") == "no_answer"


def test_a_site_without_https(anywhere: Outbound) -> None:
    assert self_call.attempt(anywhere, "http://localhost") == "no_https_address"


def test_what_is_no_proof_is_told_as_a_hint() -> None:
    for code in ("no_such_name", "bad_certificate", "no_time_left", "something_else"):
        assert "a hint only" in str(self_call.in_words(code))
    assert "a hint" not in str(self_call.in_words("reached"))
