"""One call to the push service of a device: what it carries, and what its answer means."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from raspisms.messaging import push, push_faults, push_keys
from raspisms.messaging.engine import Engine
from raspisms.outbound import Forbidden, Unreachable

_FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)
#: RFC 8292, 2: at most 24 hours ahead.
_SIGNATURE_LIFETIME = timedelta(hours=12)
#: What is told is as long as a multiple of this.
_STEP_BYTES = 1024


@dataclass(frozen=True)
class Device:
    """A device as it was when a call was prepared."""

    id: int
    endpoint: str
    p256dh: str
    auth: str
    site: str


@dataclass(frozen=True)
class Parcel:
    """What to tell a device: its ``payload``, and for how long it is worth something.

    A newer one with the same ``tag`` takes its place. ``attempts`` were made before.
    """

    device: Device
    payload: Mapping[str, object]
    tag: str
    lifetime: timedelta
    attempts: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a call. ``fault`` is a code; ``pause`` is set where it is tried again."""

    fault: str | None = None
    pause: timedelta | None = None
    is_gone: bool = False


def send(engine: Engine, parcel: Parcel) -> Outcome:
    """Make the call, once, and say what became of it."""
    device = parcel.device
    try:
        headers = _headers(engine, parcel)
        answer = engine.outbound.post(device.endpoint, _encrypted(parcel), headers)
    except Forbidden as error:
        return Outcome(error.code)
    except Unreachable as error:
        return Outcome(error.code, _pause(parcel.attempts))
    status = answer.status
    if status < 300:
        return Outcome()
    if status in (404, 410):
        return Outcome(is_gone=True)
    if push_faults.is_passing(status):
        asked = min(answer.retry_after or timedelta(0), push.LIFETIME)
        return Outcome(f"http_{status}", max(_pause(parcel.attempts), asked))
    return Outcome(_refusal(status))


def _refusal(status: int) -> str:
    """The code of an answer that will not change."""
    if status in (401, 403):
        return push_faults.REFUSED_KEY
    return push_faults.REDIRECTED if status < 400 else f"http_{status}"


def _headers(engine: Engine, parcel: Parcel) -> dict[str, str]:
    """What the push service has to know (RFC 8030, 5), signed (RFC 8292)."""
    from py_vapid import Vapid02

    claims = {
        "sub": push_keys.contact(engine.config, parcel.device.site),
        "aud": engine.outbound.check(parcel.device.endpoint).origin,
        "exp": int((engine.time.now() + _SIGNATURE_LIFETIME).timestamp()),
    }
    return {
        **Vapid02(push_keys.private_key(engine.config)).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(parcel.lifetime.total_seconds())),
        "Topic": parcel.tag,
        # Else a device that saves power would be told hours later.
        "Urgency": "high",
    }


def _encrypted(parcel: Parcel) -> bytes:
    """The payload, for the device alone (RFC 8291)."""
    from pywebpush import WebPusher

    device = parcel.device
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    pusher = WebPusher({"endpoint": device.endpoint, "keys": keys})
    text = json.dumps(parcel.payload, ensure_ascii=False, separators=(",", ":"))
    raw = text.encode(errors="replace")
    # Blanks mean nothing in JSON; without them the push service would learn how long a message is.
    body: bytes = pusher.encode(raw + b" " * (-len(raw) % _STEP_BYTES))["body"]
    return body


def _pause(attempts: int) -> timedelta:
    """Longer each time, and never the same for several."""
    pause = min(_FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
