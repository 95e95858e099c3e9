"""A push service over real HTTPS, and devices that read what it gets for them.

It does what RFC 8030, 8188, 8291 and 8292 ask of one: it believes only the key that the device
named when it subscribed, and only what that key has signed for this very service.
"""

import base64
import contextlib
import datetime
import ipaddress
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from py_vapid import Vapid02

from raspisms.messaging.push import Offer

#: An answer that is never given, and one that is never at its end.
HANG, DRIP = -1, -2


@dataclass(frozen=True)
class Told:
    """One notice, as the device reads it."""

    payload: Mapping[str, Any]
    ttl: int
    topic: str
    urgency: str
    contact: str
    #: Of what the push service has passed on.
    bytes: int


@dataclass
class Device:
    """A browser that subscribed: ``answers`` are the next ones of its push service, then 201."""

    endpoint: str
    server_key: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"sixteen octets.."
    told: list[Told] = field(default_factory=list)
    answers: deque[tuple[int, Mapping[str, str]]] = field(default_factory=deque)
    #: How many calls there were, whatever became of them.
    calls: int = 0

    def offer(self, **changed: Any) -> Offer:
        """What the browser gives to the page."""
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"endpoint": self.endpoint, "p256dh": _text(point), "auth": _text(self.secret)}
        return Offer(**{**keys, "site": "sms.dupont.fr", "browser": "Firefox", **changed})

    def answer_with(self, *statuses: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.extend((status, named) for status in statuses)


class PushService:
    """Use it in a ``with`` block."""

    def __init__(self, folder: Path) -> None:
        self.ca_file, chain = certificates(folder)
        self.devices: dict[str, Device] = {}
        self.refused: list[str] = []
        self.over = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service._answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        # The handshake is made by the thread of the connection, not by the one that accepts.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://localhost:{self._server.server_port}"

    @contextlib.contextmanager
    def running(self) -> Iterator["PushService"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def device(self, server_key: str) -> Device:
        """A browser that subscribes, for notices that ``server_key`` has signed."""
        path = f"/push/{len(self.devices)}"
        self.devices[path] = Device(f"{self.url}{path}", server_key)
        return self.devices[path]

    def _answer(self, call: BaseHTTPRequestHandler) -> None:
        body = call.rfile.read(int(call.headers["Content-Length"]))
        device = self.devices.get(call.path)
        if device is None:
            return _say(call, 404)
        device.calls += 1
        if device.answers:
            status, headers = device.answers.popleft()
            if status == HANG:
                self.over.wait()
                return None
            if status == DRIP:
                return self._drip(call)
            return _say(call, status, headers)
        try:
            device.told.append(self._read(device, call.headers, body))
        except Exception as error:  # whatever is wrong with it, the test has to know
            self.refused.append(repr(error))
            return _say(call, 403)
        return _say(call, 201, {"Location": f"{self.url}/message/1"})

    def _drip(self, call: BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):  # who called has left
            while not self.over.wait(0.02):
                call.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _read(self, device: Device, headers: Any, body: bytes) -> Told:
        assert len(body) <= 4096, "more than a push service has to take"
        assert headers["Content-Encoding"] == "aes128gcm"
        claims = self._claims(device, headers["Authorization"])
        text = http_ece.decrypt(
            body, private_key=device.private, auth_secret=device.secret, version="aes128gcm"
        )
        topic = headers["Topic"]
        assert len(topic) <= 32, topic
        assert set(topic) <= _TOPIC, topic
        ttl = int(headers["TTL"])
        return Told(json.loads(text), ttl, topic, headers["Urgency"], claims["sub"], len(body))

    def _claims(self, device: Device, authorization: str) -> dict[str, Any]:
        assert Vapid02.verify(authorization), "not signed by the key that it names"
        parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
        assert parts["k"] == device.server_key, "another key than that of the subscription"
        claims: dict[str, Any] = json.loads(_bytes(parts["t"].split(".")[1]))
        assert claims["aud"] == self.url
        assert 0 < claims["exp"] - time.time() <= 24 * 3600
        return claims


_TOPIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def _say(
    call: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str] | None = None
) -> None:
    call.send_response(status)
    for name, value in (headers or {}).items():
        call.send_header(name, value)
    call.send_header("Content-Length", "0")
    call.end_headers()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def certificates(folder: Path) -> tuple[str, str]:
    """Files with an authority of our own, and with the certificate that it gave to localhost."""
    authority, chain = folder / "authority.pem", folder / "chain.pem"
    certificate, key = _made()
    authority.write_bytes(certificate)
    chain.write_bytes(key + certificate)
    return str(authority), str(chain)


@cache
def _made() -> tuple[bytes, bytes]:
    """A certificate that vouches for itself, and its key; made once in each process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private
