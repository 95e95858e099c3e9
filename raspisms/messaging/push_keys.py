"""The key by which push services know this RaspiSMS (VAPID, RFC 8292). Made when first needed.

It is a private file of the instance folder, like the key that signs sessions, and for the same
reason in no backup of the database: a copy of the messages must not be enough to speak in the name
of this machine. Where it is lost, a new one is made, and each device turns its notices on once
more. The libraries that it takes are loaded only here and where something is sent.
"""

import base64
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from raspisms.config import Config
from raspisms.errors import Unusable, say
from raspisms.instance import keep

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

KEY_NAME = "push_key"
_PRIVATE_BYTES = 32
_POINT_BYTES = 65

#: Names that lead nowhere from outside. Apple refuses a contact among them with 403 BadJwtToken:
#: https://github.com/web-push-libs/web-push/issues/947 (localhost), and for .local and .invalid
#: https://github.com/0cv/herdr-mobile-relay/issues/7 and
#: https://github.com/alphastorm/omp-session-gateway/issues/173.
_INTERNAL_NAMES = (
    "arpa",
    "example",
    "fritz.box",
    "home",
    "internal",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "test",
)


def private_key(config: Config) -> "EllipticCurvePrivateKey":
    """The key that signs. Raises Unusable where it cannot be read or stored."""
    from cryptography.hazmat.primitives.asymmetric import ec

    text = keep(config.instance_path / KEY_NAME, _kept, _new)
    return ec.derive_private_key(int.from_bytes(decode(text)), ec.SECP256R1())


def public_key(config: Config) -> str:
    """The key that browsers ask their push service to expect, in base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = private_key(config).public_key()
    return encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def contact(config: Config, site: str) -> str:
    """Whom a push service may turn to: the claim "sub" (RFC 8292, 2.1), a mailto: or https: URI.

    It may be left out by the RFC, but Apple asks for one that leads somewhere. It is the public
    address where that is one, else the name under which the device reached us, ``site``, and never
    a member's own address, which would go to strangers. Without either it is this machine, which
    the other push services take.
    """
    parts = urlsplit(config.public_url or "")
    public = parts.hostname or "" if parts.scheme == "https" else ""
    return f"https://{next(filter(_leads_somewhere, (public, site)), 'localhost')}"


def is_point(text: str) -> bool:
    """Whether this is a public key of the curve that push encryption uses (RFC 8291, 3.1)."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        raw = decode(text)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return len(raw) == _POINT_BYTES


def encode(raw: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of such a text, padded or not. Raises ValueError for any other."""
    bare = text.rstrip("=")
    raw = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    if encode(raw) != bare:
        raise ValueError("not base64url")
    return raw


def _new() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode(number.to_bytes(_PRIVATE_BYTES))


def _kept(path: Path) -> str | None:
    try:
        text = path.read_text(encoding="ascii").strip()
        if len(decode(text)) == _PRIVATE_BYTES:
            return text
    except FileNotFoundError:
        return None
    except ValueError:
        pass
    raise Unusable(
        say("%(path)s does not hold the key for notices.", path=path),
        say(
            "Put the file back from a copy, or delete it: a new key is made, and each device has "
            "to turn its notices on again."
        ),
    )


def _leads_somewhere(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(tuple(f".{name}" for name in _INTERNAL_NAMES))
    return False
